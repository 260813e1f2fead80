"""Which date of a text is an event's, and which only stands near it. All sentences were written for this test."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from khabar.records import Event
from processors.extraction.coding import Coder
from processors.extraction.coding.events import event_key

WEDNESDAY = datetime(2024, 10, 9, 12, 0, tzinfo=UTC)


def events(coder: Coder, text: str, *, title: str = "", language: str = "ar") -> dict[str, Event]:
    found = coder.code(title=title, text=text, language=language, event_time=WEDNESDAY).events
    return {event.type: event for event in found}


@pytest.mark.parametrize(
    ("text", "kind", "day", "basis"),
    [
        ("شنت طائرات إسرائيلية غارات على خان يونس أمس", "ASSAULT", "2024-10-08", "resolved"),
        ("شنت طائرات إسرائيلية، الاثنين، غارات على خان يونس", "ASSAULT", "2024-10-07", "resolved"),
        ("شنت طائرات إسرائيلية غارات على خان يونس مساء الأحد الماضي", "ASSAULT", "2024-10-06", "resolved"),
        ("اتهمت مصر إثيوبيا في 3 مارس 2020 بالتعنت", "ACCUSE", "2020-03-03", "explicit"),
        # the day a readiness was told is its own day
        (
            "أبدت كوريا الشمالية، الأربعاء، استعدادها لإجراء محادثات مع الولايات المتحدة",
            "AGREE",
            "2024-10-09",
            "resolved",
        ),
        ("اتهمت مصر إثيوبيا اليوم الأربعاء بالتعنت", "ACCUSE", "2024-10-09", "resolved"),
        ("أمس اتهمت مصر إثيوبيا بالتعنت", "ACCUSE", "2024-10-08", "resolved"),
        ("التقى الرئيس عبد الفتاح السيسي الثلاثاء رجب طيب أردوغان", "CONSULT", "2024-10-08", "resolved"),
        # the place the words give a date to, not the first date that is near
        ("اتهمت مصر إثيوبيا الأحد بالتعنت وذلك في بيان صدر الاثنين", "ACCUSE", "2024-10-06", "resolved"),
        ("سيلتقي السيسي نظيره التركي أردوغان الجمعة", "AGREE", "2024-10-11", "resolved"),
        ("سيلتقي السيسي نظيره التركي أردوغان في 12 نوفمبر", "AGREE", "2024-11-12", "resolved"),
    ],
)
def test_a_date_of_its_own_dates_an_event(coder: Coder, text: str, kind: str, day: str, basis: str) -> None:
    event = events(coder, text)[kind]
    assert (event.date, event.date_basis) == (day, basis)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("اتهمت مصر إثيوبيا بالتعنت", "ACCUSE"),
        ("اتهمت مصر إثيوبيا بالتعنت منذ السابع من أكتوبر 2023", "ACCUSE"),
        ("في ذكرى 7 أكتوبر اتهمت مصر إثيوبيا بالتعنت", "ACCUSE"),
        ("اتهمت مصر إسرائيل قبل قمة الأحد بالتعنت", "ACCUSE"),
        ("اتهمت مصر إسرائيل بعد اجتماع عقد الأحد بالتعنت", "ACCUSE"),
        ("اتهمت مصر إسرائيل بشأن الحرب التي اندلعت في 7 أكتوبر 2023", "ACCUSE"),
        ("اتهمت مصر إثيوبيا بأنها ملأت السد في 3 مارس 2020", "ACCUSE"),
        ("قال مسؤول الأحد إن مصر تتهم إثيوبيا بالتعنت", "ACCUSE"),
        ("اتهمت مصر إثيوبيا بالتعنت الشهر الماضي", "ACCUSE"),
        ("اتهمت مصر إثيوبيا الأسبوع الماضي بالتعنت", "ACCUSE"),
        ("اتهمت مصر إثيوبيا بالتعنت قبل جلسة الجمعة المقبل", "ACCUSE"),
        # it happened, so it cannot have happened on a day to come
        ("اتهمت مصر إثيوبيا بالتعنت في ملف يناقش غدا", "ACCUSE"),
        # the day it was said, not the day it was done
        ("أعلن الجيش الأحد قصف إسرائيل مواقع في سوريا", "ASSAULT"),
        # the day of the attack, which stands nearer to it
        ("غداة هجوم على سوريا الاثنين في حي مزدحم من العاصمة، اتهمت مصر إثيوبيا بالتعنت", "ACCUSE"),
        # another date is nearer, if only a year
        ("في 3 مارس 1980 افتتح السد، وفي اليوم نفسه من عام 2016 اتهمت مصر إثيوبيا بالتعنت", "ACCUSE"),
        # the last Friday or the next one: the present tense does not tell
        ("يلتقي السيسي نظيره التركي أردوغان الجمعة", "CONSULT"),
        # the day of the verb, not of the noun far behind it
        ("اعترف الجيش الثلاثاء بمسؤوليته السابقة عن هجوم إسرائيل على سوريا", "ASSAULT"),
        ("اتهمت مصر إثيوبيا بالتعنت. واجتمع الوزراء أمس", "ACCUSE"),
        ("اتهمت مصر إثيوبيا يومي الأحد والاثنين بالتعنت", "ACCUSE"),
        ("اتهمت مصر إثيوبيا أمس الأحد بالتعنت", "ACCUSE"),
    ],
)
def test_without_a_date_of_its_own_an_event_has_the_articles_day_and_says_so(
    coder: Coder, text: str, kind: str
) -> None:
    event = events(coder, text)[kind]
    assert (event.date, event.date_basis) == ("2024-10-09", "article")


@pytest.mark.parametrize(
    "text",
    [
        "اتهمت مصر إثيوبيا بالتعنت عام 2020",
        "اتهمت مصر إثيوبيا بالتعنت في مارس 2023",
        "Israel accused Iran in 2019.",
    ],
)
def test_what_happened_in_a_year_or_a_month_long_past_is_no_event(coder: Coder, text: str) -> None:
    assert events(coder, text, language="en" if text.isascii() else "ar") == {}


def test_an_attack_that_a_date_names_happened_on_that_date_and_nothing_else_did(coder: Coder) -> None:
    found = events(coder, "أدانت فرنسا إسرائيل بعد هجوم الأحد")
    assert (found["ACCUSE"].date, found["ACCUSE"].date_basis) == ("2024-10-09", "article")
    assert found["ASSAULT"].date == "2024-10-06"


def test_the_body_tells_the_day_of_what_the_headline_tells(coder: Coder) -> None:
    event = events(coder, "اتهمت مصر إثيوبيا أمس بالتعنت.", title="مصر تتهم إثيوبيا بالتعنت")["ACCUSE"]
    assert (event.date, event.date_basis) == ("2024-10-08", "resolved")


def test_a_former_act_of_the_same_kind_does_not_date_the_news(coder: Coder) -> None:
    text = "اتهمت مصر إثيوبيا بالتعنت.\nوكانت مصر اتهمت إثيوبيا في 3 مارس 2020 بالأمر نفسه."
    event = events(coder, text)["ACCUSE"]
    assert (event.date, event.date_basis) == ("2024-10-09", "article")


def test_the_key_is_that_of_the_events_own_day(coder: Coder) -> None:
    yesterday = events(coder, "اتهمت مصر إثيوبيا أمس بالتعنت")["ACCUSE"]
    assert yesterday.event_key == event_key("ACCUSE", ["EGY"], ["ETH"], "2024-10-08")
    day_before = coder.code(
        title="", text="اتهمت مصر إثيوبيا بالتعنت", language="ar", event_time=datetime(2024, 10, 8, tzinfo=UTC)
    )
    assert [event.event_key for event in day_before.events] == [yesterday.event_key]


@pytest.mark.parametrize(
    ("text", "day", "basis"),
    [
        ("Israel accused Iran on Tuesday of the attack.", "2024-10-08", "resolved"),
        ("Israel accused Iran on March 4, 2024.", "2024-03-04", "explicit"),
        ("Israel accused Iran of a plot that was uncovered on Tuesday.", "2024-10-09", "article"),
        ("Israel accused Iran of the attack on Tuesday.", "2024-10-09", "article"),
        ("Israel has accused Iran since Tuesday.", "2024-10-09", "article"),
    ],
)
def test_english_events_are_dated_too(coder: Coder, text: str, day: str, basis: str) -> None:
    event = events(coder, text, language="en")["ACCUSE"]
    assert (event.date, event.date_basis) == (day, basis)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "شنت حماس هجوم 7 أكتوبر على إسرائيل"),
        ("ar", "نفذت حماس هجوم السابع من أكتوبر على إسرائيل"),
        ("ar", "شنت إسرائيل غارات على سوريا منذ هجوم حماس على إسرائيل في السابع من أكتوبر"),
        ("ar", "اتهمت مصر إثيوبيا في 7 أكتوبر بالتعنت"),
        ("ar", "هاجمت حماس إسرائيل في 25 يناير"),
        ("ar", "شنت حماس هجوم 5 أكتوبر على إسرائيل"),
        ("en", "France condemned Hamas's October 7 attack on Israel."),
        ("en", "Israel was attacked by Hamas on October 7."),
        ("en", "Israel attacked Syria after the Sep 11 attacks."),
        ("en", "Israel accused Iran of the Jan. 6 riot."),
        # of this year or of another
        ("ar", "اتهمت مصر إثيوبيا في 3 مارس بالتعنت"),
        ("en", "Israel accused Iran on June 4."),
    ],
)
def test_a_day_without_a_year_that_may_be_long_past_dates_no_event(coder: Coder, language: str, text: str) -> None:
    found = events(coder, text, language=language)
    assert found
    assert {(event.date, event.date_basis) for event in found.values()} == {("2024-10-09", "article")}


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("ar", "اتهمت مصر إثيوبيا في 7 أكتوبر الجاري بالتعنت", "2024-10-07"),
        ("ar", "اتهمت مصر إثيوبيا الاثنين 7 أكتوبر بالتعنت", "2024-10-07"),
        ("ar", "اتهمت مصر إثيوبيا في 5 أكتوبر بالتعنت", "2024-10-05"),
        ("ar", "اتهمت مصر إثيوبيا في 3 مارس الماضي بالتعنت", "2024-03-03"),
        ("en", "Israel accused Iran on Sept. 4.", "2024-09-04"),
    ],
)
def test_a_day_without_a_year_dates_an_event_where_it_is_plain(
    coder: Coder, language: str, text: str, day: str
) -> None:
    event = events(coder, text, language=language)["ACCUSE"]
    assert (event.date, event.date_basis) == (day, "resolved")


def test_in_its_own_year_a_remembered_day_is_a_day_like_any_other(coder: Coder) -> None:
    published = datetime(2023, 10, 9, 12, 0, tzinfo=UTC)
    (event,) = coder.code(
        title="", text="اتهمت مصر إثيوبيا في 7 أكتوبر بالتعنت", language="ar", event_time=published
    ).events
    assert (event.date, event.date_basis) == ("2023-10-07", "resolved")
