"""What a trigger's frame finds in its clause: the party behind one of its prepositions, or in what is said.

Knows frames and reaches. Must not know word order of subjects.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from khabar.records import QUAD
from processors.extraction.coding.parties import Party
from processors.extraction.coding.scope import Scope
from processors.extraction.coding.spots import Cue

FALLING: Final[frozenset[str]] = frozenset({"PROTEST", "MOBILIZE", "COERCE", "CONCEDE", "ASSAULT", "AID"})
"""Types of acts that fall upon a place: the state of the city or region that is named is the target."""
_MEDIA: Final[frozenset[str]] = frozenset({"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SANCTION", "COERCE"})
"""Types of acts that fall upon a medium; of others it only reports."""
_PLACES: Final = ("في", "in")
_MET: Final = ("CONSULT", "AGREE", "COOPERATE")
"""Types of acts for which people come together: ب may bring the place."""
_COMPLEMENT_REACH: Final = 10
_JOINING: Final = ("بين", "مع")
_BLOWS: Final = QUAD["ASSAULT"]
_BLOW_REACH: Final = 2
_COMPLEMENTS: Final = frozenset(
    {"", "ب", "ل", "من", "على", "عن", "إلى", "الي", "ضد", "علي", "بشان", "تجاه", "حيال", "ازاء"}
)


def role(scope: Scope, cue: Cue, parties: Iterable[Party], frames: frozenset[str], reach: int) -> Party | None:
    """The first of `parties` that stands as `frames` ask ("O": without a preposition), at most `reach` tokens away."""
    clauses, relatives = scope.words["clause"], scope.words["relative"]
    spared = sufferers(scope, cue)
    place = None
    for party in parties:
        if party.start - cue.end > reach:
            break
        wanted = party.preposition or "O"
        if wanted not in frames:
            continue
        if wanted == "O" and cue.trigger.passive and scope.any_in("victim", range(cue.end, party.start)):
            break  # اعتقلت 13 شخصا ... القنصلية الأميركية: the object has no code
        if wanted == "O" and any(
            scope.keys[token] in clauses and scope.keys[token] not in relatives for token in range(cue.end, party.start)
        ):
            break
        behind = cue.trigger.noun and not party.adjective and scope.any_in("preposition", range(cue.end, party.start))
        if wanted == "O" and behind:
            continue  # اعتقال رجل في مقتل الصحفية: she is not who is arrested
        # مشاركته بقمة الناتو, استقباله لافروف
        own = cue.trigger.type == "CONSULT" and (cue.trigger.bound or cue.trigger.companions is not None)
        if wanted == "O" and not cue.trigger.claims and not own and (scope.owned(party) or _joined(scope, cue, party)):
            continue
        if cue.trigger.noun and (scope.apart(cue.end, party.start + 1) or scope.verb_between(cue.end, party.start)):
            break
        if wanted in _JOINING and cue.trigger.noun and scope.anothers(cue, party):
            break
        if spared and spared.issuperset([actor.code for actor in party.actors]):
            continue
        if party.scene and cue.trigger.type not in FALLING and not cue.trigger.place:
            continue
        if cue.trigger.type not in _MEDIA and all(actor.kind == "media" for actor in party.actors):
            continue
        if party.weak and not cue.trigger.place and (wanted == "في" or (wanted == "ب" and cue.trigger.type in _MET)):
            continue  # اجتماع بالنمسا
        bare = wanted == "O" and party.weak and not party.adjective and party.actors[0].kind == "state"
        if wanted not in _PLACES and not bare:
            return party
        place = place or party  # an object behind it is more to the point: في اليمن معسكرا للحوثيين
    return place


def _joined(scope: Scope, cue: Cue, party: Party) -> bool:
    """Whether the party is the genitive of a masdar that و joins to this one: إحباط هجوم واعتقال تونسي."""
    if not cue.trigger.noun or party.start - 1 not in scope.occupied:
        return False
    return any(
        other.conjoined and other.trigger.noun and other.end == party.start and other.start >= cue.end
        for other in scope.cues
    )


def complement(scope: Scope, cue: Cue, subject: Party | None) -> Party | None:
    """Whose act is welcomed, refused or condemned: the party within the thing that is named (ندد بالتصعيد التركي)."""
    own = {actor.code for actor in subject.actors} if subject else set()
    until = min(scope.clause(cue.start).end, cue.end + _COMPLEMENT_REACH)
    spared = sufferers(scope, cue)
    for party in scope.after(cue, until=until):
        if party is subject or party.weak or (own | spared) & {actor.code for actor in party.actors}:
            continue
        if scope.any_in("background", range(cue.end, party.start)):
            return None
        if party.preposition in _COMPLEMENTS or (party.preposition == "مع" and cue.trigger.type == "AGREE"):
            return party
    return None


def sufferers(scope: Scope, cue: Cue) -> set[str]:
    """The codes of those within what a trigger refuses or demands whom it would befall: رفض تهجير السوريين is directed against whoever plans it."""
    if cue.trigger.type not in ("REJECT", "REQUEST"):
        return set()
    blows = [
        other.end
        for other in scope.cues
        if other.start >= cue.end
        and any(
            sense.noun
            and sense.genitive in ("target", "either")
            and (QUAD[sense.type] == _BLOWS or (sense.type == "CONCEDE" and cue.trigger.type == "REQUEST"))
            for sense in (other.trigger, *other.trigger.senses)
        )
    ]
    found: set[str] = set()
    for at, party in enumerate(scope.parties if blows else ()):
        following = scope.parties[at + 1] if at + 1 < len(scope.parties) else None
        if cue.trigger.type == "REQUEST" and any(actor.kind != "group" for actor in party.actors):
            continue  # a demand may be for the dismissal of whom it is aimed at
        if party.preposition not in ("", "ل") or not any(0 <= party.start - end <= _BLOW_REACH for end in blows):
            continue
        behind = following if following is not None and following.start == party.end else None
        if behind is not None and behind.adjective:
            found.update(actor.code for actor in behind.actors)  # الأسرى الأوكرانيين
        if behind is None or behind.adjective or behind.preposition not in ("", "ل"):
            found.update(
                actor.code for actor in party.actors
            )  # with somebody behind it, it is the doer: قصف روسيا للمدنيين
    return found
