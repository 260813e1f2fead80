"""The rules of rules.tsv: which lines of a page are not the article, and what a line that is one may end in.

Knows lines, one at a time: what a line is never depends on its neighbours, only on whose page it is. Must not know where in
a page it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from processors.extraction.reading.characters import fold
from processors.extraction.reading.tracing import Pass

HEAD_CHARACTERS = 120
"""What a rule looks at of a line: its beginning, so that a long line costs no more than a short one."""
TAIL_CHARACTERS = 120
MAX_TAILS = 8
"""At the end of one line. Where more stand there, none is taken off: each costs a copy of the line."""
MAX_LINE_CHARACTERS = {"heading": 160, "end": 500, "start": 300}
"""A longer line is a paragraph, whatever it begins with: no body is lost to a rule."""
MAX_PROMPT_CHARACTERS = 160
"""What is longer and ends as sentences do is a paragraph, whatever it begins with."""
MAX_NAME_WORDS = 5
"""A source line that ends in a full stop has no more words, its own included."""

_KINDS = frozenset({"heading", "link", "end", "start", "whole", "tail", "prose", "lead", "glued", "unplaced"})
# What may stand around a rule's words: bullets, quotes, brackets, arrows, emoji.
_AROUND = r"\W{0,12}"
_SEPARATOR = r" ?(?:[:：|/»>–—-]|\.{2,4}|…)"
# The mark comes first: a search can skip to it, where a lookbehind in front would be tried at every character.
_ARABIC_LETTER = "[\u0621-\u0652\\d]"
_ARABIC_MARK = f'[.!؟?](?:(?<={_ARABIC_LETTER}{{2}}[.!؟?])|(?<={_ARABIC_LETTER}["”»)][.!؟?]))[.!؟?]{{0,2}}'
_LATIN_MARK = '[.!?](?:(?<=[a-z]{2}[.!?])|(?<=[a-z]["”»)][.!?]))[.!?]{0,2}'

_LAST_MARK = re.compile(r"([.!?؟…])[\s\"”»)’']*$")
# What a sentence has and a list of names has not.
_CLAUSE = re.compile(r"\b(?:أن|إن|بأن|بأنه|أنه|إنه|that|said|says|told)\b", re.IGNORECASE)
_VERB_NEXT = re.compile(r" (?:was|is|were|are|has|had|have|will|would|said|says)\b", re.IGNORECASE)
_SAID = re.compile(r"[,”\"] (?:\S{1,20} ){0,5}(?:said|says|told|asked|added)\b[^,]{0,40}$", re.IGNORECASE)


class Kind(Enum):
    """What a line is."""

    BODY = "body"
    HEADING = "heading"
    """Opens a list of links."""
    LINK = "link"
    """Such a heading with the link itself."""
    END = "end"
    """Not the article, and the article is over."""
    NOISE = "noise"
    """Not the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table. `kind` says what `pattern` is held against, `removes` is for people.

    `sources`: whose pages it is for; none: everybody's.
    """

    kind: str
    language: str
    pattern: str
    removes: str
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    lines: re.Pattern[str]
    end: re.Pattern[str]
    tail: re.Pattern[str]
    prose: re.Pattern[str]
    lead: re.Pattern[str]
    glued: re.Pattern[str]
    unplaced: re.Pattern[str]


@cache
def rules() -> tuple[Rule, ...]:
    """The table, in its order. Raises ValueError where a line has not four or five columns or a kind that is not known."""
    table = files(__package__).joinpath("rules.tsv").read_text(encoding="utf-8")
    found = []
    for line in table.splitlines():
        if line and not line.startswith("#"):
            kind, language, pattern, removes, *sources = line.split("\t")
            if len(sources) > 1:
                raise ValueError(f"rules.tsv: more than five columns in the rule {pattern}")
            named = frozenset(sources[0].split("|")) if sources else frozenset[str]()
            found.append(Rule(kind=kind, language=language, pattern=pattern, removes=removes, sources=named))
    if unknown := {rule.kind for rule in found} - _KINDS:
        raise ValueError(f"rules.tsv: unknown kind {', '.join(sorted(unknown))}; known are {', '.join(sorted(_KINDS))}")
    return tuple(found)


def kind_of(line: str, source: str = "") -> Kind:
    """What `line` (stripped, with single spaces) is by itself on a page of `source`."""
    return _verdict(line, fold(line[:HEAD_CHARACTERS]), _compiled_for(source))


def kinds_of(lines: Sequence[str], source: str) -> list[Kind]:
    """`kind_of` for each of the lines of a page."""
    compiled = _compiled_for(source)
    # Folding costs by the call, so all heads are folded in one; and a page of one line over and over asks only once.
    different = list(dict.fromkeys(lines))
    heads = fold("\n".join([line[:HEAD_CHARACTERS] for line in different])).split("\n")
    kinds = {line: _verdict(line, head, compiled) for line, head in zip(different, heads, strict=True)}
    return [kinds[line] for line in lines]


def rule_of(line: str, source: str = "") -> Rule | None:
    """The first rule that says of `line` what `kind_of` says; None where that is no rule's doing. Slow: for those who ask."""
    kind = kind_of(line, source)
    head = fold(line[:HEAD_CHARACTERS])
    if kind is Kind.BODY or not re.search(r"[^\W_]", head):
        return None
    return next((rule for rule in rules_for(source) if _verdict(line, head, _compiled_rule(rule)) is kind), None)


