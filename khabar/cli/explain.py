"""`khabar explain`: why two articles are copies of one another, or why not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from khabar.cli.explain_inputs import STDIN, Given, from_file, from_tables, is_file
from khabar.cli.export import open_tables, tables_options
from khabar.cli.inputs import parsed_fields, reading_options
from khabar.cli.options import resolve
from khabar.errors import InvalidRecord, SettingsError
from khabar.records import ResolvedArticle
from khabar.settings import Settings

if TYPE_CHECKING:
    from khabar.cli.explain_report import Account
    from processors.deduplication.explanation import Side
    from processors.fingerprints.comparison import NumberContext, NumberPlace, Overlap, WordedText
    from processors.fingerprints.stop_list import StopList

EXIT_NO_COPY = 1


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@tables_options("Where ids are looked up. Default: store where --store is given.")
@reading_options
@click.option(
    "--partitions",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Say which of so many partitions compares the two. Default: those of the generation, with --from kafka.",
)
@click.option("--full", is_flag=True, help="Print both texts whole, and all numbers.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def explain(
    a: str,
    b: str,
    store: Path | None,
    origin: Literal["store", "kafka"] | None,
    brokers: str | None,
    generation: int | None,
    source: str | None,
    language: str | None,
    fields: tuple[str, ...],
    partitions: int | None,
    full: bool,
    as_json: bool,
) -> None:
    """Why are A and B copies of one another, or why not?

    Tells the rule that decided, what was measured and what was needed, the keys they share, the numbers that agree or
    differ, and shows both texts with the passages they share.

    A and B are files, or ids of articles in a store or in the topics. A file is read and cleaned as `khabar batch` does it,
    and holds one article; of several name one: FILE:LINE in JSON Lines, FILE#NUMBER in JSON. - is standard input, a line of
    JSON. Anything that is no file is an id, Khabar's own or the publisher's. Window and stock phrases are those of
    KHABAR_WINDOW_HOURS and KHABAR_STOP_PHRASES.

    It judges the two by themselves. What an article is finally said to repeat is the earliest of all that it repeats.

    \b
    Examples:
      khabar explain story.html reprint.txt
      khabar explain articles.jsonl:3 articles.jsonl:17 --full
      khabar explain --store news.db 5f0c93a2d7e84b16a0c1d2e3f4051627 AFP-20250302-118
      khabar explain --from kafka almada-1 annahr-77 --json | jq .rule

    \b
    Exit code: 0 copies, 1 no copies, 2 wrong usage, 3 Kafka does not answer, 4 there is no such article, store or topic,
    5 a file holds no article.
    """
    from processors.fingerprints.stop_list import stop_list_of

    settings = resolve(brokers=brokers, generation=generation)
    stop_list = stop_list_of(settings.stop_phrases)
    notes: list[str] = []
    given = _given(
        (a, b),
        store=store,
        origin=origin,
        settings=settings,
        rules={"source": source, "language": language, "fields": parsed_fields(fields)},
        stop_list=stop_list,
        notes=notes,
    )
    if partitions is None and origin == "kafka":
        partitions = _partitions(settings)
    found = account(given, settings=settings, stop_list=stop_list, partitions=partitions, notes=notes)
    if as_json:
        click.echo(_json(found))
    else:
        _print(found, full=full)
    sys.exit(0 if found.explanation.is_copy else EXIT_NO_COPY)


def account(
    given: tuple[Given, Given],
    *,
    settings: Settings,
    stop_list: StopList,
    partitions: int | None = None,
    notes: Sequence[str] = (),
) -> Account:
    """All that can be told of two articles."""
    from khabar.cli.explain_report import Account
    from processors.deduplication import explanation
    from processors.extraction.stage import fingerprint_record
    from processors.fingerprints import comparison, fingerprint_texts, number_sample

    prints = fingerprint_texts([one.article.text for one in given], stop_list)
    records = [fingerprint_record(one.article, found, origin=0) for one, found in zip(given, prints, strict=True)]
    why = explanation.explain(records[0], records[1], window_hours=settings.window_hours)
    a, b = (comparison.worded(one.article.text) for one in given)
    places = comparison.phrases(a, why.shared_keys)
    return Account(
        given=given,
        explanation=why,
        texts=(a, b),
        overlap=comparison.exact_overlap(a, b),
        passages=comparison.shared_passages(a, b),
        shared=comparison.shared_words(a, b),
        numbers=comparison.compared_numbers(a, b, number_sample(prints[0]), number_sample(prints[1])),
        phrases={key: a.quote(first, end) for key, (first, end) in places.items()},
        partitions=partitions,
        notes=tuple(notes) + tuple(_said_in_tables(given)),
    )


def _given(
    names: tuple[str, str],
    *,
    store: Path | None,
    origin: Literal["store", "kafka"] | None,
    settings: Settings,
    rules: dict[str, Any],
    stop_list: StopList,
    notes: list[str],
) -> tuple[Given, Given]:
    """Both articles. Adds to `notes` what is to be known of where they come from."""
    from producers.articles import rules as rules_for

    if names.count(STDIN) > 1:
        raise click.UsageError("standard input (-) can be read only once")
    try:
        read_by = rules_for(**rules)
    except InvalidRecord as error:
        raise SettingsError(str(error)) from None
    ids = [name for name in dict.fromkeys(names) if not is_file(name)]
    found: dict[str, Given] = {}
    if ids:
        if store is None and origin is None:
            raise click.UsageError(
                f"there is no file {ids[0]}; to look up an id, say where: --store FILE.db or --from kafka"
            )
        with closing(open_tables(store=store, origin=origin, settings=settings)) as tables:
            where = str(store) if origin != "kafka" else f"generation {settings.generation}"
            found = dict(zip(ids, from_tables(ids, tables, where=where), strict=True))
            notes += _other_layout(tables, settings, stop_list)
    # One time for both, as for articles that come in one batch.
    now = datetime.now(UTC)
    a, b = (found.get(name) or from_file(name, rules=read_by, now=now) for name in names)
    return a, b


def _other_layout(tables: object, settings: Settings, stop_list: StopList) -> list[str]:
    """A note where the store's copies were found with other settings than they are explained with."""
    from khabar.cli.batch import stored_layout
    from processors.pipeline import finds_the_same_copies
    from sinks.sqlite import Store

    layout = stored_layout(tables) if isinstance(tables, Store) else None
    if layout is None or finds_the_same_copies(layout, window_hours=settings.window_hours, stop_list=stop_list):
        return []
    return [f"This store was made with other settings than these: {layout}."]


