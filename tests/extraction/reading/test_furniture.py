"""What is no article goes, and nothing of the article goes with it. One trap a page."""

from __future__ import annotations

import pytest

from tests.extraction.reading.pages import ENGLISH, PORT, page, read

WHOLE = page(*PORT)
LINKS = ("بلدية الساحل ترفع رسوم الوقوف", "• أزمة الشاحنات على الجسر تتكرر", "هل يكفي طريق واحد للميناء؟")


@pytest.mark.parametrize(
    "heading",
    [
        "إقرأ أيضاً:", "اقرأ ايضا", "أقرأ أيضًا", "إقـــرأ أيضاً 👇", "اقرأ المزيد", "قد يهمك ايضاً", "وقد يهمك أيضا:", "قد يعجبك أيضا",
        "مقالات مشابهة", "مواضيع ذات صلة", "أخبار ذات صلة:", "موضوعات متعلقة", "شاهد أيضاً", "الأكثر قراءة", "للمزيد من الأخبار", "اخترنا لكم",
    ],
)  # fmt: skip
def test_an_arabic_list_of_links_below_the_article_goes(heading: str) -> None:
    assert read(page(*PORT, heading, *LINKS)).text == WHOLE


@pytest.mark.parametrize(
    "heading",
    ["Read more", "Related articles", "RELATED:", "See also", "You may also like", "More on this story", "Most read"],
)
def test_an_english_list_of_links_below_the_article_goes(heading: str) -> None:
    text = page(*ENGLISH, heading, "Council raises mooring fees", "- Is one road enough for the port?")
    assert read(text).text == page(*ENGLISH)


def test_links_in_the_middle_go_and_the_article_goes_on_below_them() -> None:
    assert read(page(PORT[0], "اقرأ أيضاً:", *LINKS, PORT[1], PORT[2])).text == WHOLE


def test_a_headline_of_surprise_is_a_link_too() -> None:
    assert read(page(PORT[0], "اقرأ أيضاً:", "أسد بحر يزور الميناء!", *PORT[1:])).text == WHOLE


@pytest.mark.parametrize(
    "line", ["وقال شهود إن الأمر انتهى عند الظهر", "وفي سوق السمك لم يتغير شيء", "من جانبه، نفى المدير ذلك"]
)
def test_a_short_paragraph_below_links_stays_where_it_begins_as_only_paragraphs_do(line: str) -> None:
    assert read(page(PORT[0], "اقرأ أيضاً:", *LINKS, line, PORT[1])).text == page(PORT[0], line, PORT[1])


@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضا: أزمة الشاحنات على الجسر تتكرر",
        "للمزيد: أزمة الشاحنات على الجسر تتكرر",
        "قد يهمك| أزمة الشاحنات على الجسر تتكرر",
        "إقرأ.. أزمة الشاحنات على الجسر تتكرر",
        "Read more: Council raises mooring fees",
        "كلمات دلالية: ميناء، الساحل، وزير النقل",
        "الوسوم: ميناء الساحل",
        "Tags: harbour, quay",
        "المصدر: وكالة الساحل",
        "* نقلا عن صحيفة الساحل",
        "(رويترز)",
        "أ ف ب / رويترز",
        "صورة: رصيف الميناء عند الغروب",
        "رصيف الميناء عند الغروب (أرشيفية)",
        "Photo: the quay at dusk",
        "لقد تم أضافة تعليقك، وهو قيد النظر",
        "أضف تعليقك",
        "Leave a comment",
        "شارك الخبر",
        "Share this article",
        "تابعونا على فيسبوك وتويتر لمعرفة كل جديد.",
        "اشترك في نشرتنا البريدية لتصلك أخبار الساحل كل صباح.",
        "Sign up for our newsletter and never miss a ship.",
        "يمكنكم تلقي تنبيهات بأهم الأخبار على هواتفكم.",
        "جميع الحقوق محفوظة لصحيفة الساحل",
        "© 2024 The Harbour Post",
        "إعلان",
        "Advertisement",
        "----------------",
        "* * *",
    ],
)
def test_a_line_of_furniture_goes_wherever_it_stands(line: str) -> None:
    assert read(page(line, *PORT)).text == WHOLE
    assert read(page(PORT[0], line, *PORT[1:])).text == WHOLE
    assert read(page(*PORT, line)).text == WHOLE


@pytest.mark.parametrize(
    "sentence",
    [
        "المصدر الوحيد للماء في القرية بئر قديمة حفرها الأهالي قبل قرن.",
        "قد يهمك أن تعرف أن الميناء القديم بني في القرن الثامن عشر على أنقاض حصن.",
        "اقرأ المعلم الرسالة على الطلاب فصفقوا له طويلا.",
        "شارك الخبر فرحة الأهالي مراسل الصحيفة الذي قضى الليل في الميناء.",
        "المزيد من المخاطر",
        "• يستقبل الرصيف سفينتين في وقت واحد.",
        "كلمات الوزير أثارت جدلا في السوق.",
        "Source of the river: nobody in the village knows where it springs, and few have walked there.",
        "Read the letter aloud, said the mayor.",
        "Tags were sewn into every coat.",
        "Share prices fell on Monday.",
        "مصدر: الوزير لن يستقيل",
    ],
)
def test_a_line_of_the_article_that_looks_like_furniture_stays(sentence: str) -> None:
    assert read(page(PORT[0], sentence, *PORT[1:])).text == page(PORT[0], sentence, *PORT[1:])


def test_a_paragraph_is_never_taken_for_a_credit_whatever_it_begins_with() -> None:
    paragraph = "المصدر: " + " ".join(PORT * 3)
    assert read(page(PORT[0], paragraph)).text == page(PORT[0], paragraph)


@pytest.mark.parametrize("ending", ["... اقرأ المزيد", "… إقرأ المزيد", "... [اقرأ التفاصيل]", " -", "... Read more"])
def test_what_hangs_on_the_last_line_goes(ending: str) -> None:
    assert read(page(*PORT[:2], PORT[2].rstrip(".") + ending)).text == page(*PORT[:2], PORT[2].rstrip("."))


def test_a_name_under_a_picture_before_the_article_goes() -> None:
    lead = "قالت سلمى النجار، رئيسة بلدية الساحل، إن الرصيف سيفتح للزوار يوم الجمعة."
    assert read(page("سلمى النجار", lead, PORT[1])).text == page(lead, PORT[1])


def test_a_headline_on_the_first_line_stays_in_the_text_and_no_title_is_invented() -> None:
    found = read(page("رصيف جديد في الميناء القديم يضاعف الحركة", *PORT))
    assert (found.title, found.text.split("\n")[0]) == ("", "رصيف جديد في الميناء القديم يضاعف الحركة")


def test_a_title_repeated_in_the_text_goes_even_if_it_is_spelled_with_other_marks() -> None:
    found = read(page("إفتتاح رصيفٍ جديد في الميناء", *PORT), title="افتتاح رصيف جديد في الميناء!")
    assert (found.title, found.text) == ("افتتاح رصيف جديد في الميناء!", WHOLE)


def test_a_text_that_is_but_its_title_keeps_it() -> None:
    assert read("افتتاح رصيف جديد", title="افتتاح رصيف جديد").text == "افتتاح رصيف جديد"


def test_a_date_above_the_article_goes() -> None:
    assert read(page("الأحد 19 مايو 2024 - 10:30 ص", *PORT)).text == WHOLE


def test_a_page_of_furniture_alone_leaves_nothing() -> None:
    assert read(page("اقرأ أيضا:", "• خبر آخر", "شارك", "تعليقات")).text == ""
