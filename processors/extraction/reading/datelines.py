"""Where a report was filed and by which agency, as its first line, a credit or a source line says it.

Knows the tables agencies.tsv and dateline_places.tsv and single lines. Must not know where in a page a line stands. Nothing
is guessed: an agency is one of the table, and a place is taken only beside one, or where the table of places has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from processors.extraction.reading.characters import fold
from processors.extraction.reading.rules import is_no_place

HEAD_CHARACTERS = 130
"""A dateline ends before that."""
MAX_LINE_CHARACTERS = 80
"""A line that is a dateline as a whole is not longer."""
MAX_PLACE_WORDS = 5
MIN_REST_CHARACTERS = 60
"""After a place without an agency: what is shorter may be a headline."""

_KINDS = ("agency", "outlet", "some")
_LETTERS = re.compile(r"[\W_]+")
_SEPARATOR = re.compile(r" ?[-–—/:|،,]{1,3}(?: ?[-–—/:|]{1,2})? ?| ـ{1,2} ")
_BETWEEN_NAMES = re.compile(r" ?[-–—/:+&|،,]{1,2} ?| و ")
_INITIALS = re.compile(r"\w(?:[. ]{1,2}\w){1,3}\.?")
_QUOTES = " «»\"“”'‘’*()[]"
# What stands before the brackets has none of its own, no quotes and no sentence's end.
_BOX = re.compile(r"([^()\[\]«»\"“”؟?!؛]{0,90})[(\[]([^()\[\]\n]{2,60})[)\]]( ?[-–—:ـ/،,]{1,3} ?)?")
_BOXED_END = re.compile(r"(?<=[.؟?!\"”»]) ?[(\[]([^()\[\]\n]{2,60})[)\]]$")
_PLACE_ONLY = re.compile(r"([^()\[\]«»\"“”؟?!؛\d:/]{2,40}?) ?[-–—]{1,2} ")
_DATE = re.compile(r"(?: في)?[ ,،(/-]{0,3}\d.{0,60}")
_ENGLISH_DATE = re.compile(
    r"[, ]{1,2}(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august"
    r"|september|october|november|december)\.?$",
    re.IGNORECASE,
)
_SCORE = re.compile(r"(?<!\d)\d{1,2} ?[-–:] ?\d{1,2}(?!\d)")
_SENTENCE_END = re.compile(r"[.!?؟…]")
_STATES = "states"
"""The row of the table with names that are no place of a dateline, but may stand behind one's dash in a headline."""
_DASH_SOON = re.compile(r".{0,60}? [-–—]{1,2} ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One line of the table. `kind`: agency, outlet or some; `beside`: names that need a place or brackets."""

    id: str
    kind: str
    names: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What a line says of a report's origin in its first `end` characters. `agency`: an id; `place`: as written."""

    agency: str | None
    place: str | None
    end: int


def agencies() -> tuple[Agency, ...]:
    """The table, in its order. Raises ValueError where a line cannot be used."""
    found = []
    for line in _table("agencies.tsv"):
        identity, kind, names, *beside = line.split("\t")
        if kind not in _KINDS:
            raise ValueError(f"agencies.tsv: unknown kind {kind} of {identity}; known are {', '.join(_KINDS)}")
        found.append(
            Agency(
                id=identity,
                kind=kind,
                names=tuple(names.split("|")),
                beside=tuple(beside[0].split("|")) if beside else (),
            )
        )
    return tuple(found)


def dateline(line: str) -> Credit | None:
    """The dateline that `line` (stripped, with single spaces) begins with or consists of; None where it has none."""
    head = line[:HEAD_CHARACTERS]
    found = _boxed(head) or _separated(head, line) or _dated(line) or _place_only(head, line)
    if found is None or (found.end >= len(line) and len(line) > MAX_LINE_CHARACTERS):
        return None
    return found


def credit(line: str) -> Credit | None:
    """What a line of credits, a source line or a byline says: المصدر: رويترز; فرانس24/ أ ف ب; القاهرة - رويترز."""
    if len(line) > 2 * MAX_LINE_CHARACTERS:
        return None
    told = line.partition(":")[2].strip() or line
    found = dateline(told)
    if found is not None and found.end >= len(told):
        return Credit(agency=found.agency, place=found.place, end=len(line))
    agency = _best(_known(name, alone=False) for name in _BETWEEN_NAMES.split(told))
    return None if agency is None else Credit(agency=agency.id, place=None, end=len(line))


def without_credit(line: str) -> tuple[str, Credit | None]:
    """`line` without the agency in brackets behind its last sentence, and what those say."""
    match = _BOXED_END.search(line, max(0, len(line) - MAX_LINE_CHARACTERS))
    if match is None:
        return line, None
    names = [_known(name, alone=False) for name in _BETWEEN_NAMES.split(match[1])]
    agency = _best(names)
    if agency is None or None in names:
        return line, None
    return line[: match.start()].rstrip(), Credit(agency=agency.id, place=None, end=len(line))


def _boxed(head: str) -> Credit | None:
    """القاهرة (أ ف ب) -; LONDON, May 3 (Reuters) -; (د ب أ); (واشنطن - رويترز)."""
    match = _BOX.match(head)
    if match is None:
        return None
    inside = [match[2]] if _known(match[2], alone=False) else _BETWEEN_NAMES.split(match[2])
    known = [_known(name, alone=False) for name in inside]
    others = [name for name, agency in zip(inside, known, strict=True) if agency is None]
    agency = _best(known)
    if agency is None or not all(_is_place(name) or name[:1].isdigit() for name in others):
        return None
    before = match[1].strip(" -–—ـ،,:")
    place = _place(before)
    if before and (place is None or not (match[3] or _is_place(place))):
        return None
    if not place:
        place = next((name for name in others if _is_place(name)), None)
    return Credit(agency=agency.id, place=place or None, end=_spaces_after(head, match.end()))


def _separated(head: str, line: str) -> Credit | None:
    """واشنطن - رويترز:; غزة/ وكالات:; أبوظبي في 12 مايو/ وام /; رويترز - لندن -; a whole line القاهرة - د ب أ."""
    agency: Agency | None = None
    named: list[Agency] = []
    start = first = end = 0
    for match in _SEPARATOR.finditer(head):
        found = _known(head[start : match.start()], alone=False)
        if found is None:
            if agency is not None or match.start() > MAX_LINE_CHARACTERS:
                break
        else:
            first = start if agency is None else first
            named.append(found)
            agency = _best(named)
            # A comma closes nothing: رويترز، وهي وكالة …
            end = match.end() if match[0].strip(" ،,") else 0
        start = match.end()
    else:
        if len(line) <= MAX_LINE_CHARACTERS and (last := _known(line[start:], alone=False)) is not None:
            first = start if agency is None else first
            named.append(last)
            agency, end = _best(named), len(line)
    if agency is None or not end:
        return None
    before = head[:first].strip(" -–—ـ/:|،,")
    place = _place(before)
    if before and not place:
        return None
    # بقلم فلان، CNN: beside a comma only a place of the table is one.
    if place and head[:first].rstrip().endswith((",", "،")) and not _is_place(place):
        return None
    if not before and end < len(line):
        if not any(_known(name, alone=True) for name in _SEPARATOR.split(head[:end])):
            return None
        following = _SEPARATOR.search(head, end)
        if following is not None and _is_place(head[end : following.start()]) and following[0].strip(" ،,"):
            place, end = head[end : following.start()], following.end()
    return Credit(agency=agency.id, place=place or None, end=end)


def _dated(line: str) -> Credit | None:
    """A whole line of a place, a date and an agency without any mark: الرياض 05 ربيع الأول 1440 هـ واس."""
    if len(line) > MAX_LINE_CHARACTERS:
        return None
    before, _, name = line.rpartition(" ")
    place, agency = _place(before), _known(name, alone=False)
    if agency is None or not place or place == before or not _is_place(place):
        return None
    return Credit(agency=agency.id, place=place, end=len(line))


def _place_only(head: str, line: str) -> Credit | None:
    """القاهرة - التقى وزير …: a place of the table, a dash, and a sentence that has no second dash soon.

    No headline (الكويت – السعودية مباراة …; PARIS - MARSEILLE 3-0): no second place, no score, and an end of a sentence.
    """
    match = _PLACE_ONLY.match(head)
    if match is None or len(line) - match.end() < MIN_REST_CHARACTERS:
        return None
    place = match[1]
    if not _is_place(place) or (place.isascii() and not place.isupper()) or _DASH_SOON.match(line, match.end()):
        return None
    words = line[match.end() : match.end() + HEAD_CHARACTERS].split(" ")[:MAX_PLACE_WORDS]
    if any(_is_place(" ".join(words[:count])) or _is_state(words[0]) for count in range(1, len(words) + 1)):
        return None
    if _SCORE.search(" ".join(words)) or _SENTENCE_END.search(line, match.end()) is None:
        return None
    return Credit(agency=None, place=place, end=match.end())


def _place(text: str) -> str | None:
    """The place in what stands before an agency, without the date; "" where there is only a date, None where it is no place."""
    text = _ENGLISH_DATE.sub("", _DATE.split(text, maxsplit=1)[0].strip(_QUOTES + ",،-–—/"))
    words = re.split("[ ،,]+", text)
    return None if len(words) > MAX_PLACE_WORDS or any(map(is_no_place, words)) else text


def _is_place(text: str) -> bool:
    first = re.split("[،,]", text, maxsplit=1)[0]
    return _key(first) in _places()


def _is_state(word: str) -> bool:
    return _key(word) in _states()


def _known(name: str, *, alone: bool) -> Agency | None:
    """The agency of that name; `alone`: nothing but the name speaks for it."""
    if len(name) > 60:
        return None
    # Letters that stand apart are no word: د ب أ: may stand alone, دبا: may not.
    return _names()[alone and _INITIALS.fullmatch(name.strip()) is None].get(_key(name))


def _best(found: Iterator[Agency | None] | list[Agency] | list[Agency | None]) -> Agency | None:
    """Of several the first agency, else the first outlet, else whatever is not more than "agencies"."""
    return min((agency for agency in found if agency is not None), key=lambda one: _KINDS.index(one.kind), default=None)


def _spaces_after(text: str, position: int) -> int:
    while position < len(text) and text[position] == " ":
        position += 1
    return position


def _key(name: str) -> str:
    return _LETTERS.sub("", fold(name)).casefold()


@cache
def _names() -> Mapping[bool, Mapping[str, Agency]]:
    alone = {_key(name): agency for agency in agencies() for name in agency.names}
    beside = {_key(name): agency for agency in agencies() for name in agency.beside}
    return {True: alone, False: beside | alone}


@cache
def _places() -> frozenset[str]:
    rows = [line.split("\t") for line in _table("dateline_places.tsv")]
    return frozenset(_key(place) for region, places in rows if region != _STATES for place in places.split("|"))


@cache
def _states() -> frozenset[str]:
    rows = [line.split("\t") for line in _table("dateline_places.tsv")]
    return frozenset(_key(place) for region, places in rows if region == _STATES for place in places.split("|"))


def _table(name: str) -> Iterator[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
