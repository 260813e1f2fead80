"""The input of a run: files of JSON lines with articles of our own making.

Stories have no four words in a row in common, so that no key is shared by a crowd: which pairs are met then depends on
nothing but the set. Tellings of one story are copies of one another where no more than the window lies between them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

EPOCH = datetime(2024, 5, 1, tzinfo=UTC)
SPAN_HOURS = 144
"""Twice the window, and less than window and lateness together: no article is forgotten before its last copy has come."""
DELAY_HOURS = 6
REPEATED = 0.02
NO_ARTICLE = 0.004
_LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهي"
_VERBS = ("اتهمت", "انتقدت", "هددت", "أدانت", "قصفت", "شكرت", "زارت")
_STATES = (
    "فرنسا", "إيران", "تركيا", "مصر", "سوريا", "روسيا", "ألمانيا", "إيطاليا", "إسبانيا", "اليابان", "الصين", "الهند", "تونس",
    "ليبيا", "الجزائر", "السعودية", "قطر", "الكويت", "باكستان", "أفغانستان", "أوكرانيا", "بولندا", "بريطانيا", "هولندا",
    "بلجيكا", "كندا", "البرازيل", "الأرجنتين", "إثيوبيا", "كينيا", "نيجيريا", "السودان",
)  # fmt: skip
_OUTLETS = ("sahel", "jabal", "wadi", "nahr", "marsa")
_NO_ARTICLES = (
    b'{"source": "sahel", "text": "\xd9\x86\xd8\xb5", ',
    b'{"source": "sahel", "text": "\xff\xfe", "published_at": "2024-05-02T00:00:00Z"}',
    b'{"source": "wadi", "title": "\xd8\xae\xd8\xa8\xd8\xb1", "text": "", "published_at": "2024-05-02T00:00:00Z"}',
    b'{"source": "wadi", "text": "\xd8\xae\xd8\xa8\xd8\xb1", "published_at": "the day before yesterday"}',
    b'{"source": 7, "text": "\xd8\xae\xd8\xa8\xd8\xb1", "published_at": "2024-05-02T00:00:00Z"}',
    b"no JSON at all",
)


def write_input(folder: Path, *, seed: int, count: int, per_file: int) -> list[Path]:
    """`count` lines in files of `per_file`, in an order as if they had been fetched; the same for the same seed."""
    rng = random.Random(f"articles {seed}")
    lines = list(_lines(rng, count))
    files = []
    for number, start in enumerate(range(0, count, per_file)):
        path = folder / f"articles-{number:03}.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines[start : start + per_file]))
        files.append(path)
    return files


def _lines(rng: random.Random, count: int) -> Iterator[bytes]:
    stories = max(1, count // 3)
    arrivals = []
    for number in range(count):
        time = EPOCH + timedelta(seconds=rng.randrange(SPAN_HOURS * 3_600))
        arrivals.append((time + timedelta(hours=rng.uniform(0, DELAY_HOURS)), number, time))
    lines: list[bytes] = []
    for _, number, time in sorted(arrivals):
        fate = rng.random()
        if fate < NO_ARTICLE:
            line = rng.choice(_NO_ARTICLES).replace(b"}", b', "number": %d}' % number)
        elif fate < NO_ARTICLE + REPEATED and lines:
            line = lines[rng.randrange(max(0, len(lines) - 5_000), len(lines))]
        else:
            line = _article(rng, story=rng.randrange(stories), number=number, time=time)
        lines.append(line)
        yield line


def _article(rng: random.Random, *, story: int, number: int, time: datetime) -> bytes:
    outlet = rng.choice(_OUTLETS)
    article = {
        "source": outlet,
        # At times the page of the story itself, which later ones correct.
        "url": f"https://{outlet}.example/{f'story/{story}' if rng.random() < 0.1 else number}",
        "title": _words(random.Random(f"title {story}"), 5),
        "text": _text(story) + ("" if rng.random() < 0.5 else f" {_words(rng, 2)}."),
        "language": "ar",
        "published_at": time.isoformat(),
        "fetched_at": (time + timedelta(minutes=5)).isoformat(),
    }
    if rng.random() < 0.8:
        article["external_id"] = f"{number:07}"
    if rng.random() < 0.002:
        # Producers take a page as it is; that there is no text in it is found by extraction.
        article |= {"text": "", "html": f"<html><head><title>{number}</title></head><body></body></html>"}
    return orjson.dumps(article)


def _text(story: int) -> str:
    rng = random.Random(f"story {story}")
    sentences = []
    for _ in range(2):
        one, other = rng.sample(_STATES, 2)
        sentences.append(f"{rng.choice(_VERBS)} {one} {other} {_words(rng, 12)}.")
    return f"{' '.join(sentences)} {_words(rng, 12)}."


def _words(rng: random.Random, count: int) -> str:
    return " ".join("".join(rng.choice(_LETTERS) for _ in range(rng.randint(4, 7))) for _ in range(count))
