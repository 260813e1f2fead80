"""Reading a page: from what a publisher sent to the article a reader sees, with what is embedded in it cut off.

Knows titles, lines and sections; what to take off is a table (rules.tsv), and so are the agencies of datelines. Must not know
records, actors or topics. A clean page stays as it is when read again. Nothing here asks a clock or raises, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import metadata
from importlib.resources import files

from khabar.dates.tables import LANGUAGES
from khabar.dates.tables import source as date_table
from processors.extraction.reading import strays
from processors.extraction.reading.characters import fold, passes, plain
from processors.extraction.reading.datelines import Credit, credit, dateline, without_credit
from processors.extraction.reading.dates import date_line
from processors.extraction.reading.languages import language_of
from processors.extraction.reading.markup import is_markup, main_text, page_title, tags_apart, without_tags
from processors.extraction.reading.pieces import Label, Layout, Piece, Places, Section
from processors.extraction.reading.rules import (
    MAX_TAILS,
    Kind,
    is_prose,
    kind_of,
    kinds_of,
    link_title,
    sentences_apart,
    with_sentences_apart,
    without_tail,
)
from processors.extraction.reading.tracing import Pass, Span

__all__ = ["Label", "Page", "Part", "Piece", "Places", "Span", "read_page", "version"]

READING_RULES = 5
"""Raise it with any change of this package's code that changes what is read; changes of its tables are noticed without."""

MAX_TITLE_LINE_CHARACTERS = 180
MIN_ARTICLE_CHARACTERS = 250
"""What is shorter under the headline of another article is its teaser, not the article."""
MAX_CAPTION_WORDS = 4
MAX_ROUNDS = 4
"""So often are ends looked for again after links were found between paragraphs: a page that goes on needs no more."""
MAX_DATELINES = 4
"""At the beginning of one line. Where more stand there, none is cut."""
MAX_PAGE_TITLE_CHARACTERS = 500
"""Of a title that was taken from HTML."""

_TABLES = ("rules.tsv", "agencies.tsv", "dateline_places.tsv", "languages.tsv")
_LIBRARIES = ("trafilatura", "lxml")
"""They decide what the text of an HTML page is: each release of them reads anew."""
_BULLET = re.compile(r"[•●▪■◾◼○◦·»›▶►✔➤]+\W{0,3}\w")
# No mark of surprise: headlines have them too.
_SENTENCE_END = re.compile(r"(?<!\.)[.:][\s\"”»)’']*$")
_CAPTION = re.compile(r"[^\W\d_]{2,}(?:[ -][^\W\d_]{2,})+")
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A second article that stood on the page. `published_at` only where it carries a date of its own, in UTC.

    `agency`, `place`: as in Page.
    """

    title: str
    text: str
    published_at: datetime | None
    agency: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as read: paragraphs of `text` are lines, `title` is "" where nobody gave one, `language` is BCP 47.

    `agency`: an id of agencies.tsv, from the dateline, the byline or a credit. `place`: where the report was filed, as the
    dateline writes it. None where the page does not say. `original` is what offsets count in: the text as given, or, of HTML,
    the text that the extractor made of it.
    """

    title: str
    text: str
    language: str
    parts: tuple[Part, ...]
    agency: str | None = None
    place: str | None = None
    original: str = field(default="", repr=False, compare=False)
    _layout: Layout | None = field(default=None, repr=False, compare=False)

    def places(self) -> Places:
        """The page piece by piece, and the way from the clean texts back to `original`. Worked out anew at each call."""
        assert self._layout is not None
        return Places(self._layout)


@dataclass(slots=True, kw_only=True)
class _Section(Section):
    published_at: datetime | None = None
    credits: list[Credit] = field(default_factory=list)

    def agency(self) -> str | None:
        return next((credit.agency for credit in self.credits if credit.agency), None)

    def place(self) -> str | None:
        return next((credit.place for credit in self.credits if credit.place), None)


