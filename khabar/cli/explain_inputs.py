"""The two articles of `khabar explain`: from files, read and cleaned as the pipeline does, or from the tables by their ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from khabar.errors import ContractViolation, InvalidRecord, KhabarError, SettingsError
from khabar.records import ExtractedArticle, ResolvedArticle

if TYPE_CHECKING:
    from khabar.cli.export import Tables
    from producers.articles import Accepted, Rules
    from producers.files import Refused

STDIN: Final = "-"
SHOWN_CANDIDATES: Final = 10
_PLACE = re.compile(r"(?P<path>.+)[:#][1-9][0-9]*", re.DOTALL)
"""How refusals, and so we, name a line of a JSON Lines file and an element of a JSON file."""
_ID = re.compile("[0-9a-fA-F]{32}")


class RefusedInput(KhabarError):  # noqa: N818 - as the reasons in dead letters
    """What was named as an article is none."""

    exit_code = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One of the two: what it was called, the clean article, and how many further ones are embedded in its page (known of
    files only; in the tables they are articles of their own).
    """

    name: str
    article: ExtractedArticle | ResolvedArticle
    embedded: int = 0


def is_file(argument: str) -> bool:
    """Whether `argument` names a file, or a place in one, or standard input. If not, it is an id."""
    return argument == STDIN or Path(argument).exists() or _place_in_file(argument) is not None


def from_file(argument: str, *, rules: Rules, now: datetime) -> Given:
    """The one article in the file, or at the place in the file, that `argument` names. `now` dates an article without date.

    Raises click.UsageError where it names a folder, more than one article or a place without one, RefusedInput where what
    is there cannot be an article.
    """
    from processors.extraction.stage import main_article, read_article

    found = _read(argument, rules=rules, now=now)
    try:
        page = read_article(found.article)
    except InvalidRecord as error:
        raise RefusedInput(f"{argument} is no article: {error}") from None
    return Given(
        name=argument,
        article=main_article(found.article, page),
        embedded=len({part.text for part in page.parts}),
    )


def from_tables(names: Sequence[str], tables: Tables, *, where: str) -> list[Given]:
    """The articles of these ids, Khabar's or the publisher's, in the order of `names`. `where`: what to call the tables.

    Raises ContractViolation where one is not there, SettingsError where an id of a publisher stands for several.
    """
    asked = {name.lower() if _ID.fullmatch(name) else name for name in names}
    found = list(tables.named(asked | set(names)))
    return [Given(name=name, article=_named(name, found, where)) for name in names]


def _place_in_file(argument: str) -> str | None:
    place = _PLACE.fullmatch(argument)
    return place["path"] if place is not None and Path(place["path"]).is_file() else None


def _read(argument: str, *, rules: Rules, now: datetime) -> Accepted:
    from producers.files import Refused, read_file
    from producers.reading import Format, input_file

    path, place = argument, None
    if argument != STDIN and not Path(argument).exists():
        path, place = _place_in_file(argument) or argument, argument
    if path != STDIN and Path(path).is_dir():
        raise click.UsageError(f"{path} is a folder; name one article")
    file = input_file(path)
    outcomes = read_file(file, rules=rules, clock=lambda: now)
    outcome: Accepted | Refused
    if place is not None:
        at_place = next((found for where, found in outcomes if where == place), None)
        if at_place is None:
            raise click.UsageError(f"no article stands at {place}; a line is FILE:LINE, an element of JSON FILE#NUMBER")
        outcome = at_place
    else:
        several = list(islice(outcomes, 2))
        if not several:
            raise RefusedInput(f"no article stands in {'standard input' if path == STDIN else path}")
        if len(several) > 1:
            how = "name one as FILE#NUMBER" if file.format is Format.JSON else "name one as FILE:LINE"
            raise click.UsageError(f"{path} holds more than one article; {how}, for example {several[1][0]}")
        outcome = several[0][1]
    if isinstance(outcome, Refused):
        raise RefusedInput(f"{argument} is no article: {outcome.message}")
    return outcome


def _named(name: str, found: Iterable[ResolvedArticle], where: str) -> ResolvedArticle:
    candidates = []
    for article in found:
        if article.id == name.lower():
            return article
        if article.external_id == name:
            candidates.append(article)
    if not candidates:
        raise ContractViolation(
            f"{where} has no article with the id {name}, neither Khabar's nor the publisher's; "
            "`khabar export articles` lists them"
        )
    if len(candidates) > 1:
        shown = "".join(
            f"\n  {article.id}  {article.event_time:%Y-%m-%d %H:%M}  {article.source}"
            for article in candidates[:SHOWN_CANDIDATES]
        )
        more = f"\n  and {len(candidates) - SHOWN_CANDIDATES} more" if len(candidates) > SHOWN_CANDIDATES else ""
        raise SettingsError(
            f"{len(candidates)} articles have the publisher's id {name}; name one by its own:{shown}{more}"
        )
    return candidates[0]
