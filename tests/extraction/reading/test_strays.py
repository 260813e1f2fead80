"""Links between two paragraphs and other news below the last, without any heading: they go. What only looks like them stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.extraction.reading import Label
from processors.extraction.reading.strays import links, other_news
from tests.extraction.reading.pages import PORT, page, read

PARAGRAPHS = (
    *PORT,
    "وأضاف الوزير أن الرصيف الثاني يفتتح بعد عام، وأن الطريق إليه ما زال ضيقا.",
    "وينتظر الصيادون من الوزارة جوابا على طلب رفعوه قبل شهر.",
)
LINKS = ("بلدية الساحل ترفع رسوم الوقوف عند الميناء", "سائق الشاحنة الذي نام على الرصيف ثلاثة أيام")
NEWS = (
    "أعلنت بلدية الجبل، الأحد، إغلاق الطريق القديم أمام الشاحنات بعد انهيار جزء منه في عاصفة الأسبوع الماضي.",
    "كشف اتحاد المزارعين عن خسائر موسم الزيتون التي تجاوزت نصف المحصول في السهل الشرقي",
    "نفى رئيس نادي الساحل ما تداولته صحف عن بيع لاعبه الأول، وقال إن عقده يمتد عامين.",
    "في أول رد على الشكوى، دعا مدير المستشفى المرضى إلى الصبر حتى وصول الأجهزة الجديدة.",
)


def removed(*lines: str) -> set[str]:
    pieces = read(page(*lines)).places().pieces
    return {piece.removes for piece in pieces if piece.label is Label.REMOVED}


@pytest.mark.parametrize("between", [LINKS, (*LINKS, "من يدفع ثمن الرصيف الثاني؟")])
def test_headlines_in_a_row_between_two_paragraphs_are_links(between: tuple[str, ...]) -> None:
    lines = (*PARAGRAPHS[:2], *between, *PARAGRAPHS[2:])
    assert read(page(*lines)).text == page(*PARAGRAPHS)
    assert removed(*lines) == {"link between paragraphs"}


@pytest.mark.parametrize(
    "stays",
    [
        ("طريق واحد إلى رصيفين",),  # a subheading
        ("أصناف البضائع التي تصل عبر الرصيف الجديد هي:", "القمح من شرق البحر وغربه", "الأخشاب من جبال الشمال البعيدة"),
        ("- القمح من شرق البحر وغربه", "- الأخشاب من جبال الشمال البعيدة"),
        ("3 سفن من القمح كل أسبوع", "5 سفن من الأخشاب كل شهر"),
        ("ما الذي ينتظره الصيادون من الوزارة؟", "ومن يدفع ثمن الرصيف الثاني للميناء؟"),
        ("القمح من شرق البحر", "والخشب من الجبال"),
        tuple(f"{day} يوما مضت على وعد الوزير بالطريق" for day in ("ستون", "سبعون", "ثمانون", "تسعون", "مئة")),
    ],
)
def test_what_is_the_articles_own_between_two_paragraphs_stays(stays: tuple[str, ...]) -> None:
    assert removed(*PARAGRAPHS[:2], *stays, *PARAGRAPHS[2:]) == set()


def test_where_paragraphs_end_without_a_mark_no_headline_is_told_from_them() -> None:
    lines = [paragraph.rstrip(".") for paragraph in (*PARAGRAPHS[:2], *LINKS, *PARAGRAPHS[2:])]
    assert links(lines) == []


def test_first_sentences_of_other_news_below_an_article_go() -> None:
    assert read(page(*PARAGRAPHS, *NEWS)).text == page(*PARAGRAPHS)
    assert removed(*PARAGRAPHS, *NEWS) == {"other news"}


def test_the_agency_of_other_news_is_not_that_of_the_article() -> None:
    assert read(page(*PARAGRAPHS, *NEWS[:3], f"{NEWS[3]} (رويترز)")).agency is None


def test_a_credit_below_other_news_is_the_articles() -> None:
    assert read(page(*PARAGRAPHS, *NEWS, "المصدر: رويترز")).agency == "reuters"


@pytest.mark.parametrize(
    "below",
    [
        NEWS[:3],  # too few to be sure
        tuple(f"قال {name} إن الطريق إلى الميناء أضيق من أن يكفي لكل هذه الشاحنات في موسم الحصاد." for name in
              ("سائق شاحنة", "صاحب متجر", "صياد من الساحل", "موظف في الميناء", "عضو في البلدية")),
        tuple(f"{number}. {line}" for number, line in enumerate(NEWS)),
        (*NEWS[:3], f"وأضاف أن {NEWS[3]}"),
        tuple(f"• {line}" for line in NEWS),
    ],
)  # fmt: skip
def test_what_an_article_ends_in_stays(below: tuple[str, ...]) -> None:
    assert "other news" not in removed(*PARAGRAPHS, *below)


@pytest.mark.parametrize("tail", [" ...اقرأ المزيد", " (رويترز)", " —"])
def test_a_credit_at_the_end_of_other_news_takes_nothing_off_the_article(tail: str) -> None:
    found = read(page(*PARAGRAPHS, *NEWS[:3], f"{NEWS[3]}{tail}", "مشاركة اقرأ المزيد"))
    assert found.text == page(*PARAGRAPHS)
    assert found.agency is None


@pytest.mark.parametrize(
    "first",
    [
        ("وزير النقل يفتتح رصيفا",),
        ("ميناء الساحل القديم والجديد في صورة", "رصيف ثان في الميناء القديم بعد عام"),
        (PARAGRAPHS[0],),
    ],
)
def test_a_page_with_strays_stays_as_it_is_when_it_is_read_again(first: tuple[str, ...]) -> None:
    once = read(
        page(*first, *LINKS, f"القاهرة (رويترز) - {PARAGRAPHS[0]}", *PARAGRAPHS[1:], *LINKS, PARAGRAPHS[2], *NEWS)
    )
    again = read(once.text, title=once.title)
    assert again.text == once.text
    assert once.text.endswith(PARAGRAPHS[2])


@given(st.data())
def test_pages_made_of_paragraphs_links_and_news_are_clean_after_one_reading(data: st.DataObject) -> None:
    drawn = st.lists(st.sampled_from([*PARAGRAPHS, *LINKS, *NEWS, "(رويترز)", "اقرأ المزيد"]), min_size=1, max_size=14)
    once = read(page(*data.draw(drawn)))
    assert read(once.text, title=once.title, language=once.language).text == once.text
    for line in once.text.split("\n"):
        assert not line or any(line in whole for whole in (*PARAGRAPHS, *LINKS, *NEWS))


def test_what_one_speaker_goes_on_to_say_is_not_other_news() -> None:
    said = (
        "أكد أن الرصيف الثاني يفتتح بعد عام واحد من اليوم وأن المال لذلك موجود.",
        "أوضح أن الطريق إليه يمر من السوق القديمة ولا يحتاج إلى جسر جديد.",
        "شدد على أن الصيادين يبقون في أماكنهم وأن أحدا لن يطلب منهم الرحيل.",
        "لفت إلى أن الشاحنات تدخل من الباب الشرقي وحده في ساعات النهار.",
    )
    assert read(page(*PARAGRAPHS, *said)).text == page(*PARAGRAPHS, *said)


def test_a_roundup_of_the_day_stays_whole() -> None:
    roundup = [*NEWS, *NEWS, *NEWS]
    assert other_news(roundup) == len(roundup)


def test_news_alone_is_an_article() -> None:
    assert other_news(NEWS) == len(NEWS)
    assert other_news(()) == 0
