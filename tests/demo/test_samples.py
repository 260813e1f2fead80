"""The sample articles are what khabar/demo/README.md says they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from khabar.demo import NOW, lay_out
from khabar.records import Article
from producers.files import Refused, read_articles

AGENCIES = {"al-madar", "shira"}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def items(samples: Path) -> list[Article | Refused]:
    return list(read_articles([str(samples)], now=NOW))


def articles(items: list[Article | Refused]) -> Iterator[Article]:
    return (item for item in items if isinstance(item, Article))


def test_there_are_about_sixty_of_them(items: list[Article | Refused]) -> None:
    assert 55 <= len(items) <= 65


def test_the_same_bytes_and_times_are_laid_out_always(samples: Path, tmp_path: Path) -> None:
    again = lay_out(tmp_path)
    names = sorted(path.relative_to(samples) for path in samples.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for name in names:
        assert (samples / name).read_bytes() == (again / name).read_bytes()
        assert (samples / name).stat().st_mtime == (again / name).stat().st_mtime == NOW.timestamp()


def test_no_sample_can_be_taken_for_news(items: list[Article | Refused]) -> None:
    for article in articles(items):
        assert article.url is None or (urlsplit(article.url).hostname or "").endswith(".example")
        assert article.published_at is None or article.published_at.year == 2031


def test_arabic_wire_stories_have_the_length_of_wire_stories(items: list[Article | Refused]) -> None:
    stories = {a.url: a for a in articles(items) if a.source in AGENCIES and "حالة الطقس" not in a.title}
    assert len(stories) == 16
    for story in stories.values():
        assert story.language == "ar"
        assert 120 <= len(story.text.split()) <= 250, story.external_id


def test_arabic_stands_in_its_own_letters(items: list[Article | Refused]) -> None:
    """No Latin or Persian look-alikes, no Latin comma, no control characters: typing slips that no reader would see."""
    for article in articles(items):
        if article.language == "ar":
            assert not re.search(r"[\u06a9\u06cc\u06be\u200b-\u200f\u202a-\u202e\ufb50-\ufeff]", article.text)
            assert not re.search(r"[\u0600-\u06ff][,;?]", article.text)


def test_an_article_is_delivered_twice(items: list[Article | Refused]) -> None:
    repeated = {id_ for id_, times in Counter(article.id for article in articles(items)).items() if times > 1}
    assert {a.external_id for a in articles(items) if a.id in repeated} == {"madar-call", "shira-aid"}


def test_every_kind_of_bad_input_is_refused_once(items: list[Article | Refused]) -> None:
    refused = Counter(item.error for item in items if isinstance(item, Refused))
    assert refused == {
        "invalid_json": 1,
        "empty_text": 2,
        "invalid_date": 1,
        "unknown_schema_version": 1,
        "invalid_utf8": 1,
        "text_too_long": 1,
    }


def test_the_good_article_after_the_broken_ones_is_read(items: list[Article | Refused]) -> None:
    assert "nakheel-support" in {article.external_id for article in articles(items)}


def test_no_data_file_holds_a_key_twice(samples: Path) -> None:
    def only_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    for path in samples.rglob("*.jsonl"):
        if path.name not in ("broken.jsonl", "windows-1256.jsonl"):
            for line in path.read_text(encoding="utf-8").splitlines():
                json.loads(line, object_pairs_hook=only_once)
