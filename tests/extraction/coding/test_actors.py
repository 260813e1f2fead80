"""Who is named in a text, and where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.extraction.coding import Coder, Coding, load_coder
from processors.extraction.coding.coder import MAX_MENTIONS

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
CODER = load_coder()

NAMES = [
    "عبد الفتاح السيسي",
    "والسعودية",
    "للحوثيين",
    "بايدن",
    "وزارة الخارجية المصرية",
    "مِصْرَ",
    "لـــبنان",
    "United Nations",
    "وزير الخارجية التركي",
    "الرئيس",
    "المتظاهرون",
    "متظاهرون كينيون",
    "الشرطة",
    "سلاح الجو الكيني",
    "القوات الجوية الكينية",
    "عمان",
    "العميد رشيد المزوغي،",
    "النائب المغربي أحمد بوشتة",
    "النائب المغربي احمد بوشته",
    "Kenyan police",
]
PIECES = st.one_of(
    st.sampled_from([*NAMES, "\n", ". ", "، ", "قال", "إن", "اليوم", "#", '"', "ـ", "ً"]), st.text(max_size=6)
)


def code(text: str, *, title: str = "", language: str = "ar") -> Coding:
    return CODER.code(title=title, text=text, language=language, event_time=NOON)


def ids(text: str, **kwargs: str) -> list[str]:
    return [actor.id for actor in code(text, **kwargs).actors]


def mentions(text: str, actor: str) -> list[str]:
    return [m.text for found in code(text).actors if found.id == actor for m in found.mentions]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("أعلنت والسعودية", "السعودية"),
        ("وقفت وسوريا معا", "سوريا"),
        ("سلاح لإيران", "إيران"),
        ("قرار فلبنان", "لبنان"),
        ("سلم للسعودية رسالة", "للسعودية"),
    ],
)
def test_clitics_are_cut_and_a_fused_article_is_kept_whole(text: str, found: str) -> None:
    assert [m.text for actor in code(text).actors for m in actor.mentions] == [found]


@pytest.mark.parametrize(
    ("text", "actor"),
    [("قال بايدن", "joe-biden"), ("قال بلينكن", "antony-blinken"), ("أعلن لبنان", "lebanon"), ("رد كوسوفو", "kosovo")],
)
def test_names_that_begin_like_a_clitic_are_left_whole(text: str, actor: str) -> None:
    assert ids(text) == [actor]


@pytest.mark.parametrize("spelling", ["نتنياهو", "نتانياهو", "بنيامين نتنياهو", "نَتَنْياهو", "نتنيـــاهو"])
def test_spellings_of_one_name_are_one_actor(spelling: str) -> None:
    assert ids(f"أعلن {spelling} القرار") == ["benjamin-netanyahu"]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("أعلن نتن\u200cياهو القرار", "نتن\u200cياهو"),
        ("أعلن \u200fنتنياهو\u200f القرار", "نتنياهو"),
        ("أعلن نتن\u00adياهو القرار", "نتن\u00adياهو"),
        ("أعلن نتنياهو\x00 القرار", "نتنياهو"),
        ("أعلن و\u200dنتنياهو القرار", "نتنياهو"),
        ("أعلن بنيامين\u00a0نتنياهو القرار", "بنيامين\u00a0نتنياهو"),
    ],
)
def test_what_nobody_sees_in_a_name_does_not_hide_it(text: str, mention: str) -> None:
    assert mentions(text, "benjamin-netanyahu") == [mention]


@pytest.mark.parametrize(
    "text",
    [
        "قال فيدان كلاما", "قال باسيل كلاما", "قال كوشنر كلاما", "قال لافروف كلاما", "رد لبنان", "قال كامل",
        "قال بلعيد كلاما", "أعلن بلينكن",
    ],
)  # fmt: skip
def test_no_letter_of_a_name_is_taken_for_a_clitic(text: str) -> None:
    word = text.split()[1]
    found = [mention.text for actor in code(text).actors for mention in actor.mentions]
    assert found in ([word], [])


@pytest.mark.parametrize("text", ["فبأميركا", "وبأميركا", "وكأميركا", "ولأميركا"])
def test_two_clitics_are_cut(text: str) -> None:
    assert mentions(f"رحبت مصر {text}", "united-states") in (["أميركا"], [])


@pytest.mark.parametrize("form", ["المصري", "مصرية", "المصريون", "المصريين", "والمصرية"])
def test_an_adjective_names_its_state_in_every_form(form: str) -> None:
    assert ids(f"تحدث الوفد {form} أمس") == ["egypt"]


def test_an_adjective_of_two_words_is_one_name() -> None:
    assert ids("زار الزعيم الكوري الجنوبي") == ["south-korea"]


def test_a_surname_counts_only_after_its_full_name() -> None:
    assert ids("قال شكري إنه سعيد") == []
    assert mentions("وصل سامح شكري. وقال شكري إن الأمر مهم", "sameh-shoukry") == ["سامح شكري", "شكري"]


def test_a_shared_surname_belongs_to_whoever_was_named_last() -> None:
    text = "تحدث بيل كلينتون ثم هيلاري كلينتون. وأضافت كلينتون أمورا"
    assert mentions(text, "hillary-clinton") == ["هيلاري كلينتون", "كلينتون"]


def test_the_longest_name_wins() -> None:
    assert ids("انتخبت جمهورية الكونغو الديمقراطية رئيسا") == ["democratic-republic-of-the-congo"]
    assert ids("أعلنت قوات سوريا الديمقراطية") == ["sdf"]


def test_an_institution_with_a_states_adjective_is_an_actor_of_that_state() -> None:
    (actor,) = code("أعلنت وزارة الخارجية الأردنية").actors
    assert (actor.id, actor.code, actor.kind, actor.sector) == ("jordan-foreign-ministry", "JOR", "organisation", "GOV")
    assert actor.name == "وزارة الخارجية الأردنية"
    assert actor.mentions[0].text == "وزارة الخارجية الأردنية"


def test_a_minister_is_no_ministry() -> None:
    assert ids("صرح وزير الخارجية الأردني") == ["ayman-safadi", "jordan"]
    assert ids("صرح وزير الخارجية الأردنية") == ["ayman-safadi", "jordan"]


def test_an_institution_that_the_tables_list_keeps_its_own_names() -> None:
    assert ids("قصف الجيش الإسرائيلي") == ["israel-army"]
    assert ids("قصف جيش الاحتلال") == ["israel-army"]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("قصف سلاح الجو الأردني", "jordan-air-force"),
        ("قصفت القوات الجوية الأردنية", "jordan-air-force"),
        ("أعلن الجيش المصري", "egypt-army"),
        ("أعلنت القوات المسلحة المصرية", "egypt-army"),
        ("وافق مجلس الشيوخ الباكستاني", "pakistan-parliament"),
        ("وافقت الجمعية الوطنية الباكستانية", "pakistan-parliament"),
        ("قالت النيابة العامة اللبنانية", "lebanon-prosecution"),
        ("أعلنت وزارة الأمن الإسرائيلية", "israel-defence-ministry"),
    ],
)
def test_heads_of_either_gender_name_one_institution(text: str, actor: str) -> None:
    assert ids(text) == [actor]


def test_affairs_within_a_state_are_no_ministry() -> None:
    assert ids("التدخل في الشؤون الداخلية السورية مرفوض") == ["syria"]
    assert ids("السياسة الخارجية المصرية ثابتة") == ["egypt"]


def test_a_name_that_is_a_word_counts_only_after_the_full_name() -> None:
    assert ids("تحدث عن النهضة") == []
    assert mentions("رفضت حركة النهضة القرار، وقالت النهضة إن سد النهضة بعيد", "ennahda") == ["حركة النهضة", "النهضة"]


def test_the_west_acts_but_the_direction_does_not() -> None:
    assert ids("حذر الغرب من التصعيد") == ["west"]
    assert ids("وقع الحادث إلى الغرب من المدينة") == []


@pytest.mark.parametrize("phrase", ["المنتخب المصري", "الأهلي السعودي", "الدولار الكندي", "جامعة القاهرة", "جوز الهند"])
def test_teams_currencies_and_universities_are_no_actors(phrase: str) -> None:
    assert ids(f"تحدث عن {phrase} أمس") == []


def test_a_mere_place_is_no_actor_but_a_capital_that_acts_is() -> None:
    assert ids("وقع زلزال في تركيا") == []
    assert ids("هطلت الأمطار على شوارع العاصمة بيروت") == []
    assert ids("رفضت أنقرة الاقتراح") == ["turkey"]
    assert ids("رد البيت الأبيض") == ["united-states"]


def test_a_dateline_is_no_actor() -> None:
    assert ids("بيروت (رويترز) - أعلن الرئيس اللبناني قرارا") == ["lebanon"]
    assert mentions("بيروت (رويترز) - أعلن الرئيس اللبناني قرارا", "lebanon") == ["اللبناني"]
    assert ids("أوتاوا، كندا (CNN)-- رفض العراق الاقتراح") == ["iraq"]


def test_the_source_of_a_report_is_no_actor() -> None:
    assert ids("ذكرت وكالة رويترز أن الأسعار ارتفعت") == []


def test_a_river_and_a_currency_are_no_actors() -> None:
    assert ids("على ضفة نهر الأردن") == []
    assert ids("هبطت الليرة التركية") == []


def test_offsets_count_from_the_title_on() -> None:
    coding = code("وصل الرئيس السوداني", title="مصر تستعد")
    assert [(a.id, a.mentions[0].start) for a in coding.actors] == [
        ("egypt", 0),
        ("abdel-fattah-al-burhan", len("مصر تستعد\nوصل ")),
        ("sudan", len("مصر تستعد\nوصل الرئيس ")),
    ]


SHOWN: dict[str, tuple[str, str, str]] = {}
"""What each id has been shown as, over all texts of the run: counts carry it, so it must not depend on the text."""


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=4), st.lists(PIECES, max_size=25), st.sampled_from(["ar", "en", "und", "fr"]))
def test_every_mention_is_exactly_what_stands_at_its_offsets(title: list[str], text: list[str], language: str) -> None:
    head, body = " ".join(title), " ".join(text)
    whole = f"{head}\n{body}" if head else body
    coding = code(body, title=head, language=language)
    assert len({actor.id for actor in coding.actors}) == len(coding.actors)
    for actor in coding.actors:
        told = (actor.name, actor.kind, actor.code)
        assert SHOWN.setdefault(actor.id, told) == told
        for mention in actor.mentions:
            assert whole[mention.start : mention.end] == mention.text
            assert mention.text.strip() == mention.text != ""


def test_mentions_are_listed_up_to_a_bound() -> None:
    (actor,) = code("قالت مصر " * 1000).actors
    assert len(actor.mentions) == MAX_MENTIONS


def test_an_unknown_language_has_actors_by_name_and_no_events(coder: Coder) -> None:
    text = "Donald Trump a rencontré Emmanuel Macron. ترامب يلتقي ماكرون"
    coding = coder.code(title="", text=text, language="fr", event_time=NOON)
    assert [actor.id for actor in coding.actors] == ["donald-trump", "emmanuel-macron"]
    assert coding.events == ()


@pytest.mark.parametrize(
    ("text", "person", "found"),
    [
        ("قال محمد شياع السوداني إن بغداد ملتزمة. والتقى السوداني أردوغان.", "mohammed-shia-al-sudani", 2),
        ("التقى محمد شياع السوداني أردوغان. وبحث الملك مع السوداني المياه.", "mohammed-shia-al-sudani", 2),
        ("استقبل أردوغان محمد شياع السوداني. ووقع أردوغان والسوداني الاتفاق.", "mohammed-shia-al-sudani", 2),
        ("قال عبد الملك الحوثي إن الحرب مستمرة. وأضاف الحوثي أن الرد قريب.", "abdul-malik-al-houthi", 2),
        # a noun that it may belong to stands before it
        ("قال محمد شياع السوداني ذلك بعد لقاء الجيش السوداني.", "mohammed-shia-al-sudani", 1),
        ("التقى الرئيسان المصري والسوداني محمد شياع السوداني.", "mohammed-shia-al-sudani", 1),
        ("دان محمد شياع السوداني ما قاله الوزير السوداني في الخرطوم.", "mohammed-shia-al-sudani", 1),
    ],
)
def test_a_surname_that_is_a_nisba_too_is_the_persons_once_he_is_named(text: str, person: str, found: int) -> None:
    assert len(mentions(text, person)) == found


def test_a_second_nisba_behind_a_title_is_its_bearers_surname() -> None:
    text = "استقبل رئيس الوزراء العراقي السوداني وفدا من البنك الدولي."
    assert mentions(text, "mohammed-shia-al-sudani") == ["السوداني"]
    assert "sudan" not in ids(text)


@pytest.mark.parametrize(
    ("text", "actor", "found"),
    [
        ("قصفت فصائل قاعدة عين الأسد في الأنبار.", "bashar-al-assad", []),
        ("سلمت الحركة جثتي إسرائيليين إلى الصليب الأحمر.", "icrc", ["الصليب الأحمر"]),
        ("زار الصليب الأحمر اللبناني بيروت.", "icrc", []),
        ("التقى إيلون ماسك وسام ألتمان في دبي.", "sam-altman", ["سام ألتمان"]),
        ("ورد ترامب على بوتين.", "donald-trump", ["ترامب"]),
        ("زارت فانيسا ترامب لندن.", "donald-trump", []),
        ("فاز حزب الديمقراطيين 66 في الانتخابات الهولندية.", "democratic-party", []),
        ("فاز حزب الديمقراطيين 66 في الانتخابات الهولندية.", "d66", ["حزب الديمقراطيين 66"]),
        ("تقدم حزب الحرية في الانتخابات الهولندية.", "pvv", ["حزب الحرية"]),
    ],
)
def test_a_word_of_a_name_is_no_other_actors_name(text: str, actor: str, found: list[str]) -> None:
    assert mentions(text, actor) == found


def test_a_party_without_a_listed_state_is_nobody() -> None:
    assert all("freedom" not in actor for actor in ids("قال حزب الحرية في الولايات المتحدة إن ترامب محق."))
