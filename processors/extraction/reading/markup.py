"""HTML to text: what to read of a page, and what it calls itself. Lines come out as paragraphs; they are not yet clean.

Trafilatura finds the main text: without network, without guessing dates (that would ask the clock), without its memory of
other pages (deduplication), so the same page always gives the same text.
"""

from __future__ import annotations

import logging
import re
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
    """The main text of the page, a paragraph a line; all of its text where no main part is found; "" where there is none."""
    trafilatura = _trafilatura()
    # Libxml2 cuts a text at NUL and refuses surrogates.
    html = re.sub("[\x00\ud800-\udfff]", "", html)
    if html.count("<") > MAX_TAGS:
        return _all_text(trafilatura.load_html(html))
    found: str | None = trafilatura.extract(html, include_comments=False, deduplicate=False, with_metadata=False)
    return found if found and found.strip() else _all_text(trafilatura.load_html(html))


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
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue  # a comment or an instruction
        if _UNREAD.fullmatch(element.tag):
            element.clear(keep_tail=True)
        elif _BLOCKS.fullmatch(element.tag):
            element.text = "\n" + (element.text or "")
            element.tail = "\n" + (element.tail or "")
    return str(tree.text_content())


def _trafilatura() -> Any:
    # Half a second to import, and most pages are text. Its remarks on pages it cannot read are no news: the outcome says it.
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return trafilatura
