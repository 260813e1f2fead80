"""Links between two paragraphs and other news below the last, without any heading: they go. What only looks like them stays."""

from __future__ import annotations

import pytest

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


def test_a_roundup_of_the_day_stays_whole() -> None:
    roundup = [*NEWS, *NEWS, *NEWS]
    assert other_news(roundup) == len(roundup)


def test_news_alone_is_an_article() -> None:
    assert other_news(NEWS) == len(NEWS)
    assert other_news(()) == 0