def read_page(
    *,
    title: str,
    text: str,
    html: str | None,
    language: str,
    event_time: datetime,
    source: str = "",
    byline: str | None = None,
) -> Page:
    """The page in `html`, or in `text` where there is none (and where that plainly is HTML, too).

    `event_time` (aware) bounds the dates of parts: nothing on a page is younger than the page. `language` is kept unless it
    is `und`. `source`: whose page it is, for rules that are only for that one's. `byline` may name agency and place.
    """
    title = " ".join(plain(title, language).split())
    page = html if html and html.strip() else text
    markup = is_markup(page)
    original = main_text(page) if markup else page
    lines, made_by = _lines(original, language)
    if not lines and page is not text:
        original = text
        lines, made_by = _lines(original, language)
    if markup and not title:
        title = " ".join(plain(page_title(page), language).split())[:MAX_PAGE_TITLE_CHARACTERS].strip()
    removed: dict[int, str] = {}
    sections = _sections(lines, title, source, removed)
    for section in sections:
        _clean(section, lines, source, removed)
    main, *others = sections
    parts = [part for part in others if part.lines]
    if byline and (told := credit(" ".join(plain(byline, language).split()))):
        main.credits.append(told)
    body = "\n".join(main.texts(lines))
    return Page(
        title=title,
        text=body,
        language=language if language != "und" else language_of(f"{title}\n{body}"),
        parts=tuple(
            Part(
                title=part.title,
                text="\n".join(part.texts(lines)),
                published_at=_not_after(part.published_at, event_time),
                agency=part.agency(),
                place=part.place(),
            )
            for part in parts
        ),
        agency=main.agency(),
        place=main.place(),
        original=original,
        _layout=Layout(
            original=original, passes=made_by, source=source, lines=lines, sections=[main, *parts], removed=removed
        ),
    )


@cache
def version() -> str:
    """What this reading reads by: its rules' number and a digest of its tables, those of dates, and the libraries' versions.

    Clean texts of two versions may differ.
    """
    tables = [files(__package__).joinpath(name).read_bytes() for name in _TABLES]
    dates = [date_table(language).encode() for language in LANGUAGES]
    libraries = [f"{name} {metadata.version(name)}".encode() for name in _LIBRARIES]
    return f"{READING_RULES}-{sha256(bytes(1).join((*tables, *dates, *libraries))).hexdigest()[:8]}"


def _lines(text: str, language: str) -> tuple[list[str], tuple[Pass, ...]]:
    """The lines that are not blank, clean, and what made them so."""
    made_by = passes(language)
    text = plain(text, language)
    if is_markup(text):
        text = plain(without_tags(text), language)
        made_by = (*made_by, tags_apart(), *made_by)
    return [line for line in with_sentences_apart(text).split("\n") if line], (*made_by, sentences_apart())


def _sections(lines: Sequence[str], title: str, source: str, removed: dict[int, str]) -> list[_Section]:
    """The main article first, then those embedded: each without the lines that are no article."""
    verdicts = kinds_of(lines, source) if lines else []
    sections = [_Section(title=title)]
    # An embedded article follows upon the end of the one before it. Links in the middle of an article look the same, but
    # there the article goes on below them.
    over = False
    at = 0
    while at < len(lines):
        line, verdict = lines[at], verdicts[at]
        at += 1
        if verdict is Kind.BODY:
            sections[-1].lines.append(at - 1)
            over = False
        elif verdict is Kind.END or verdict is Kind.NOISE:
            over = over or (verdict is Kind.END and bool(sections[-1].lines))
            if told := credit(line):
                sections[-1].credits.append(told)
        elif verdict in (Kind.HEADING, Kind.LINK):
            links = [at - 1] if verdict is Kind.LINK else []
            if verdict is Kind.HEADING or over:
                while at < len(lines) and (verdicts[at] is Kind.NOISE or _is_link(lines[at], verdicts[at])):
                    dated = date_line(lines[at]) is not None
                    if verdicts[at] is Kind.BODY:
                        removed[at] = "page date" if dated else "related link"
                    if verdicts[at] is Kind.BODY or dated:
                        links.append(at)
                    at += 1
            if not over:
                continue
            body_end = at
            while body_end < len(lines) and verdicts[body_end] is Kind.BODY:
                body_end += 1
            if sum(map(len, lines[at:body_end])) >= MIN_ARTICLE_CHARACTERS:
                sections.append(_embedded(links, lines, verdicts))
                over = False
            else:
                removed.update(dict.fromkeys(range(at, body_end), "teaser of another article"))
                at = body_end
    return sections


def _is_link(line: str, verdict: Kind) -> bool:
    """Whether a line below a heading is a link: a bullet, or short and neither a sentence nor what only articles say."""
    return (
        verdict is Kind.BODY
        and len(line) <= MAX_TITLE_LINE_CHARACTERS
        and (_BULLET.match(line) is not None or (_SENTENCE_END.search(line) is None and not is_prose(line)))
    )


def _embedded(links: Sequence[int], lines: Sequence[str], verdicts: Sequence[Kind]) -> _Section:
    """An embedded article, whose headline is the last of the links above it, with a date line perhaps."""
    date = next((date for link in links if (date := date_line(lines[link]))), None)
    titles = [link for link in links if not date_line(lines[link]) and not _BULLET.match(lines[link])]
    if not titles:
        return _Section(title="", published_at=date)
    title = lines[titles[-1]]
    if verdicts[titles[-1]] is Kind.LINK:
        title = link_title(title)
    return _Section(title=title, title_line=titles[-1], published_at=date)


