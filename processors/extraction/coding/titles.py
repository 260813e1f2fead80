"""Titles in a text: whose they are, who bears them, and which persons they prove that no list has.

Knows how a title, the body it belongs to and a name follow each other. Must not know events.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from khabar.records import MentionedActor
from processors.extraction.coding.lexicon import Entry, Lexicon, Name, Node, Title
from processors.extraction.coding.morphology import is_arabic
from processors.extraction.coding.naming import BODIES, NameReader
from processors.extraction.coding.patterns import Words
from processors.extraction.coding.spots import Spot
from processors.extraction.folding import Tokens

_MAX_TITLE_WORDS: Final = 14
_MAX_UNKNOWN: Final = 5
_COMMAS: Final = ("،", ",", '"', "«", "“", ":")
_ORGANISED: Final = frozenset({"state", "organisation", "igo", "armed_group", "ngo", "company", "media"})
_AGENCIES: Final = frozenset(
    {"بنك", "البنك", "منظمة", "وكالة", "محكمة", "برنامج", "صندوق", "مكتب", "هيئة", "المنظمة", "اليوروبول"}
)
_UNIONS: Final = frozenset({"IGO:UN", "IGO:EU"})
_MAINBODIES: Final = frozenset({"igo", "armed_group"})


def _is_agency(body: MentionedActor) -> bool:
    """Whether a body has the code of a union but a head of its own: رئيس بنك الاستثمار الأوروبي."""
    return body.code in _UNIONS and body.name.split()[0] in _AGENCIES


class TitlePhrase(NamedTuple):
    """A title with all that belongs to it.

    `owner`: the state or body whose title it is. `owner_end`: the token behind the owner, if nothing stands between it and
    the title. `former`: who bears it is not in office. `names`: unlisted persons found by it. `listed`: a person of the
    lexicon bears it, who is named at token `listed_at`. `open`: nothing follows that could make it another title.
    """

    title: Title
    start: int
    end: int
    owner: MentionedActor | None
    owner_end: int
    former: bool
    names: tuple[Name, ...]
    listed: str
    open: bool
    listed_at: int = -1

    @property
    def holds(self) -> bool:
        """Whether it means who is in office: الرئيس الأميركي, not الرئيس الأميركي السابق, and no name follows."""
        owner = self.owner
        return bool(
            owner
            and self.owner_end
            and (owner.kind == "state" or (owner.kind in _MAINBODIES and not _is_agency(owner)))
            and self.title.offices
            and not (self.former or self.names or self.listed)
        )


class TitleReader:
    """Reads the titles of one text. Lives for one article."""

    def __init__(self, found: Tokens, lexicon: Lexicon, words: Words, names: NameReader) -> None:
        self._keys = found.words
        self._gaps = found.gaps
        self._lexicon = lexicon
        self._names = names
        self._words = words
        self._end_of_title = 0

    def read(self, title: Title, start: int, end: int, before: Spot | None) -> TitlePhrase:
        """The title at tokens start..end with what follows. `before`: the state's adjective before it (English)."""
        keys, gaps, known = self._keys, self._gaps, self._lexicon.names
        owner, owner_end = (before.actor, end) if before else (None, 0)
        guest: MentionedActor | None = None
        former = self._related(before.start if before else start)
        posted, unknown, listed, listed_at, comma = False, 0, "", -1, False
        names: tuple[Name, ...] = ()
        foreign = False
        # ملعب الأمير فلان, and a rank that is a team (نجم الفريق)
        apart = bool(start) and gaps[start] == " " and keys[start - 1] in known.apart
        position = end
        if end - start > 1 and (body := self._body(start + 1, end)) is not None:
            owner, position = body
            owner_end = position
        while position < len(keys) and position - start < _MAX_TITLE_WORDS and not comma:
            gap = gaps[position]
            if gap not in (" ", " #"):
                comma = any(mark in gap for mark in _COMMAS) and "\n" not in gap and "." not in gap
                if not comma:
                    break
            word = keys[position]
            if position == end and word in known.apart and not (word in known.former and keys[start].startswith("ال")):
                break  # قائد المنتخب, but الرئيس المنتخب
            entry = self._lexicon.first.get(word)
            node, after = self._lexicon.longest(entry, keys, position) if entry else (None, position + 1)
            actor = self._bearer(node, title, owner) if node is not None and node.namings else None
            if node is not None and actor is not None:
                if actor.kind == "person":
                    listed, listed_at = actor.id, position
                    break
                if comma or actor.kind not in _ORGANISED:
                    break
                if position == end and self._other(start, end, node, entry):
                    break
                if posted or (entry and entry.preposition == "ب"):
                    guest = guest or actor
                elif owner is None:
                    owner, owner_end = actor, 0 if unknown else after
                elif not (node.namings[0].form == "adjective" or node.namings[0].form == "scene"):
                    break
                position, posted = after, False
                continue
            if word in known.former and not comma:
                former, position = True, position + 1
                continue
            if word in known.modifier and (node is None or not node.trigger):
                position += 1
                comma = False
                continue
            if posted and not self._names.begins(position):
                posted, unknown, position = False, unknown + 1, position + 1  # a place that no table knows
                continue
            name = self._names.at(position)
            if name is not None and self._proves(title, name, owner, unknown, comma):
                names = self._with_joined(name)
                break
            if comma or (node is not None and (node.title or node.trigger)):
                break
            if word in ("of", "the"):
                position += 1
                continue
            if word in known.posting:
                posted = True
                unknown += word == "عن"
            elif node is not None and node.institution:
                position = after
                continue
            elif unknown < _MAX_UNKNOWN and self._complement(word, position == end):
                unknown += 1
                foreign = foreign or word.removeprefix("ل") in BODIES
            else:
                break
            position += 1
        following = keys[end] if end < len(keys) and gaps[end] == " " else ""
        other = following.startswith("ال") and (following.endswith(("ي", "يه")) or following in known.modifier)
        if not names and not listed and "،" in gaps[start]:
            bearer = self._names.before(start)
            names = (bearer,) if bearer else ()
        if title.indefinite and owner is None and guest is None:
            names = ()  # سلطان عبد الله is a man of this name
        if names and ((owner is None and guest is None and foreign) or apart):
            names = ()
        return TitlePhrase(
            title=title, start=start, end=end, owner=owner or guest, owner_end=owner_end, former=former or apart,
            names=names, listed=listed,
            open=owner is None and not other and not self._is_main(start), listed_at=listed_at,
        )  # fmt: skip

    def _other(self, start: int, end: int, node: Node, entry: Entry | None) -> bool:
        """Whether a state right behind a title with an article is not whose it is: انتقد البابا إسرائيل, but بابا الفاتيكان."""
        definite = end - start == 1 and self._keys[start].startswith("ال")
        plain = entry is not None and not entry.cut and not self._keys[end].startswith("ال")
        return definite and plain and node.namings[0].form == "place" and is_arabic(self._keys[end])

    def _is_main(self, start: int) -> bool:
        """Whether الرئيس is the adjective: المتهم الرئيس, السبب الرئيس."""
        before = self._keys[start - 1] if start and self._gaps[start] == " " else ""
        known = self._lexicon.names
        return before.startswith("ال") and before not in known.modifier and before not in self._words["time"]

    def _body(self, start: int, end: int) -> tuple[MentionedActor, int] | None:
        """The body whose name begins inside the title and goes on behind it: رئيس البرلمان العربي."""
        entry = self._lexicon.first.get(self._keys[start])
        if entry is None or entry.cut:
            return None
        node, after = self._lexicon.longest(entry, self._keys, start)
        if node is None or after <= end or not node.namings or node.namings[0].form != "name":
            return None
        return self._lexicon.actors[node.namings[0].actor], after

    def _related(self, start: int) -> bool:
        """Whether the word before makes it somebody else: نجل الرئيس."""
        word = self._keys[start - 1] if start and self._gaps[start] == " " else ""
        relation = self._lexicon.names.relation
        return word in relation or (word[:1] in ("و", "ل", "ب", "ف") and word[1:] in relation)

    def _bearer(self, node: Node, title: Title, owner: MentionedActor | None) -> MentionedActor | None:
        """What a name behind a title means: of several persons with one surname the one whom the title fits."""
        actors = [self._lexicon.actors[naming.actor] for naming in node.namings]
        if node.namings[0].form == "adjective" and len(actors) > 1 and owner is not None and owner.kind == "state":
            # رئيس الوزراء العراقي السوداني: a second nisba, of another state, is his surname
            bearers = [
                actor
                for actor in actors[1:]
                if actor.kind == "person"
                and actor.code == owner.code != actors[0].code
                and title.offices & self._lexicon.holders.ever(actor.id)
            ]
            return bearers[0] if len(bearers) == 1 else actors[0]
        if node.namings[0].form != "short":
            return actors[0]
        fitting = [
            actor
            for actor in actors
            if (owner is None or actor.code == owner.code)
            and (owner is not None or title.offices & self._lexicon.holders.ever(actor.id))
        ]
        if len(fitting) > 1 and title.offices:
            fitting = [actor for actor in fitting if title.offices & self._lexicon.holders.ever(actor.id)]
        return fitting[0] if len(fitting) == 1 else None

    def _proves(self, title: Title, name: Name, owner: MentionedActor | None, unknown: int, comma: bool) -> bool:
        """Whether what looks like a name is one: it begins with a given name, or an office with its state stands right before."""
        if name.given:
            return not title.calling or self._names.surnamed(name, titled=True)
        if title.listed or unknown or owner is None:
            return False
        gap = self._gaps[name.end]
        return not comma or any(mark in gap for mark in "،,()")

    def _with_joined(self, name: Name) -> tuple[Name, ...]:
        """The name and those that و joins to it: الناشطتين نسيمة السادة وسمر البدوي."""
        found = [name]
        while len(found) < 4 and found[-1].end < len(self._keys) and self._gaps[found[-1].end] == " ":
            following = self._names.joined(found[-1].end)
            if following is None:
                break
            found.append(following)
        return tuple(found)

    def _complement(self, word: str, first: bool) -> bool:
        """Whether a word that is no name and no actor may belong to the title: وزير الطاقة والمناجم."""
        if word.startswith(("ال", "وال", "لل", "ولل")):
            return word not in self._words["clause"] and word not in self._words["relative"]
        known = self._lexicon.names.barred
        return (first and word not in known) or word in BODIES