def tail_rule_of(line: str, source: str = "") -> Rule | None:
    """The first rule that takes something off the end of `line`. Slow: for those who ask."""
    tails = [rule for rule in rules_for(source) if rule.kind == "tail"]
    return next((rule for rule in tails if _without_tail(line, _compiled_rule(rule)) != line), None)


@cache
def _compiled_rule(rule: Rule) -> _Compiled:
    return _compiled((rule,))


def rules_for(source: str) -> tuple[Rule, ...]:
    """The rules that hold on pages of `source`: those of everybody and its own."""
    return tuple(rule for rule in rules() if not rule.sources or source in rule.sources)


def is_prose(line: str) -> bool:
    """Whether `line` begins as a paragraph in the middle of an article does, and a headline does not."""
    return _compiled_for("").prose.match(fold(line[:HEAD_CHARACTERS])) is not None


def is_lead(line: str) -> bool:
    """Whether `line` begins as a piece of news does: with a verb that nothing joins to a sentence before it."""
    return _compiled_for("").lead.match(fold(line[:HEAD_CHARACTERS])) is not None


def is_no_place(word: str) -> bool:
    """Whether `word` is one that sentences have and names of places have not."""
    return _compiled_for("").unplaced.fullmatch(fold(word)) is not None


def link_title(line: str) -> str:
    """The title in a line of kind LINK."""
    return re.split(_SEPARATOR, line, maxsplit=1)[-1].strip(" :|/»>–—-.…")


def without_tail(line: str, source: str = "") -> str:
    """`line` without what the tail rules take off its end, up to MAX_TAILS times; all of it where they apply more often."""
    return _without_tail(line, _compiled_for(source))


def with_sentences_apart(text: str) -> str:
    """`text` with a space after each full stop, question or exclamation mark that stands between two glued sentences."""
    return _compiled_for("").glued.sub(r"\g<0> ", text)


def sentences_apart() -> Pass:
    """What `with_sentences_apart` does, to be traced."""
    return _compiled_for("").glued, lambda match: f"{match[0]} "


def _verdict(line: str, head: str, compiled: _Compiled) -> Kind:
    """What `line` is, whose first HEAD_CHARACTERS, folded, are `head`."""
    # Paragraphs are most of a page, and only what ends an article may be as long as they are.
    if len(line) > MAX_LINE_CHARACTERS["start"]:
        over = len(line) <= MAX_LINE_CHARACTERS["end"] and compiled.end.match(head) is not None
        return Kind.END if over and not _is_sentence(line, "", source_or_tags=True) else Kind.BODY
    match = compiled.lines.match(head)
    if match is None:
        return Kind.BODY
    name = match.lastgroup or ""
    if name in {"end", "start"} and _is_sentence(line, head[match.end() :], source_or_tags=name == "end"):
        return Kind.BODY
    if name in {"whole", "heading", "nothing"}:
        # These match up to the end of what they see, which must be the end of the line.
        if len(line) > HEAD_CHARACTERS:
            return Kind.BODY
        return Kind.HEADING if name == "heading" else Kind.NOISE
    if name == "link":
        return Kind.LINK if len(line) <= MAX_LINE_CHARACTERS["heading"] else Kind.BODY
    return Kind.END if name == "end" else Kind.NOISE


