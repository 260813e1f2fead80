"""Personal names that no list has: where one stands beside a title, and the id it gets.

Knows how Arabic and foreign names are written in Arabic. Must not know which titles there are or what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import compress
from typing import Final

from processors.extraction.coding.lexicon import Entry, Lexicon, Name, Names
from processors.extraction.coding.morphology import is_arabic
from processors.extraction.coding.patterns import Words
from processors.extraction.folding import Tokens

_MAX_NAME_WORDS: Final = 4
_INSIDE_NAME: Final = frozenset({" ", "_", "-", " #", "-#", "'", "’"})
BODIES: Final = frozenset(
    {
        "شبكه", "لجنه", "هييه", "موسسه", "شركه", "حزب", "حركه", "منظمه", "جمعيه", "موقع", "مجموعه", "اتحاد", "مركز", "معهد",
        "نادي", "بنك", "قناه", "صحيفه", "وكاله", "جامعه", "مدينه", "فريق", "كتله", "تيار", "جماعه", "تنظيم", "قوات", "جيش",
    }
)  # fmt: skip
"""Words that a body's name begins with."""
_CLITIC_AND_ARTICLE: Final = re.compile("[وف]?لل.|[وفبك]ال.{3}")
_MASDAR: Final = re.compile("[بل]?(?:ا(?![لو]).{2,4}ا.|ت..ي.)")
"""Most masdars of derived verbs (إعلان, اتخاذ, استغلال, تشكيل), which follow a name as its verb's object."""
_BINDING: Final = frozenset({"عبد", "بن", "ابن", "بنت", "ابو", "ابي"})
_BELONGING: Final = frozenset(
    {
        "التابع",
        "المنتمي",
        "المتهم",
        "المعروف",
        "الملقب",
        "المكني",
        "الموقوف",
        "المعتقل",
        "المطلوب",
        "الحاصل",
        "المقيم",
        "البالغ",
        "الذي",
        "الموالي",
    }
)
"""Behind a name they tell whose or who he is: ميلود التونزي التابع للمخابرات."""
_TO_SOMEBODY: Final = frozenset({"لي", "ليا", "بي"})
"""Given names that are prepositions with pronouns too: قالت لي."""
_SPELLED: Final = {"علي": (-1, "يی"), "بها": (-1, "ء"), "انا": (0, "آ"), "الان": (0, "آأ")}
"""Given names that fold like an everyday word (على, بها, أنا, الآن): the place and the letters that tell them."""
_NO_NAME: Final = ("ه", "ها", "هم", "هما", "تها", "ات", "ون", "وا")
_FUNCTION_CLASSES: Final = (
    "preposition", "negation", "planned", "clause", "by", "time", "relative", "hypothetical", "background", "reporting", "place",
)  # fmt: skip
_LETTERS: Final = dict(
    zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويپچڤگژ", "abtcj75dvrzsx94683gfqklmnhwypoue0", strict=True)
)  # one sign each, so that an id can be read back; no i, of which see person_slug
_LATIN: Final = "latin"


