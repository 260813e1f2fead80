"""Arabic verbs and masdars by rule, as they stand in news: past, present, participles; with pronouns, in the dual.

Knows forms, not meanings. Gives folded phrases whose first word is inflected; over-generation is harmless, since a form
that nobody writes matches nothing.
"""

from __future__ import annotations

from typing import Final

from processors.extraction.folding import key

_OBJECTS: Final = ("ه", "ها", "هم", "هما")
_WEAK: Final = ("ي", "و", "ا")


def past_forms(verb: str) -> tuple[str, ...]:
    """Past singular of `verb`, which its first word inflects, from the masculine: قصف, قصفت."""
    stem, rest = _first(verb)
    weak = _is_weak(verb)
    return stem + rest, (stem[:-1] if weak else stem) + "ت" + rest


def past_plural_forms(verb: str) -> tuple[str, ...]:
    """Past plural and dual: قصفوا, قصفا, قصفتا."""
    stem, rest = _first(verb)
    weak = _is_weak(verb)
    bases = (stem[:-1] + "وا", stem[:-1] + "يا") if weak else (stem + "وا", stem + "ا", stem + "تا")
    return tuple(base + rest for base in bases)


def past_ours_forms(verb: str) -> tuple[str, ...]:
    """Past of a verb of one word in the first person plural: قصفنا. Of a weak one it looks like other words."""
    stem, rest = _first(verb)
    return () if rest or _is_weak(verb) else (stem + "نا",)


def bound_past_ours_forms(verb: str) -> tuple[str, ...]:
    """The same with an object written to it: أسقطناها."""
    return tuple(form + pronoun for form in past_ours_forms(verb) for pronoun in _OBJECTS)


def bound_past_forms(verb: str) -> tuple[str, ...]:
    """Past of a verb of one word with an object written to it: قصفه, قصفتها; دعاه, دعته."""
    stem, rest = _first(verb)
    if rest:
        return ()
    weak = _is_weak(verb)
    bases = (stem[:-1] + "ا", stem[:-1] + "ت", stem[:-1] + "و") if weak else (stem, stem + "ت", stem + "و")
    return tuple(base + pronoun for base in bases for pronoun in _OBJECTS)


def present_forms(verb: str) -> tuple[str, ...]:
    """Present singular of `verb` with the prefixes ي and ت from the masculine `يدين`; the jussive looks like other words."""
    stem, rest = _first(verb)
    return tuple(prefix + stem[1:] + rest for prefix in "يت")


def present_plural_forms(verb: str) -> tuple[str, ...]:
    """Present plural and dual, third person: يدينون, يدينوا, تدينان."""
    stem, rest = _first(verb)
    body = stem[1:]
    plural = body[:-1] if body.endswith(_WEAK) else body
    forms = [f"ي{ending}{rest}" for ending in (plural + "ون", plural + "وا")]
    return (*forms, *(f"{prefix}{body}ان{rest}" for prefix in "يت"))  # تعرضوا is another verb's past


def first_person_form(verb: str) -> str:
    """Present of `verb` in the first person plural: ندين. The singular looks like too many other words."""
    stem, rest = _first(verb)
    return f"ن{stem[1:]}{rest}"


def bound_present_forms(verb: str) -> tuple[str, ...]:
    """Present of a verb of one word with an object written to it: يدينه, تدينها."""
    stem, rest = _first(verb)
    return () if rest else tuple(prefix + stem[1:] + pronoun for prefix in "يت" for pronoun in _OBJECTS)


def participle_forms(participle: str) -> tuple[str, ...]:
    """An active participle that goes on with a sentence: متهما, متهمة, متهمين; داعيا, داعية, داعين."""
    stem, rest = _first(participle)
    if stem.endswith("ي"):
        return tuple(form + rest for form in (stem + "ا", stem + "ه", stem[:-1] + "ين"))
    return tuple(form + rest for form in (stem + "ا", stem + "ه", stem + "ين"))


def masdar_forms(noun: str) -> tuple[str, ...]:
    """A masdar as given, in the accusative and in the dual, with and without the article."""
    stem, rest = _first(noun)
    base = stem[:-1] + "ت" if stem.endswith("ه") else stem
    if stem.startswith("ال"):
        forms = [stem, base + "ين", base + "ان"]  # السجن, not السجنا(ء)
    else:
        forms = [stem, stem + "ا", base + "ين", base + "ان"]
        forms += ["ال" + stem, "ال" + base + "ين", "ال" + base + "ان"]
    return tuple(form + rest for form in forms)


def bound_masdar_forms(noun: str) -> tuple[str, ...]:
    """A masdar with a pronoun: قصفه, زيارتها; a final hamza takes the vowel's letter (لقائه, لقاؤه, لقاءه)."""
    stem, rest = _first(noun)
    if stem.startswith("ال"):
        return ()
    bases = [stem[:-1] + "ت" if stem.endswith("ه") else stem]
    if noun.split()[0].endswith("اء"):
        bases += [stem + "ي", stem + "و"]
    return tuple(base + pronoun + rest for base in bases for pronoun in (*_OBJECTS, "نا"))


def _is_weak(verb: str) -> bool:
    """Whether the first word ends in a vowel that endings swallow: دعا, but not بدأ."""
    return verb.split()[0].endswith(("ا", "ى", "ي"))


def _first(phrase: str) -> tuple[str, str]:
    words = key(phrase)
    return words[0], "".join(" " + word for word in words[1:])