def _is_sentence(line: str, following: str, *, source_or_tags: bool) -> bool:
    """Whether a line that begins as a rule of kind end or start says goes on as a paragraph of an article does.

    `following`: what stands behind the words of the rule. `source_or_tags`: names are expected there, and no sentence.
    """
    mark = _LAST_MARK.search(line, max(0, len(line) - 8))
    if mark is not None and len(line) > MAX_PROMPT_CHARACTERS:
        return True
    if source_or_tags:
        if _CLAUSE.search(line, 0, MAX_PROMPT_CHARACTERS) is not None:
            return True
        return mark is not None and (mark[1] in "?؟" or len(line.split()) > MAX_NAME_WORDS)
    if _VERB_NEXT.match(following) is not None:
        return True
    if mark is None or mark[1] != ".":
        return False
    last = re.split("[,،]", line)
    return _SAID.search(line) is not None or (len(last) > 1 and len(last[-1].split()) > MAX_NAME_WORDS)


def _without_tail(line: str, compiled: _Compiled) -> str:
    left = line
    for _ in range(MAX_TAILS + 1):
        start = max(0, len(left) - TAIL_CHARACTERS)
        end = left[start:]
        # A removed tail is found in the folded text, whose characters are fewer: count from the end of the words before it.
        match = compiled.tail.search(fold(end))
        if match is None:
            return left
        left = left[: start + _unfolded(end, match.start())].rstrip()
    return line


def _unfolded(text: str, folded_characters: int) -> int:
    """How many characters of `text` make the first `folded_characters` of it folded."""
    return bisect_left(range(len(text)), folded_characters, key=lambda count: len(fold(text[:count])))


@cache
def _named_sources() -> frozenset[str]:
    return frozenset(source for rule in rules() for source in rule.sources)


def _compiled_for(source: str) -> _Compiled:
    # Sources without rules of their own share one, or the cache would grow with every outlet of the world.
    return _compiled_rules(source if source in _named_sources() else "")


@cache
def _compiled_rules(source: str) -> _Compiled:
    return _compiled(rules_for(source))


def _compiled(chosen: Sequence[Rule]) -> _Compiled:
    by_kind: Mapping[str, list[str]] = {kind: [] for kind in _KINDS}
    for rule in chosen:
        by_kind[rule.kind].append(rule.pattern if rule.kind == "glued" else fold(rule.pattern))
    # A pattern that nothing matches where there is no rule of a kind.
    any_of = {kind: "(?:" + ("|".join(patterns) or "(?!)") + ")" for kind, patterns in by_kind.items()}
    heading, link = any_of["heading"], any_of["link"]
    kinds = "|".join(
        (
            rf"(?P<heading>{heading}\W*$)",
            rf"(?P<link>(?:{heading}|{link}){_SEPARATOR}\W*\w)",
            rf"(?P<whole>{any_of['whole']}\W*$)",
            rf"(?P<end>{any_of['end']})",
            rf"(?P<start>{any_of['start']})",
        )
    )
    lines = rf"(?P<nothing>[\W_]*$)|{_AROUND}(?:{kinds})"
    arabic_next = f'(?=["«“(]?(?!{any_of["glued"]})[\u0621-\u064a]{{2}})'
    latin_next = f"(?=[\"«“(]?(?!(?i:{any_of['glued']}))[A-Z][a-z]*[ ,'’])"
    return _Compiled(
        lines=re.compile(lines, re.IGNORECASE),
        end=re.compile(rf"{_AROUND}{any_of['end']}", re.IGNORECASE),
        tail=re.compile(rf"{any_of['tail']}\W{{0,12}}$", re.IGNORECASE),
        prose=re.compile(any_of["prose"], re.IGNORECASE),
        lead=re.compile(any_of["lead"], re.IGNORECASE),
        unplaced=re.compile(any_of["unplaced"], re.IGNORECASE),
        glued=re.compile(f"{_ARABIC_MARK}{arabic_next}|{_LATIN_MARK}{latin_next}"),
    )
