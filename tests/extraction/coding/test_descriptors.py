"""Unnamed people: whose they are, and whether they are actors of the article by themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from khabar.records import MentionedActor
from processors.extraction.coding import load_coder

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
CODER = load_coder()


def actors(text: str, *, title: str = "", language: str = "ar") -> dict[str, MentionedActor]:
    coding = CODER.code(title=title, text=text, language=language, event_time=NOON)
    return {actor.id: actor for actor in coding.actors}


@pytest.mark.parametrize(
    ("text", "identity", "code", "mention"),
    [
        ("خرج متظاهرون كينيون إلى الشوارع", "kenya-protesters", "KEN", "متظاهرون كينيون"),
        ("التقى الوزير طلابا وصيادين سنغاليين", "senegal-farmers", "SEN", "صيادين سنغاليين"),
        ("سقط جنود نيجيريون في كمين", "nigeria-soldiers", "NGA", "جنود نيجيريون"),
        ("قال مسؤولون بلجيكيون إن الاجتماع تأجل", "belgium-officials", "BEL", "مسؤولون بلجيكيون"),
    ],
)
def test_an_adjective_says_whose_people_they_are(text: str, identity: str, code: str, mention: str) -> None:
    found = actors(text)[identity]
    assert (found.kind, found.code) == ("group", code)
    assert [m.text for m in found.mentions] == [mention]


def test_a_genitive_says_whose_people_they_are() -> None:
    assert "palestine-civilians" in actors("قصف الطيران الإسرائيلي سكان غزة")


def test_the_authorities_of_a_state_are_the_state() -> None:
    found = actors("أعلنت السلطات الكولومبية حالة الطوارئ")
    assert [m.text for m in found["colombia"].mentions] == ["الكولومبية"]


@pytest.mark.parametrize(
    ("text", "title", "identity"),
    [
        ("خرج المتظاهرون إلى شوارع نيروبي", "", "kenya-protesters"),
        ("أوقفت الشرطة عشرة أشخاص في ضواحي بروكسل وأنتويرب ببلجيكا", "", "belgium-police"),
        ("أوقفت الشرطة عشرة أشخاص", "أوغندا.. حملة توقيف", "uganda-police"),
        (
            "وصل الوفد البولندي إلى البرتغال. وقال الوفد البولندي إنه سعيد. وأعلن البرلمان قراره",
            "",
            "poland-parliament",
        ),
        ("أعلنت السلطات حالة الطوارئ بعد الزلزال في بيرو", "", "peru"),
        ("كمبالا (رويترز) - أعلن الجيش انتهاء العملية", "", "uganda-army"),
    ],
)
def test_the_article_says_whose_people_they_are(text: str, title: str, identity: str) -> None:
    assert identity in actors(text, title=title)


def test_an_institution_named_with_its_state_goes_on_without_it() -> None:
    text = "زارت الوزيرة كندا وكندا وكندا. وقصف الجيش الكيني مواقع. وقال الجيش إن العملية انتهت"
    found = actors(text)
    assert [m.text for m in found["kenya-army"].mentions] == ["الجيش الكيني", "الجيش"]


def test_the_body_named_before_in_the_sentence_says_whose_police_it_is() -> None:
    found = actors("قالت وزارة الداخلية الكينية إن الشرطة أوقفت عائدين من سوريا")
    assert "kenya-police" in found
    assert "syria-police" not in found


def test_a_place_far_behind_does_not_say_whose_government_it_is() -> None:
    text = "أوقفت الحكومة الكينية خطتها. وكانت الحكومة تعمل على خطة واسعة لنقل آلاف العمال معظمهم رجال جاءوا من ملاوي"
    assert "malawi" not in actors(text)


def test_officials_in_a_state_are_its_own_but_not_those_in_an_alliance() -> None:
    assert "kenya-officials" in actors("قال مسؤولون في كينيا إن الطيار نجا")
    assert "yemen-officials" not in actors("نفى مسؤولون في الأمم المتحدة أنباء اليمن")


def test_any_ministry_goes_without_its_state() -> None:
    assert "kenya-health-ministry" in actors("قالت وزارة الصحة في بيان إن الوباء انحسر", title="كينيا تكافح الوباء")


def test_the_militias_are_the_group_of_the_country_or_the_one_named_before() -> None:
    assert "houthis" in actors("استهدف طيران التحالف خبيرين تابعين للميليشيات في اليمن")
    assert not [a for a in actors("تحركت الميليشيات في كينيا").values() if a.kind == "armed_group"]


def test_the_coalition_is_the_one_that_the_article_has_named() -> None:
    found = actors("قال التحالف الدولي ضد داعش إن الخطر باق. وقصفت قوات التحالف مواقع في الجبل")
    assert "anti-isis-coalition" in found
    assert "saudi-coalition" not in found


def test_a_court_is_not_of_a_state_for_having_been_named_last() -> None:
    found = actors(
        "رفضت المحكمة العليا الأميركية الطعن. وقال نشطاء في إسرائيل إن المحكمة أخطأت", title="أميركا.. رفض الطعن"
    )
    assert "israel-court" not in found


def test_the_army_on_a_border_is_not_that_of_the_other_side() -> None:
    found = actors("قال ترامب إنه سينشر الجيش على الحدود مع المكسيك")
    assert "united-states-army" in found
    assert "mexico-army" not in found


def test_a_party_of_which_several_states_have_one_is_told_by_the_article() -> None:
    assert "akp" in actors("فاز حزب العدالة والتنمية بالبلديات", title="تركيا.. فوز الحزب الحاكم")
    assert "pjd" in actors("فاز حزب العدالة والتنمية بالبلديات", title="المغرب.. فوز الحزب الحاكم")


def test_without_any_state_they_are_nobody() -> None:
    assert actors("خرج المتظاهرون إلى الشوارع وأوقفت الشرطة بعضهم") == {}


def test_armed_men_belong_to_no_state_unless_an_adjective_says_so() -> None:
    assert set(actors("هاجم مسلحون حافلة في كينيا")) >= {"armed-men"}
    assert "armed-men" not in actors("هاجم مسلحون صوماليون حافلة")


def test_the_gunmen_of_a_group_named_before_are_the_group() -> None:
    found = actors("أعلنت حركة الشباب الهجوم على الفندق. وقتل المسلحون ثلاثة حراس")
    assert "armed-men" not in found
    assert len(found["al-shabaab"].mentions) == 2


def test_gunmen_of_a_group_are_the_group() -> None:
    assert "armed-men" not in actors("هاجم مسلحون من حركة طالبان القاعدة")
    assert "armed-men" not in actors("هاجم مسلحو حركة طالبان القاعدة")


def test_people_in_passing_are_no_actors_until_an_act_takes_them() -> None:
    assert "kenya-civilians" not in actors("يعيش السكان في نيروبي على ضفاف الأنهار")
    assert "kenya-civilians" in actors("اعتقلت الشرطة الكينية مواطنين كينيين")


@pytest.mark.parametrize(
    "text",
    [
        "اندلع نزاع مسلح في كينيا",
        "وقع هجوم انتحاري في كينيا",
        "ناقشت كينيا شؤونها الداخلية",
        "زارت القوى المعارضة كينيا",
    ],
)
def test_an_adjective_that_looks_like_people_is_none(text: str) -> None:
    assert set(actors(text)) <= {"kenya"}


def test_migrants_without_a_nationality_are_a_group_of_no_state() -> None:
    assert actors("أنقذت السفينة مهاجرين قرب السواحل")["migrants"].code == "NSA:MIGRANTS"
    assert actors("أنقذت السفينة مهاجرين سوريين")["syria-migrants"].code == "SYR"


def test_the_coalition_is_told_by_the_country_it_fights_in() -> None:
    assert "saudi-coalition" in actors("شن التحالف غارات على صنعاء في اليمن")
    assert "anti-isis-coalition" in actors("شن التحالف غارات على الرقة في سوريا")


def test_english_descriptors() -> None:
    found = actors("Kenyan police arrested students in Nairobi. Protesters marched and gunmen fled.", language="en")
    assert {"kenya", "kenya-police", "kenya-students", "kenya-protesters", "armed-men"} <= set(found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("الجيش المالي يقتل متطرفا في تمبكتو", "NSA:UNKNOWN-ARMED"),
        ("مقاتلون أكراد يهاجمون دورية تركية", "NSA:YPG"),
        ("منظمات غير حكومية تطالب السنغال بالتحقيق", "NGO:UNNAMED"),
    ],
)
def test_people_of_no_state_have_a_code_of_their_own(text: str, code: str) -> None:
    assert code in {actor.code for actor in actors(text).values()}
