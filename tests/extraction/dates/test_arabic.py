"""What dates in Arabic mean: one trap a case. All sentences were written for this test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from processors.extraction.dates import DateSpan, Precision, find_dates

WEDNESDAY = datetime(2024, 10, 9, 12, 0, tzinfo=UTC)


def dates(text: str, published: datetime = WEDNESDAY) -> tuple[DateSpan, ...]:
    return find_dates(text, published=published, language="ar")


def only(text: str, published: datetime = WEDNESDAY) -> DateSpan:
    (span,) = dates(text, published)
    return span


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("افتتح المعرض في 7 أكتوبر 2023 بحضور الوزير", "7 أكتوبر 2023", "2023-10-07"),
        ("افتتح المعرض في ٧ أكتوبر ٢٠٢٣", "٧ أكتوبر ٢٠٢٣", "2023-10-07"),
        ("افتتح المعرض في ۷ اکتوبر ۲۰۲۳", "۷ اکتوبر ۲۰۲۳", "2023-10-07"),
        ("افتتح المعرض في 7 تشرين الأول 2023", "7 تشرين الأول 2023", "2023-10-07"),
        ("وقعت في 4 كانون الثاني/يناير 2024", "4 كانون الثاني/يناير 2024", "2024-01-04"),
        ("وقعت في 4 كانون الأول / ديسمبر 2023", "4 كانون الأول / ديسمبر 2023", "2023-12-04"),
        ("يوم 4 نيسان (أبريل) 2024 وقعت", "4 نيسان (أبريل) 2024", "2024-04-04"),
        ("انطلقت الورشة في 12 جانفي 2020", "12 جانفي 2020", "2020-01-12"),
        ("انطلقت الورشة في 12 أوت 2020", "12 أوت 2020", "2020-08-12"),
        ("انطلقت الورشة في 12 غشت 2020", "12 غشت 2020", "2020-08-12"),
        ("انطلقت الورشة في 3 ماي 2020", "3 ماي 2020", "2020-05-03"),
        ("انطلقت الورشة في 3 جوان 2020", "3 جوان 2020", "2020-06-03"),
        ("انطلقت الورشة في 3 جويلية 2020", "3 جويلية 2020", "2020-07-03"),
        ("انطلقت الورشة في 3 دجنبر 2020", "3 دجنبر 2020", "2020-12-03"),
        ("وقع العقد في السابع من أكتوبر 2023", "السابع من أكتوبر 2023", "2023-10-07"),
        ("وقع العقد في الأول من آذار 2024", "الأول من آذار 2024", "2024-03-01"),
        ("وقع العقد في الحادي والعشرين من آذار عام 2024", "الحادي والعشرين من آذار عام 2024", "2024-03-21"),
        ("وقع العقد في الخامس عشر من شهر مايو لعام 2021", "الخامس عشر من شهر مايو لعام 2021", "2021-05-15"),
        ("وقع العقد في الـ25 من يناير 2011", "الـ25 من يناير 2011", "2011-01-25"),
        ("بتاريخ 7/10/2023 صدر", "7/10/2023", "2023-10-07"),
        ("بتاريخ ٧/١٠/٢٠٢٣ صدر", "٧/١٠/٢٠٢٣", "2023-10-07"),
        ("بتاريخ 2023-10-07 صدر", "2023-10-07", "2023-10-07"),
        ("بتاريخ 2023/10/7م صدر", "2023/10/7م", "2023-10-07"),
        ("صدر السبت 7 أكتوبر 2023", "السبت 7 أكتوبر 2023", "2023-10-07"),
        ("صدر السبت الموافق 7 أكتوبر 2023", "السبت الموافق 7 أكتوبر 2023", "2023-10-07"),
        (
            "صدر في ٢٢ ربيع الأول ١٤٤٥هـ الموافق 7 أكتوبر 2023",
            "٢٢ ربيع الأول ١٤٤٥هـ الموافق 7 أكتوبر 2023",
            "2023-10-07",
        ),
        (
            "صدر في 7 أكتوبر 2023 الموافق 21 ربيع الأول 1445 هـ",
            "7 أكتوبر 2023 الموافق 21 ربيع الأول 1445 هـ",
            "2023-10-07",
        ),
        ("صدر في 29 فبراير 2024", "29 فبراير 2024", "2024-02-29"),
    ],
)
def test_a_date_that_is_written_out_is_explicit(text: str, words: str, value: str) -> None:
    span = only(text)
    assert (span.words, span.value, span.basis, span.precision, span.anchor) == (words, value, "explicit", "day", None)


@pytest.mark.parametrize(
    ("text", "words", "value", "ahead"),
    [
        ("وصل الوفد أمس إلى العاصمة", "أمس", "2024-10-08", None),
        ("وصل الوفد مساء أمس", "أمس", "2024-10-08", None),
        ("وأمس وصل الوفد", "أمس", "2024-10-08", None),
        ("وصل الوفد أمس الأول", "أمس الأول", "2024-10-07", None),
        ("وصل الوفد أول أمس", "أول أمس", "2024-10-07", None),
        ("وصل الوفد أول من أمس", "أول من أمس", "2024-10-07", None),
        ("وصل الوفد البارحة", "البارحة", "2024-10-08", None),
        ("هطل المطر الليلة الماضية", "الليلة الماضية", "2024-10-08", None),
        ("يصل الوفد غداً", "غداً", "2024-10-10", "2024-10-10"),
        ("يصل الوفد بعد غد", "بعد غد", "2024-10-11", "2024-10-11"),
        ("وصل الوفد اليوم إلى العاصمة", "اليوم", "2024-10-09", "2024-10-09"),
        ("وصل الوفد اليوم الأربعاء", "اليوم الأربعاء", "2024-10-09", "2024-10-09"),
        ("وصل الوفد أمس الثلاثاء", "أمس الثلاثاء", "2024-10-08", None),
        ("وصل الوفد أمس (الثلاثاء) إلى", "أمس (الثلاثاء)", "2024-10-08", None),
        ("وصل الوفد أول من أمس، الاثنين،", "أول من أمس، الاثنين", "2024-10-07", None),
        ("وصل الوفد الثلاثاء", "الثلاثاء", "2024-10-08", "2024-10-15"),
        ("وصل الوفد الأربعاء", "الأربعاء", "2024-10-09", "2024-10-09"),
        ("وصل الوفد الأربعاء الماضي", "الأربعاء الماضي", "2024-10-02", None),
        ("وصل الوفد الخميس المنصرم", "الخميس المنصرم", "2024-10-03", None),
        ("يصل الوفد الأربعاء المقبل", "الأربعاء المقبل", "2024-10-16", "2024-10-16"),
        ("يصل الوفد الجمعة القادمة", "الجمعة القادمة", "2024-10-11", "2024-10-11"),
        ("وصل الوفد الاثنين 7 أكتوبر", "الاثنين 7 أكتوبر", "2024-10-07", None),
        ("وصل الوفد في 7 أكتوبر", "7 أكتوبر", "2024-10-07", "2025-10-07"),
        ("يصل الوفد في 12 نوفمبر", "12 نوفمبر", "2024-11-12", "2024-11-12"),
        ("وصل الوفد في 12 نوفمبر الماضي", "12 نوفمبر الماضي", "2023-11-12", None),
        ("وصل الوفد في 7 أكتوبر الماضي", "7 أكتوبر الماضي", "2024-10-07", None),
        ("يصل الوفد في 2 يناير المقبل", "2 يناير المقبل", "2025-01-02", "2025-01-02"),
        ("وصل الوفد في 3 أكتوبر الجاري", "3 أكتوبر الجاري", "2024-10-03", "2024-10-03"),
        ("وصل الوفد في 7 أكتوبر من العام الماضي", "7 أكتوبر من العام الماضي", "2023-10-07", "2023-10-07"),
        ("وصل الوفد في الخامس من الشهر الجاري", "الخامس من الشهر الجاري", "2024-10-05", "2024-10-05"),
        ("وصل الوفد في 5 من الشهر الماضي", "5 من الشهر الماضي", "2024-09-05", "2024-09-05"),
        ("وصل الوفد قبل ثلاثة أيام", "قبل ثلاثة أيام", "2024-10-06", None),
        ("وصل الوفد قبل يومين", "قبل يومين", "2024-10-07", None),
        ("وصل الوفد قبل 12 يوما", "قبل 12 يوما", "2024-09-27", None),
    ],
)
def test_a_date_that_hangs_on_the_publication_is_resolved(text: str, words: str, value: str, ahead: str | None) -> None:
    span = only(text)
    assert (span.words, span.value, span.ahead, span.basis) == (words, value, ahead, "resolved")
    assert (span.precision, span.anchor) == ("day", "2024-10-09")


@pytest.mark.parametrize(
    ("text", "words", "value", "precision", "basis"),
    [
        ("زار المدينة في أكتوبر 2023", "أكتوبر 2023", "2023-10", "month", "explicit"),
        ("زار المدينة في تشرين الأول/أكتوبر عام 2023", "تشرين الأول/أكتوبر عام 2023", "2023-10", "month", "explicit"),
        ("زار المدينة في أكتوبر الماضي", "أكتوبر الماضي", "2023-10", "month", "resolved"),
        ("زار المدينة في سبتمبر الماضي", "سبتمبر الماضي", "2024-09", "month", "resolved"),
        ("يزور المدينة في يناير المقبل", "يناير المقبل", "2025-01", "month", "resolved"),
        ("يزور المدينة في أكتوبر الجاري", "أكتوبر الجاري", "2024-10", "month", "resolved"),
        ("زار المدينة في مارس من العام الماضي", "مارس من العام الماضي", "2023-03", "month", "resolved"),
        ("زار المدينة الشهر الماضي", "الشهر الماضي", "2024-09", "month", "resolved"),
        ("زار المدينة العام الماضي", "العام الماضي", "2023", "year", "resolved"),
        ("زار المدينة عام 2019", "عام 2019", "2019", "year", "explicit"),
        ("زار المدينة في العام ٢٠١٩", "العام ٢٠١٩", "2019", "year", "explicit"),
        ("زار المدينة الأسبوع الماضي", "الأسبوع الماضي", "2024-W40", "week", "resolved"),
        ("زار المدينة قبل أسبوعين", "قبل أسبوعين", "2024-W39", "week", "resolved"),
        ("زار المدينة قبل شهر", "قبل شهر", "2024-09", "month", "resolved"),
        ("زار المدينة قبل عشر سنوات", "قبل عشر سنوات", "2014", "year", "resolved"),
    ],
)
def test_what_is_longer_than_a_day_is_never_dressed_up_as_one(
    text: str, words: str, value: str, precision: str, basis: str
) -> None:
    span = only(text)
    assert (span.words, span.value, span.precision, span.basis) == (words, value, precision, basis)


@pytest.mark.parametrize(
    "text",
    [
        "وصل الوفد أمس الأربعاء",  # yesterday was Tuesday
        "وصل الوفد اليوم الخميس",
        "صدر الأحد 7 أكتوبر 2023",  # that was a Saturday
        "صدر الثلاثاء 7 أكتوبر",  # this year's is a Monday
        "صدر في 30 فبراير 2024",
        "صدر في 29 فبراير 2023",
        "صدر في 31 نيسان 2024",
        "صدر في 13/13/2023",
        "صدر في 7 أكتوبر/نوفمبر 2023",  # no pair of names: two months
        "صدر بين أكتوبر/نوفمبر 2023",
        "مارس الفريق ضغطا على الخصم",
        "عاد الأب إلى بيته ومعه ٣ آباء",
        "سيارة نيسان جديدة",
        "السيد شعبان رجب يتحدث",
        "شهر رمضان 1445",
        "22 ربيع الأول",
        "في اليوم التالي عاد الوفد",
        "في ذلك اليوم عاد الوفد",
        "كتبت صحيفة المصري اليوم",
        "اليوم العالمي للكتاب",
        "اليوم السابع من الحصار",
        "قبل ثلاثة أيام من الموعد",
        "وصل 5 أشخاص و7 مركبات",
        "خسر الفريق 3-2-2023/4",
        "الإصدار 1.7.10.2023",
        "كل جمعة يجتمع الناس",
        "12 ديسمبر الجاري",
        "قال أحد الحاضرين",
        "بلغ السعر 2023 دولارا",
        "",
    ],
)
def test_what_is_no_sure_date_is_none(text: str) -> None:
    assert dates(text) == ()


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("اجتمع الوزراء الأحد", "on"),
        ("اجتمع الوزراء في الثامن من أكتوبر", "on"),
        ("اجتمع الوزراء في السابع من أكتوبر", "named"),
        ("في ساعة متأخرة من مساء الأحد", "on"),
        ("منذ السابع من أكتوبر", "bound"),
        ("منذ مساء الأحد", "bound"),
        ("منذ يومين", "bound"),
        ("حتى يوم الأحد المقبل", "bound"),
        ("ابتداء من الأحد", "bound"),
        ("قبل السابع من أكتوبر", "bound"),
        ("من 7-10 أكتوبر", "bound"),
        ("يومي 7 و8 أكتوبر", "bound"),
        ("ذكرى 7 أكتوبر", "named"),
        ("الذكرى السنوية الأولى لهجوم السابع من أكتوبر", "named"),
        ("هجوم الأحد", "named"),
        ("ثورة 25 يناير", "named"),
    ],
)
def test_what_governs_a_date_says_what_it_is_to_the_rest(text: str, relation: str) -> None:
    assert only(text).relation == relation


@pytest.mark.parametrize("text", ["يومي الثلاثاء والأربعاء", "ليل السبت - الأحد", "من الأحد إلى الثلاثاء"])
def test_days_in_a_list_are_no_single_day(text: str) -> None:
    assert [span.relation for span in dates(text)] == ["bound", "bound"]


def test_a_remembered_or_lasting_day_is_past_however_near_the_next_one_is() -> None:
    second = datetime(2024, 10, 2, tzinfo=UTC)
    assert only("منذ 7 أكتوبر", second).value == "2023-10-07"
    assert only("ذكرى هجوم 7 أكتوبر", second).value == "2023-10-07"
    assert only("يجتمعون في 7 أكتوبر", second).value == "2024-10-07"


def test_a_hijri_date_alone_is_converted_and_is_never_explicit() -> None:
    span = only("صدر القرار في 22 ربيع الأول 1445هـ")
    assert (span.value, span.basis, span.anchor) == ("2023-10-07", "resolved", None)


def test_a_weekday_beside_a_hijri_date_tells_which_of_two_days_was_meant() -> None:
    assert only("الجمعة 22 ربيع الأول 1445هـ").value == "2023-10-06"
    assert dates("الأربعاء 22 ربيع الأول 1445هـ") == ()


def test_a_year_is_no_length_of_time() -> None:
    span = only("منذ عام 1936")
    assert (span.value, span.precision, span.relation) == ("1936", "year", "bound")


def test_a_newspapers_name_is_no_today_but_today_with_its_weekday_is() -> None:
    assert dates("تشهد روسيا اليوم") == ()
    assert only("تشهد روسيا اليوم الأربعاء").value == "2024-10-09"


def test_yesterday_is_before_the_day_of_the_publications_own_zone() -> None:
    late = datetime(2024, 10, 9, 1, 0, tzinfo=timezone(timedelta(hours=3)))
    assert only("وصل أمس", late).value == "2024-10-08"
    assert only("وصل أمس", late.astimezone(UTC)).value == "2024-10-07"


def test_dates_come_in_order_and_do_not_overlap() -> None:
    found = dates("وصل أمس الثلاثاء، وكان وصل في 3 مارس 2020 ثم الشهر الماضي")
    assert [span.value for span in found] == ["2024-10-08", "2020-03-03", "2024-09"]
    assert [span.precision for span in found] == [Precision.DAY, Precision.DAY, Precision.MONTH]


def test_marks_and_tatweel_do_not_hide_a_date() -> None:
    assert only("في ٧ أُكْتُوبَر ٢٠٢٣").value == "2023-10-07"
    assert only("وصل أمـــس").value == "2024-10-08"


def test_a_date_does_not_go_on_in_the_next_line() -> None:
    assert [span.value for span in dates("الأحد\n7 أكتوبر 2023")] == ["2024-10-06", "2023-10-07"]


def test_a_word_of_marks_alone_beside_a_date_is_nothing() -> None:
    assert [span.value for span in dates("ـ الثلاثاء ء 7 ـ ء أكتوبر ـ أمس ء")] == ["2024-10-08", "2024-10-08"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("هجوم 7 أكتوبر", "2023-10-07"),
        ("ثورة 25 يناير", "2011-01-25"),
        ("في 25 يناير خرج الناس", "2011-01-25"),
        ("في 25 يناير الماضي خرج الناس", "2024-01-25"),
        ("أحداث الحادي عشر من سبتمبر", "2001-09-11"),
    ],
)
def test_a_remembered_day_without_a_year_is_the_day_it_is_remembered_for(text: str, value: str) -> None:
    assert only(text).value == value


def test_before_it_happened_a_remembered_day_is_a_day_like_any_other() -> None:
    span = only("في 25 يناير خرج الناس", datetime(2010, 2, 20, tzinfo=UTC))
    assert (span.value, span.relation) == ("2010-01-25", "on")
