"""Bytes at the edge: a record or a reason, never anything else."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.codec import decode, encode
from khabar.errors import InvalidRecord
from khabar.records import MAX_TEXT_CHARACTERS, Article, FindingsEnvelope

GOOD = {"id": "0" * 32, "source": "s", "text": "x", "fetched_at": "2031-03-05T12:00:00Z"}
REASONS = {"invalid_utf8", "invalid_json", "unknown_schema_version", "invalid_field"}


def test_a_record_comes_back_as_it_went() -> None:
    article = decode(orjson.dumps(GOOD), Article)
    assert decode(encode(article), Article) == article


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "invalid_json"),
        (b"", "invalid_json"),
        (b"\xff", "invalid_utf8"),
        (b'{"id": "\xc3"}', "invalid_utf8"),
        (b"[]", "invalid_field"),
        (b'{"extra": {"a": ' + b"[" * 100_000, "invalid_json"),
        (orjson.dumps({**GOOD, "schema_version": 2}), "unknown_schema_version"),
        (orjson.dumps({**GOOD, "schema_version": "1"}), "unknown_schema_version"),
        (orjson.dumps({**GOOD, "id": "x"}), "invalid_field"),
        (orjson.dumps({**GOOD, "fetched_at": "2031-02-30T00:00:00Z"}), "invalid_field"),
        (orjson.dumps({**GOOD, "fetched_at": "2031-03-05T12:00:00"}), "invalid_field"),
        (orjson.dumps({**GOOD, "text": "x" * (MAX_TEXT_CHARACTERS + 1)}), "invalid_field"),
        (orjson.dumps({name: value for name, value in GOOD.items() if name != "source"}), "invalid_field"),
    ],
)
def test_what_is_no_record_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(data, Article)
    assert caught.value.reason == reason
    assert str(caught.value)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(b"\x00" + data, FindingsEnvelope)
    assert caught.value.reason in REASONS
