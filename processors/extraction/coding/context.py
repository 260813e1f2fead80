"""Whose people are meant where a text names no state: المتظاهرون, الشرطة, الوزير, القاضي فلان.

Knows the order of evidence: the place in the sentence, who the headline is about, the state most spoken of so far.
Must not know how actors are found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from khabar.records import MentionedActor
from processors.extraction.coding.lexicon import Shared
from processors.extraction.coding.spots import Spot

_HEADER_TOKENS: Final = 4
_BORDERS: Final = frozenset({"حدود", "الحدود", "حدودها", "حدوده", "بحدود", "لحدود", "بالحدود", "للحدود", "الحدوديه"})
_NEAR: Final = 8
"""A place so many tokens behind says where somebody is."""


def _beyond(keys: Sequence[str], start: int) -> bool:
    """Whether the place at `start` is only what a border is shared with: on this side is somebody else."""
    before = keys[start - 1] if start else ""
    return before in _BORDERS or (before == "مع" and start > 1 and keys[start - 2] in _BORDERS)


class Context:
    """What an article has said so far. Built for one article; `saw` is told every actor in reading order."""

    def __init__(
        self,
        spots: Sequence[Spot],
        bounds: Sequence[int],
        states: Mapping[str, MentionedActor],
        dateline: str,
        keys: Sequence[str],
    ) -> None:
        self._states = states
        self._bounds = bounds
        places = [
            spot
            for spot in spots
            if (spot.scene or (spot.weak and spot.actor.kind == "state" and not spot.adjective))
            and not _beyond(keys, spot.start)
        ]
        self._place_tokens = [spot.start for spot in places]
        self._places = [spot.actor.code for spot in places]
        self._counts: dict[str, int] = {}
        self._best = ""
        self._last = (-1, "")
        self._body = (-1, "")
        self._group = ""
        self._header = self._of_header(spots)
        self._dateline = dateline
        self._all = Counter(spot.actor.code for spot in spots if spot.actor.code in states)
        self._whole = self._all.most_common(1)[0][0] if self._all else ""

    def saw(self, actor: MentionedActor, token: int) -> None:
        """An actor stands at `token`; what is asked later takes note of it."""
        code = actor.code
        if actor.kind in ("armed_group", "igo"):
            self._group = code
        if code in self._states:
            self._last = (token, code)
            if actor.kind == "organisation":
                self._body = (token, code)
            self._counts[code] = self._counts.get(code, 0) + 1
            if self._counts[code] > self._counts.get(self._best, 0):
                self._best = code

    def state(self, token: int, *, body: bool = True) -> MentionedActor | None:
        """The state that unnamed people at `token` belong to. `body`: they are one of its bodies, as the one named before."""
        code = (
            (self._beside(token) if body else "")
            or self._place(token)
            or self._header
            or self._best
            or self._whole
            or self._dateline
        )
        return self._states.get(code)

    def _beside(self, token: int) -> str:
        """The state whose body is named before in the sentence: قالت الداخلية المقدونية إن الشرطة."""
        last, code = self._body
        return code if last >= self._bounds[bisect_left(self._bounds, token + 1) - 1] else ""

    def state_owning(self, token: int) -> MentionedActor | None:
        """The state whose embassy stands at `token`: never that of the place."""
        named = self.state_in_sentence(token) or self._states.get(self._header or self._best or self._whole)
        place = self._place(token)
        if named is None or named.code != place:
            return named
        others = (code for code, _ in self._all.most_common() if code != place and code in self._states)
        return self._states.get(next(others, place))

    def state_in_sentence(self, token: int) -> MentionedActor | None:
        """The state named last in the sentence before `token`."""
        last, code = self._last
        sentence = bisect_left(self._bounds, token + 1) - 1
        return self._states.get(code) if last >= self._bounds[sentence] else None

    def state_before(self) -> MentionedActor | None:
        """The state that the article has been about: a place proves nothing about who is there."""
        return self._states.get(self._header or self._best)

    def side(self, token: int) -> str:
        """The code of whomever somebody named at `token` belongs to, of whom nothing is said: of a state, else of a group."""
        state = self.state_in_sentence(token) or self.state_before() or self.state(token)
        return state.code if state is not None else self._group

    def names(self, code: str) -> bool:
        """Whether the article names an actor of the state anywhere."""
        return self._all[code] > 0

    def likeliest(self, shared: Sequence[Shared], actors: Mapping[str, MentionedActor]) -> Shared:
        """Which of several states with one name is meant: the one that the article speaks of otherwise too."""
        return max(shared, key=lambda one: (self._all[actors[one.actor].code], one.otherwise))

    def _place(self, token: int) -> str:
        """The state of the place named nearest in the sentence, rather before than behind."""
        if not self._places:
            return ""
        sentence = bisect_left(self._bounds, token + 1) - 1
        start, end = self._bounds[sentence], self._bounds[sentence + 1]
        at = bisect_left(self._place_tokens, token)
        before = self._place_tokens[at - 1] if at else -1
        after = self._place_tokens[at] if at < len(self._places) else end
        if after < end and after - token <= _NEAR and (before < start or after - token < token - before):
            return self._places[at]
        return self._places[at - 1] if before >= start else ""

    def _of_header(self, spots: Sequence[Spot]) -> str:
        """The state that a headline names before it starts: تركيا.. اعتقال."""
        if len(self._bounds) < 3 or self._bounds[1] > _HEADER_TOKENS:
            return ""
        named = (spot.actor.code for spot in spots[:3] if spot.end <= self._bounds[1])
        return next((code for code in named if code in self._states), "")
