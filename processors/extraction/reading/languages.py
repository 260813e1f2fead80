"""Which language a text is in, by its script and its most frequent words. A table, not a model: wrong only where short.

Knows nothing of pages. `und` (BCP 47: undetermined) where the text says too little.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SAMPLE_CHARACTERS = 1_000
SCRIPT_CHARACTERS = 300
MIN_WORDS = 2
MIN_SHARE = 0.04
"""Of the sample's words must be words of the language; running text has .15 and more."""

_LETTERS: Mapping[str, re.Pattern[str]] = {
    "arabic": re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "hebrew": re.compile("[\u05d0-\u05ea]"),
}
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC_ONLY = re.compile("[ةأإ]|\\bال")
_NEVER_ARABIC = re.compile(
    "[\u0679\u067c\u067e\u0681\u0685\u0686\u0688\u0691\u0695\u0698\u06a0\u06a4\u06a9\u06ab\u06ad\u06af\u06b5\u06ba\u06bc\u06bd\u06be\u06c0-\u06c7\u06cc\u06cd\u06ce\u06d0\u06d2\u06d5]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    code: str
    words: frozenset[str]


def language_of(text: str) -> str:
    """The BCP 47 code of the language of `text`, or `und`."""
    sample = text[:SAMPLE_CHARACTERS]
    letters = {script: len(pattern.findall(sample[:SCRIPT_CHARACTERS])) for script, pattern in _LETTERS.items()}
    script = max(letters, key=letters.__getitem__)
    if letters[script] == 0:
        return "und"
    candidates = _languages().get(script, ())
    if len(candidates) == 1 and not candidates[0].words:
        return candidates[0].code
    words = _WORD.findall(sample.casefold())
    frequency = Counter(words)
    hits = {
        language.code: sum(frequency[word] for word in language.words if word in frequency) for language in candidates
    }
    best = max(hits.values())
    winners = [code for code, count in hits.items() if count == best]
    if best < MIN_WORDS or best < MIN_SHARE * len(words) or len(winners) > 1:
        return "ar" if script == "arabic" and _is_spelt_as_arabic(sample) else "und"
    return winners[0]


def _is_spelt_as_arabic(sample: str) -> bool:
    """Whether a text of few words has letters that Arabic writes all the time and Persian, Urdu, Kurdish hardly, and none that
    only those have.
    """
    return _ARABIC_ONLY.search(sample) is not None and _NEVER_ARABIC.search(sample) is None


@cache
def _languages() -> Mapping[str, tuple[_Language, ...]]:
    table = files(__package__).joinpath("languages.tsv").read_text(encoding="utf-8")
    by_script: dict[str, tuple[_Language, ...]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, script, words = line.split("\t")
            by_script[script] = (*by_script.get(script, ()), _Language(code=code, words=frozenset(words.split())))
    return by_script
