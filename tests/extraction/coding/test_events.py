"""Who did what to whom. Every sentence here was written for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import get_args

import pytest

from khabar.records import QUAD, Event, EventType
from processors.extraction.coding import load_coder
from processors.extraction.coding.coder import Coding
from processors.extraction.coding.events import MAX_EVENTS, MAX_SENTENCE_CHARACTERS, event_key

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
CODER = load_coder()

ONE_OF_EACH_TYPE: list[tuple[str, EventType, str, str]] = [
    ("وافقت فرنسا على الاقتراح", "AGREE", "france", ""),
    ("التقى الرئيس التونسي قيس سعيد، صباح الأحد، نظيره التركي رجب طيب أردوغان", "CONSULT",
     "kais-saied", "recep-tayyip-erdogan"),
    ("أشادت الكويت بموقف الأردن", "SUPPORT", "kuwait", "jordan"),
    ("أفرجت بوتسوانا عن عشرات السجناء", "CONCEDE", "botswana", "botswana"),
    ("تتعاون تونس مع الجزائر في مجال المياه", "COOPERATE", "tunisia", "algeria"),
    ("قدمت اليابان مساعدات عاجلة إلى لبنان", "AID", "japan", "lebanon"),
    ("انسحب الجيش التركي من الأراضي العراقية", "RETREAT", "turkey-army", ""),
    ("طالبت القاهرة إثيوبيا بنشر البيانات", "REQUEST", "egypt", "ethiopia"),
    ("اتهمت أوكرانيا روسيا بخرق الاتفاق", "ACCUSE", "ukraine", "russia"),
    ("رفضت إيران المقترح الأميركي", "REJECT", "iran", "united-states"),
    ("هددت كوريا الشمالية جارتها بالرد وهددت تركيا اليونان", "THREATEN", "turkey", "greece"),
    ("خرجت مظاهرات حاشدة في تشيلي", "PROTEST", "chile", ""),
    ("فرضت الولايات المتحدة عقوبات على فنزويلا", "SANCTION", "united-states", "venezuela"),
    ("نشرت بولندا قوات إضافية على الحدود", "MOBILIZE", "poland", ""),
    ("اعتقلت قوات الاحتلال عددا من الفلسطينيين", "COERCE", "israel", ""),
    ("قصف الجيش السوري مواقع لتنظيم داعش", "ASSAULT", "syria-army", "isis"),
]  # fmt: skip


def code(text: str, *, title: str = "", language: str = "ar") -> Coding:
    return CODER.code(title=title, text=text, language=language, event_time=NOON)


def only(text: str, **kwargs: str) -> Event:
    events = code(text, **kwargs).events
    assert len(events) == 1, [(e.type, e.source, e.target, e.trigger) for e in events]
    return events[0]


def parties(event: Event) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return event.source, event.target


@pytest.mark.parametrize(("text", "type_", "source", "target"), ONE_OF_EACH_TYPE)
def test_each_type_is_found_with_its_source_and_target(text: str, type_: EventType, source: str, target: str) -> None:
    found = [event for event in code(text).events if event.type == type_ and source in event.source]
    assert len(found) == 1
    assert not target or found[0].target[0].startswith(target)
    assert found[0].quad == QUAD[type_]
    assert found[0].trigger in text
    assert found[0].sentence == text


def test_the_examples_cover_every_type() -> None:
    assert {type_ for _, type_, _, _ in ONE_OF_EACH_TYPE} == set(get_args(EventType))


def test_subject_before_the_verb_and_after_it_mean_the_same() -> None:
    assert parties(only("السيسي يلتقي ماكرون")) == parties(only("التقى السيسي ماكرون"))
    assert parties(only("السيسي يلتقي ماكرون")) == (("abdel-fattah-el-sisi",), ("emmanuel-macron",))


def test_who_receives_a_call_is_its_target() -> None:
    event = only("تلقى الملك محمد السادس اتصالا هاتفيا من المستشار الألماني أولاف شولتس")
    assert parties(event) == (("olaf-scholz",), ("mohammed-vi",))


def test_the_host_is_the_target() -> None:
    event = only("استقبل الملك عبد الله الثاني وزير الخارجية الإيراني")
    assert parties(event) == (("hossein-amir-abdollahian",), ("abdullah-ii",))


def test_the_carrier_of_a_light_verb_is_the_source() -> None:
    event = only("أجرى لافروف محادثات مع فؤاد حسين")
    assert parties(event) == (("sergey-lavrov",), ("fuad-hussein",))


def test_talks_between_two_have_both_as_sources() -> None:
    event = only("جرت محادثات بين روسيا والصين")
    assert parties(event) == (("russia", "china"), ())
    assert event.source_codes == ("RUS", "CHN")


def test_several_targets_are_one_event() -> None:
    assert only("اتهمت تركيا سوريا والعراق بالتقصير").target == ("syria", "iraq")


def test_a_passive_has_a_victim_and_no_source() -> None:
    event = only("قتل ثلاثة جنود إسرائيليين في كمين")
    assert parties(event) == ((), ("israel-soldiers",))


def test_a_passive_may_name_its_agent() -> None:
    event = only("اغتيال قيادي في حركة حماس على يد إسرائيل")
    assert event.type == "ASSAULT"
    assert event.source == ("israel",)


@pytest.mark.parametrize(
    "text",
    ["سيطالب العراق تركيا بالانسحاب", "سوف يطالب العراق تركيا بالانسحاب", "من المقرر أن يطالب العراق تركيا بالانسحاب"],
)
def test_what_is_to_come_is_planned(text: str) -> None:
    event = only(text)
    assert (event.type, event.status) == ("REQUEST", "planned")


def test_a_meeting_to_come_is_an_agreement() -> None:
    event = only("من المتوقع أن يلتقي لافروف برئيسة الوزراء جورجيا ميلوني")
    assert (event.type, event.status, event.target) == ("AGREE", "planned", ("giorgia-meloni",))


def test_what_did_not_happen_is_denied() -> None:
    assert only("لم يقصف الجيش التركي مواقع داعش").status == "denied"


def test_what_is_demanded_is_no_event_of_its_own() -> None:
    event = only("طالبت مصر إسرائيل بوقف الغارات على لبنان")
    assert (event.type, *parties(event)) == ("REQUEST", ("egypt",), ("israel",))


def test_a_wish_is_no_event() -> None:
    assert code("المطلوب هو أن تسيطر حكومة الوفاق على الموانئ").events == ()


def test_a_masdar_that_looks_like_a_verb_has_its_own_genitive() -> None:
    event = only("كرر الوزير بوريطة رفض المغرب التام لتلك الخطوات")
    assert (event.type, event.source) == ("REJECT", ("morocco",))


def test_what_somebody_says_has_its_own_subject() -> None:
    event = only("قال وزير الخارجية الأردني إن تركيا طالبت سوريا بالانسحاب")
    assert parties(event) == (("turkey",), ("syria",))


def test_a_relative_clause_hangs_on_the_party_before_it() -> None:
    events = code("أدان مجلس الأمن الحوثيين الذين أطلقوا قذائف على جيبوتي").events
    assert [(event.type, *parties(event)) for event in events] == [
        ("ACCUSE", ("security-council",), ("houthis",)),
        ("ASSAULT", ("houthis",), ("djibouti",)),
    ]


def test_a_city_tells_whom_a_strike_falls_upon() -> None:
    event = only("شنت طائرات إسرائيلية غارات على خان يونس")
    assert (event.type, *parties(event)) == ("ASSAULT", ("israel",), ("palestine",))


def test_victim_and_blow_of_one_sentence_are_one_event() -> None:
    event = only("مصرع قيادي في طالبان بغارة باكستانية")
    assert parties(event) == (("pakistan",), ("taliban",))


def test_a_headline_names_the_scene_before_it_starts() -> None:
    event = only("أعلن القرار اليوم", title="فرنسا: اعتقال مهاجرين قرب الحدود")
    assert (event.type, *parties(event)) == ("COERCE", ("france",), ("migrants",))


def test_title_and_body_tell_one_event() -> None:
    event = only("اتهم رئيس تركيا رجب طيب أردوغان، الأحد، إسرائيل بخرق الهدنة.", title="تركيا تتهم إسرائيل بخرق الهدنة")
    assert parties(event) == (("recep-tayyip-erdogan",), ("israel",))


def test_a_person_in_office_stands_for_the_state_before_the_name() -> None:
    assert only("أدان وزير الخارجية التركي هاكان فيدان إسرائيل").source == ("hakan-fidan",)


def test_the_day_is_the_articles_day_in_the_zone_of_the_time_given() -> None:
    late = datetime(2024, 2, 7, 1, tzinfo=timezone(timedelta(hours=3)))
    (event,) = CODER.code(title="", text="اتهمت مصر إثيوبيا", language="ar", event_time=late).events
    assert (event.date, event.date_basis) == ("2024-02-07", "article")
    (event,) = CODER.code(title="", text="اتهمت مصر إثيوبيا أمس", language="ar", event_time=late).events
    assert (event.date, event.date_basis) == ("2024-02-06", "resolved")


def test_two_reports_of_one_act_share_the_key_and_another_day_does_not() -> None:
    first = only("اتهمت مصر إثيوبيا بالتعنت")
    second = only("القاهرة تتهم أديس أبابا بالمماطلة في الملف")
    assert first.event_key == second.event_key == event_key("ACCUSE", ["EGY"], ["ETH"], "2024-02-06")
    assert first.event_key != event_key("ACCUSE", ["EGY"], ["ETH"], "2024-02-07")
    assert first.event_key != event_key("ACCUSE", ["ETH"], ["EGY"], "2024-02-06")


def test_source_and_target_are_actors_of_the_article() -> None:
    coding = code("أفرجت بوتسوانا عن عشرات السجناء. تبون يفرج عن صحفيين")
    known = {actor.id for actor in coding.actors}
    assert coding.events
    for event in coding.events:
        assert {*event.source, *event.target} <= known


def test_a_long_sentence_is_cut_around_its_trigger() -> None:
    event = only("كلمة " * 150 + "اتهمت مصر إثيوبيا " + "كلمة " * 20)
    assert len(event.sentence) <= MAX_SENTENCE_CHARACTERS
    assert "اتهمت مصر إثيوبيا" in event.sentence


def test_an_article_has_at_most_so_many_events() -> None:
    names = [state.name for state in CODER.states.values()]
    text = "\n".join(f"اتهمت {one} {other}." for one, other in pairwise(names))
    assert len(code(text).events) == MAX_EVENTS


@pytest.mark.parametrize(
    ("text", "type_", "source", "target"),
    [
        ("Vladimir Putin met Xi Jinping in Moscow.", "CONSULT", "vladimir-putin", "xi-jinping"),
        ("Israel accused Iran of the attack.", "ACCUSE", "israel", "iran"),
        ("The United States imposed sanctions on Venezuela.", "SANCTION", "united-states", "venezuela"),
        ("Two Turkish soldiers were killed by the PKK.", "ASSAULT", "pkk", "turkey"),
    ],
)
def test_english_has_events_too(text: str, type_: EventType, source: str, target: str) -> None:
    found = [event for event in code(text, language="en").events if event.type == type_]
    assert [event.source for event in found] == [(source,)]
    assert [event.target[0].startswith(target) for event in found] == [True]