def _said_in_tables(given: tuple[Given, Given]) -> list[str]:
    """What the tables hold of the two, where they come from there."""
    a, b = given
    said = []
    for own, other, letter, other_letter in ((a, b, "A", "B"), (b, a, "B", "A")):
        if isinstance(own.article, ResolvedArticle):
            repeats = own.article.copy_of or "nobody"
            said.append(f"{letter} repeats {other_letter if repeats == other.article.id else repeats}")
    return [f"In the tables: {'; '.join(said)}."] if said else []


def _partitions(settings: Settings) -> int | None:
    from khabar.kafka import connect_admin, partition_counts
    from khabar.topics import Topic, topic_name

    return partition_counts(connect_admin(settings)).get(topic_name(Topic.FINGERPRINTS, settings.generation))


def _print(found: Account, *, full: bool) -> None:
    from rich.console import Console

    from khabar.cli.explain_report import report
    from khabar.demo.printing import PLAIN, terminal

    console = Console(highlight=False, markup=False, emoji=False)
    paper = terminal(console.width) if console.is_terminal else PLAIN
    colourless = not console.is_terminal or console.no_color or console.color_system is None
    for line in report(found, paper, brackets=colourless, full=full):
        console.print(line, soft_wrap=True)


def _json(found: Account) -> str:
    import orjson

    explanation = found.explanation
    document = {
        "copy": explanation.is_copy,
        "kind": explanation.kind,
        "rule": explanation.rule,
        "sentence": explanation.rule.sentence,
        "against": [{"rule": rule, "sentence": rule.sentence} for rule in explanation.against],
        "if_met": explanation.if_met,
        "later": explanation.later,
        "later_by": explanation.later_by,
        "window_hours": explanation.window_hours,
        "apart_seconds": explanation.apart_seconds,
        "same_page": explanation.same_page,
        "a": _article(found.given[0], explanation.a),
        "b": _article(found.given[1], explanation.b),
        "shared_keys": [{"key": f"{key:016x}", "phrase": found.phrases.get(key)} for key in explanation.shared_keys],
        "partition": None if found.partitions is None else explanation.partition(found.partitions),
        "partitions": found.partitions,
        "sample": explanation.sample,
        "exact": _exact(found.overlap),
        "numbers": {
            "agree": explanation.numbers_agree,
            "differ": explanation.numbers_differ,
            "against": explanation.numbers_against,
            "contexts": [_number(context, found.texts) for context in found.numbers],
        },
        "passages": [
            {
                "words": passage.words,
                "a": found.texts[0].characters(passage.a, passage.a + passage.words),
                "b": found.texts[1].characters(passage.b, passage.b + passage.words),
            }
            for passage in found.passages
        ],
        "notes": found.notes,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()


def _article(given: Given, side: Side) -> dict[str, Any]:
    from khabar.cli.explain_report import shown_name

    article = given.article
    return {
        "name": shown_name(given.name),
        "id": article.id,
        "external_id": article.external_id,
        "source": article.source,
        "url": article.url,
        "title": article.title,
        "event_time": article.event_time,
        "dated": side.dated,
        "part_of": article.part_of,
        "embedded": given.embedded,
        "words": side.words,
        "shingles": side.shingles,
        "keys": [f"{key:016x}" for key in side.keys],
        "keyed_by_text": side.keyed_by_text,
        "text": article.text,
    }


def _exact(overlap: Overlap) -> dict[str, Any]:
    return {
        "shared": overlap.shared,
        "in_a": overlap.in_a,
        "in_b": overlap.in_b,
        "similarity": overlap.similarity,
        "containment": overlap.containment,
    }


def _number(context: NumberContext, texts: tuple[WordedText, WordedText]) -> dict[str, Any]:
    def told(place: NumberPlace, text: WordedText) -> dict[str, Any]:
        return {
            "number": text.quote(place.first, place.end),
            "context": text.quote(place.start, place.stop),
            "characters": text.characters(place.first, place.end),
        }

    return {"values": context.values, "a": told(context.a, texts[0]), "b": told(context.b, texts[1])}
