"""All that recognition looks up, in one trie of folded words: names, titles, descriptors, institutions' heads, triggers.

Knows what a phrase can mean. Must not know tables or texts; building.py builds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from khabar.records import ActorKind, MentionedActor
from processors.extraction.coding.offices import Holders
from processors.extraction.coding.patterns import Trigger
from processors.extraction.folding import key

Form = Literal["name", "place", "adjective", "short", "scene"]
"""How a word names its actor: by name; by a state's own or its capital's name, which may be a mere place; by a nisba; by a
surname that counts only once the full name has stood there; by a city that only tells whom an act falls upon."""


@dataclass(frozen=True, slots=True)
class Naming:
    """One reading of a phrase: which actor, named how."""

    actor: str
    form: Form


@dataclass(frozen=True, slots=True)
class Shared:
    """A name that several states have (عمان): `spelled` with the marks that tell them apart.

    `otherwise`: it is this state where the article says nothing else of any of them.
    """

    actor: str
    form: Form
    spelled: str
    otherwise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A head that needs a state: وزارة الخارجية, الجيش. `feminine`: how an adjective behind it agrees. The name shown is that of
    the id: سلاح الجو and القوات الجوية are one.
    """

    id: str
    sector: str
    feminine: bool
    name: str
    name_feminine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """Words for people without a name: المتظاهرون, السلطات, مسلحون.

    `of_state`: they are the state itself (السلطات). `institution`: they are this institution of the state (الشرطة).
    `code`: what they are where no state's adjective stands with them, "" if that is for the article to say.
    `actors`: the listed actor that they mean in an article about the state with this code (المعارضة in one about Syria).
    `listed`: elsewhere they are nobody (التحالف).
    """

    id: str
    name: str
    sector: str
    code: str
    strong: bool
    of_state: bool
    institution: Institution | None
    actors: Mapping[str, str]
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """An office or calling that stands before a name or behind it.

    `offices`: those it may mean, none for a mere calling. `alone`: without a state and a name it means whoever was named
    last and held one. `listed`: it proves no name, it only leads to one (السيد). `indefinite`: it needs a state behind it.
    """

    offices: frozenset[str]
    sector: str
    alone: bool
    listed: bool
    indefinite: bool

    @property
    def calling(self) -> bool:
        """Whether people of any state bear it, so that the state an article is about need not be theirs: الدكتور, الخبير."""
        return self.listed and not self.offices and self.sector in ("CVL", "GOV")


class Name(NamedTuple):
    """A person's name at tokens start..end (exclusive) of a text.

    `given`: it begins with a given name, which is evidence by itself. `cut`: letters of clitics before it.
    """

    start: int
    end: int
    given: bool
    cut: int = 0


_NOWHERE: Final[dict[str, Node]] = {}


class Node:
    """A place in the trie. Built once by building.py, read only afterwards."""

    __slots__ = ("descriptor", "institution", "means", "namings", "next", "shared", "stop", "tells", "title", "trigger")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.namings: tuple[Naming, ...] = ()
        self.shared: tuple[Shared, ...] = ()
        self.institution: Institution | None = None
        self.descriptor: Descriptor | None = None
        self.title: Title | None = None
        self.trigger: Trigger | None = None
        self.stop = False
        self.means = False
        self.tells = False

    def settle(self) -> None:
        """To be called once it is built: whether a phrase ends here, and whether it is a trigger and nothing else. Most nodes lead nowhere: they share one empty dict."""
        if not self.next:
            self.next = _NOWHERE
        named = bool(self.namings or self.shared or self.institution or self.descriptor or self.title or self.stop)
        self.means = named or self.trigger is not None
        self.tells = self.trigger is not None and not named


