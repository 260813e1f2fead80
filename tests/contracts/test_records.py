"""The contracts: docs/records.md, its examples, the types and the JSON Schemas say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import orjson
import pytest
from click.testing import CliRunner

from khabar.cli.schema import schema
from khabar.codec import decode, encode
from khabar.errors import InvalidRecord
from khabar.identity import article_id, event_time
from khabar.records import Article, DeadLetter, ExtractedArticle, FindingsEnvelope, ResolvedArticle
from khabar.schema import RECORDS, json_schema

DOCS = Path(__file__).parents[2] / "docs"
NAMES = sorted(RECORDS)


def example(name: str) -> bytes:
    return (DOCS / "examples" / f"{name}.json").read_bytes()


def field_names(schema: dict[str, Any]) -> set[str]:
    return {field for definition in schema["$defs"].values() for field in definition.get("properties", {})}


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_record_decodes_and_says_the_same_when_encoded(name: str) -> None:
    record = decode(example(name), RECORDS[name])
    assert orjson.loads(encode(record)) == orjson.loads(example(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_record_satisfies_its_schema(name: str) -> None:
    made = json_schema(name)
    jsonschema.Draft202012Validator.check_schema(made)
    jsonschema.Draft202012Validator(made, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
        orjson.loads(example(name))
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_refuses_an_example_that_lacks_a_required_field(name: str) -> None:
    made = json_schema(name)
    root = made["$defs"][made["$ref"].rpartition("/")[2]]
    for field in root["required"]:
        broken = orjson.loads(example(name))
        del broken[field]
        assert not jsonschema.Draft202012Validator(made).is_valid(broken)
        with pytest.raises(InvalidRecord):
            decode(orjson.dumps(broken), RECORDS[name])


@pytest.mark.parametrize("name", NAMES)
def test_records_md_names_every_field_of_the_record(name: str) -> None:
    text = (DOCS / "records.md").read_text("utf-8")
    assert f"## {name}\n" in text
    missing = {field for field in field_names(json_schema(name)) if field not in text}
    assert missing == set()


def test_there_is_an_example_for_each_record_and_for_nothing_else() -> None:
    assert sorted(path.stem for path in (DOCS / "examples").glob("*.json")) == NAMES


def test_the_id_of_the_example_article_is_the_one_derived_from_it() -> None:
    article = decode(example("article"), Article)
    when = event_time(published_at=article.published_at, fetched_at=article.fetched_at)
    derived = article_id(
        source=article.source,
        external_id=article.external_id,
        url=article.url,
        event_time=when,
        title=article.title,
        text=article.text,
        html=article.html,
        language=article.language,
        byline=article.byline,
        section=article.section,
        utc_offset_minutes=article.utc_offset_minutes,
    )
    assert article.id == derived


@pytest.mark.parametrize("name", ["findings", "resolved-article"])
def test_mentions_in_the_examples_stand_where_their_offsets_say(name: str) -> None:
    record = decode(example(name), RECORDS[name])
    if isinstance(record, FindingsEnvelope):
        record = next(found for found in record.records if isinstance(found, ExtractedArticle))
    assert isinstance(record, ExtractedArticle | ResolvedArticle)
    whole = f"{record.title}\n{record.text}"
    mentions = [mention for actor in record.actors for mention in actor.mentions]
    assert mentions
    assert [whole[mention.start : mention.end] for mention in mentions] == [mention.text for mention in mentions]


def test_an_unknown_schema_version_is_told_apart_from_a_wrong_field() -> None:
    newer = orjson.loads(example("article")) | {"schema_version": 2}
    with pytest.raises(InvalidRecord) as refusal:
        decode(orjson.dumps(newer), Article)
    assert refusal.value.reason == "unknown_schema_version"


def test_a_reader_ignores_fields_it_does_not_know() -> None:
    newer = orjson.loads(example("article")) | {"mood": "hopeful"}
    assert decode(orjson.dumps(newer), Article) == decode(example("article"), Article)


def test_the_command_lists_every_record_and_prints_its_schema() -> None:
    listed = CliRunner().invoke(schema, [])
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(RECORDS)
    for name in NAMES:
        printed = CliRunner().invoke(schema, [name])
        assert orjson.loads(printed.stdout) == orjson.loads(orjson.dumps(json_schema(name)))


def test_the_command_knows_no_other_names() -> None:
    assert CliRunner().invoke(schema, ["articles"]).exit_code == 2


def test_the_example_dead_letter_is_base64_of_the_original_bytes() -> None:
    letter = msgspec.json.decode(example("dead-letter"), type=DeadLetter)
    assert orjson.loads(letter.value)["date"] == "2024-02-31"