def _clean(section: _Section, lines: Sequence[str], source: str, removed: dict[int, str]) -> None:
    """Take off what only the first lines and the last can be, and strays. Dates, agency and place go into the section."""
    own: list[Credit] = []
    for _ in range(MAX_ROUNDS):
        _clean_end(section, lines, source, removed, own)
        found = strays.links(section.texts(lines))
        for position in reversed(found):
            removed[section.lines[position]] = "link between paragraphs"
            del section.lines[position]
        if not found:
            break
    # What the article's own first lines say counts more than a credit below it.
    section.credits[:0] = own
    opening: list[Credit] = []
    while section.lines and _clean_opening(section, lines, source, removed, opening):
        pass
    section.credits[:0] = opening


def _clean_end(
    section: _Section, lines: Sequence[str], source: str, removed: dict[int, str], own: list[Credit]
) -> None:
    """Take credits, links and other news off the last lines. `own` becomes what the lines say of their agency."""
    kept = section.lines
    ended = False
    while not ended:
        first = strays.other_news(section.texts(lines))
        if first < len(kept):
            # what stood at the end of other news was theirs
            section.tail = None
            own.clear()
        while len(kept) > first:
            removed[kept.pop()] = "other news"
        ended = True
        while kept and (last := _without_end(section.text(-1, lines), source, own)) != section.text(-1, lines):
            if last and kind_of(last, source) is Kind.BODY:
                section.tail = len(last)
                break
            section.tail = None
            kept.pop()
            ended = False


def _clean_opening(
    section: _Section, lines: Sequence[str], source: str, removed: dict[int, str], opening: list[Credit]
) -> bool:
    """Take one thing off the first lines; False where there is nothing left to take."""
    kept = section.lines
    line = section.text(0, lines)
    if len(kept) > 1:
        below = section.text(1, lines)
        reason = ""
        if date := date_line(line):
            section.published_at = section.published_at or date
            reason = "page date"
        elif _same(line, section.title):
            reason = "repeated title"
        elif _same(line, below):
            reason = "repeated line"
        elif _is_caption(line, below):
            reason = "caption"
        if reason:
            removed[kept.popleft()] = reason
            return True
    if _cut_dateline(section, 0, line, source, opening):
        return True
    # Where no title was given the text begins with it.
    headline = len(kept) > 1 and len(line) <= MAX_TITLE_LINE_CHARACTERS and _SENTENCE_END.search(line) is None
    return headline and _cut_dateline(section, 1, below, source, opening)


def _cut_dateline(section: _Section, position: int, line: str, source: str, opening: list[Credit]) -> bool:
    found = dateline(line)
    if found is None:
        return False
    number = section.lines[position]
    rest = line[found.end :].lstrip()
    if kind_of(rest, source) is not Kind.BODY if rest else position == len(section.lines) - 1:
        return False
    if number not in section.datelines and _is_chain(rest):
        return False
    cuts = section.datelines.setdefault(number, [])
    cuts.append((cuts[-1] if cuts else 0) + len(line) - len(rest))
    opening.append(found)
    if not rest:
        del section.lines[position]
    return True


def _is_chain(rest: str) -> bool:
    """Whether, behind a first dateline, `rest` goes on with so many that they are none: each costs a copy of the line."""
    for _ in range(MAX_DATELINES):
        found = dateline(rest)
        if found is None:
            return False
        rest = rest[found.end :].lstrip()
    return True


def _without_end(line: str, source: str, told_there: list[Credit]) -> str:
    """`line` without tails and credits at its end; all of it where they are more than MAX_TAILS, as by `without_tail`."""
    left = line
    told: list[Credit] = []
    for _ in range(MAX_TAILS + 1):
        rest, credited = without_credit(without_tail(left, source))
        if rest == left:
            told_there += told
            return left
        if credited is not None:
            told.append(credited)
        left = rest
    return line


def _is_caption(line: str, below: str) -> bool:
    """Whether `line` is but a name (of who is in the picture) that the paragraph below it says again."""
    return (
        len(line) <= 60
        and len(line.split()) <= MAX_CAPTION_WORDS
        and _CAPTION.fullmatch(line) is not None
        and len(below) > 2 * len(line)
        and _SENTENCE_END.search(below) is not None
        and fold(line) in fold(below)
    )


def _same(line: str, other: str) -> bool:
    if not other or abs(len(line) - len(other)) > 20 + len(other) // 2:
        return False
    return line == other or _MARKS.sub("", fold(line)).casefold() == _MARKS.sub("", fold(other)).casefold() != ""


def _not_after(date: datetime | None, event_time: datetime) -> datetime | None:
    return date if date is not None and date <= event_time else None
