"""What `khabar explain` found out, as lines of text for a terminal or for a pipe. Pure; prints nothing itself.

Arabic stands alone on a line or last, as in the report of the demo. Nothing in an article can steer the terminal: signs that
nobody sees are shown as one that everybody does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, chop_cells
from rich.text import Text

from khabar.demo.printing import Paper, heading, note

if TYPE_CHECKING:
    from khabar.cli.explain_inputs import Given
    from processors.deduplication.explanation import Explanation, Side
    from processors.fingerprints.comparison import NumberContext, NumberPlace, Overlap, Passage, WordedText

LONG_PASSAGE_WORDS: Final = 8
NUMBERED_PASSAGES: Final = 20
"""So many passages, of at least so many words, get a number; all others are only marked."""
SHOWN_STRETCHES: Final = 80
SHOWN_NUMBERS: Final = 8
MAX_OWN_WORDS: Final = 40
MAX_SHARED_WORDS: Final = 80
END_WORDS: Final = 15
"""Longer stretches are cut in the middle, but for so many words at either end."""
AROUND_WORDS: Final = 2
"""So many words around a number and its context make it readable."""
INDENT: Final = "    "
PASSAGE_STYLES: Final = ("green", "cyan", "magenta", "yellow", "bright_blue")
SHORT_STYLE: Final = "underline"
NUMBER_STYLES: Final[Mapping[str, str]] = {"differ": "bold red", "agree": "bold green", "same_year": "bold"}
QUIET: Final = "bright_black"

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_UNIT: Final = re.compile(r"\S+(?:\s+\d\S*)*\s*")
"""What is not broken at a line's end: a number at the beginning of a line would stand on the wrong side of its Arabic."""
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that is told of articles A and B, in this order where there are two of a kind.

    `passages` are those of A in B; `shared`: which words belong to 4-word sequences that both texts have; `phrases`: by shared
    key, the words that it is the hash of, where it is not that of the whole text; `notes`: whatever else there is to know.
    """

    given: tuple[Given, Given]
    explanation: Explanation
    texts: tuple[WordedText, WordedText]
    overlap: Overlap
    passages: Sequence[Passage]
    shared: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    numbers: Sequence[NumberContext]
    phrases: Mapping[int, str]
    partitions: int | None
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Words of a text, from `first` to `end`, that are all in both texts or all in this one; `number`: of the passage."""

    first: int
    end: int
    shared: bool
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """A line of the table. `met` is None where nothing was needed."""

    name: str
    found: str
    exactly: str = ""
    needed: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """In place of words that are not shown."""

    words: str


def visible(text: str) -> str:
    """`text` in one line, with a replacement character for each control character, mark of direction and surrogate."""
    return " ".join(_UNSEEN.sub("\ufffd", text).split())


def shown_name(name: str) -> str:
    """The name of a file or an id, whatever bytes it has."""
    return visible(os.fsencode(name).decode("utf-8", "replace"))


def report(account: Account, paper: Paper, *, brackets: bool, full: bool) -> Iterator[Text]:
    """The whole report, line by line. `brackets`: mark shared passages by ⟦ and ⟧ rather than by style; `full`: cut nothing."""
    yield from verdict_lines(account, paper)
    yield from article_lines(account, paper)
    yield from measure_lines(account, paper)
    yield from key_lines(account, paper)
    yield from number_lines(account, paper, full=full)
    yield from text_lines(account, paper, brackets=brackets, full=full)


