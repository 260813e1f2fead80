"""Whether what a trigger tells happened: negation, plans, conditions, wishes, demands, allegations.

Knows the words before and behind a trigger. Must not know roles.
"""

from __future__ import annotations

from typing import Final

from khabar.records import EventStatus, EventType
from processors.extraction.coding.scope import Scope
from processors.extraction.coding.spots import Cue

# How many tokens before a trigger a word of status may stand, and one that makes a masdar a mere idea.
_STATUS_REACH: Final = 3
_HYPOTHETICAL_REACH: Final = 3
_MEMORIAL_REACH: Final = 5
_STATUS_CLASSES: Final = ("absence", "negation", "planned")
_LEAVING: Final[frozenset[EventType]] = frozenset({"RETREAT", "REJECT"})
_PREPARING: Final = ("يعد", "تعد", "يستعد", "تستعد", "يستعدون")
_UNTOLD: Final = ("memorial", "hypothetical")
_PURPOSES: Final[frozenset[EventType]] = frozenset({"COERCE", "SANCTION", "ASSAULT", "CONCEDE", "AID", "COOPERATE"})
"""Types of acts that behind ل are what something is for, not what happened."""


def content_end(scope: Scope, cue: Cue) -> int:
    """Where what is asked, refused or alleged ends and the report goes on."""
    background = scope.words["background"]
    return next((token for token in range(cue.end, scope.end) if scope.keys[token] in background), scope.end)


def hypothetical(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar names what is wanted or feared, not what happened: سبل وقف الغارات."""
    first = max(scope.start, cue.start - _HYPOTHETICAL_REACH)
    word = scope.keys[cue.start]
    purpose = word.startswith(("ل", "ول")) and not word.startswith(("لل", "ولل", "لق"))
    purpose = purpose or (cue.start > scope.start and scope.keys[cue.start - 1] == "ل")  # لـ"سحق الشعب"
    purpose = purpose or (word.startswith("لل") and cue.trigger.type in _LEAVING)  # للتهرب من المحاسبة
    # خطة لترحيل المهاجرين; but الذكرى السنوية لهجوم is of it
    of = cue.start > scope.start and scope.keys[cue.start - 1].startswith("ال")
    if purpose and not of and cue.trigger.type in _PURPOSES | _LEAVING and not cue.trigger.casualty:
        return True
    if cue.start > scope.start and scope.keys[cue.start - 1] == "منذ":
        return True  # أول غارات منذ هدنة العام الماضي: before the news
    if scope.words.any_of(_UNTOLD).isdisjoint(scope.keys[max(scope.start, cue.start - _MEMORIAL_REACH) : cue.start]):
        return False
    if scope.any_in("memorial", range(max(scope.start, cue.start - _MEMORIAL_REACH), cue.start)):
        return True  # الذكرى السنوية لهجوم: long ago
    if word.startswith("ل") and scope.keys[cue.start - 1] in _PREPARING and cue.start > scope.start:
        return False  # إيران تعد لمناورات
    return scope.any_in("hypothetical", range(first, cue.start))


def unreal(scope: Scope, cue: Cue) -> bool:
    """Whether a verb tells a condition, a wish or a demand; من المقرر أن and the like are plans."""
    clause = scope.clause(cue.start)
    if scope.any_in("conditional", range(max(clause.start - 1, scope.start), min(clause.start + 2, cue.start))):
        return True
    if clause.start > scope.start and scope.keys[clause.start - 1] in ("منذ", "since"):
        return True  # عادت للمرة الأولى منذ أن هاجمها: long ago
    if cue.start > scope.start and scope.keys[cue.start - 1] in scope.words["maybe"]:
        return cue.trigger.present or not scope.verb_first  # قد يقصف: it may; قد قصف: it has
    if not cue.trigger.present or cue.start == scope.start:
        return False
    if scope.keys[cue.start - 1] not in scope.words["subjunctive"]:
        return False
    earlier = scope.keys[max(scope.start, cue.start - 4) : cue.start - 1]
    return not any(word in scope.words["planned"] or word in ("قبل", "بعد") for word in earlier)


def alleged(scope: Scope, cue: Cue, content_until: int) -> bool:
    """Whether a verb only tells what is asked, refused or alleged: نفى أن يكون قد أمر."""
    return cue.start < content_until and scope.clause(cue.start).kind == "content"


def status(scope: Scope, cue: Cue, *, ahead: bool) -> EventStatus:
    planned = cue.trigger.planned or (ahead and not cue.trigger.noun)
    telling = scope.words.any_of(_STATUS_CLASSES)
    for token in range(cue.start - 1, max(scope.start, cue.start - _STATUS_REACH) - 1, -1):
        word = scope.keys[token]
        bare = word[1:] if word[:1] in ("و", "ف") and len(word) > 2 else word
        if token in scope.occupied:
            planned = planned or bare in scope.words["planned"]  # تعتزم فرض عقوبات
            break
        if bare not in telling:
            continue
        if bare in scope.words["absence"] and token < cue.start - (2 if cue.trigger.noun else 1):
            continue
        if bare in scope.words["negation"]:
            if scope.keys[token + 1] in scope.words["ongoing"]:
                break  # لا يزال يقصف
            return "denied"
        if bare in scope.words["planned"]:
            planned = True
    if cue.trigger.noun and scope.verb_first and not (cue.trigger.type == "AGREE" and cue.trigger.claims):
        behind = range(cue.end, min(scope.end, cue.end + 2))
        planned = planned or scope.any_in("planned", behind)
    return "planned" if planned else "actual"


def attribute(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar with its pronoun only describes somebody: المعروف بمعارضته لبوتين."""
    if not cue.trigger.bound or cue.start == scope.start:
        return False
    return scope.keys[cue.start].startswith("ب") and scope.keys[cue.start - 1].startswith("ال")
