"""Whether what a trigger tells happened: negation, plans, conditions, wishes, demands, allegations.

Knows the words before and behind a trigger. Must not know roles.
"""

from __future__ import annotations

from itertools import pairwise
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
_EFFORT_REACH: Final = 8
_GROUNDS: Final = frozenset(("اجل", "الامر", "خصوصا", "خاصه"))
"""Words behind which even what is asked or refused is told as a fact: رفض الالتماس، خصوصا مع التهديدات الأميركية. Folded."""
_IF: Final = frozenset(("اذا", "لو"))
_IN_CASE: Final = ("في حال", "في حاله", "ان لم", "ما لم")
_EVEN: Final = "حتي"
"""What makes an announced blow a threat, and with what before it not (ستقصف حتى لو), folded."""
_CONDITION_REACH: Final = 16
_EFFORTS_REACH: Final = 14
"""Of the second and third thing striven for: أولوية تحقيق هدنة وزيادة المساعدات وفتح المعابر."""
_SPAN_REACH: Final = 3
_NATURE_REACH: Final = 3
_DAY_REACH: Final = 18
_NEXT: Final = ("المقبل", "المقبله", "القادم", "القادمه")
_SINCE_REACH: Final = 4
_ATTRIBUTE_REACH: Final = 5
"""How far behind a meeting the attribute stands by which it is still to come."""
_COMING: Final = frozenset(
    (*_NEXT, "المقرر", "المقرره", "المرتقب", "المرتقبه", "المنتظر", "المنتظره", "المزمع", "المزمعه", "المتوقع", "المتوقعه",
     "مقرر", "مقرره", "مرتقب", "مرتقبه", "منتظر", "منتظره", "مزمع", "مزمعه", "متوقع", "متوقعه", "وشيك", "وشيكه", "غدا")
)  # fmt: skip
"""Attributes of what is still to come, folded."""
_BESIDE: Final = frozenset(("خلال", "اثنا", "هامش", "اعقاب", "وخلال", "عقب", "اثر"))
_EVES: Final = ("قبل", "قبيل", "عشيه")
"""Words before an occasion of what is said, and on its eve, folded."""
_HOLDING: Final = ("عقد", "انعقاد", "بدا", "انطلاق", "موعد", "اجرا", "اول")
"""What stands between before and a meeting, folded."""
_FORBIDDEN_REACH: Final = 5
_PURPOSES: Final[frozenset[EventType]] = frozenset({"COERCE", "SANCTION", "ASSAULT", "CONCEDE", "AID", "COOPERATE"})
"""Types of acts that behind ل are what something is for, not what happened."""
_THREATENED: Final[frozenset[EventType]] = frozenset({"SANCTION", "COERCE", "ASSAULT", "MOBILIZE"})
"""Types of acts that are threatened with."""
HOPED: Final[frozenset[EventType]] = frozenset({"AGREE", "RETREAT", "CONCEDE", "AID", "COOPERATE"})
"""Types of acts that people strive for: behind efforts, hopes and calls they have not happened."""
_TRIED: Final = ("محاوله", "محاولات", "فشل", "فشلت", "فشله", "فشلها")
"""What was tried and not done, where it is no attack (محاولة اغتيال is one), folded."""
_UNDONE: Final[frozenset[EventType]] = frozenset({"COERCE", "SANCTION", "CONCEDE"})
_TRIED_REACH: Final = 3
_PREVENTING: Final = ("منع", "المنع")
_TOWARDS: Final = ("علي", "الي", "دون", "بغيه")
"""What only aims at preventing: يعمل على منع, فشل في منع. Folded."""
_NAMED: Final[frozenset[EventType]] = frozenset({"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID"})
"""Types of acts that offices are called after."""


def natural(scope: Scope, cue: Cue) -> bool:
    """Whether a storm or the like strikes, not somebody: السيول التي اجتاحت الولاية, قتلى الزلزال."""
    around = range(max(scope.start, cue.start - _NATURE_REACH), min(scope.end, cue.end + _NATURE_REACH))
    return scope.any_in("nature", around)


def content_end(scope: Scope, cue: Cue) -> int:
    """Where what is asked, refused or alleged ends and the report goes on."""
    background, saying = scope.words["background"], scope.words["saying"]
    return next(
        (
            token
            for token in range(cue.end, scope.end)
            if scope.keys[token] in background
            or scope.keys[token] in _GROUNDS
            # ترفض الاتهامات، مؤكدة أن; تحذر كينيا وتؤكد أن
            or (scope.keys[token] in saying and (scope.gaps[token] != " " or scope.keys[token][1:] in saying))
        ),
        scope.end,
    )


