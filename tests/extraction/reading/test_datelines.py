"""Where a report was filed and by which agency: read off its dateline, byline, credit or source line, and cut off the text."""

from __future__ import annotations

import pytest

from processors.extraction.reading.datelines import agencies, dateline
from tests.extraction.reading.pages import ENGLISH, LIBRARY, LIBRARY_TITLE, NOON, PORT, page, read

DATELINES = [
    ("القاهرة (أ ف ب) - ", "afp", "القاهرة"),
    ("القاهرة (أ.ف.ب) – ", "afp", "القاهرة"),
    ("القاهرة (أ. ف. ب) ـ ", "afp", "القاهرة"),
    ("واشنطن - رويترز: ", "reuters", "واشنطن"),
    ("واشنطن ـ «رويترز»: ", "reuters", "واشنطن"),
    ("دبي، الإمارات العربية المتحدة (CNN) — ", "cnn", "دبي، الإمارات العربية المتحدة"),
    ("غزة/ وكالات: ", "agencies", "غزة"),
    ("(د ب أ) ", "dpa", None),
    ("(د ب أ)- ", "dpa", None),
    ("برلين 12 مايو (د ب أ) - ", "dpa", "برلين"),
    ("القاهرة – د ب أ – ", "dpa", "القاهرة"),
    ("بيروت، أ ف ب - ", "afp", "بيروت"),
    ("أبوظبي في 12 مايو/ وام / ", "wam", "أبوظبي"),
    ("الكويت - 12 - 5 (كونا) -- ", "kuna", "الكويت"),
    ("عمان 12 ايار (بترا)- ", "petra", "عمان"),
    ("القاهرة في 12 مايو /أ ش أ/ ", "mena", "القاهرة"),
    ("دمشق-سانا: ", "sana", "دمشق"),
    ("رويترز: ", "reuters", None),
    ("أ ف ب: ", "afp", None),
    ("د.ب.أ: ", "dpa", None),
    ("رويترز - لندن - ", "reuters", "لندن"),
    ("(واشنطن - رويترز) - ", "reuters", "واشنطن"),
    ("فرانس24/ أ ف ب - ", "afp", None),
    ("الأناضول - أنقرة - ", "anadolu", "أنقرة"),
    ("قرية السدرة البيضاء (رويترز) - ", "reuters", "قرية السدرة البيضاء"),
    ("القاهرة - ", None, "القاهرة"),
    ("صنعاء – ", None, "صنعاء"),
    ("LONDON (Reuters) - ", "reuters", "LONDON"),
    ("LONDON, May 3 (Reuters) - ", "reuters", "LONDON"),
    ("WASHINGTON (AP) — ", "ap", "WASHINGTON"),
    ("Cairo, Egypt (CNN) -- ", "cnn", "Cairo, Egypt"),
    ("DUBAI — ", None, "DUBAI"),
    ("القاهرة (أ ف ب) - القاهرة (رويترز) - ", "afp", "القاهرة"),
]

NO_DATELINES = [
    "أعلنت وكالة الأنباء السعودية (واس) - اليوم الأحد - أن الرصيف الجديد سيفتح للزوار في الشهر المقبل.",
    "قالت رويترز: إن الرصيف الجديد سيفتح للزوار في الشهر المقبل، نقلا عن مصدر في الوزارة.",
    "رويترز، وهي وكالة كبيرة، ذكرت أن الرصيف الجديد سيفتح للزوار في الشهر المقبل.",
    "معا: هذا هو شعار التجار الذين طالبوا بطريق ثان يصل الميناء بالمدينة.",
    "فارس - وهو صياد من المدينة - يقول إن الرصيف الجديد سيفتح للزوار في الشهر المقبل.",
    "الوزير - الذي وصل في الصباح - قال إن الرصيف الجديد سيفتح للزوار.",
    "تونس - العاصمة القديمة - تفتح رصيفا جديدا للزوار في الشهر المقبل كما قال الوزير.",
    "تعادل فريق الميناء 2 - 2 مع فريق المدينة في مباراة شهدها آلاف من المتفرجين.",
    "شهدت العلاقات المصرية – الفرنسية تطورا كبيرا منذ افتتاح الرصيف الجديد في الميناء.",
    "افتتح الوزير (أبو سمير) - كما يسميه أهل المدينة - الرصيف الجديد في الميناء القديم.",
    "ميناء الساحل: رصيف جديد يضاعف الحركة ويغضب التجار عند الجسر القديم.",
    "Washington – which is far from the harbour – has sent two large ships to the new quay.",
    "الكويت – السعودية مباراة حاسمة على أرض الميناء في الساحل يحضرها آلاف من المتفرجين مساء الأحد.",
    "واشنطن - بكين حرب تجارية لا تنتهي كما يقول تجار السوق القديمة في مدينة الساحل.",
    "دمشق - أقدم عاصمة مأهولة في التاريخ.",
    "القاهرة - رصيف جديد في الميناء القديم يضاعف الحركة ويغضب التجار عند الجسر القديم وفي السوق",
    "PARIS - MARSEILLE 3-0: the home team won the match in front of thousands of people on Sunday.",
    "NATO - the alliance - opened a new quay in the harbour after three years of work.",
    "The harbour council (AP, as the traders call it) - opened a new quay on Sunday.",
]


@pytest.mark.parametrize(("words", "agency", "place"), DATELINES)
def test_a_dateline_becomes_fields_and_leaves_the_text(words: str, agency: str | None, place: str | None) -> None:
    lines = ENGLISH if words.isascii() or words.startswith(("WASH", "DUBAI")) else PORT
    found = read(page(words + lines[0], *lines[1:]))
    assert (found.text, found.agency, found.place) == (page(*lines), agency, place)


