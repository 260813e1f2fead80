"""Arabic word forms by rule: nisba adjectives, verbs in the third person, and the clitics.

Knows forms, not meanings. Gives folded keys. Over-generation is harmless (a form that nobody writes matches nothing);
what the rules miss stands in the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from processors.extraction.folding import key

_NISBA_ENDINGS: Final = ("", "ه", "ون", "ين", "ان", "تان", "تين", "ات", "ا")
_CONJUNCTIONS: Final = ("و", "ف")
_PREPOSITIONS: Final = ("ب", "ل", "ك")


def is_arabic(word: str) -> bool:
    """Whether a folded word is written in Arabic letters."""
    return bool(word) and "ء" <= word[0] <= "ي"


def nisba_forms(adjective: str) -> Iterator[tuple[str, ...]]:
    """Forms of a nisba given in masculine singular (`مصري`, `كوري شمالي`), with and without the article."""
    words = key(adjective)
    for ending in _NISBA_ENDINGS:
        inflected = tuple(word + ending for word in words)
        yield inflected
        yield tuple("ال" + word for word in inflected)
    if len(words) > 1:
        # الكوريون الشماليون but also: the second word alone keeps the singular (جنوب أفريقي has an uninflected head)
        yield (*words[:-1], words[-1] + "ه")
        yield (*words[:-1], "ال" + words[-1])
        yield (*words[:-1], "ال" + words[-1] + "ه")


def past_forms(verb: str) -> tuple[str, ...]:
    """Third person past of `verb` (its first word inflects), from the masculine singular."""
    stem, rest = _first(verb)
    if stem.endswith(("ا", "ي")):
        return tuple(form + rest for form in (stem, stem[:-1] + "ت", stem[:-1] + "وا", stem[:-1] + "يا"))
    return tuple(form + rest for form in (stem, stem + "ت", stem + "وا", stem + "ا", stem + "تا"))


def present_forms(verb: str) -> tuple[str, ...]:
    """Present of `verb` (its first word inflects) with the prefixes ي ت ن, from the masculine singular `يدين`."""
    stem, rest = _first(verb)
    body = stem[1:]
    plural = body[:-1] if body.endswith(("ي", "و", "ا")) else body
    forms = [prefix + body for prefix in ("ي", "ت", "ن")]
    forms += [prefix + plural + ending for prefix in ("ي", "ت") for ending in ("ون", "وا")]
    forms += [prefix + body + "ان" for prefix in ("ي", "ت")]
    if body.endswith(("ي", "و", "ا")):
        forms += [prefix + body[:-1] for prefix in ("ي", "ت", "ن")]  # jussive after لم
    elif len(body) >= 3 and body[-2] in "يوا":
        forms += [prefix + body[:-2] + body[-1] for prefix in ("ي", "ت", "ن")]
    return tuple(dict.fromkeys(form + rest for form in forms))


def clitic_forms(word: str) -> Iterator[tuple[str, int, str]]:
    """Ways a noun is written with clitics: (form, letters to cut, preposition). For ل + ال, fused to لل, nothing is cut."""
    yield word, 0, ""
    if not is_arabic(word):
        return
    for preposition in _PREPOSITIONS:
        if word.startswith("ال") and preposition == "ل":
            yield "ل" + word[1:], 0, "ل"
            for conjunction in _CONJUNCTIONS:
                yield conjunction + "ل" + word[1:], 1, "ل"
            continue
        yield preposition + word, 1, preposition
        for conjunction in _CONJUNCTIONS:
            yield conjunction + preposition + word, 2, preposition
    for conjunction in _CONJUNCTIONS:
        yield conjunction + word, 1, ""


def _first(phrase: str) -> tuple[str, str]:
    words = key(phrase)
    return words[0], "".join(" " + word for word in words[1:])