def beside(scope: Scope, cue: Cue) -> bool:
    """Whether a meeting is where or before it is said: طالب أوروبا بضمانات خلال لقائه المسؤولين."""
    if cue.trigger.type != "CONSULT" or cue.start == scope.start:
        return False
    before = scope.keys[cue.start - 1]
    if cue.end < scope.end and scope.keys[cue.end] in _COMING:
        return True  # يلقي بالشك على قمة مقررة
    return (cue.trigger.bound and before in _BESIDE) or (before in scope.words["eve"] and before.endswith(_EVES))


def hypothetical(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar names what is wanted or feared, not what happened: سبل وقف الغارات."""
    first = max(scope.start, cue.start - _HYPOTHETICAL_REACH)
    word = scope.keys[cue.start]
    if cue.trigger.type in HOPED and striven_for(scope, cue):
        return True
    if _after_span(scope, cue) or _forbidden(scope, cue):
        return True
    if cue.trigger.type in _UNDONE and cue.start > scope.start and _only_tried(scope, cue):
        return True
    purpose = word.startswith(("ل", "ول")) and not word.startswith(("لل", "ولل", "لق"))
    if cue.trigger.type == "CONSULT" and word.startswith("لل") and not word.startswith("للق"):
        return True  # دفعة للمحادثات, but: للقاء السيسي
    purpose = purpose or (cue.start > scope.start and scope.keys[cue.start - 1] == "ل")  # لـ"سحق الشعب"
    purpose = purpose or (word.startswith("لل") and cue.trigger.type in _LEAVING)  # للتهرب من المحاسبة
    # خطة لترحيل المهاجرين; but الذكرى السنوية لهجوم is of it
    of = cue.trigger.type == "ASSAULT" and cue.start > scope.start and scope.keys[cue.start - 1].startswith("ال")
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
    known, content = scope.words["hypothetical"], scope.words["content"]
    starts, ends = scope.tokens.starts, scope.tokens.ends
    # إنها is not إنهاء, of which folding takes the hamza
    return any(
        word in known and not (word in content and ends[token] - starts[token] == len(word))
        for token, word in enumerate(scope.keys[first : cue.start], first)
    )


def _only_tried(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar is what was tried or is aimed at: فشلت في اعتقاله, لضمان القدرة على منع."""
    keys, before = scope.keys, cue.start - 1
    if keys[cue.start] in _PREVENTING and keys[before] in _TOWARDS:
        return True
    first = max(scope.start, cue.start - _TRIED_REACH)
    return any(word in _TRIED or word[1:] in _TRIED for word in keys[first : cue.start]) and not scope.apart(
        first + 1, cue.start + 1
    )


def striven_for(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar is what somebody works or hopes for: جهود وقف إطلاق النار, للتوصل إلى اتفاق."""
    if cue.trigger.type in ("AGREE", "RETREAT") and scope.keys[cue.start].startswith(("ل", "ول")):
        return True
    if cue.start > scope.start and scope.keys[cue.start - 1] == "نحو":
        return True  # خطوات نحو التوصل إلى تسوية
    clause = scope.clause(cue.start).start
    if cue.conjoined and clause == cue.start:
        clause = scope.start  # وفتح: taken for a verb, it opens a clause
    first = max(clause, cue.start - (_EFFORTS_REACH if cue.conjoined else _EFFORT_REACH))
    efforts = scope.words["effort"]
    at = cue.start - 1
    while at >= first and (word := scope.keys[at]) not in efforts and (word[:1] not in "وف" or word[1:] not in efforts):
        at -= 1
    if at < first or scope.verb_between(at + 1, cue.start):
        return False
    # أسفرت الجهود عن اتفاق, نجحت المساعي في
    return not scope.any_in("outcome", range(max(scope.start, at - 4), cue.start))


def _forbidden(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar is what somebody shall not do: ضرورة ألا تقوم إسرائيل باقتحام المدينة."""
    if not scope.keys[cue.start].startswith("ب"):
        return False
    before = scope.keys[max(scope.start, cue.start - _FORBIDDEN_REACH) : cue.start]
    return "الا" in before and not scope.words["light"].isdisjoint(before)


def _after_span(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar only says how long ago or since when: بعد 48 يوما من الهجوم, منذ اندلاع الاشتباكات."""
    since = range(max(scope.start, cue.start - _SINCE_REACH), cue.start)
    if scope.keys[cue.start].startswith(("ال", "لل")) and scope.any_in("since", since):
        return True
    at = cue.start - 2
    if at <= scope.start or scope.keys[at + 1] != "من" or scope.keys[at] not in scope.words["span"]:
        return False
    return scope.any_in("background", range(max(scope.start, at - _SPAN_REACH), at))


def in_a_name(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar belongs to what an office is called: مكتب التعاون, وزارة التخطيط والتعاون, وزيرة الدولة للتعاون."""
    if cue.trigger.type not in _NAMED or cue.start == scope.start:
        return False
    word, offices = scope.keys[cue.start], scope.words["office"]
    first = max(scope.start, cue.start - 3)
    if word.startswith("ال"):
        first = cue.start - 1
    elif not word.startswith(("وال", "لل")):
        return False
    if scope.apart(first + 1, cue.start + 1):
        return False
    before = scope.keys[first : cue.start]
    return any(word in offices or (word[:1] in "ولب" and word[1:] in offices) for word in before)


def unreal(scope: Scope, cue: Cue) -> bool:
    """Whether a verb tells a condition, a wish or a demand; من المقرر أن and the like are plans."""
    clause = scope.clause(cue.start)
    if scope.any_in("conditional", range(max(clause.start - 1, scope.start), min(clause.start + 2, cue.start))):
        return True
    if cue.start > scope.start and scope.keys[cue.start - 1] == "حال":
        return True  # في حال انسحبت كينيا
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


def threat(scope: Scope, cue: Cue) -> bool:
    """Whether a blow is announced for the case that somebody does something: ستقصف القاعدة إذا."""
    if not cue.trigger.planned or cue.trigger.noun or cue.trigger.type not in _THREATENED:
        return False
    keys = scope.keys[cue.end : min(cue.end + _CONDITION_REACH, scope.end)]
    return any(
        (word in _IF and before != _EVEN) or f"{before} {word}" in _IN_CASE for before, word in pairwise(["", *keys])
    )


def alleged(scope: Scope, cue: Cue, content_until: int) -> bool:
    """Whether a verb only tells what is asked, refused or alleged: نفى أن يكون قد أمر."""
    if cue.start >= content_until:
        return False
    # ضد قرارات تدعو إلى
    describes = cue.trigger.present and not cue.conjoined and scope.keys[cue.start - 1] in scope.words["document"]
    return describes or scope.clause(cue.start).kind == "content"


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
    if cue.trigger.type == "CONSULT" and not planned:
        planned = _to_come(scope, cue) if cue.trigger.present else cue.trigger.noun and _ahead(scope, cue)
    return "planned" if planned else "actual"


def _to_come(scope: Scope, cue: Cue) -> bool:
    """Whether a day or week to come stands behind a meeting: يلتقي نظيره الأسبوع المقبل."""
    end = min(scope.clause(cue.start).end, cue.end + _DAY_REACH)
    times = scope.words["time"]
    return any(
        (scope.keys[token] in _NEXT and scope.keys[token - 1] in times) or scope.keys[token] == "غدا"
        for token in range(cue.end + 1, end)
    )


def _ahead(scope: Scope, cue: Cue) -> bool:
    """Whether a meeting that a noun names is still to come: عشية قمة, قبل انعقاد القمة, القمة التاريخية المرتقبة, قمة الأسبوع المقبل."""
    at = cue.start - 1
    if at >= scope.start and scope.keys[at] in _HOLDING:
        at -= 1  # قبل انعقاد القمة
    if at > scope.start and scope.keys[at] == "من" and scope.any_in("span", range(max(scope.start, at - 2), at)):
        # قبل ثلاثة أيام من قمة
        at = next(
            (token for token in range(at - 1, max(scope.start, at - 4) - 1, -1) if scope.keys[token] == "قبل"), at
        )
    if at >= scope.start and scope.any_in("eve", range(at, at + 1)):
        return True
    last = min(scope.clause(cue.start).end, cue.end + _ATTRIBUTE_REACH)
    for token in range(cue.end, last):
        word = scope.keys[token]
        if word in _COMING:
            return True
        attribute_of_it = word.startswith("ال") or word.endswith("ه") or word in scope.words["time"]
        if not attribute_of_it or word in scope.words["preposition"]:
            return False
    return False


def attribute(scope: Scope, cue: Cue) -> bool:
    """Whether a masdar with its pronoun only describes somebody: المعروف بمعارضته لبوتين."""
    if not cue.trigger.bound or cue.start == scope.start:
        return False
    return scope.keys[cue.start].startswith("ب") and scope.keys[cue.start - 1].startswith("ال")
