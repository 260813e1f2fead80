"""Input that was refused, read a second time: the same bytes, the same way, without any file."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.records import DeadLetter
from producers.articles import Accepted, Place, rules
from producers.files import accept
from producers.publisher import reading_header
from producers.reading import Piece
from producers.refused import Kind, Reason, Refused
from producers.retrying import read_again

NOW = datetime(2024, 3, 10, 12, tzinfo=UTC)
LATER = datetime(2024, 6, 1, tzinfo=UTC)
PLACE = Place(folder="archive", modified=datetime(2024, 3, 1, tzinfo=UTC))


def letter(refused: Refused) -> DeadLetter:
    return DeadLetter(
        origin=refused.origin,
        stage="publish",
        error=refused.error,
        message=refused.message,
        time=NOW,
        value=refused.value,
    )


def test_an_article_dated_ahead_passes_once_its_time_has_come_and_is_the_one_it_would_have_been() -> None:
    read = rules(source="Daily", language="ar", fields={"text": "story"})
    piece = Piece("a.jsonl:1", orjson.dumps({"story": "بيان", "date": "2024-05-01"}))
    refused = accept(piece, Kind.JSON, read, PLACE, NOW)
    assert isinstance(refused, Refused)
    assert refused.error == Reason.DATE_IN_FUTURE
    assert read_again(letter(refused), reading_header(refused, read), now=LATER) == accept(
        piece, Kind.JSON, read, PLACE, LATER
    )


@settings(deadline=None)
@given(
    st.binary(max_size=80) | st.sampled_from([b"{}", b'{"text": ""}', b'{"text": "a", "date": "x"}']),
    st.sampled_from(Kind),
)
def test_what_was_refused_is_refused_again_for_the_same_reason(value: bytes, kind: Kind) -> None:
    first = accept(Piece("a", value), kind, rules(), PLACE, NOW)
    if isinstance(first, Refused) and value:
        second = read_again(letter(first), reading_header(first, rules()), now=LATER)
        assert isinstance(second, Refused)
        assert (second.error, second.value, second.origin) == (first.error, first.value, first.origin)


@pytest.mark.parametrize(
    ("origin", "value", "field"),
    [
        ("a.jsonl:3", b'{"text": "x"}', "text"),
        ("a.json#3", b'{"text": "x"}', "text"),
        ("a.txt", b"x", "text"),
        ("a.html", b"x", "html"),
    ],
)
def test_a_letter_that_does_not_say_how_it_was_read_is_read_by_the_name_of_its_file(
    origin: str, value: bytes, field: str
) -> None:
    refused = Refused(origin=origin, error="invalid_field", message="", value=value)
    again = read_again(letter(refused), None, now=LATER)
    assert isinstance(again, Accepted)
    assert getattr(again.article, field) == "x"
    assert again.article.fetched_at == NOW


def test_bytes_that_were_not_kept_whole_are_never_published() -> None:
    cut = Refused(origin="a.txt", error="text_too_long", message="m", value=b"beginning", whole=False, kind=Kind.TEXT)
    gone = Refused(origin="a.txt", error="unreadable", message="m", value=b"", kind=Kind.TEXT)
    for refused in (cut, gone):
        again = read_again(letter(refused), reading_header(refused, rules()), now=LATER)
        assert isinstance(again, Refused)
        assert again.error == refused.error
        assert "publish the file itself again" in again.message
