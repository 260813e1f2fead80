"""Titles: the persons they prove that no list has, and who is meant where no name stands with them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.records import MentionedActor
from processors.extraction.coding import Coder
from processors.extraction.coding.coder import load_coder
from processors.extraction.coding.naming import person_slug
from processors.extraction.coding.offices import Holders, Term

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
OWN = (
    "own.tsv",
    "first-man\tperson\tBTN\tGOV\tFirst Man\tتاشي الأول\t\t\tpresident 2020..2024-02-01\n"
    "second-man\tperson\tBTN\tGOV\tSecond Man\tدورجي وانغدي\t\t\tpresident 2024-02-01..|foreign-minister 2019..2020\n"
    "third-man\tperson\tTON\tGOV\tThird Man\tسيوني تاكوفا\t\t\tfinance-minister 2020..\n"
    "fourth-man\tperson\tTON\tGOV\tFourth Man\tبوهيفا لافيتا\t\t\tfinance-minister 2021..\n"
    "kandur-chief\tperson\tNSA:KANDUR\tREB\tKandur Chief\tبرهان كندوري\t\t\tparty-leader 2015..\n"
    "kandur\tarmed_group\tNSA:KANDUR\tREB\tKandur\tحركة كندور\n",
)
CODER = load_coder(OWN)


def actors(text: str, *, title: str = "", language: str = "ar", day: datetime = NOON) -> dict[str, MentionedActor]:
    coding = CODER.code(title=title, text=text, language=language, event_time=day)
    return {actor.id: actor for actor in coding.actors}


def person(text: str, *, title: str = "", language: str = "ar") -> MentionedActor:
    found = [actor for actor in actors(text, title=title, language=language).values() if actor.kind == "person"]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "name", "code", "sector"),
    [
        ("قال وزير الزراعة البوتاني كارما دوربا أمس", "كارما دوربا", "BTN", "GOV"),
        ("أعلن رئيس أركان الجيش النيبالي، الجنرال براكاش شيتري، القرار", "براكاش شيتري", "NPL", "MIL"),
        ("ذكر النائب المغربي عادل بوشتة أن المشروع تأخر", "عادل بوشتة", "MAR", "LEG"),
        ("أفاد القاضي التونسي منير بن يدر في تصريح", "منير بن يدر", "TUN", "JUD"),
        ("قال المتحدث باسم وزارة الداخلية القطرية، سالم بن هلال المهشوري، إن", "سالم بن هلال المهشوري", "QAT", "GOV"),
        ("التقى سفير الكويت لدى موسكو جاسم الرويمي الوفد", "جاسم الرويمي", "KWT", "GOV"),
        ("وصل رئيس البرلمان العربي نادر بن عون الهشامي", "نادر بن عون الهشامي", "IGO:ARAB-LEAGUE", "LEG"),
        ("اعتقلت الشرطة الصحافية العراقية نور الحيدري", "نور الحيدري", "IRQ", "CVL"),
    ],
)
def test_a_title_with_its_state_proves_a_name_that_no_list_has(text: str, name: str, code: str, sector: str) -> None:
    found = person(text)
    assert [mention.text for mention in found.mentions] == [name]
    assert (found.code, found.sector) == (code, sector)


def test_an_unlisted_given_name_needs_an_office_with_its_state() -> None:
    assert person("قال وزير المالية الليتواني كيستوتس يانكونيس إن الموازنة أقرت").name == "كيستوتس يانكونيس"
    assert not [a for a in actors("قال الخبير كيستوتس يانكونيس إن الموازنة أقرت").values() if a.kind == "person"]


@pytest.mark.parametrize(
    "text",
    [
        "غادر الرئيس الكيني مدينة نيروبي",
        "وزير الدفاع الفنلندي يزور هلسنكي",
        "أكد وزير الداخلية اليوناني أمس الخميس أن الحدود مغلقة",
        "بحث السفير الهندي مساء اليوم ملف التجارة",
        "قال الوزير على هامش الاجتماع إن العمل مستمر",
        "طلب رئيس الوزراء الماليزي إعلان حالة الطوارئ",
        "فازت ملكة جمال فنزويلا بالمسابقة",
    ],
)
def test_what_follows_a_title_need_not_be_a_name(text: str) -> None:
    # that the title means who is in office is another matter: then it is in the mention
    words = ("الرئيس", "رئيس", "وزير", "السفير")
    people = [actor for actor in actors(text).values() if actor.kind == "person"]
    assert all(mention.text.startswith(words) for actor in people for mention in actor.mentions)


def test_a_nationality_between_a_noun_and_a_given_name_proves_a_name() -> None:
    found = person("أفرجت المحكمة عن الشاب الموريتاني صلاح ولد ماموني أمس")
    assert (found.name.split()[0], found.code, found.sector) == ("صلاح", "MRT", "CVL")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("عثرت الشرطة الكندية على ماثيو هارغروف حيا", "ماثيو هارغروف"),
        ("قالت السلطات البحرينية إنها أفرجت عن مهند عبدالواحد", "مهند عبدالواحد"),
        ("سلمت بغداد رسالة لإبراهيم الطويرقي", "إبراهيم الطويرقي"),
        ("وقال مكنون محمد أحمد إن بغداد وافقت", "مكنون محمد أحمد"),
        ("اتهمت بغداد كريم عبد الصمد بالفساد", "كريم عبد الصمد"),
    ],
)
def test_a_given_name_and_a_surname_prove_a_person_without_a_title(text: str, name: str) -> None:
    assert person(text).name == name


@pytest.mark.parametrize(
    "text",
    [
        "أغلقت السلطات الأردنية شارع إبراهيم الطويرقي",
        "ألقت بغداد قنابل على قاعدة ماثيو هارغروف",
        "طلبت بغداد كريم المعاملة",
        "أعلنت بغداد أعلى درجات التأهب الآن",
        "توفي في بغداد عن عمر ناهز تسعين عاما",
    ],
)
def test_a_given_name_alone_or_in_the_name_of_a_thing_proves_nothing(text: str) -> None:
    assert not [actor for actor in actors(text).values() if actor.kind == "person"]


def test_a_surname_that_names_a_state_or_a_group_elsewhere_is_part_of_the_name() -> None:
    assert person("اتهمت بغداد محمد عبدالعظيم الحوثي بالفساد").name == "محمد عبدالعظيم الحوثي"
    assert person("اتهمت بغداد مهند المصري، وهو تاجر").name == "مهند المصري"


def test_a_relative_of_somebody_listed_is_another_person() -> None:
    found = person("تعرف على فيرونيكا ترامب التي زارت واشنطن")
    assert (found.name, found.code) == ("فيرونيكا ترامب", "USA")


def test_between_given_name_and_surname_a_listed_person_may_have_further_names() -> None:
    assert "mahdi-al-mashat" in actors("اختار الحوثيون مهدي محمد حسين المشاط")


def test_who_held_an_office_before_is_not_who_holds_it() -> None:
    assert "tamim-bin-hamad" not in actors("اتهم الوزير أمير قطر السابق")
    assert "tamim-bin-hamad" in actors("اتهم الوزير أمير قطر")


def test_a_person_in_an_article_of_no_state_is_of_the_group_that_it_speaks_of() -> None:
    assert person("عينت جماعة أنصار الله طه محمد أحمد المتوكل، وزيراً للصحة").code == "NSA:HOUTHI"


def test_the_head_of_an_agency_is_not_that_of_its_union() -> None:
    assert not [a for a in actors("قال رئيس بنك الاستثمار الأوروبي إن الخطة جاهزة").values() if a.kind == "person"]


def test_a_given_name_that_is_a_word_too_is_a_name_behind_a_verb() -> None:
    assert person("أعلن جو هارغروف في بغداد استقالته").name == "جو هارغروف"
    assert not [a for a in actors("شهدت بغداد مع جو هارغروف عاصفا").values() if a.kind == "person"]


def test_a_relation_is_a_title_too() -> None:
    assert person("زارت بغداد برفقة محاميتها أمل كروني").name == "أمل كروني"


def test_a_title_behind_a_name_proves_it_too() -> None:
    found = person("قال طارق المنيسي، سفير المغرب في الأمم المتحدة، إن الوضع صعب")
    assert (found.name, found.code) == ("طارق المنيسي", "MAR")


def test_a_second_title_says_whose_the_person_is() -> None:
    found = person("انتقدت إسرائيل ما قاله العميد رشيد المزوغي، المتحدث باسم الجيش الليبي، أمس")
    assert found.code == "LBY"


def test_names_joined_by_and_share_the_title() -> None:
    found = [
        a
        for a in actors("أفرجت السلطات عن الناشطتين البحرينيتين سعاد الفردان وليلى الزيدي").values()
        if a.kind == "person"
    ]
    assert [(actor.name, actor.code) for actor in found] == [("سعاد الفردان", "BHR"), ("ليلى الزيدي", "BHR")]


def test_the_surname_goes_on_to_mean_a_discovered_person_also_in_the_headline() -> None:
    found = person(
        "قال وزير الزراعة البوتاني كارما دورجينو إن الموسم جيد. وأضاف دورجينو أن الأسعار ثابتة، وشكر لدورجينو حضوره",
        title="دورجينو: الموسم جيد",
    )
    assert [mention.text for mention in found.mentions] == ["دورجينو", "كارما دورجينو", "دورجينو", "دورجينو"]


def test_a_surname_that_is_an_adjective_is_one_behind_a_verb() -> None:
    found = actors("قال وزير الطاقة الإماراتي سيف السويدي إن الإنتاج مستقر. وأضاف السويدي أن السفير السويدي حضر")
    assert [mention.text for mention in found["are-syf-alswydy"].mentions] == ["سيف السويدي", "السويدي"]
    assert [mention.text for mention in found["sweden"].mentions] == ["السويدي"]


def test_an_id_is_made_of_code_and_name_and_always_alike() -> None:
    text = "قال وزير الزراعة البوتاني كارما دوربا أمس"
    assert person(text).id == person(text.replace("كارما", "كَارما")).id == "btn-karma-dwrba"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["TON", "IGO:UN"]),
            st.lists(st.text("ابتثحهخسصذزکڭپ", min_size=1, max_size=4), min_size=1, max_size=3).map(tuple),
        ),
        unique=True,
        max_size=30,
    )
)
def test_no_two_names_have_one_id(names: list[tuple[str, tuple[str, ...]]]) -> None:
    assert len({person_slug(code, list(words)) for code, words in names}) == len(names)


def test_what_an_id_shows_follows_from_it_however_it_was_spelt() -> None:
    shown: dict[str, set[tuple[str, str, str]]] = {}
    for name in ("أحمد بوشته", "احمد بوشتة", "أَحمد_بوشتة", "إحمد بوشتة"):
        for text in (f"قال النائب المغربي {name} كلاما", f"قال وزير العدل المغربي {name} كلاما"):
            for actor in actors(text).values():
                shown.setdefault(actor.id, set()).add((actor.name, actor.kind, actor.code))
    assert len(shown) == 2
    assert all(len(said) == 1 for said in shown.values())


@pytest.mark.parametrize("word", ["للكاتدرائية", "بالسجن", "والكنيسة", "حزب", "نادي"])
def test_some_words_are_in_no_name(word: str) -> None:
    people = [a for a in actors(f"زار الأمير التونغي سامي {word} أمس").values() if a.kind == "person"]
    assert people == []


def test_another_spelling_of_an_office_holders_name_is_he() -> None:
    assert "second-man" in actors("استقبل الرئيس البوتاني دورجي وانغدو الوفد")


def test_an_office_holder_is_meant_by_title_and_state_on_the_day() -> None:
    found = actors("استقبل الرئيس البوتاني الوفد")
    assert [mention.text for mention in found["second-man"].mentions] == ["الرئيس البوتاني"]
    assert [mention.text for mention in found["bhutan"].mentions] == ["البوتاني"]
    earlier = datetime(2023, 2, 6, 12, tzinfo=UTC)
    assert "first-man" in actors("استقبل الرئيس البوتاني الوفد", day=earlier)


def test_a_leader_of_a_group_is_meant_by_title_and_group() -> None:
    assert "kandur-chief" in actors("هدد زعيم حركة كندور بالرد")


@pytest.mark.parametrize(
    "text",
    [
        "استقبل الرئيس البوتاني السابق الوفد",
        "استقبل الرئيس البوتاني المنتخب الوفد",
        "وصل نجل الرئيس البوتاني",
        "وصل نائب الرئيس البوتاني",
        "استقبل وزير المالية التونغي الوفد",
        "استقبل الرئيس البوتاني مروان دوربا الوفد",
    ],
)
def test_an_office_holder_is_not_meant(text: str) -> None:
    assert not {"first-man", "second-man", "third-man", "fourth-man"} & set(actors(text))


def test_a_title_alone_means_whoever_was_named_last_and_held_it() -> None:
    found = actors("التقى دورجي وانغدي وفدا. ووصل سيوني تاكوفا. وقال الرئيس إن الزيارة ناجحة، ووقع الوزير الاتفاق")
    assert [mention.text for mention in found["second-man"].mentions] == ["دورجي وانغدي", "الرئيس"]
    assert [mention.text for mention in found["third-man"].mentions] == ["سيوني تاكوفا", "الوزير"]


def test_a_title_alone_is_nobody_where_nobody_held_it() -> None:
    assert actors("قال الرئيس إن الزيارة ناجحة") == {}
    assert "second-man" not in actors("زار سيوني تاكوفا البلاد. وقال الرئيس التنفيذي إن الشركة رابحة")


def test_english_titles(coder: Coder) -> None:
    found = person("French Agriculture officials met Foreign Minister of Tonga Sione Vaka. Vaka left.", language="en")
    assert (found.id, found.name, found.code) == ("ton-latin-sione-vaka", "Sione Vaka", "TON")
    assert len(found.mentions) == 2
    assert "second-man" in actors("The Bhutanese president spoke", language="en")
    assert "second-man" not in actors("The former Bhutanese president spoke", language="en")


def test_two_holders_on_one_day_are_nobody() -> None:
    terms = [
        Term("TON", "mayor", date(2020, 1, 1), date(2022, 1, 1), "one"),
        Term("TON", "mayor", date(2021, 1, 1), date.max, "two"),
    ]
    holders = Holders(terms)
    assert holders.holder("TON", ["mayor"], date(2020, 5, 5)) == "one"
    assert holders.holder("TON", ["mayor"], date(2021, 5, 5)) is None
    assert holders.holder("TON", ["mayor"], date(2022, 1, 1)) == "two"
    assert holders.ever("two") == {"mayor"}


@pytest.mark.parametrize(
    "text",
    [
        "اعترفت الدول بها مناطق في بغداد",
        "قالت في بغداد أنا خجول",
        "جلس في بغداد مصطفى يتكئ على الأريكة",
        "قدم وزير العراق شكري وتقديري للجميع",
        "وعلى الرغم من القرار عادت بغداد",
    ],
)
def test_words_that_fold_like_given_names_prove_nothing(text: str) -> None:
    assert not [actor for actor in actors(text).values() if actor.kind == "person"]


def test_given_names_that_fold_like_words_are_names_where_they_are_spelled_so() -> None:
    assert person("قالت آنا تشابرنوف في بغداد").name.endswith("تشابرنوف")
    assert person("قالت سارة نقدالله الأمين العام للحزب في بغداد").name.endswith("نقدالله")


def test_a_title_means_whom_the_article_names_with_it_further_down() -> None:
    found = actors(
        "زار الرئيس البوتاني كينيا. وكان الرئيس البوتاني تاشي الأول قد زارها من قبل، والتقى وزير الخارجية الكيني."
    )
    assert "first-man" in found
    assert "second-man" not in found


def test_but_not_where_the_office_holder_of_the_day_is_named_too() -> None:
    found = actors("زار الرئيس البوتاني كينيا. واستقبل دورجي وانغدي بعدها سلفه، الرئيس البوتاني تاشي الأول.")
    assert {"first-man", "second-man"} <= set(found)
    assert found["second-man"].mentions[0].text == "الرئيس البوتاني"


@pytest.mark.parametrize(
    ("text", "day", "holder"),
    [
        ("دعا بابا الفاتيكان إلى وقف الحرب.", date(2010, 6, 1), "benedict-xvi"),
        ("دعا بابا الفاتيكان إلى وقف الحرب.", date(2024, 6, 1), "pope-francis"),
        ("دعا بابا الفاتيكان إلى وقف الحرب.", date(2025, 6, 1), "leo-xiv"),
        ("انتقد البابا بوتان.", date(2024, 6, 1), "pope-francis"),
        ("انتقد البابا بوتان.", date(2025, 6, 1), "leo-xiv"),
        ("انتقد البابا بوتان.", date(2025, 5, 1), ""),
        ("دعا البابا تواضروس إلى السلام. وأضاف البابا أن الحرب هزيمة.", date(2025, 6, 1), "tawadros-ii"),
        ("انتقد البابا مصر.", date(2025, 6, 1), ""),
    ],
)
def test_the_pope_is_who_holds_the_office_on_the_day(text: str, day: date, holder: str) -> None:
    found = actors(text, day=datetime(day.year, day.month, day.day, tzinfo=UTC))
    assert [actor.id for actor in found.values() if actor.kind == "person"] == ([holder] if holder else [])


def test_of_two_names_that_a_word_may_hold_the_one_with_fewer_letters_before_it_is_meant() -> None:
    # و + كاميل, و + ك + اميل: a set of names once decided, and with it the hash seed
    assert CODER._lexicon.names.standing["وكاميل"] == 1
