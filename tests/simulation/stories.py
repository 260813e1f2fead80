"""Articles for the simulation, and what is to come out of them: computed over the whole set at once, by other code.

Stories have nothing in common but the frame of a sentence; tellings of one story are copies of one another. Actors and events
are the coder's word (what it finds is not the question here); which article counts, where and how often, is the oracle's.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from khabar.codec import decode, encode
from khabar.identity import article_id
from khabar.records import Article, ExtractedArticle
from processors.extraction.coding import Coder, load_coder
from processors.extraction.stage import extract

EPOCH = datetime(2031, 5, 1, tzinfo=UTC)
_LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهي"
_SENTENCES = (
    "التقى وزير الخارجية المصري نظيره الأردني في القاهرة.",
    "اتهمت فرنسا إيران بإرسال سفن إلى الساحل.",
    "طالبت تركيا إسرائيل بفتح الطريق أمام الشاحنات.",
    "زار رئيس وزراء اليابان ألمانيا ليومين.",
)
CountKey = tuple[str, datetime, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article as a producer publishes it."""

    article: Article
    story: int

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Which of two tellings is the earlier. Ids of publishers are filled up here, so that they compare as text."""
        assert self.article.published_at is not None
        return self.article.published_at, self.article.external_id or "\uffff", self.article.id


@cache
def coder() -> Coder:
    return load_coder()


@cache
def extracted(value: bytes) -> tuple[ExtractedArticle, ...]:
    return tuple(extract(decode(value, Article), coder()))


def make_articles(rng: random.Random, count: int, *, span_hours: int) -> list[Told]:
    """`count` articles of about a third as many stories, at times at the same second."""
    times = [timedelta(seconds=rng.randrange(span_hours * 3_600)) for _ in range(max(1, count * 3 // 4))]
    return [_told(rng, story=rng.randrange(max(1, count // 3)), time=rng.choice(times), number=n) for n in range(count)]


def _told(rng: random.Random, *, story: int, time: timedelta, number: int) -> Told:
    ending = "" if rng.random() < 0.5 else f" {_word(random.Random(number), 5)}."
    source = rng.choice(("sahel", "jabal", "wadi"))
    given = {
        "source": source, "external_id": f"{number:06}" if rng.random() < 0.8 else None, "title": "",
        "url": f"https://{source}.example/{number}", "text": _text(story) + ending, "language": "ar",
    }  # fmt: skip
    published = EPOCH + time
    identity = article_id(**given, html=None, byline=None, section=None, event_time=published, utc_offset_minutes=None)  # type: ignore[arg-type]
    article = Article(id=identity, published_at=published, fetched_at=published + timedelta(minutes=5), **given)  # type: ignore[arg-type]
    return Told(article=article, story=story)


@cache
def _text(story: int) -> str:
    rng = random.Random(f"story {story}")
    return f"{_SENTENCES[story % len(_SENTENCES)]} {' '.join(_word(rng, rng.randint(4, 7)) for _ in range(36))}."


def _word(rng: random.Random, letters: int) -> str:
    return "".join(rng.choice(_LETTERS) for _ in range(letters))


def value_of(told: Told) -> bytes:
    """The message on topic `articles`."""
    return encode(told.article)


def oracle(
    articles: Iterable[Told], *, window_hours: int
) -> tuple[dict[str, str | None], dict[CountKey, tuple[int, int]]]:
    """`copy_of` by id; and by actor, hour, type and role: how many originals, how many of their events."""
    told = sorted({one.article.id: one for one in articles}.values(), key=lambda one: one.order)
    window = timedelta(hours=window_hours)
    copies: dict[str, str | None] = {}
    articles_of: Counter[CountKey] = Counter()
    events_of: Counter[CountKey] = Counter()
    for index, one in enumerate(told):
        earlier = [
            other.article.id
            for other in told[:index]
            if other.story == one.story and one.order[0] - other.order[0] <= window
        ]
        copies[one.article.id] = earlier[0] if earlier else None
        if earlier:
            continue
        hour = one.order[0].replace(minute=0, second=0)
        for key, count in _lines(one).items():
            articles_of[key[0], hour, key[1], key[2]] += 1
            events_of[key[0], hour, key[1], key[2]] += count
    return copies, {key: (articles_of[key], events_of[key]) for key in articles_of}


def _lines(told: Told) -> Mapping[tuple[str, str, str], int]:
    """What one original counts: (actor, type, role) to events; mentions with none."""
    (found,) = extracted(value_of(told))
    lines: Counter[tuple[str, str, str]] = Counter()
    for actor in found.actors:
        if actor.mentions:
            lines[actor.id, "MENTION", "mention"] += 0
    for event in found.events:
        if event.status == "denied":
            continue
        for role, ids, codes in (
            ("source", event.source, event.source_codes),
            ("target", event.target, event.target_codes),
        ):
            owners = [coder().states[code].id for code in codes if code in coder().states]
            for actor_id in {*ids, *owners}:
                lines[actor_id, event.type, role] += 1
    return lines


def arrivals(rng: random.Random, articles: Sequence[Told], *, delay_hours: float, again: float) -> list[Told]:
    """By time, each delayed by up to `delay_hours`; a share `again` of them twice."""
    arriving = [(one.order[0] + timedelta(hours=rng.uniform(0, delay_hours)), one) for one in articles]
    arriving += [(time + timedelta(hours=rng.uniform(0, 2)), one) for time, one in arriving if rng.random() < again]
    return [one for _, one in sorted(arriving, key=lambda pair: pair[0])]
