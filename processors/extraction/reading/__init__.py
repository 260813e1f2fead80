"""Reading a page: from what a publisher sent to the article a reader sees, with what is embedded in it cut off.

Knows titles, lines and sections; what to take off is a table (rules.tsv). Must not know records, actors or topics. A clean
page stays as it is when read again. Nothing here asks a clock or raises, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from processors.extraction.reading.characters import fold, plain
from processors.extraction.reading.dates import date_line
from processors.extraction.reading.languages import language_of
from processors.extraction.reading.markup import is_markup, main_text, page_title, without_tags
from processors.extraction.reading.rules import Kind, is_prose, kind_of, link_title, with_sentences_apart, without_tail

MAX_TITLE_LINE_CHARACTERS = 180
MIN_ARTICLE_CHARACTERS = 250
"""What is shorter under the headline of another article is its teaser, not the article."""
MAX_CAPTION_WORDS = 4
MAX_PAGE_TITLE_CHARACTERS = 500
"""Of a title that was taken from HTML."""

_BULLET = re.compile(r"[•●▪■◾◼○◦·»›▶►✔➤]+\W{0,3}\w")
# No mark of surprise: headlines have them too.
_SENTENCE_END = re.compile(r"(?<!\.)[.:][\s\"”»)’']*$")
_CAPTION = re.compile(r"[^\W\d_]{2,}(?:[ -][^\W\d_]{2,})+")
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A second article that stood on the page. `published_at` only where it carries a date of its own, in UTC."""

    title: str
    text: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as read: paragraphs of `text` are lines, `title` is "" where nobody gave one, `language` is BCP 47."""

    title: str
    text: str
    language: str
    parts: tuple[Part, ...]


@dataclass(slots=True, kw_only=True)
class _Section:
    title: str
    published_at: datetime | None = None
    lines: list[str] = field(default_factory=list)


def read_page(*, title: str, text: str, html: str | None, language: str, event_time: datetime) -> Page:
    """The page in `html`, or in `text` where there is none (and where that plainly is HTML, too).

    `event_time` (aware) bounds the dates of parts: nothing on a page is younger than the page. `language` is kept unless it
    is `und`.
    """
    title = " ".join(plain(title, language).split())
    source = html if html and html.strip() else text
    markup = is_markup(source)
    lines = _lines(main_text(source) if markup else source, language) or _lines(text, language)
    if markup and not title:
        title = " ".join(plain(page_title(source), language).split())[:MAX_PAGE_TITLE_CHARACTERS].strip()
    main, *others = _sections(lines, title)
    clean = _cleaned(main)
    parts = [
        Part(title=part.title, text="\n".join(kept), published_at=_not_after(part.published_at, event_time))
        for part in others
        if (kept := _cleaned(part))
    ]
    body = "\n".join(clean)
    return Page(
        title=title,
        text=body,
        language=language if language != "und" else language_of(f"{title}\n{body}"),
        parts=tuple(parts),
    )


def _lines(text: str, language: str) -> list[str]:
    text = plain(text, language)
    if is_markup(text):
        text = plain(without_tags(text), language)
    return [line for line in with_sentences_apart(text).split("\n") if line]


def _sections(lines: Sequence[str], title: str) -> list[_Section]:
    """The main article first, then those embedded: each without the lines that are no article."""
    kinds: dict[str, Kind] = {}
    verdicts = [kinds[line] if line in kinds else kinds.setdefault(line, kind_of(line)) for line in lines]
    sections = [_Section(title=title)]
    # An embedded article follows upon the end of the one before it. Links in the middle of an article look the same, but
    # there the article goes on below them.
    over = False
    at = 0
    while at < len(lines):
        line, verdict = lines[at], verdicts[at]
        at += 1
        if verdict is Kind.BODY:
            sections[-1].lines.append(line)
            over = False
        elif verdict is Kind.END:
            over = over or bool(sections[-1].lines)
        elif verdict in (Kind.HEADING, Kind.LINK):
            links = [link_title(line)] if verdict is Kind.LINK else []
            if verdict is Kind.HEADING or over:
                while at < len(lines) and (verdicts[at] is Kind.NOISE or _is_link(lines[at], verdicts[at])):
                    if verdicts[at] is Kind.BODY or date_line(lines[at]):
                        links.append(lines[at])
                    at += 1
            if not over:
                continue
            body_end = at
            while body_end < len(lines) and verdicts[body_end] is Kind.BODY:
                body_end += 1
            if sum(map(len, lines[at:body_end])) >= MIN_ARTICLE_CHARACTERS:
                sections.append(_embedded(links))
                over = False
            else:
                at = body_end
    return sections


def _is_link(line: str, verdict: Kind) -> bool:
    """Whether a line below a heading is a link: a bullet, or short and neither a sentence nor what only articles say."""
    return (
        verdict is Kind.BODY
        and len(line) <= MAX_TITLE_LINE_CHARACTERS
        and (_BULLET.match(line) is not None or (_SENTENCE_END.search(line) is None and not is_prose(line)))
    )


def _embedded(links: Sequence[str]) -> _Section:
    """An embedded article, whose headline is the last of the links above it, with a date line perhaps."""
    date = next((date for link in links if (date := date_line(link))), None)
    titles = [link for link in links if not date_line(link) and not _BULLET.match(link)]
    return _Section(title=titles[-1] if titles else "", published_at=date)


def _cleaned(section: _Section) -> list[str]:
    """The lines of a section without what only the first and the last line can be. Takes the date off into the section."""
    lines = section.lines
    while lines and (last := without_tail(lines[-1])) != lines[-1]:
        lines.pop()
        if last and kind_of(last) is Kind.BODY:
            lines.append(last)
    first = 0
    while first + 1 < len(lines):
        line, below = lines[first], lines[first + 1]
        if date := date_line(line):
            section.published_at = section.published_at or date
        elif not (_same(line, section.title) or _same(line, below) or _is_caption(line, below)):
            break
        first += 1
    return lines[first:]


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
