"""Folding of Arabic letters, so that a search finds a word however it was spelt. Pure; knows text only.

The same letters are folded as in fingerprints (design, section 4). Stores keep folded text in their indices, so a change
here needs a new schema version of every store that uses it.
"""

from __future__ import annotations

_MARKS = [*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06EE), 0x0640]
_LETTERS = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ء": None}
_DIGITS = {
    **{chr(0x0660 + digit): str(digit) for digit in range(10)},
    **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
}
_TABLE = str.maketrans({**{chr(mark): None for mark in _MARKS}, **_LETTERS, **_DIGITS})


def fold(text: str) -> str:
    """`text` without vowel marks and tatweel, with one form each of alef, ya, ta marbuta and hamza, ASCII digits, and
    without case.
    """
    return text.translate(_TABLE).casefold()
