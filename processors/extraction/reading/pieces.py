"""The page as it was given, piece by piece: what each is, where it stands, and why it is no part of the article.

Knows what reading decided of lines (Layout) and works out offsets and rules from that, only when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from processors.extraction.reading.rules import Kind, kind_of, rule_of, tail_rule_of
from processors.extraction.reading.tracing import Pass, Span, Traced


class Label(Enum):
    """What a piece of a page is."""

    TITLE = "title"
    """The headline of an embedded article. That of the page itself is not of the text: see Page.title."""
    DATELINE = "dateline"
    BODY = "body"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line of the page as given, or the part of one that is one thing.

    `start`, `end`: characters of Page.original, end exclusive. `text`: those characters clean. `part`: 0 for the page's own
    article, n for the n-th embedded in it. `clean`: where a piece of body stands in that article's text. `removes`: what was
    removed, in the words of rules.tsv, else in words of the same sort; `rule`: the pattern that did it, "" where none did.
    """

    label: Label
    part: int
    start: int
    end: int
    text: str
    clean: Span | None = None
    removes: str = ""
    rule: str = ""


@dataclass(slots=True, kw_only=True)
class Section:
    """One article of the page while it is read. Lines are numbers of Layout.lines; `lines` are those of the body.

    `datelines`: by line how many of its first characters are dateline, each cut after the one before. `tail`: how many
    characters of the last line of the body count, None for all.
    """

    title: str
    title_line: int | None = None
    lines: deque[int] = field(default_factory=deque)
    datelines: dict[int, list[int]] = field(default_factory=dict)
    tail: int | None = None

    def text(self, position: int, lines: Sequence[str]) -> str:
        """The line of the body at `position` (from 0, or from -1 backwards) without what was cut off it."""
        line = self.lines[position]
        text = lines[line]
        if self.tail is not None and line == self.lines[-1]:
            text = text[: self.tail]
        return text[self.datelines[line][-1] :] if line in self.datelines else text

    def texts(self, lines: Sequence[str]) -> list[str]:
        """The body, line by line, clean."""
        if self.tail is None and not self.datelines:
            return [lines[line] for line in self.lines]
        return [self.text(position, lines) for position in range(len(self.lines))]


@dataclass(slots=True, kw_only=True)
class Layout:
    """What reading decided of every line. `removed`: why a line is gone that no rule took by itself."""

    original: str
    passes: Sequence[Pass]
    source: str
    lines: Sequence[str]
    sections: list[Section]
    removed: dict[int, str]


class Places:
    """The pieces of a page, and the way back from the clean texts."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._traced = Traced(layout.original, layout.passes)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """In the order of the page. What lies between two is space, characters nobody sees, or tags."""
        return tuple(piece for piece, _ in self._found)

    def origin(self, start: int, end: int, *, part: int = 0) -> Span:
        """Where characters of the clean text of an article (0: the page's own) stand in the original.

        Raises ValueError where that text has no such characters.
        """
        body = [(piece, at) for piece, at in self._found if piece.part == part and piece.label is Label.BODY]
        length = body[-1][0].clean.end if body and body[-1][0].clean else 0
        if not 0 <= start < end <= length:
            raise ValueError(f"the clean text has no characters {start} to {end}")
        return Span(self._edge(body, start, 0), self._edge(body, end - 1, 1))

    def _edge(self, body: Sequence[tuple[Piece, int]], position: int, side: int) -> int:
        """Where the character at `position` of the clean text starts (side 0) or ends in the original."""
        ends = [piece.clean.end for piece, _ in body if piece.clean]
        piece, at = body[bisect_right(ends, position - 1)]
        assert piece.clean is not None
        if position >= piece.clean.end:
            return piece.end  # the end of a line: between two pieces
        at += position - piece.clean.start
        return self._traced.origin(at, at + 1)[side]

    @cached_property
    def _found(self) -> Sequence[tuple[Piece, int]]:
        """The pieces, each with where it begins in the traced text."""
        return tuple(self._pieces())

    def _pieces(self) -> Iterator[tuple[Piece, int]]:
        layout = self._layout
        part_of = {line: part for part, section in enumerate(layout.sections) for line in section.lines}
        titles = {section.title_line: part for part, section in enumerate(layout.sections) if part}
        datelines = {line: cuts for section in layout.sections for line, cuts in section.datelines.items()}
        done = [0] * len(layout.sections)
        part = 0
        for number, at in enumerate(_line_starts(self._traced.text)):
            line = layout.lines[number]
            part = part_of.get(number, titles.get(number, part))
            section = layout.sections[part]
            if number in titles:
                yield self._piece(Label.TITLE, part, at, 0, len(line))
                continue
            begin = 0
            for cut in datelines.get(number, ()):
                yield self._piece(Label.DATELINE, part, at, begin, cut)
                begin = cut
            if begin >= len(line):
                continue
            if number not in part_of:
                removes, rule = self._reason(number)
                yield self._piece(Label.REMOVED, part, at, begin, len(line), removes=removes, rule=rule)
                continue
            end = len(line) if section.tail is None or number != section.lines[-1] else section.tail
            clean = Span(done[part], done[part] + end - begin)
            done[part] = clean.end + 1
            yield self._piece(Label.BODY, part, at, begin, end, clean=clean)
            if end < len(line):
                removes, rule = self._reason_of_tail(line)
                yield self._piece(Label.REMOVED, part, at, end, len(line), removes=removes, rule=rule)

    def _reason(self, number: int) -> tuple[str, str]:
        layout = self._layout
        if number in layout.removed:
            return layout.removed[number], ""
        line = layout.lines[number]
        if kind_of(line, layout.source) is Kind.BODY:
            return self._reason_of_tail(line)
        rule = rule_of(line, layout.source)
        return ("nothing but marks", "") if rule is None else (rule.removes, rule.pattern)

    def _reason_of_tail(self, line: str) -> tuple[str, str]:
        rule = tail_rule_of(line, self._layout.source)
        return ("agency credit", "") if rule is None else (rule.removes, rule.pattern)

    def _piece(
        self,
        label: Label,
        part: int,
        at: int,
        begin: int,
        end: int,
        *,
        clean: Span | None = None,
        removes: str = "",
        rule: str = "",
    ) -> tuple[Piece, int]:
        line = self._traced.text[at + begin : at + end]
        text = line.strip()
        begin += len(line) - len(line.lstrip())
        span = self._traced.origin(at + begin, at + begin + len(text))
        piece = Piece(
            label=label, part=part, start=span.start, end=span.end, text=text, clean=clean, removes=removes, rule=rule
        )
        return piece, at + begin


def _line_starts(text: str) -> Iterator[int]:
    """Where the lines that are not blank begin, after their first spaces."""
    at = 0
    for line in text.split("\n"):
        stripped = line.lstrip()
        if stripped:
            yield at + len(line) - len(stripped)
        at += len(line) + 1