def verdict_lines(account: Account, paper: Paper) -> Iterator[Text]:
    """The verdict, the rule that decided, and what else speaks against a copy."""
    from processors.deduplication.explanation import Rule, Which

    explanation = account.explanation
    rule = explanation.rule
    if explanation.kind is not None and explanation.later is not None and explanation.later_by is not None:
        later, earlier = ("A", "B") if explanation.later is Which.A else ("B", "A")
        yield Text.assemble(("COPY", "bold green"), (f": {later} repeats {earlier} ({explanation.kind})", "bold"))
        yield from _paragraph(rule.sentence, paper)
        yield from _paragraph(f"{later} is the later of the two: {explanation.later_by.sentence}.", paper, QUIET)
    else:
        yield Text.assemble(("NO COPY", "bold red"), (f": {rule.replace('_', ' ')}", "bold"))
        yield from _paragraph(rule.sentence, paper)
        for other in explanation.against:
            yield from _paragraph(f"Besides: {other.sentence}", paper, QUIET)
        met = explanation.if_met
        copies = met in (Rule.IDENTICAL, Rule.COPY, Rule.EXCERPT, Rule.REVISION)
        if copies and rule is not Rule.ONE_ARTICLE:
            yield from _paragraph(f"If not for that, their texts would make them copies ({met}).", paper, QUIET)
    if rule is Rule.NO_SHARED_KEY:
        for letter, side in zip("AB", (explanation.a, explanation.b), strict=True):
            if side.keyed_by_text:
                words = f"{letter} consists of stock phrases, so only a text that says exactly the same finds it."
                yield from _paragraph(words, paper, QUIET)


def article_lines(account: Account, paper: Paper) -> Iterator[Text]:
    """Which two articles these are."""
    explanation = account.explanation
    for letter, given, side in zip("AB", account.given, (explanation.a, explanation.b), strict=True):
        article = given.article
        yield Text()
        yield Text.assemble((f"{letter}   ", "bold"), shown_name(given.name))
        dated = "" if side.dated else ", the page's: it has no date of its own"
        facts = f"{_time(side)}{dated}, {_counted(side.words, 'word')}"
        yield Text.assemble((f"{INDENT}{facts}", QUIET), f"  {visible(article.source)}")
        if article.title.strip():
            yield from _wrapped(Text(visible(article.title)), paper)
        if given.name != article.id:
            yield Text(f"{INDENT}id {article.id}", style=QUIET)
        if given.embedded:
            words = (
                f"{_counted(given.embedded, 'article')} embedded in this page; the pipeline compares each by itself."
            )
            yield from _paragraph(words, paper, QUIET)
    if account.notes:
        yield Text()
        for words in account.notes:
            yield from _paragraph(words, paper, QUIET)


