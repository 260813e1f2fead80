"""What each character is to a fingerprint: part of a word, a word of its own, nothing, or a gap between words.

The table is data (folding.tsv), not computed from the running Python's Unicode database: that differs between Python
versions, and fingerprints must not. `python -m processors.fingerprints.folding` prints the file; to change a rule, change
it here, print the file again with Python 3.11 (Unicode 14), and start a new generation, for fingerprints change with it.

Letters are decomposed and lose their marks, so composed and decomposed text are one; compatibility forms (full width,
Arabic presentation forms) become plain letters; case is folded. Arabic: alef and hamza carriers become their bare letters,
alef maqsura yeh, teh marbuta heh, hamza and tatweel nothing; Persian and Urdu letters that stand for the same are joined.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

GAP = 0
NOTHING = 1
ALONE = 1 << 30
EXPANDED = 1 << 31
"""Entries of the table: GAP, NOTHING, the letter's code point, the same with ALONE, or EXPANDED with a place in the pool."""

ARABIC = {
    0x0621: "", 0x0640: "", 0x0671: "\u0627", 0x0649: "\u064a", 0x0629: "\u0647",
    0x06A9: "\u0643", 0x06CC: "\u064a", 0x06D5: "\u0647", 0x06C1: "\u0647", 0x06BE: "\u0647", 0x06C3: "\u0647",
}  # fmt: skip
SPACELESS = (
    (0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF),
    (0x2E80, 0x2FFF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x3100, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Thai, Lao, Tibetan, Burmese, Khmer, Chinese, Japanese: written without spaces, so each letter is taken as a word."""
HANGUL = range(0xAC00, 0xD7A4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folding:
    """`table[code point]` is an entry; `pool[place]` the number of entries an EXPANDED one stands for, which follow it."""

    table: NDArray[np.uint32]
    pool: NDArray[np.uint32]


def load_folding() -> Folding:
    """The table in folding.tsv."""
    table = np.zeros(0x110000, dtype=np.uint32)
    pool: list[int] = []
    expansions: list[tuple[int, str]] = []
    for line in (files(__package__) / "folding.tsv").read_text("ascii").splitlines():
        if line.startswith("#"):
            continue
        span, action = line.split("\t")
        first, _, last = span.partition("..")
        low, high = int(first, 16), int(last or first, 16)
        if action == "letter":
            table[low : high + 1] = np.arange(low, high + 1)
        elif action == "alone":
            table[low : high + 1] = np.arange(low, high + 1) | ALONE
        elif action == "nothing":
            table[low : high + 1] = NOTHING
        else:
            expansions.append((low, "".join(chr(int(unit, 16)) for unit in action.split())))
    # Unicode's arithmetic decomposition of Hangul; 11,172 lines would say the same.
    for syllable in HANGUL:
        lead, rest = divmod(syllable - HANGUL.start, 588)
        vowel, tail = divmod(rest, 28)
        expansions.append((syllable, chr(0x1100 + lead) + chr(0x1161 + vowel) + (chr(0x11A7 + tail) if tail else "")))
    for code, text in expansions:
        if len(text) == 1:
            table[code] = table[ord(text)]
        else:
            table[code] = EXPANDED | len(pool)
            pool += [len(text), *(int(table[ord(unit)]) for unit in text)]
    return Folding(table=table, pool=np.array(pool, dtype=np.uint32))


def fold(character: str) -> str | None:
    """What `character` becomes: a string whose other than letters and digits are gaps; None for one that is a gap itself."""
    kept = _bare(_bare(character).casefold())
    if kept:
        return kept if any(unicodedata.category(unit)[0] in "LN" for unit in kept) else None
    return "" if character != "\u200b" else None


def _bare(text: str) -> str:
    """`text` decomposed, without marks and invisible characters (the zero width space parts words, so it stays)."""
    out = ""
    for unit in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(unit)
        if category[0] == "M" or (category == "Cf" and unit != "\u200b"):
            continue
        if category == "Nd":
            out += str(unicodedata.digit(unit))
        else:
            out += ARABIC.get(ord(unit), unit)
    return out


def _runs() -> Iterator[tuple[int, int, str]]:
    first, running = 0, ""
    for code in range(0x110001):
        action = ""
        if code < 0x110000 and code not in HANGUL and not 0xD800 <= code <= 0xDFFF:
            folded = fold(chr(code))
            if folded == "":
                action = "nothing"
            elif folded == chr(code):
                action = "alone" if any(low <= code <= high for low, high in SPACELESS) else "letter"
            elif folded is not None:
                action = " ".join(f"{ord(unit):04X}" for unit in folded)
        if action != running or action not in ("", "letter", "alone", "nothing"):
            if running:
                yield first, code - 1, running
            first, running = code, action


def main() -> None:
    """Print folding.tsv."""
    print(f"# Made by `python -m processors.fingerprints.folding` from Unicode {unicodedata.unidata_version}.")
    print(
        "# letter: part of a word; alone: a word of its own; nothing: left out; code points: becomes these; else: a gap."
    )
    for first, last, action in _runs():
        span = f"{first:04X}" if first == last else f"{first:04X}..{last:04X}"
        print(f"{span}\t{action}")


if __name__ == "__main__":
    main()
