"""Fingerprints in plain Python, written from their definition: what the compiled kernels are checked against."""

from __future__ import annotations

from itertools import groupby

from processors.fingerprints.folding import SPACELESS, fold

MASK = 2**64 - 1
DIGITS = "0123456789"


def finalise(h: int) -> int:
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD & MASK
    h ^= h >> 33
    h = h * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ (h >> 33)


def words(text: str) -> list[str]:
    out = [""]
    # Halves of a pair make the character that they encode, even where a str holds them apart.
    for character in text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"):
        folded = " " if 0xD800 <= ord(character) <= 0xDFFF else fold(character)
        for unit in " " if folded is None else folded:
            if fold(unit) != unit:
                out.append("")
            elif any(low <= ord(unit) <= high for low, high in SPACELESS):
                out += [unit, ""]
            elif (out[-1][-1:] in DIGITS) != (unit in DIGITS):
                out.append(unit)
            else:
                out[-1] += unit
    return [word for word in out if word]


def word_hash(word: str) -> int:
    h = 0xCBF29CE484222325
    for character in word:
        h = (h ^ ord(character)) * 0x100000001B3 & MASK
    return finalise(h)


def polynomial(start: int, values: list[int]) -> int:
    h = start
    for value in values:
        h = (h * 0x9E3779B97F4A7C15 + value) & MASK
    return finalise(h)


def shingles(text: str, length: int) -> set[int]:
    hashes = [word_hash(word) for word in words(text)]
    return {polynomial(hashes[place], hashes[place + 1 : place + length]) for place in range(len(hashes) - length + 1)}


def text_hash(text: str) -> bytes:
    return polynomial(0xCBF29CE484222325, [word_hash(word) for word in words(text)]).to_bytes(8, "little")


def is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def keys(text: str) -> tuple[int, ...]:
    """Without stock phrases."""
    hashes = [word_hash(word) for word in words(text)]
    shingles = [polynomial(hashes[place], hashes[place + 1 : place + 5]) for place in range(len(hashes) - 4)]
    return tuple(sorted({*sorted(set(shingles))[:12], *sorted(set(shingles[:36]))[:4]}))


def numbers(text: str) -> tuple[int, ...]:
    found = set()
    runs = [(numeric, list(group)) for numeric, group in groupby(words(text), key=is_number)]
    for place, (numeric, run) in enumerate(runs):
        if not numeric:
            continue
        digits = 0xCBF29CE484222325
        for digit in "".join(run).lstrip("0"):
            digits = (digits ^ ord(digit)) * 0x100000001B3 & MASK
        low = finalise(digits) & 0xFE
        low |= all(len(word) == 4 and 1900 <= int(word) <= 2100 for word in run)
        around = [
            (0xB4C59B1D1F3A5E7D, runs[place - 1][1][::-1] if place else [], place > 1),
            (0x6A09E667F3BCC909, runs[place + 1][1] if place + 1 < len(runs) else [], place + 2 < len(runs)),
        ]
        for salt, side, other_number in around:
            if side:
                lacking = 0x9B05688C2B3E6C1F if other_number else 0
                further = word_hash(side[1]) if len(side) > 1 else lacking
                context = finalise((word_hash(side[0]) * 0x9E3779B97F4A7C15 + further & MASK) ^ salt)
                found.add(context >> 32 & 0xFFFFFF00 | low)
    return tuple(sorted(found)[:24])
