"""Who held which office when: so that a title without a name means a person.

Knows the offices, and dates in tables. Must not know texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from processors.extraction.coding.tables import Row

OFFICES: Final = frozenset(
    {
        "king", "emir", "sultan", "president", "vice-president", "crown-prince", "prime-minister", "deputy-prime-minister",
        "chancellor", "foreign-minister", "defence-minister", "interior-minister", "finance-minister", "oil-minister",
        "justice-minister", "information-minister", "supreme-leader", "speaker", "army-chief", "intelligence-chief",
        "national-security-adviser", "central-bank-governor", "opposition-leader", "governor", "mayor", "ambassador",
        "un-ambassador", "spokesperson", "party-leader", "secretary-general", "envoy", "high-commissioner", "pope",
        "president-of-commission", "commander", "attorney-general", "chief-justice",
    }
)  # fmt: skip
_FEW: Final = 2
_TERM: Final = re.compile(r"(?:(?P<code>[A-Z0-9:-]+)/)?(?P<office>\S+) (?P<first>\S+?)\.\.(?P<end>\S*)")
_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


class Term(NamedTuple):
    """Somebody holds `office` of the state or body `code` from `first` until before `end`."""

    code: str
    office: str
    first: date
    end: date
    holder: str


def terms(row: Row) -> Iterator[Term]:
    """The terms in a row's column `offices`: `OFFICE FROM..TO`, or `CODE/OFFICE FROM..TO` for an office of another code.

    Raises:
        TableError: an unknown office, or dates that are none.
    """
    for item in row.items("offices"):
        match = _TERM.fullmatch(item)
        if match is None:
            raise row.error(f"office {item!r} is not written as OFFICE FROM..TO")
        if match["office"] not in OFFICES:
            raise row.error(f"unknown office {match['office']!r}; known: {' '.join(sorted(OFFICES))}")
        first = _day(row, match["first"])
        end = _day(row, match["end"]) if match["end"] else date.max
        if first >= end:
            raise row.error(f"office {item!r} ends before it begins")
        yield Term(match["code"] or row["code"], match["office"], first, end, row["id"])


def _day(row: Row, text: str) -> date:
    match = _DAY.fullmatch(text)
    try:
        if match is not None:
            return date(*(int(part or 1) for part in match.groups()))
    except ValueError:
        pass  # said below
    raise row.error(f"{text!r} is no date; written as YYYY, YYYY-MM or YYYY-MM-DD")


class Holders:
    """Answers who held an office on a day. Immutable after construction."""

    def __init__(self, known: Iterable[Term]) -> None:
        self._terms: dict[tuple[str, str], list[Term]] = {}
        self._by_holder: dict[str, list[Term]] = {}
        for term in known:
            self._terms.setdefault((term.code, term.office), []).append(term)
            self._by_holder.setdefault(term.holder, []).append(term)
        self._codes: dict[str, dict[str, None]] = {}
        for code, office in self._terms:
            self._codes.setdefault(office, {})[code] = None
        self._ever = {holder: frozenset(term.office for term in held) for holder, held in self._by_holder.items()}

    def holder(self, code: str, offices: Iterable[str], day: date) -> str | None:
        """The one person who held any of `offices` on `day`; None where nobody or more than one did."""
        found = {
            term.holder
            for office in offices
            for term in self._terms.get((code, office), ())
            if term.first <= day < term.end
        }
        return found.pop() if len(found) == 1 else None

    def rare(self, offices: Iterable[str], day: date) -> dict[str, str]:
        """Who holds an office on `day` that few have, by code (البابا): such a title may mean him though nobody named him."""
        found: dict[str, str] = {}
        for office in offices:
            codes = self._codes.get(office, {})
            if len(codes) > _FEW:
                return {}
            for code in codes:
                holder = self.holder(code, (office,), day)
                if holder is not None:
                    found[code] = holder
        return found

    def ever(self, person: str) -> frozenset[str]:
        """The offices that a person held at any time."""
        return self._ever.get(person, frozenset())

    def on(self, person: str, day: date) -> frozenset[str]:
        """The offices that a person held on `day`."""
        return frozenset(term.office for term in self._by_holder.get(person, ()) if term.first <= day < term.end)