@pytest.mark.parametrize("sentence", NO_DATELINES)
def test_a_sentence_that_only_looks_like_a_dateline_stays_whole(sentence: str) -> None:
    found = read(page(sentence, *PORT))
    assert (found.text, found.agency, found.place) == (page(sentence, *PORT), None, None)


@pytest.mark.parametrize(
    ("line", "agency", "place"),
    [
        ("القاهرة - رويترز", "reuters", "القاهرة"),
        ("الرياض – واس", "spa", "الرياض"),
        ("لندن: «الشرق الأوسط»", "asharq-alawsat", "لندن"),
        ("الرياض 05 ربيع الأول 1440 هـ الموافق 13 نوفمبر 2018 م واس", "spa", "الرياض"),
        ("غزة - وكالات:", "agencies", "غزة"),
        ("(رويترز)", "reuters", None),
        ("فرانس24/ أ ف ب", "afp", None),
    ],
)
def test_a_line_that_is_nothing_but_a_dateline_goes(line: str, agency: str, place: str | None) -> None:
    found = read(page(line, *PORT))
    assert (found.text, found.agency, found.place) == (page(*PORT), agency, place)


def test_a_dateline_below_a_headline_without_a_title_is_cut_too() -> None:
    headline = "رصيف جديد في الميناء القديم يضاعف الحركة"
    found = read(page(headline, f"القاهرة (أ ف ب) - {PORT[0]}", *PORT[1:]))
    assert (found.text, found.agency, found.place) == (page(headline, *PORT), "afp", "القاهرة")


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("المصدر: رويترز", "reuters"),
        ("المصدر: RT + أ ف ب", "afp"),
        ("المصادر: وكالات، رويترز", "reuters"),
        ("المصدر : وكالات", "agencies"),
        ("المصدر: صحيفة الساحل", None),
        ("* نقلا عن وكالة الساحل", None),
        ("فرانس24/ أ ف ب/ رويترز", "afp"),
        ("Source: Reuters", "reuters"),
        ("Reuters/AFP", "reuters"),
    ],
)
def test_a_source_line_or_credit_below_names_the_agency(line: str, agency: str | None) -> None:
    found = read(page(*PORT, line))
    assert (found.text, found.agency, found.place) == (page(*PORT), agency, None)


def test_an_agency_in_brackets_behind_the_last_sentence_goes() -> None:
    found = read(page(*PORT) + " (رويترز)")
    assert (found.text, found.agency) == (page(*PORT), "reuters")


def test_an_agency_in_brackets_within_the_last_sentence_stays() -> None:
    text = page(*PORT, "وهذا ما نقلته وكالة الأنباء السعودية (واس)")
    assert (read(text).text, read(text).agency) == (text, None)


def test_the_dateline_counts_before_byline_and_source_line() -> None:
    found = read(page(f"القاهرة (أ ف ب) - {PORT[0]}", "المصدر: رويترز"), byline="لندن - د ب أ")
    assert (found.agency, found.place) == ("afp", "القاهرة")


@pytest.mark.parametrize(
    ("byline", "agency", "place"),
    [
        ("مانشستر - رويترز", "reuters", "مانشستر"),
        ("القاهرة - أحمد سمير", None, None),
        ("فرانس 24", "france24", None),
        ("89604f3e-78c2-4fcc", None, None),
        ("", None, None),
    ],
)
def test_the_byline_says_it_where_the_text_does_not(byline: str, agency: str | None, place: str | None) -> None:
    found = read(page(*PORT), byline=byline)
    assert (found.text, found.agency, found.place) == (page(*PORT), agency, place)


def test_a_dateline_of_an_embedded_article_is_its_own() -> None:
    found = read(
        page(
            *PORT, "المصدر: رويترز", "إقرأ أيضاً:", LIBRARY_TITLE, f"عمان (بترا) - {LIBRARY[0]}", *LIBRARY[1:],
            "المصدر: وكالات",
        )
    )  # fmt: skip
    (part,) = found.parts
    assert (found.agency, found.place) == ("reuters", None)
    assert (part.agency, part.place, part.text) == ("petra", "عمان", page(*LIBRARY))


def test_a_text_that_is_but_a_dateline_keeps_it() -> None:
    assert read("القاهرة (أ ف ب)").text == "القاهرة (أ ف ب)"


def test_what_would_be_furniture_without_its_dateline_is_left_whole() -> None:
    assert read(page("القاهرة (أ ف ب) - إعلان", *PORT)).text == page("القاهرة (أ ف ب) - إعلان", *PORT)


def test_every_name_of_an_agency_is_found_in_brackets_and_belongs_to_one_agency_only() -> None:
    for agency in agencies():
        for name in (*agency.names, *agency.beside):
            found = dateline(f"القاهرة ({name}) - {PORT[0]}")
            assert found is not None, name
            assert (found.agency, found.place) == (agency.id, "القاهرة"), name


def test_time_does_not_matter_to_datelines() -> None:
    assert read(f"القاهرة - {PORT[0]}", event_time=NOON).place == "القاهرة"


@pytest.mark.parametrize("line", ["الجزيرة نت - خاص", "العربية نت – خاص", "خاص"])
def test_a_report_of_an_outlets_own_leaves_no_word_of_that(line: str) -> None:
    assert read(page(line, *PORT)).text == page(*PORT)
