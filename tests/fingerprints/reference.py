"""Fingerprints in plain Python, written from their definition: what the compiled kernels are checked against."""

from __future__ import annotations

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
    for character in text:
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


def numbers(text: str) -> tuple[int, ...]:
    found = {int(word) for word in words(text) if word.isascii() and word.isdigit() and 2 <= len(word) <= 15}
    return tuple(sorted(number for number in found if not 1900 <= number <= 2100)[:64])
