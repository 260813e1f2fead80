"""Lines of other articles that stand among the paragraphs of one without a heading that says so: links between two paragraphs,
and the first sentences of other news below the last.

Knows the shape of an article of full sentences; the words that news begins with are the table's (kind `lead`). Where an article
has no such shape, nothing is taken: a list, a poem, a timeline stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from processors.extraction.reading.rules import is_lead, is_prose

MIN_PARAGRAPHS: Final = 4
"""With fewer finished paragraphs nothing can be told of an article's shape."""
MIN_LINK_CHARACTERS: Final = 24
MAX_LINK_CHARACTERS: Final = 100
MIN_LINK_WORDS: Final = 4
LINKS: Final = range(2, 5)
"""So many headlines stand in a row. One alone may be a subheading."""
MIN_BODY: Final = 2
NEWS: Final = range(4, 6)
"""So many pieces of other news stand below an article."""
NEWS_CHARACTERS: Final = range(60, 331)
LEAD_SHARE: Final = 0.6
"""At least so many of them begin as news does."""
MIN_VERBS: Final = 3
"""With so many different words: an article may end in what several people said (قال، قال، قالت)."""
_FINISHED: Final = re.compile(r"[.!?؟…:;؛][\"'”»’)\]]*$|[\"”»]$")
_NO_HEADLINE: Final = re.compile(r"[.!…]|[?؟].|^[-•*\d(\"'«“]|[:،,؛]$|،.*[?؟]$")


def links(paragraphs: Sequence[str]) -> list[int]:
    """Which of the paragraphs are links to other articles: bare headlines in a row between finished paragraphs."""
    bare = [_is_bare(paragraph) for paragraph in paragraphs]
    finished = sum(not out and _FINISHED.search(line) is not None for out, line in zip(bare, paragraphs, strict=True))
    if finished < MIN_PARAGRAPHS or finished + sum(bare) < len(paragraphs):
        return []
    found: list[int] = []
    at = 1
    while at < len(paragraphs):
        end = at
        while end < len(paragraphs) and bare[end]:
            end += 1
        # the last paragraph may be a name or a place; what a colon announces is a list
        own = bare[at - 1] or paragraphs[at - 1].endswith(":")
        if end - at in LINKS and end < len(paragraphs) and not own:
            asked = sum(line.endswith(("?", "؟")) for line in paragraphs[at:end])
            found += range(at, end) if asked < end - at else ()
        at = max(end, at + 1)
    return found


def _is_bare(paragraph: str) -> bool:
    """Whether it is as long as a headline and ends as one: with no mark, or a question mark."""
    return (
        MIN_LINK_CHARACTERS <= len(paragraph) <= MAX_LINK_CHARACTERS
        and len(paragraph.split()) >= MIN_LINK_WORDS
        and _NO_HEADLINE.search(paragraph) is None
    )


def other_news(paragraphs: Sequence[str]) -> int:
    """From which paragraph on the last ones are first sentences of other news; how many there are where none is.

    They begin without a word that joins them to what stands above, most with a verb as a piece of news does.
    """
    first = _news_from(paragraphs)
    # what goes on like this above is a roundup of the day, and all its own
    return first if _news_from(paragraphs[:first]) == first else len(paragraphs)


def _news_from(paragraphs: Sequence[str]) -> int:
    first = len(paragraphs)
    while first > MIN_BODY and len(paragraphs) - first < NEWS[-1] and len(paragraphs[first - 1]) in NEWS_CHARACTERS:
        first -= 1
    while first < len(paragraphs) and not is_lead(paragraphs[first]):
        first += 1
    below = paragraphs[first:]
    leads = [paragraph.split(" ", 1)[0] for paragraph in below if is_lead(paragraph)]
    enough = len(leads) >= LEAD_SHARE * len(below) and len(set(leads)) >= MIN_VERBS
    return first if len(below) in NEWS and enough and not any(map(is_prose, below)) else len(paragraphs)
