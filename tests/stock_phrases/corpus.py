"""Invented articles: texts that share nothing, and what may be put under them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

FOOTER = "أعد هذا التقرير فريق المتابعة في غرفة أخبار الساحل بمشاركة مراسلين من سبع مدن على ضفتي الخليج"
LATIN = "This report was prepared by the night desk of the Harbour Courier with correspondents in seven towns"
CHINESE = "本报告由港湾信使报夜班编辑部与七个城镇的记者共同编写"
ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def body(seed: int, words: int = 60) -> str:
    """A text of its own: shares no five words with that of another seed."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices(ARABIC_LETTERS, k=chance.randint(3, 7))) for _ in range(words)) + "."


def chinese_body(seed: int, characters: int = 120) -> str:
    chance = random.Random(seed)
    return "".join(chr(chance.randrange(0x4E00, 0x9FA0)) for _ in range(characters)) + "。"


def line(number: int, text: str, *, hour: int | None = None, language: str = "ar") -> bytes:
    """An article as a line of JSON, published so many hours after the first of March."""
    hour = number if hour is None else hour
    return orjson.dumps(
        {
            "source": f"outlet-{number % 7}",
            "url": f"https://outlet-{number % 7}.example/{number}",
            "title": f"خبر {number}",
            "text": text,
            "language": language,
            "published_at": f"2025-03-{1 + hour // 24:02}T{hour % 24:02}:00:00Z",
        }
    )


def written(path: Path, lines: Iterable[bytes]) -> Path:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def with_footer(footer: str, numbers: Sequence[int]) -> list[bytes]:
    """Unrelated articles that all end with the footer."""
    return [line(number, f"{body(number)}\n{footer}") for number in numbers]
