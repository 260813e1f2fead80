"""Reading, choosing the newest, flattening: values in, values out."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.codec import encode
from khabar.errors import InvalidRecord
from khabar.records import ActorHour, ResolvedArticle
from khabar.topics import Topic
from sinks.documents import MAX_ID_BYTES, Arrived, Message, Record, count_id, flatten, newest, read
from tests.sinks.strategies import actor_hours, resolved_articles


def message(value: bytes | None) -> Message:
    return Message(topic="g1.resolved-articles", partition=0, offset=0, value=value)


def arrived(record: Record) -> Arrived:
    return Arrived(record=record, message=message(encode(record)))


def identity(record: Record) -> object:
    return record.id if isinstance(record, ResolvedArticle) else (record.actor, record.hour)


records = st.lists(resolved_articles | actor_hours, max_size=20)


@given(records)
def test_the_newest_have_the_highest_revision_of_every_article_and_hour(found: list[Record]) -> None:
    chosen = [one.record for one in newest(map(arrived, found))]
    highest: dict[object, int] = {}
    for record in found:
        highest[identity(record)] = max(record.revision, highest.get(identity(record), 0))
    assert {identity(record): record.revision for record in chosen} == highest
    assert len(chosen) == len(highest)


@given(records)
def test_of_equal_revisions_the_last_is_taken(found: list[Record]) -> None:
    for one in newest(map(arrived, found)):
        equal = [
            record
            for record in found
            if identity(record) == identity(one.record) and record.revision == one.record.revision
        ]
        assert one.record is equal[-1]


@given(actor_hours)
def test_an_hour_gives_one_document_a_line_with_ids_of_their_own(hour: ActorHour) -> None:
    counts = list(flatten(hour))
    assert [(count.type, count.role, count.articles, count.events) for count in counts] == [
        (line.type, line.role, line.articles, line.events) for line in hour.counts
    ]
    assert len({count_id(count) for count in counts}) == len(counts)
    assert {count.revision for count in counts} <= {hour.revision}


@given(actor_hours.filter(lambda hour: bool(hour.counts)), st.integers(1, 99))
def test_the_id_of_a_count_does_not_depend_on_its_revision(hour: ActorHour, revision: int) -> None:
    other = msgspec.structs.replace(hour, revision=revision, actor_name="another")
    assert [count_id(count) for count in flatten(hour)] == [count_id(count) for count in flatten(other)]


@given(actor_hours.filter(lambda hour: bool(hour.counts)), st.sampled_from("aخ€"), st.integers(1, 512))
def test_the_id_of_a_count_fits_elasticsearch_however_long_the_actor(hour: ActorHour, letter: str, length: int) -> None:
    long = msgspec.structs.replace(hour, actor=letter * length)
    other = msgspec.structs.replace(hour, actor=letter * length + "!")
    for count, another in zip(flatten(long), flatten(other), strict=True):
        assert len(count_id(count).encode()) <= MAX_ID_BYTES
        assert count_id(count) != count_id(another)


def test_the_id_of_a_count_is_readable() -> None:
    hour = msgspec.json.decode(
        b'{"actor":"egypt","actor_name":"","kind":"state","code":"EGY","hour":"2024-01-01T05:00:00Z","revision":3,'
        b'"counts":[{"type":"CONSULT","quad":1,"role":"source","articles":1,"events":2}]}',
        type=ActorHour,
    )
    assert [count_id(count) for count in flatten(hour)] == ["egypt|2024-01-01T05|CONSULT|source"]


@given(resolved_articles)
def test_an_article_is_read_as_it_was_written(article: ResolvedArticle) -> None:
    assert read(message(encode(article)), Topic.RESOLVED_ARTICLES) == article


@given(actor_hours)
def test_an_hour_is_read_as_it_was_written(hour: ActorHour) -> None:
    assert read(message(encode(hour)), Topic.ACTOR_COUNTS) == hour


HUGE = 2**63


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "tombstone"),
        (b"", "invalid_json"),
        (b"\xff", "invalid_utf8"),
        (b"{}", "invalid_field"),
        (
            b'{"actor":"a","actor_name":"","kind":"state","code":"","hour":"2024-01-01T05:00:00Z","revision":%d,"counts":[]}'
            % HUGE,
            "invalid_field",
        ),
        (
            b'{"actor":"a","actor_name":"","kind":"state","code":"","hour":"2024-01-01T05:00:00Z","revision":1,"counts":['
            b'{"type":"AID","quad":2,"role":"source","articles":%d,"events":0}]}' % -HUGE,
            "invalid_field",
        ),
    ],
)
def test_what_no_store_can_hold_is_refused_with_a_reason(value: bytes | None, reason: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        read(message(value), Topic.ACTOR_COUNTS)
    assert caught.value.reason == reason
