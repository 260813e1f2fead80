"""The first stage: articles in, findings and fingerprints out. Stateless, so each message is decided by itself.

Knows records and partitions; reading and coding are handed values. What cannot be an article is rejected with a reason and
the rest of the batch goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b

from msgspec.structs import replace

from khabar.codec import decode
from khabar.errors import InvalidRecord
from khabar.identity import article_id, canonical_url, event_time, part_id
from khabar.partitioning import partition_for
from khabar.records import (
    MAX_ARTICLE_BYTES,
    Article,
    ExtractedArticle,
    FindingsEnvelope,
    Fingerprint,
    FingerprintsEnvelope,
    ResolvedArticle,
)
from khabar.topics import Topic
from processors.envelopes import pack
from processors.extraction.coding import Coder, Coding
from processors.extraction.dates import DateSpan, find_dates
from processors.extraction.reading import Page, Part, read_page
from processors.fingerprints import TextFingerprint, key_partitions
from processors.stage import Message, Outcome, Output, Rejected, State, Step

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
"""Dates outside are no dates of articles. Producers hold to the same bounds."""
ORDER_BYTES = 32
NUMBER_DIGITS = 20
AFTER_ALL = b"\xff"
"""No UTF-8 text begins with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """The stage: `name` "extraction", reads `articles`, keeps nothing.

    `fingerprint` takes the clean texts of a batch at once and gives one fingerprint each, in order, each depending on its
    text alone. `partitions`: of every topic of the generation.
    """

    coder: Coder
    fingerprint: Callable[[Sequence[str]], Sequence[TextFingerprint]]
    partitions: int

    @property
    def name(self) -> str:
        return "extraction"

    @property
    def source(self) -> Topic:
        return Topic.ARTICLES

    def load(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Nothing: the stage has no table."""

    def absorb(self, memory: None, writes: Mapping[bytes, bytes | None]) -> None:
        """Nothing: the stage writes nothing."""

    def step(self, state: State[None], partition: int, messages: Sequence[Message]) -> Step:
        extracted: list[ExtractedArticle] = []
        rejected: list[Rejected] = []
        newest: dict[str, int] = {}
        languages: Counter[str] = Counter()
        for message in messages:
            try:
                article = checked_article(message)
                found = extract(article, self.coder)
            except InvalidRecord as error:
                rejected.append(Rejected(offset=message.offset, error=error.reason, message=str(error)))
                continue
            extracted += found
            languages.update(self.coder.coded_as(article.language) for article in found)
            newest[article.source] = max(_seconds(found[0].event_time), newest.get(article.source, -(2**62)))
        return Step(
            outputs=[*self._findings(extracted), *self._fingerprints(extracted, origin=partition)],
            rejected=rejected,
            outcomes={Outcome.DEAD_LETTER: len(rejected)} if rejected else {},
            newest=newest,
            languages=languages,
        )

    def _findings(self, extracted: Sequence[ExtractedArticle]) -> list[Output]:
        return pack(
            Topic.FINDINGS,
            ((partition_for(article.id, self.partitions), article) for article in extracted),
            lambda articles: FindingsEnvelope(records=articles),
        )

    def _fingerprints(self, extracted: Sequence[ExtractedArticle], *, origin: int) -> list[Output]:
        prints = self.fingerprint([article.text for article in extracted])
        return pack(
            Topic.FINGERPRINTS,
            (
                (destination, fingerprint_record(article, found, origin=origin))
                for article, found in zip(extracted, prints, strict=True)
                for destination in sorted(key_partitions(found.keys, self.partitions))
            ),
            lambda prints: FingerprintsEnvelope(records=prints),
        )


def checked_article(message: Message) -> Article:
    """The article in `message`, with its times in UTC and whole seconds.

    Raises InvalidRecord with a reason of `khabar.codec.decode` or `article_too_large`, `invalid_date`, `id_mismatch`,
    `key_mismatch`, `empty_text`.
    """
    if len(message.value) > MAX_ARTICLE_BYTES:
        raise InvalidRecord(
            "article_too_large", f"the article has {len(message.value):,} bytes; the limit is {MAX_ARTICLE_BYTES:,}"
        )
    article = _with_settled_times(decode(message.value, Article))
    derived = article_id(
        source=article.source,
        external_id=article.external_id,
        url=article.url,
        event_time=event_time(published_at=article.published_at, fetched_at=article.fetched_at),
        title=article.title,
        text=article.text,
        html=article.html,
        language=article.language,
        byline=article.byline,
        section=article.section,
        utc_offset_minutes=article.utc_offset_minutes,
    )
    if article.id != derived:
        raise InvalidRecord("id_mismatch", f"the id is {article.id}, but what the article says gives {derived}")
    if message.key != article.id.encode():
        raise InvalidRecord("key_mismatch", f"the key is {_shown(message.key)}, but the id is {article.id}")
    if not article.text.strip() and not (article.html or "").strip():
        raise InvalidRecord("empty_text", "neither text nor html: the article says nothing")
    return article


def read_article(article: Article) -> Page:
    """The article clean, with those embedded in it: the texts that fingerprints are taken of.

    Raises InvalidRecord (`empty_text`) where reading leaves nothing.
    """
    page = page_of(article)
    if not page.text:
        raise InvalidRecord("empty_text", "nothing is left of the page without menus, links and other furniture")
    return page


def page_of(article: Article) -> Page:
    """The article as read, whatever is left of it."""
    return read_page(
        title=article.title,
        text=article.text,
        html=article.html,
        language=article.language,
        event_time=event_time(published_at=article.published_at, fetched_at=article.fetched_at),
        source=article.source,
        byline=article.byline,
    )


def extract(article: Article, coder: Coder) -> list[ExtractedArticle]:
    """The article clean and coded, then the articles embedded in it.

    Raises InvalidRecord (`empty_text`) where reading leaves nothing.
    """
    return [found for found, _ in extract_with_codings(article, coder)]


def extract_with_codings(article: Article, coder: Coder) -> list[tuple[ExtractedArticle, Coding]]:
    """What `extract` gives, each with its coding, which knows where triggers stand. Raises what `extract` does."""
    page = read_article(article)
    time = _in_its_zone(event_time(published_at=article.published_at, fetched_at=article.fetched_at), article)
    coding = coder.code(title=page.title, text=page.text, language=page.language, event_time=time)
    main = main_article(article, page, coding)
    return [(main, coding), *_parts(main, page, coder, time)]


def dates_of(article: Article, page: Page) -> list[tuple[int, DateSpan]]:
    """The dates in the texts of `page`, as the coder reads them: (0 for the page's own text, else the part's number; the date)."""
    time = _in_its_zone(event_time(published_at=article.published_at, fetched_at=article.fetched_at), article)
    texts = [(page.text, time), *((part.text, part.published_at or time) for part in page.parts)]
    return [
        (number, span)
        for number, (text, shown) in enumerate(texts)
        for span in find_dates(text, published=shown, language=page.language)
    ]


def main_article(article: Article, page: Page, coding: Coding | None = None) -> ExtractedArticle:
    """`article` as it was read, without what is embedded in it; without actors and events where it was not coded."""
    return ExtractedArticle(
        id=article.id,
        external_id=article.external_id,
        source=article.source,
        url=article.url,
        title=page.title,
        text=page.text,
        language=page.language,
        agency=page.agency,
        place=page.place,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        event_time=event_time(published_at=article.published_at, fetched_at=article.fetched_at),
        actors=coding.actors if coding else (),
        events=coding.events if coding else (),
    )


def fingerprint_record(
    article: ExtractedArticle | ResolvedArticle, found: TextFingerprint, *, origin: int
) -> Fingerprint:
    """What deduplication is told of `article`. `origin`: the partition of `articles` it came from."""
    is_part = article.part_of is not None
    return found.record(
        id=article.id,
        time=_seconds(article.event_time),
        origin=origin,
        order=publishers_order(article.external_id),
        page_hash=None if is_part or article.url is None else _page_hash(article.source, article.url),
        dated=not is_part or article.published_at is not None,
    )


def publishers_order(external_id: str | None) -> bytes:
    """What breaks a tie of event times: up to ORDER_BYTES bytes of the publisher's id. It outlives corrections, unlike
    Khabar's own id; and what a publisher gives out mostly rises, so numbers are filled up to compare as numbers do.

    Without an id an article comes after all that have one: a part of another page should not come before the article itself.
    """
    if not external_id:
        return AFTER_ALL
    if external_id.isascii() and external_id.isdigit():
        external_id = external_id.zfill(NUMBER_DIGITS)
    return external_id.encode("utf-8", "surrogatepass")[:ORDER_BYTES].rstrip(b"\0")


def _in_its_zone(time: datetime, article: Article) -> datetime:
    """`time` where the publisher is, as far as it said: its day is the one that أمس is before."""
    if article.utc_offset_minutes is None:
        return time
    return time.astimezone(timezone(timedelta(minutes=article.utc_offset_minutes)))


def _parts(
    main: ExtractedArticle, page: Page, coder: Coder, page_time: datetime
) -> Iterator[tuple[ExtractedArticle, Coding]]:
    # A page may show one article twice; its id is one, and the showing with a date says more.
    parts: dict[str, Part] = {}
    for part in page.parts:
        identity = part_id(page=main.id, text=part.text)
        known = parts.get(identity)
        if known is None or (known.published_at is None and part.published_at is not None):
            parts[identity] = part
    for identity, part in parts.items():
        time = part.published_at or main.event_time
        # the date of a part is a line on the page, and so the publisher's day already
        shown = part.published_at or page_time
        coding = coder.code(title=part.title, text=part.text, language=page.language, event_time=shown)
        extracted = ExtractedArticle(
            id=identity,
            source=main.source,
            url=main.url,
            title=part.title,
            text=part.text,
            language=page.language,
            agency=part.agency,
            place=part.place,
            published_at=part.published_at,
            fetched_at=main.fetched_at,
            event_time=time,
            part_of=main.id,
            countable=part.published_at is not None,
            actors=coding.actors,
            events=coding.events,
        )
        yield extracted, coding


def _with_settled_times(article: Article) -> Article:
    """The article as producers have to write it: two spellings of one time must not make two results."""
    return replace(
        article,
        published_at=None if article.published_at is None else _settled("published_at", article.published_at),
        fetched_at=_settled("fetched_at", article.fetched_at),
    )


def _settled(field: str, time: datetime) -> datetime:
    if not EARLIEST_YEAR <= time.year <= LATEST_YEAR:
        raise InvalidRecord(
            "invalid_date", f"{field} is in {time.year}; years from {EARLIEST_YEAR} to {LATEST_YEAR} can be"
        )
    return time.astimezone(UTC).replace(microsecond=0)


def _page_hash(source: str, url: str) -> bytes:
    return blake2b(f"{source}\n{canonical_url(url)}".encode(), digest_size=8).digest()


def _seconds(time: datetime) -> int:
    return int(time.timestamp())


def _shown(key: bytes | None) -> str:
    return "missing" if key is None else repr(key[:64])