def measure_lines(account: Account, paper: Paper) -> Iterator[Text]:
    """What was measured, what it really is, what was needed, and whether that was met."""
    rows = list(_measures(account))
    cells = [("", "found", "exactly", "needed"), *((row.name, row.found, row.exactly, row.needed) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    yield from heading("Measures", paper)
    for row, (name, *values) in zip([None, *rows], cells, strict=True):
        columns = [
            f"{name:<{widths[0]}}",
            *(f"{value:>{width}}" for value, width in zip(values, widths[1:], strict=True)),
        ]
        line = Text(INDENT + "  ".join(columns), style=QUIET if row is None else "")
        if row is None:
            line.append("  met")
        elif row.met is not None:
            line.append("  yes" if row.met else "  no", style="green" if row.met else "red")
        line.rstrip()
        yield line
    if account.explanation.sample is not None:
        yield Text()
        yield from note(
            "Of similarity and containment one is enough. They are estimated from up to 128 4-word sequences of each.",
            paper,
        )


def key_lines(account: Account, paper: Paper) -> Iterator[Text]:
    """The keys by which the two meet, each with its five words."""
    explanation = account.explanation
    if not explanation.shared_keys:
        return
    yield from heading(f"Keys they share: {len(explanation.shared_keys)}", paper)
    for key in explanation.shared_keys:
        line = Text.assemble(INDENT, (f"{key:016x}", QUIET))
        if key in account.phrases:
            line.append(f"  {visible(account.phrases[key])}")
        else:
            line.append("  all words of the text")
        yield line
    if account.partitions is not None:
        yield Text()
        words = f"The smallest brings the two together, in partition {explanation.partition(account.partitions)}"
        yield from note(f"{words} of {account.partitions} (counted from 0).", paper)


def number_lines(account: Account, paper: Paper, *, full: bool) -> Iterator[Text]:
    """The numbers that stand between the same words in both texts."""
    from processors.fingerprints.comparison import Values

    by_values: dict[Values, list[tuple[NumberPlace, NumberPlace]]] = {values: [] for values in Values}
    for context in account.numbers:
        _join(by_values[context.values], context)
    titles = {
        Values.DIFFER: "Other numbers between the same words",
        Values.AGREE: "The same numbers between the same words",
        Values.SAME_YEAR: "The same years between the same words: that tells nothing",
    }
    for values, title in titles.items():
        pairs = by_values[values]
        if not pairs:
            continue
        style = NUMBER_STYLES[values]
        yield from heading(f"{title}: {len(pairs)}", paper)
        for pair in pairs if full else pairs[:SHOWN_NUMBERS]:
            for letter, place, text in zip("AB", pair, account.texts, strict=True):
                yield Text.assemble(f"{INDENT}{letter}  ", _quoted_number(text, place, style))
        if not full and len(pairs) > SHOWN_NUMBERS:
            yield from note(f"and {len(pairs) - SHOWN_NUMBERS} more (--full shows all)", paper)


def text_lines(account: Account, paper: Paper, *, brackets: bool, full: bool) -> Iterator[Text]:
    """Both texts with what they share marked."""
    numbers = passage_numbers(account.passages)
    for side, letter in enumerate("AB"):
        text = account.texts[side]
        in_both = int(account.shared[side].sum())
        yield from heading(
            f"{letter}: {in_both:,} of {_counted(len(text), 'word')} stand in both, four or more in a row", paper
        )
        labels = labelled(account, side, numbers)
        yield from _marked(text, stretches(labels), letter, paper, brackets=brackets, full=full)
    yield Text()
    how = "Between ⟦ and ⟧" if brackets else "In colour or underlined"
    yield from note(f"{how}: in both texts; the same number is the same passage.", paper)


def passage_numbers(passages: Sequence[Passage]) -> dict[int, int]:
    """By place in `passages`, the number that readers see."""
    long = [place for place, passage in enumerate(passages) if passage.words >= LONG_PASSAGE_WORDS]
    return {place: number for number, place in enumerate(long[:NUMBERED_PASSAGES], start=1)}


def labelled(account: Account, side: int, numbers: Mapping[int, int]) -> NDArray[np.int64]:
    """By word of A (`side` 0) or B: -1 where it is not shared, else the number of its passage, or 0."""
    labels = np.where(account.shared[side], 0, -1)
    for place, passage in enumerate(account.passages):
        first = passage.b if side else passage.a
        own = labels[first : first + passage.words]
        own[own == 0] = numbers.get(place, 0)
    return labels


def stretches(labels: NDArray[np.int64]) -> list[Stretch]:
    """The words of a text, by their labels."""
    if not len(labels):
        return []
    bounds = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
    found = []
    for first, end in pairwise(bounds):
        label = int(labels[first])
        found.append(Stretch(first=first, end=end, shared=label >= 0, number=label if label > 0 else None))
    return found


def _measures(account: Account) -> Iterator[_Measure]:
    from processors.deduplication.explanation import Rule
    from processors.deduplication.verification import MIN_AGREEMENT, MIN_SHARED

    explanation = account.explanation
    a, b, sample, exact = explanation.a, explanation.b, explanation.sample, account.overlap
    keys = len(explanation.shared_keys)
    yield _Measure(name="keys in common", found=f"{keys} of {len(a.keys)} and {len(b.keys)}", needed="1", met=keys > 0)
    yield _Measure(
        name="hours apart",
        found=f"{explanation.apart_seconds / 3600:.1f}",
        needed=f"at most {explanation.window_hours}",
        met=explanation.within_window,
    )
    if not (a.dated and b.dated):
        dated = a.dated + b.dated
        yield _Measure(name="with a date of its own", found=f"{dated} of 2", needed="1", met=dated > 0)
    if sample is None:
        same = explanation.if_met is Rule.IDENTICAL
        yield _Measure(name="all words the same", found="yes" if same else "no", needed="yes", met=same)
        return
    asked = not explanation.same_page
    if explanation.same_page:
        yield _Measure(name="source and address alike", found="yes")
    yield _Measure(
        name="4-word sequences in samples",
        found=f"{sample.shared} of {sample.in_a} and {sample.in_b}",
        needed=f"{MIN_SHARED}",
        met=sample.shared >= MIN_SHARED,
    )
    yield _Measure(name="4-word sequences in texts", found=f"about {sample.common:,.0f}", exactly=f"{exact.shared:,}")
    yield _Measure(
        name="similarity (Jaccard)",
        found=f"{sample.similarity:.3f}",
        exactly=f"{exact.similarity:.3f}",
        needed=_needed(sample.similarity_needed) if asked else "not asked",
        met=sample.is_similar if asked else None,
    )
    yield _Measure(
        name="containment of the shorter",
        found=f"{sample.containment:.3f}",
        exactly=f"{exact.containment:.3f}",
        needed=_needed(sample.containment_needed) if asked else "not asked",
        met=sample.is_contained if asked else None,
    )
    compared = explanation.numbers_agree + explanation.numbers_differ
    agree = f"{explanation.numbers_agree} of {compared}" if compared else "none in common"
    agreement = f"{MIN_AGREEMENT:.0%}" if compared else ""
    yield _Measure(
        name="number contexts that agree",
        found=agree,
        needed=agreement if asked else "not asked",
        met=not explanation.numbers_against if asked and compared else None,
    )


def _needed(share: float | None) -> str:
    if share is None:
        return ""
    return f"{share:.3f}" if share <= 1 else "above 1"


def _marked(
    text: WordedText, found: Sequence[Stretch], letter: str, paper: Paper, *, brackets: bool, full: bool
) -> Iterator[Text]:
    line = Text()
    for fragment in _fragments(text, found, letter, brackets=brackets, full=full):
        if isinstance(fragment, _Cut):
            yield from _wrapped(line, paper)
            yield from note(f"{paper.ellipsis} {fragment.words} {paper.ellipsis}", paper)
            line = Text()
            continue
        words, style = fragment
        first, *others = words.split("\n")
        line.append(_spaced(first), style)
        for other in others:
            yield from _wrapped(line, paper)
            line = Text().append(_spaced(other), style)
    yield from _wrapped(line, paper)


def _fragments(
    text: WordedText, found: Sequence[Stretch], letter: str, *, brackets: bool, full: bool
) -> Iterator[tuple[str, str] | _Cut]:
    """The text in pieces, each with its style, and what stands in place of others."""
    shown = found if full or len(found) <= SHOWN_STRETCHES else found[:SHOWN_STRETCHES]
    at = 0
    for stretch in shown:
        start, stop = text.characters(stretch.first, stretch.end)
        start = max(start, at)  # two words may share a character
        yield text.text[at:start], ""
        opening, closing, style = _signs(stretch, brackets=brackets)
        yield opening, style
        most = MAX_SHARED_WORDS if stretch.shared else MAX_OWN_WORDS
        if full or stretch.end - stretch.first <= most:
            yield text.text[start:stop], style
        else:
            _, head = text.characters(stretch.first, stretch.first + END_WORDS)
            tail, _ = text.characters(stretch.end - END_WORDS, stretch.end)
            yield text.text[start:head], style
            yield _Cut(words=_left_out(stretch, letter))
            yield text.text[tail:stop], style
        yield closing, style
        at = max(at, stop)
    if len(shown) < len(found):
        rest = found[len(shown) :]
        both = sum(stretch.end - stretch.first for stretch in rest if stretch.shared)
        words = rest[-1].end - rest[0].first
        yield _Cut(words=f"{_counted(words, 'more word')}, {both:,} of them in both texts (--full shows all)")
    else:
        yield text.text[at:], ""


def _signs(stretch: Stretch, *, brackets: bool) -> tuple[str, str, str]:
    """What stands before a stretch and after it, and its style."""
    if not stretch.shared:
        return "", "", ""
    if brackets:
        return ("⟦" if stretch.number is None else f"⟦{stretch.number}: "), "⟧", ""
    if stretch.number is None:
        return "", "", SHORT_STYLE
    # After the passage: there a number belongs to the Arabic before it, wherever the terminal puts that.
    style = PASSAGE_STYLES[(stretch.number - 1) % len(PASSAGE_STYLES)]
    return "", str(stretch.number).translate(_SUPERSCRIPTS), style


def _left_out(stretch: Stretch, letter: str) -> str:
    words = _counted(stretch.end - stretch.first - 2 * END_WORDS, "more word")
    if not stretch.shared:
        return f"{words} that only {letter} has"
    return words if stretch.number is None else f"{words} of passage {stretch.number}"


def _join(pairs: list[tuple[NumberPlace, NumberPlace]], context: NumberContext) -> None:
    """Add a context to those that are shown: the words before a number and those after it are one to the eye."""
    for place, (a, b) in enumerate(pairs):
        if (a.first, b.first) == (context.a.first, context.b.first):
            pairs[place] = (_both(a, context.a), _both(b, context.b))
            return
    pairs.append((context.a, context.b))


def _both(one: NumberPlace, other: NumberPlace) -> NumberPlace:
    return replace(one, start=min(one.start, other.start), stop=max(one.stop, other.stop))


def _quoted_number(text: WordedText, place: NumberPlace, style: str) -> Text:
    """The number between its words. The first is no number: on the left of the line it would seem to be the last."""
    figures = text.figure_places()
    first = max(0, place.start - AROUND_WORDS)
    while first > 0 and first in figures:
        first -= 1
    end = min(len(text), place.stop + AROUND_WORDS)
    start, stop = text.characters(first, end)
    number_start, number_stop = text.characters(place.first, place.end)
    return Text.assemble(
        _spaced(text.text[start:number_start]),
        (_spaced(text.text[number_start:number_stop]), style),
        _spaced(text.text[number_stop:stop]),
    )


def _wrapped(text: Text, paper: Paper) -> Iterator[Text]:
    """The line, or as many as it takes, indented; nothing where there is nothing to see."""
    text.rstrip()
    plain = text.plain
    text = text[len(plain) - len(plain.lstrip()) :] if plain[:1].isspace() else text
    if not text.plain:
        return
    if paper.width is None:
        yield Text(INDENT).append_text(text)
        return
    for line in text.divide(list(_breaks(text.plain, paper.width - len(INDENT)))):
        line.rstrip()
        yield Text(INDENT).append_text(line)


def _breaks(plain: str, width: int) -> Iterator[int]:
    """Where lines of at most `width` cells begin, but for the first. Words stay whole if they fit a line."""
    room = width
    for unit in _UNIT.finditer(plain):
        words = unit.group()
        needed = cell_len(words.rstrip())
        if needed > room and room < width:
            yield unit.start()
            room = width
        if needed > width:
            *full, last = chop_cells(words, width)
            at = unit.start()
            for piece in full:
                at += len(piece)
                yield at
            room = width - cell_len(last)
        else:
            room -= cell_len(words)


def _paragraph(words: str, paper: Paper, style: str = "") -> Iterable[Text]:
    return _wrapped(Text(words, style=style), paper)


def _spaced(words: str) -> str:
    """`visible`, with the spaces at both ends left where there are any."""
    seen = visible(words)
    if not seen:
        return " " if words else ""
    return f"{' ' if words[0].isspace() else ''}{seen}{' ' if words[-1].isspace() else ''}"


def _time(side: Side) -> str:
    return f"{datetime.fromtimestamp(side.time, UTC):%Y-%m-%d %H:%M} UTC"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