class NameReader:
    """Reads names in one text. Lives for one article."""

    def __init__(self, found: Tokens, text: str, lexicon: Lexicon, words: Words) -> None:
        self.keys = found.words
        self.gaps = found.gaps
        self._starts = found.starts
        self._ends = found.ends
        self._text = text
        self._first = lexicon.first
        self._actors = lexicon.actors
        self._names = lexicon.names
        self._words = words

    def at(self, start: int, *, cut: int = 0) -> Name | None:
        """The name of two words or more that starts at token `start`; `cut`: so many letters of clitics are written with its first
        word, which then is a given name.
        """
        given = cut > 0 or self.begins(start)
        if not given and not self._plausible(start, first=True):
            return None
        end, count = start, 0
        while end < len(self.keys) and count < _MAX_NAME_WORDS and end - start < 8:
            if end > start and not self._inside(end):
                break
            if self.keys[end] in self._names.particle:
                end += 1
                continue
            bound = end > start and (self.keys[end - 1] in _BINDING or self.keys[end] == "الدين")
            bound = bound and self.keys[end] not in self._names.barred
            if not (end == start or bound or self._plausible(end, first=False)):
                break
            if count >= 2 and not bound and not self._continues(start, end):
                if self._closes(end):
                    end += 1
                break
            count += 1
            end += 1
            # a word with the article closes a name (مشعل بن فهم السلمي)
            if end - start > 1 and not bound and self.keys[end - 1].startswith("ال"):
                break
        while end > start and self.keys[end - 1] in self._names.particle:
            end -= 1
        if end - start < 2 or (not given and count < 2):
            return None
        if end < len(self.keys) and self._inside(end) and self._listed(end):
            return None  # أنور بن محمد قرقاش: a list knows him
        if not given and any(key.startswith("ال") or key.endswith(_NO_NAME) for key in self.keys[start:end]):
            return None
        return Name(start, end, given, cut)

    def standing(self, taken: Container[int]) -> Iterator[Name]:
        """The names that no title explains, but that begin with a given name: محمد أبو زيد, جون سميث, مكرم محمد أحمد.

        `taken`: tokens that have been read as something else.
        """
        standing, keys = self._names.standing, self.keys
        done = 0
        for index in compress(range(len(keys)), map(standing.__contains__, keys)):
            if index < done or index in taken:
                continue
            cut = standing[keys[index]]
            if not (self._spelled(index, cut) if cut else self.begins(index)) or self._of_a_thing(index):
                continue
            name = self.at(index, cut=cut)
            if name is not None and self.surnamed(name):
                done = name.end
                yield name._replace(start=index - 1) if not cut and self._opens(index - 1) else name

    def _of_a_thing(self, index: int) -> bool:
        """Whether the word at `index` is part of another name or of a thing's: شارع محمد محمود, سان سيباستيان, عن عمر."""
        before = self.keys[index - 1] if index and self.gaps[index] in _INSIDE_NAME else ""
        known = self._names
        earlier = self.keys[index - 2] if before.startswith("ال") and index > 1 else ""
        return (
            before in known.apart
            or earlier in known.apart
            or before in known.bearer
            or before in known.particle
            or before in self._words["place"]
            or (before == "عن" and self.keys[index] == "عمر")
        )

    def _opens(self, index: int) -> bool:
        """Whether a word that no table knows stands between a verb and a given name: وقال مكرم محمد أحمد."""
        return (
            index > 0
            and self.gaps[index + 1] == " "
            and self.after_verb(index)
            and self.keys[index] not in self._first
            and self._plausible(index, first=True)
        )

    def surnamed(self, name: Name, *, titled: bool = False) -> bool:
        """Whether what follows a given name is no everyday word behind a man's name, or the rest of an everyday phrase."""
        keys, known = self.keys, self._names
        second = keys[name.start + 1]
        if second in known.particle or keys[name.start] in known.particle or second == "الدين":
            return True
        given = second in known.given and second not in known.everyday
        everyday = keys[name.start] in known.everyday and not titled
        if everyday and self.after_verb(name.start):
            everyday = keys[name.start] in _TO_SOMEBODY
        if given and not everyday:
            return True
        marked = self.gaps[name.end] not in (" ", "\n") or (name.end < len(keys) and self._is_verb(keys[name.end]))
        if everyday:
            nisba = second.startswith("ال") and self._text[self._ends[name.start + 1] - 1] == "ي"
            return (given and not second.startswith("و")) or (marked and (second in known.given or nisba))
        if second.startswith("ال"):
            # نورا الرأي العام: a phrase of its own
            following = keys[name.end] if name.end < len(keys) else ""
            another = not marked and following.startswith("ال") and following not in _BELONGING
            return not second.endswith("ه") and not another
        if second.startswith(("يت", "يست", "تت", "و")):
            return False  # مصطفى يتكئ, ريهام وابنهما
        plain = not second.endswith(("ه", "ات", "هم", "ها", "نا")) or second.endswith("الله")
        return plain or name.end - name.start > 2

    def _listed(self, index: int) -> bool:
        entry = self._first.get(self.keys[index])
        namings = entry.node.namings if entry and not entry.cut else ()
        return bool(namings) and namings[0].form == "name" and self._actors[namings[0].actor].kind == "person"

    def _inside(self, index: int) -> bool:
        """Whether no more than a name allows stands before `index`: a space, a hyphen, the stop of an initial."""
        gap = self.gaps[index]
        return gap in _INSIDE_NAME or (gap == ". " and len(self.keys[index - 1]) == 1)

    def _continues(self, start: int, index: int) -> bool:
        """Whether a third word belongs to a name: behind a given name or a particle, or itself a given name."""
        before, word = self.keys[index - 1], self.keys[index]
        names = self._names
        if word.startswith("ال") and word[-1] == "ي" and not names.particle.isdisjoint(self.keys[start:index]):
            return True  # مشعل بن فهم السلمي
        known = before in names.given or before in names.particle or word in names.given
        if word.endswith("ا") and word not in names.given and not self._closes(index):
            return False  # أثارت هيفاء وهبي جدلا
        known = known and not (word.startswith("و") and word not in names.given)
        if word in names.everyday and before not in names.given and before not in names.particle:
            return False  # نزار عياش أمين النقابة
        return known or (word.isascii() and word[:1].isupper())

    def _closes(self, index: int) -> bool:
        """Whether a third word stands before a mark, so that nothing but a name ends there: جوزيه مانويل باروسو،"""
        word = self.keys[index]
        if word.startswith("ال") and word.endswith("ه"):
            return False
        return len(word) > 3 and not word.startswith("و") and self.gaps[index + 1][:1] not in ("", " ", "_")

    def before(self, end: int) -> Name | None:
        """The name of two words or more that ends before token `end`, whose first word is a given name."""
        first = start = end
        while start > 0 and end - start < 6:
            word = start - 1
            inside = self.gaps[start] in _INSIDE_NAME or start == end
            if not inside or not (
                self.keys[word] in self._names.particle or self.begins(word) or self._plausible(word, first=False)
            ):
                break
            start = word
            if self.begins(word):
                first = word
        if end - first < 2 or self.keys[end - 1] in self._names.particle:
            return None
        return Name(first, end, True)

    def begins(self, index: int) -> bool:
        """Whether the word at `index` is a given name. على is none, though it folds to علي."""
        if index >= len(self.keys):
            return False
        word = self.keys[index]
        if word in self._names.given:
            return self._spelled(index)
        following = self.keys[index + 1] if index + 1 < len(self.keys) else ""
        if following == "الله" and self.gaps[index + 1] == " " and word not in self._names.barred and len(word) > 2:
            return word not in self._words["preposition"]
        return word in ("عبد", "ابو", "ابي") and len(following) > 2 and self.gaps[index + 1] in _INSIDE_NAME

    def _spelled(self, index: int, cut: int = 0) -> bool:
        """Whether a word that folds like a commoner one is written as the name: علي, not على; آنا, not أنا."""
        word = self.keys[index][cut:]
        if word not in _SPELLED:
            return True
        at, letters = _SPELLED[word]
        return self._text[self._ends[index] - 1 if at else self._starts[index] + cut] in letters

    def joined(self, index: int) -> Name | None:
        """The name at `index` with whose given name و is written together."""
        word = self.keys[index] if index < len(self.keys) else ""
        known = word[:1] == "و" and word[1:] in self._names.given and word not in self._names.given
        return self.at(index, cut=1) if known else None

    def after_verb(self, index: int) -> bool:
        """Whether a verb that persons do stands right before `index`: وأضاف السويدي."""
        return index > 0 and self._is_verb(self.keys[index - 1])

    def _is_verb(self, word: str) -> bool:
        verbs = self._names.verbs
        return word in verbs or (word[:1] in ("و", "ف") and word[1:] in verbs)

    def _plausible(self, index: int, *, first: bool) -> bool:
        """Whether the word at `index` may be part of a name."""
        word = self.keys[index]
        names = self._names
        if word.isascii():
            return self._latin(index)
        if word in names.given:
            return self._spelled(index)
        if (
            word in names.barred
            or _CLITIC_AND_ARTICLE.match(word)
            or self._of_a_body(word)
            or len(word) < 2
            or not is_arabic(word)
            or word[-1].isascii()
        ):
            return False
        if word in self._words.any_of(_FUNCTION_CLASSES):
            return False
        if word.startswith("ال") and word.endswith(("ات", "ون")):
            return False
        if _MASDAR.fullmatch(word):
            return False
        if first and (word.startswith(("ال", "ي", "ت", "ست", "سي", "لل", "وال", "بال")) or word.endswith("ه")):
            return False
        entry = self._first.get(word)
        if entry is None:
            return word[0] not in "وبل" or word[1:] not in names.given
        if not first and not entry.cut and (self._of_person(entry) or self._of_house(word, entry)):
            return True  # فانيسا ترامب
        if any(naming.form != "short" for naming in entry.node.namings) and not entry.cut:
            # المصري after a name is a surname, مصر is none
            return not first and entry.node.namings[0].form == "adjective" and word.startswith("ال") and word[-1] == "ي"
        if entry.cut and entry.node.means:
            return bool(entry.node.namings) and all(naming.form == "short" for naming in entry.node.namings)
        return entry.node.trigger is None and entry.node.title is None and entry.node.descriptor is None

    def _of_person(self, entry: Entry) -> bool:
        """Whether a word by itself always names one person."""
        namings = entry.node.namings
        return bool(namings) and namings[0].form == "name" and self._actors[namings[0].actor].kind == "person"

    def _of_house(self, word: str, entry: Entry) -> bool:
        """Whether a word behind a given name is the surname from which a group has its name: محمد عبدالعظيم الحوثي."""
        namings = entry.node.namings
        nisba = word.startswith("ال") and word.endswith("ي") and bool(namings) and namings[0].form == "name"
        return nisba and self._actors[namings[0].actor].kind == "armed_group"

    def _of_a_body(self, word: str) -> bool:
        if word.startswith("ال"):
            return False  # الشاعر, الحارس are surnames too
        bare = word[1:] if word[:1] in ("و", "ف") else word
        return not BODIES.isdisjoint((word, bare)) or not self._names.apart.isdisjoint((word, bare))

    def _latin(self, index: int) -> bool:
        """Whether a word in Latin letters may be part of a name: it has a capital and is no name of something else."""
        word = self.keys[index]
        entry = self._first.get(word)
        named = entry is not None and any(naming.form != "short" for naming in entry.node.namings)
        titled = entry is not None and entry.node.title is not None
        return word[:1].isupper() and not named and not titled and word not in self._names.barred


def surname(names: Names, keys: list[str]) -> str:
    """The word by which a text may go on to speak of a person with the name `keys`; "" where it may mean anybody."""
    last, before = keys[-1], keys[-2]
    common = last in names.given or last in names.barred or before in names.particle
    return "" if common or len(last) < 3 else last


def person_slug(code: str, words: list[str]) -> str:
    """The id of a person that no list has: code and folded name, of which no two names give the same.

    What Khabar shows of the person follows from it: counts carry the name with the id, whoever spelt it how.
    """
    prefix = "".join(letter for letter in code.lower() if letter.isalnum())
    if words[0].isascii():
        return "-".join((prefix, _LATIN, *(word.lower() for word in words)))
    return "-".join(
        (prefix, *("".join(_LETTERS.get(letter) or f"1{ord(letter):x}1" for letter in word) for word in words))
    )


def shown(names: Names, words: list[str]) -> str:
    """The name to show for the folded words of a name: given names as the table spells them."""
    return " ".join(word.capitalize() if word.isascii() else names.spelled.get(word, word) for word in words)
