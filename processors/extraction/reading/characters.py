"""Characters before meaning: what no reader sees goes, odd spaces become plain ones, glued sentences come apart.

Knows code points only, nothing of pages. Every function takes any str, is linear in its length, never raises, and changes
nothing when applied again.
"""

from __future__ import annotations

import re

from processors.extraction.reading.tracing import Pass

JOINER_LANGUAGES = frozenset(
    {"fa", "ur", "ps", "ckb", "ku", "ug", "sd", "hi", "bn", "mr", "ne", "ta", "te", "ml", "kn"}
)
"""Languages in whose spelling zero-width joiners mean something; elsewhere they are dirt."""

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# C0 but \t and \n, DEL and C1, soft hyphen, marks of direction, zero-width signs, surrogates, non-characters, tags.
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
_UNSEEN_OR_JOINER = re.compile(f"[{_UNSEEN}\u200c\u200d]+")
_UNSEEN_BUT_JOINER = re.compile(f"[{_UNSEEN}]+")
_ODD_SPACES = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")

# Only what feeds leave in plain text. Not &lt; and &gt;: what a page shows as a tag must not become one.
_ENTITIES = {
    "nbsp": " ", "#160": " ", "quot": '"', "#34": '"', "apos": "'", "#39": "'", "#039": "'", "#x27": "'", "laquo": "«",
    "raquo": "»", "ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’", "ndash": "–", "mdash": "—", "hellip": "…",
}  # fmt: skip
_ENTITY = re.compile("&(?:amp;)*(" + "|".join(_ENTITIES) + ");")

_FOLD = tuple(zip("أإآٱىةؤئیک", "ااااي" + "هوي" + "يك", strict=True)) + tuple((mark, "") for mark in "ـًٌٍَُِّْٰ")


def _passes(unseen: re.Pattern[str]) -> tuple[Pass, ...]:
    return (_LINE_ENDS, "\n"), (unseen, ""), (_ENTITY, lambda match: _ENTITIES[match[1]]), (_ODD_SPACES, " ")


_PASSES = {True: _passes(_UNSEEN_BUT_JOINER), False: _passes(_UNSEEN_OR_JOINER)}


def passes(language: str) -> tuple[Pass, ...]:
    """What makes a text plain but for its lines' ends, in order, in a `language` (BCP 47)."""
    return _PASSES[language.partition("-")[0] in JOINER_LANGUAGES]


def plain(text: str, language: str) -> str:
    """`text` with visible characters, plain single spaces and `\\n` line ends only; lines are stripped.

    Zero-width joiners stay where `language` (BCP 47) is one that spells with them.
    """
    # Whatever the passes replace cannot be printed, but for entities and double spaces; most texts have none of it.
    if "&" in text or "  " in text or not text.replace("\n", "").isprintable():
        for pattern, replacement in passes(language):
            text = pattern.sub(replacement, text)
    return "\n".join([line.strip() for line in text.split("\n")]) if "\n" in text else text.strip()


def fold(text: str) -> str:
    """`text` as spelling variants share it: without Arabic marks and tatweel, one form for each letter. Case is kept."""
    # Twenty searches cost a tenth of str.translate, which looks at every character by itself.
    for variant, letter in _FOLD:
        text = text.replace(variant, letter)
    return text
