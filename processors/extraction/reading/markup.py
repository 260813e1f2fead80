"""HTML to text: what to read of a page, and what it calls itself. Lines come out as paragraphs; they are not yet clean.

Trafilatura finds the main text: without network, without guessing dates (that would ask the clock), without its memory of
other pages (deduplication), so the same page always gives the same text.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from processors.extraction.reading.tracing import Pass

MAX_TAGS = 40_000
"""A page of more is no article that anybody laid out, and would hold up the rest for seconds: all of its text is taken."""

_NAMES = (
    "a|abbr|article|aside|b|blockquote|body|br|center|dd|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr"
    "|html|i|iframe|img|input|ins|label|li|link|main|meta|nav|noscript|object|ol|option|p|pre|q|s|script|section|select|small"
    "|span|strong|style|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|title|tr|u|ul|video"
)
# Bounded and within a line: a page of a million "<" must not take a million squared steps.
_TAG = re.compile(rf"</?(?:{_NAMES})(?:[ \t][^<>\n]{{0,1000}})?/?>|<!doctype\b[^<>\n]{{0,300}}>|<!--", re.IGNORECASE)
_BLOCKS = re.compile(
    "article|aside|blockquote|br|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section"
    "|table|td|th|tr|ul"
)
_UNREAD = re.compile("script|style|noscript|template|svg|iframe|head")
_TAG_NAME = re.compile("<([a-z]+)", re.IGNORECASE)
_END_OF: Mapping[str, re.Pattern[str]] = {
    name: re.compile(f"</{name}|<body" if name == "head" else f"</{name}", re.IGNORECASE)
    for name in _UNREAD.pattern.split("|")
}


def is_markup(text: str) -> bool:
    """Whether `text` plainly is HTML: at least two tags stand in it."""
    if "<" not in text:
        return False
    first = _TAG.search(text)
    return first is not None and _TAG.search(text, first.end()) is not None


def without_tags(text: str) -> str:
    """`text` with a line end for each tag: the last resort, and what makes sure that no markup is left."""
    return _TAG.sub("\n", text)


def tags_apart() -> Pass:
    """What `without_tags` does, to be traced."""
    return _TAG, "\n"


def main_text(html: str) -> str:
    """The main text of the page, a paragraph a line; all of its text where no main part is found; "" where there is none.

    Where the parser gives up (it does on elements nested hundreds deep), the text between the tags.
    """
    trafilatura = _trafilatura()
    # Libxml2 cuts a text at NUL and refuses surrogates.
    html = re.sub("[\x00\ud800-\udfff]", "", html)
    found: str | None = None
    if html.count("<") <= MAX_TAGS:
        found = trafilatura.extract(html, include_comments=False, deduplicate=False, with_metadata=False)
    if not found or not found.strip():
        found = _all_text(trafilatura.load_html(html))
    return found if found.strip() else _text_between_tags(html)


def page_title(html: str) -> str:
    """What the page calls itself: og:title, else its first h1, else its title; "" where it says nothing."""
    tree = _trafilatura().load_html(re.sub("[\x00\ud800-\udfff]", "", html))
    if tree is None:
        return ""
    for path in ("//meta[@property='og:title']/@content", "//h1", "//head/title"):
        for found in tree.xpath(path):
            title = " ".join((found if isinstance(found, str) else found.text_content()).split())
            if title:
                return title
    return ""


def _all_text(tree: Any) -> str:
    if tree is None:
        return ""
    from lxml.etree import iterwalk

    # Nothing is written into the tree: it refuses characters that references (&#11;) have brought there.
    pieces: list[str] = []
    walk = iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        block = "\n" if _BLOCKS.fullmatch(name) else ""
        if event == "start":
            if _UNREAD.fullmatch(name):
                walk.skip_subtree()
            else:
                pieces += (block, element.text or "")
        elif element is not tree:
            pieces += (block, element.tail or "")
    return "".join(pieces)


def _text_between_tags(html: str) -> str:
    """The text of a page that cannot be parsed, without its scripts, styles and comments."""
    pieces: list[str] = []
    done = 0
    closing: re.Pattern[str] | None = None
    for tag in _TAG.finditer(html):
        if tag.start() < done or (closing is not None and closing.match(tag[0]) is None):
            continue
        if closing is None:
            pieces.append(html[done : tag.start()])
        closing = None
        done = tag.end()
        name = _TAG_NAME.match(tag[0])
        if tag[0] == "<!--":
            end = html.find("-->", done)
            done = len(html) if end < 0 else end + 3
        elif name is not None and _UNREAD.fullmatch(name[1].lower()):
            closing = _END_OF[name[1].lower()]
    if closing is None:
        pieces.append(html[done:])
    return unescape("\n".join(pieces))


def _trafilatura() -> Any:
    # Half a second to import, and most pages are text. Its remarks on pages it cannot read are no news: the outcome says it.
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return trafilatura
