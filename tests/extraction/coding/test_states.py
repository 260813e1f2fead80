"""States: their names from tables and CLDR, names that several share, and where a name is no actor."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.coding import load_coder
from processors.extraction.coding.territories import territory_names

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
CODER = load_coder()


def ids(text: str, *, title: str = "", language: str = "ar") -> list[str]:
    coding = CODER.code(title=title, text=text, language=language, event_time=NOON)
    return [actor.id for actor in coding.actors]


def test_cldr_names_the_states_of_iso_and_no_others() -> None:
    assert territory_names("BOL")[1] == "Bolivia"
    assert territory_names("MMR")[1] == "Myanmar"  # without what stands in brackets
    assert territory_names("KRD") == ()


@pytest.mark.parametrize("code", sorted(CODER.states))
def test_every_state_is_found_by_its_own_name(code: str) -> None:
    state = CODER.states[code]
    assert state.id in ids(f"أعلنت {state.name} القرار")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("رفض الكرملين الاقتراح", "russia"),
        ("أعلن الإليزيه القرار", "france"),
        ("رد قصر بعبدا على البيان", "lebanon"),
        ("أعلن داونينغ ستريت القرار", "united-kingdom"),
        ("رحبت نواكشوط بالقرار", "mauritania"),
        ("زار الوفد الياباني المصنع", "japan"),
        ("أكد الوفد المالاوي القرار", "malawi"),
    ],
)
def test_palaces_capitals_and_adjectives_mean_the_state(text: str, state: str) -> None:
    assert ids(text) == [state]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("رحبت عمان بالوفد، وقال مسؤولون أردنيون إن الأردن مستعد", "jordan"),
        ("رحبت عمان بالوفد القادم من مسقط", "oman"),
        ("رحبت عمان بالوفد", "oman"),
        ("رحبت عَمّان بالوفد", "jordan"),
        ("انسحبت القوات من شرق الكونغو. وأعلنت كينشاسا الحداد", "democratic-republic-of-the-congo"),
        ("أعلنت الكونغو الحداد بعد إعلان برازافيل", "congo"),
        ("أطلقت كوريا صاروخا، وهددت بيونغ يانغ بالمزيد", "north-korea"),
        ("فازت غينيا الاستوائية", "equatorial-guinea"),
        ("فازت غينيا بيساو", "guinea-bissau"),
        ("أعلنت حكومة جنوب السودان القرار", "south-sudan"),
        ("أعلنت أرض الصومال القرار", "somaliland"),
    ],
)
def test_names_that_states_share_are_told_by_the_article(text: str, state: str) -> None:
    assert set(ids(text)) - {"jordan-officials"} == {state}


@pytest.mark.parametrize(
    "text",
    [
        "شهدت ضفة نهر الأردن احتفالا",
        "نشر المركز المالي تقريرا",
        "ارتفع عجز مالي كبير",
        "فاز المنتخب البلجيكي في المباراة",
        "خسر منتخب البرازيل النهائي",
        'ذكرت صحيفة "البريد اليومي" البريطانية أن الأسعار ارتفعت',
        "سافر إلى تركيا واليونان",
        "شهدت العاصمة البرتغالية لشبونة حريقا",
    ],
)
def test_a_state_that_only_names_a_place_a_team_or_a_paper_is_no_actor(text: str) -> None:
    assert ids(text) == []


def test_in_an_article_of_sports_states_are_teams() -> None:
    assert ids("تغلبت كرواتيا على الدنمارك بعد أن سجل اللاعب هدفا في المباراة") == []
    assert ids("اتهمت كرواتيا الدنمارك بخرق الاتفاق") == ["croatia", "denmark"]


@pytest.mark.parametrize("noun", ["شركة", "لشركات", "دراسة", "الباحثين", "والأسواق"])
def test_a_company_a_study_or_a_market_makes_no_actor_of_its_state(noun: str) -> None:
    assert ids(f"تحسنت أرباح {noun} إستونية") == []


@pytest.mark.parametrize(
    "text",
    [
        "وصلت السفينة إلى ولاية كاليفورنيا الأميركية",
        "وصلت مليشيات الحوثي الإيرانية أمس",
        'عثر على موظفي شركة "نوردسكا" السويدية',
        "ذكرت مصادر عسكرية كينية أن الميناء أغلق",
        "زار الوفد واحة قمران السعودية",
        "تنعقد قمة هلسنكي غدا",
        "انتقل المرصد ومقره بريطانيا إلى العمل",
        "سيجري اللقاء بتوقيت باريس",
        "انسحب الجيش نحو الشمال السوري",
        "تراجعوا بحجة الطقس",
        "عاد إلى مسقط رأسه",
        "الطائرات تدمر الجسر",
    ],
)
def test_a_states_adjective_or_capital_that_only_describes_something_is_no_actor(text: str) -> None:
    states = {state.id for state in CODER.states.values()}
    assert not states.intersection(ids(text))


def test_a_state_that_backs_somebody_is_an_actor() -> None:
    assert "kenya" in ids("اقتحمت الجماعة المدعومة من كينيا القرية")


def test_a_network_is_an_actor_but_no_place_to_write_on() -> None:
    assert "youtube" in ids("حذف يوتيوب حسابات كينية")
    assert "twitter" not in ids("كتب الوزير الكيني على تويتر")


def test_each_of_several_states_is_no_place() -> None:
    assert ids("وقعت كل من مصر والأردن الاتفاق") == ["egypt", "jordan"]


def test_a_state_whose_name_is_its_adjective_has_institutions() -> None:
    assert ids("أعلنت وزارة الخارجية السعودية القرار") == ["saudi-arabia-foreign-ministry"]
