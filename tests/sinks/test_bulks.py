"""What is sent to Elasticsearch: documents, bulks, templates. Pure parts only."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.codec import encode
from khabar.records import ActorCount, ActorHour, Event, MentionedActor, ResolvedArticle
from khabar.topics import Topic
from sinks.documents import Arrived, Message, Record, count_id, flatten
from sinks.elasticsearch import Document, bulks, documents, index_name, index_template, without_credentials
from tests.sinks.strategies import actor_hours, resolved_articles


def arrived(record: Record, value: bytes | None = None) -> Arrived:
    value = encode(record) if value is None else value
    return Arrived(record=record, message=Message(topic="t", partition=0, offset=0, value=value))


@given(st.lists(resolved_articles | actor_hours, max_size=5))
def test_every_record_becomes_its_documents_with_the_revision_as_version(found: list[Record]) -> None:
    expected = []
    for record in found:
        if isinstance(record, ResolvedArticle):
            expected.append(("khabar-g7-articles", record.id, record.revision, orjson.loads(encode(record))))
        else:
            expected += [
                ("khabar-g7-actor-counts", count_id(count), count.revision, orjson.loads(encode(count)))
                for count in flatten(record)
            ]
    sent = []
    for document in documents([arrived(record) for record in found], 7):
        action, source, nothing = document.lines.split(b"\n")
        assert nothing == b""
        index = orjson.loads(action)["index"]
        assert index["version_type"] == "external_gte"
        sent.append((index["_index"], index["_id"], index["version"], orjson.loads(source)))
    assert sent == expected


@given(resolved_articles)
def test_a_document_that_was_spread_over_lines_is_put_on_one(article: ResolvedArticle) -> None:
    (document,) = documents([arrived(article, msgspec.json.format(encode(article), indent=2))], 1)
    assert document.lines.count(b"\n") == 2
    assert orjson.loads(document.lines.split(b"\n")[1]) == orjson.loads(encode(article))


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 6), st.integers(1, 100))
def test_bulks_keep_order_and_limits(sizes: list[int], max_documents: int, max_bytes: int) -> None:
    found = [Document(b"x" * size, place) for place, size in enumerate(sizes)]
    groups = list(bulks(found, max_documents=max_documents, max_bytes=max_bytes))
    assert [document for group in groups for document in group] == found
    for group in groups:
        assert 1 <= len(group) <= max_documents
        assert len(group) == 1 or sum(len(document.lines) for document in group) <= max_bytes


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 6), st.integers(1, 100))
def test_no_two_neighbouring_bulks_would_fit_into_one(sizes: list[int], max_documents: int, max_bytes: int) -> None:
    found = [Document(b"x" * size, place) for place, size in enumerate(sizes)]
    groups = list(bulks(found, max_documents=max_documents, max_bytes=max_bytes))
    for first, second in pairwise(groups):
        joined = sum(len(document.lines) for document in first) + len(second[0].lines)
        assert len(first) == max_documents or joined > max_bytes


def test_every_field_of_a_record_has_a_mapping() -> None:
    def fields(topic: Topic) -> dict[str, dict[str, object]]:
        properties: dict[str, dict[str, object]] = index_template(topic, 1, "standard")["template"]["mappings"][
            "properties"
        ]
        return properties

    articles = fields(Topic.RESOLVED_ARTICLES)
    assert set(articles) == set(ResolvedArticle.__struct_fields__)
    assert set(articles["actors"]["properties"]) == set(MentionedActor.__struct_fields__)  # type: ignore[call-overload]
    assert set(articles["events"]["properties"]) == set(Event.__struct_fields__)  # type: ignore[call-overload]
    assert set(fields(Topic.ACTOR_COUNTS)) == set(ActorCount.__struct_fields__)


def test_indices_are_named_after_their_generation() -> None:
    assert index_name(Topic.RESOLVED_ARTICLES, 3) == "khabar-g3-articles"
    assert index_name(Topic.ACTOR_COUNTS, 12) == "khabar-g12-actor-counts"


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("http://127.0.0.1:9200", "http://127.0.0.1:9200"),
        ("https://elastic:secret@search:9200/path", "https://search:9200/path"),
        ("https://elastic:s%40e:c@search:9200", "https://search:9200"),
    ],
)
def test_a_password_in_the_address_is_not_printed(url: str, printed: str) -> None:
    assert without_credentials(url) == printed


def test_an_hour_without_lines_gives_no_document() -> None:
    hour = msgspec.convert(
        {
            "actor": "a", "actor_name": "", "kind": "state", "code": "", "hour": "2024-01-01T00:00:00Z",
            "revision": 1, "counts": [],
        },
        ActorHour,
    )  # fmt: skip
    assert list(documents([arrived(hour)], 1)) == []