@dataclass(frozen=True, slots=True)
class Entry:
    """How a text's word enters the trie: letters of clitics to cut, the preposition among them ("" for none), the node."""

    cut: int
    preposition: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Words of personal names and of the titles around them, folded.

    `given`: given names. `everyday`: those of them that are everyday words too. `standing`: all as they are written, the others
    with clitics too, each with the letters of the clitics. `verbs`: what may stand before or behind a name. `particle`: words inside a name that are none by themselves. `barred`: words that are in no name.
    `modifier`: may stand behind a title. `former`: likewise, but who has it is not in office. `posting`: prepositions
    between a title and a place of service. `relation`: before a title it means somebody else than the title's holder.
    `source`: those whose reports are told, and firms: a state whose adjective stands with them is no actor.
    `bearer`: what is named after people (شارع, قاعدة). `apart`: what it stands with is of no public life (منتخب, نادي). `aside`: likewise, of an adjective.
    `sport`: words of which some make an article one of sports.
    `spelled`: given names and particles as they are written, by their folded form.
    """

    given: frozenset[str]
    everyday: frozenset[str]
    standing: Mapping[str, int]
    verbs: frozenset[str]
    particle: frozenset[str]
    barred: frozenset[str]
    modifier: frozenset[str]
    former: frozenset[str]
    posting: frozenset[str]
    relation: frozenset[str]
    bearer: frozenset[str]
    source: frozenset[str]
    apart: frozenset[str]
    aside: frozenset[str]
    sport: frozenset[str]
    spelled: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The trie by first word, every actor by id (mentions empty), who held which office, and the words of names."""

    first: Mapping[str, Entry]
    actors: Mapping[str, MentionedActor]
    states: Mapping[str, MentionedActor]
    adjectives: Mapping[str, str]
    holders: Holders
    names: Names
    _made: dict[tuple[str, str], MentionedActor] = field(default_factory=dict, compare=False, repr=False)

    def longest(self, entry: Entry, keys: list[str], index: int) -> tuple[Node | None, int]:
        """The longest phrase that starts with `entry` at token `index`, and the token behind it."""
        node = entry.node
        best, best_end = (node, index + 1) if node.means else (None, index + 1)
        position = index + 1
        while node.next and position < len(keys):
            following = node.next.get(keys[position])
            if following is None:
                break
            node = following
            position += 1
            if node.means:
                best, best_end = node, position
        return best, best_end

    def institution(self, head: Institution, state: MentionedActor) -> MentionedActor:
        """The actor that `head` means with `state`: egypt-foreign-ministry, as the tables have it, or made by rule."""
        adjective = self.adjectives.get(state.id)
        if adjective:
            agreeing = " ".join(f"ال{word}{'ة' if head.name_feminine else ''}" for word in adjective.split())
            name = f"{head.name} {agreeing}"
        else:
            name = f"{head.name} {state.name}"
        return self._of_state(state, head.id, name=name, kind="organisation", sector=head.sector)

    def group(self, descriptor: Descriptor, state: MentionedActor) -> MentionedActor:
        """Unnamed people of a state: palestine-protesters."""
        return self._of_state(
            state, descriptor.id, name=f"{descriptor.name} ({state.name})", kind="group", sector=descriptor.sector
        )  # fmt: skip

    def _of_state(
        self, state: MentionedActor, suffix: str, *, name: str, kind: ActorKind, sector: str
    ) -> MentionedActor:
        made = self._made.get((state.id, suffix))
        if made is not None:
            return made
        made = self.actors.get(f"{state.id}-{suffix}") or self._listed(name)
        if made is None:
            made = MentionedActor(id=f"{state.id}-{suffix}", name=name, kind=kind, code=state.code, sector=sector)
        # a cache, bounded by states times heads: what it holds follows from its key
        self._made[state.id, suffix] = made
        return made

    def _listed(self, name: str) -> MentionedActor | None:
        words = list(key(name))
        entry = self.first.get(words[0]) if words else None
        if entry is None or entry.cut:
            return None
        node, end = self.longest(entry, words, 0)
        if node is None or end != len(words) or not node.namings or node.namings[0].form == "short":
            return None
        return self.actors[node.namings[0].actor]
