"""`khabar schema`: the contracts as JSON Schema."""

from __future__ import annotations

import click
import orjson

from khabar.schema import RECORDS, json_schema


@click.command()
@click.argument("name", required=False, type=click.Choice(list(RECORDS)), metavar="[NAME]")
def schema(name: str | None) -> None:
    """Print the JSON Schema (2020-12) of a record; without NAME, list the names.

    \b
    khabar schema
    khabar schema article > article.schema.json
    """
    if name is None:
        width = max(map(len, RECORDS))
        for known, record in RECORDS.items():
            summary = (record.__doc__ or "").splitlines()[0]
            click.echo(f"{known:{width}}  {summary}")
        return
    click.echo(orjson.dumps(json_schema(name), option=orjson.OPT_INDENT_2))
