"""The coder: from an article's title and text to its actors and events.

Knows in which order the parts work and the bounds of what is listed. Must not know tables' formats or word order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from khabar.dates.tables import LANGUAGES
from khabar.dates.tables import source as date_table
from khabar.records import Event, Mention, MentionedActor
from processors.extraction.coding.building import Table, build_lexicon
from processors.extraction.coding.dating import Dates, date_words
from processors.extraction.coding.events import acts, events
from processors.extraction.coding.lexicon import Lexicon
from processors.extraction.coding.patterns import Words, arabic_triggers, english_triggers, function_words
from processors.extraction.coding.recognition import Reading, read
from processors.extraction.coding.tables import package_folder, package_table
from processors.extraction.coding.territories import territory_names
from processors.extraction.sentences import Span

if TYPE_CHECKING:
    from processors.extraction.tagger.names import NameFinder

MAX_MENTIONS: Final = 200
"""At most so many mentions are listed for one actor of one article."""

_STRANGER: Final = "armed-men"
"""The actor that attackers are of whom nothing is known."""
_TABLES: Final = (
    "states.tsv", "institutions.tsv", "places.tsv", "not_actors.tsv", "descriptors.ar.tsv", "descriptors.en.tsv",
    "titles.ar.tsv", "titles.en.tsv", "names.ar.tsv", "names.en.tsv",
    "triggers.ar.tsv", "speech.ar.tsv", "triggers.en.tsv", "words.ar.tsv", "words.en.tsv",
)  # fmt: skip
_ACTOR_FOLDERS: Final = ("persons", "organisations")
_SHARED_TABLES: Final = ("sentences.tsv",)
"""Tables of others that the coder reads by: they only count for its version."""
_RULES: Final = "7"
"""To be raised with any change of the rules in code: with the tables it makes the version. 2: dates of the text. 4: titles,
descriptors, offices. 5: names by their given name alone, what is striven for.
6: whose adjective is no actor, bodies without a state. 7: threats on a condition, what is thought of others, unnamed attackers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What was found in one article: actors in order of their first mention, events in order of their telling.

    `triggers`: where the trigger of each event stands, counted as mentions are. It is not part of the record of an event.
    """

    actors: tuple[MentionedActor, ...]
    events: tuple[Event, ...]
    triggers: tuple[Span, ...]


class Coder:
    """Finds actors and events. Immutable after construction, deterministic, never raises on any text."""

    def __init__(
        self, *, lexicon: Lexicon, words: Mapping[str, Words], version: str, finder: NameFinder | None = None
    ) -> None:
        self.version = version
        self._finder = finder
        self.states: Mapping[str, MentionedActor] = MappingProxyType(dict(lexicon.states))
        self._lexicon = lexicon
        self._stranger = lexicon.actors.get(_STRANGER)
        self._words = words
        self._dates = {language: date_words(known, language) for language, known in words.items()}

    def coded_as(self, language: str) -> str:
        """Whose events are found in a text of `language` (BCP 47): its primary code where there are tables, `und`, or `other`."""
        spoken = language.partition("-")[0]
        return spoken if spoken in self._words or spoken == "und" else "other"

    def code(self, *, title: str, text: str, language: str, event_time: datetime) -> Coding:
        """Code one article.

        Args:
            title: may be empty.
            text: the clean text.
            language: BCP 47. Arabic and English have events; in other languages actors are found by name alone.
            event_time: timezone-aware; its day in that zone is what أمس is before, and dates the events that the text gives no date.
        """
        whole = f"{title}\n{text}" if title else text
        spoken = language.partition("-")[0]
        words = self._words.get(spoken)
        day = event_time.date()
        body = len(title) + 1 if title else 0
        reading = read(whole, self._lexicon, words or self._words["ar"], body=body, day=day, finder=self._finder)
        told: tuple[tuple[Event, Span], ...] = ()
        if words is not None:
            found = acts(
                reading, words, body=body, verb_first=spoken == "ar", states=self.states, stranger=self._stranger
            )
            dates = Dates(found, reading, whole, self._dates[spoken], published=day)
            told = events(found, whole, reading.tokens, dates=dates)
        listed = tuple(event for event, _ in told)
        return Coding(
            actors=_actors(whole, reading, listed, self._lexicon),
            events=listed,
            triggers=tuple(trigger for _, trigger in told),
        )


@lru_cache(maxsize=2)
def load_coder(actors: Table | None = None, finder: NameFinder | None = None) -> Coder:
    """The coder of the tables that ship with the package.

    Args:
        actors: a user's own actors as (file name, text), in the nine columns of the tables in data/persons. Where an id or a
            name stands in the shipped tables too, the user's line counts: with a shipped id it replaces that line, a shipped
            name then means the user's actor. The text enters the version.
        finder: adds names that the lists lack. Its version enters the coder's.

    Raises:
        TableError: a table cannot be used; says file and line.
    """
    tables = {name: package_table(name) for name in _TABLES}
    listed = [table for folder in _ACTOR_FOLDERS for table in package_folder(folder)]
    triggers = arabic_triggers(*((name, tables[name]) for name in ("triggers.ar.tsv", "speech.ar.tsv")))
    triggers.update(english_triggers("triggers.en.tsv", tables["triggers.en.tsv"]))
    lexicon = build_lexicon(
        states=("states.tsv", tables["states.tsv"]),
        actors=listed,
        institutions=("institutions.tsv", tables["institutions.tsv"]),
        places=("places.tsv", tables["places.tsv"]),
        not_actors=("not_actors.tsv", tables["not_actors.tsv"]),
        triggers=triggers,
        descriptors=[(name, tables[name]) for name in ("descriptors.ar.tsv", "descriptors.en.tsv")],
        titles=[(name, tables[name]) for name in ("titles.ar.tsv", "titles.en.tsv")],
        names=[(name, tables[name]) for name in ("names.ar.tsv", "names.en.tsv")],
        own=actors,
    )
    shared = [*map(package_table, _SHARED_TABLES), *map(date_table, LANGUAGES)]
    rules = [*(tables[name] for name in _TABLES), *(text for _, text in listed), *shared, _RULES]
    rules += [name for state in lexicon.states for name in territory_names(state)]
    if actors is not None:
        rules.append(actors[1])
    if finder is not None:
        rules.append(finder.version)
    digest = hashlib.sha256("\0".join(rules).encode())
    words = {
        language: function_words(f"words.{language}.tsv", tables[f"words.{language}.tsv"]) for language in ("ar", "en")
    }
    return Coder(lexicon=lexicon, words=words, version=digest.hexdigest()[:12], finder=finder)


def _actors(whole: str, reading: Reading, found: tuple[Event, ...], lexicon: Lexicon) -> tuple[MentionedActor, ...]:
    """The actors with their mentions: those that are more than a place or a report's source, and all parties of events.

    A state that is party of an event without being named (its court sentences its citizen) has no mentions.
    """
    parties = dict.fromkeys(identity for event in found for identity in (*event.source, *event.target))
    acting = set(parties)
    acting.update([spot.actor.id for spot in reading.spots if not spot.weak])
    mentions: dict[str, list[Mention]] = {}
    actors: dict[str, MentionedActor] = {}
    for spot in reading.spots:
        identity = spot.actor.id
        if identity not in acting:
            continue
        listed = mentions.get(identity)
        if listed is None:
            listed = mentions[identity] = []
            actors[identity] = spot.actor
        if len(listed) < MAX_MENTIONS:
            listed.append(Mention(text=whole[spot.begin : spot.finish], start=spot.begin, end=spot.finish))
    for identity in parties:
        if identity not in actors:
            actors[identity] = lexicon.actors[identity]
            mentions[identity] = []
    return tuple(
        MentionedActor(
            id=actor.id, name=actor.name, kind=actor.kind, code=actor.code, sector=actor.sector,
            mentions=tuple(mentions[identity]),
        )
        for identity, actor in actors.items()
    )  # fmt: skip
