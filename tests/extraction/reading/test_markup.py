"""HTML, said to be so or not, comes out as the article it shows."""

from __future__ import annotations

import pytest

from tests.extraction.reading.pages import ENGLISH, PORT, page, read

TITLE = "رصيف جديد في الميناء القديم"
HTML = f"""<!DOCTYPE html>
<html lang="ar"><head><title>{TITLE} | صحيفة الساحل</title><meta property="og:title" content="{TITLE}">
<style>p {{ color: red }}</style></head><body>
<nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/sport">رياضة</a></li></ul></nav>
<article><h1>{TITLE}</h1><figure><img src="quay.jpg"><figcaption>الرصيف عند الغروب</figcaption></figure>
<p>{PORT[0]}</p><p>{PORT[1]}</p>
<h3>اقرأ أيضاً</h3><ul><li><a href="/1">بلدية الساحل ترفع رسوم الوقوف</a></li><li><a href="/2">أزمة الشاحنات</a></li></ul>
<p>{PORT[2]}</p></article>
<script>var page = "<p>لا شيء</p>";</script><footer>جميع الحقوق محفوظة</footer></body></html>"""


def test_the_article_of_an_html_page_is_read_without_its_furniture() -> None:
    found = read("", html=HTML)
    assert (found.title, found.text, found.language) == (TITLE, page(*PORT), "ar")


def test_html_where_text_was_said_is_read_as_html() -> None:
    assert read(HTML) == read("", html=HTML)


def test_the_title_of_the_publisher_goes_before_that_of_the_page() -> None:
    assert read("", html=HTML, title="الميناء يكبر").title == "الميناء يكبر"


def test_html_counts_before_the_text_beside_it_which_often_is_a_teaser() -> None:
    assert read("رصيف جديد ...", html=HTML).text == page(*PORT)


def test_the_text_counts_where_the_html_says_nothing() -> None:
    assert read(page(*PORT), html="<html><body><div></div></body></html>").text == page(*PORT)


def test_a_fragment_without_paragraphs_is_read_as_it_stands() -> None:
    assert read("<div>First line<br>second line</div><script>no()</script>").text == "First line\nsecond line"


def test_a_sentence_about_less_than_is_no_html() -> None:
    text = "We know that 3 < 5 and that 7 > 2, said the teacher."
    assert read(text).text == text


def test_html_field_without_a_tag_is_text() -> None:
    assert read("", html=page(*ENGLISH)).text == page(*ENGLISH)


def test_tags_that_a_page_shows_do_not_come_out_as_tags() -> None:
    found = read(f"<p>{ENGLISH[0]}</p><p>Write &lt;p&gt;this&lt;/p&gt; in the file, she said to the class.</p>")
    assert "<" not in found.text
    assert ENGLISH[0] in found.text


def test_the_same_page_gives_the_same_text_however_often_it_was_read() -> None:
    assert len({read("", html=HTML) for _ in range(5)}) == 1


def test_a_page_of_endless_tags_still_gives_its_text() -> None:
    assert read("", html="<p>word</p><p>other</p>" * 30_000).text.count("other") == 30_000


@pytest.mark.parametrize("reference", ["&#11;", "&#12;", "&#x1b;", "&#0;"])
def test_references_to_control_characters_do_no_harm(reference: str) -> None:
    assert read(f"<div>First{reference} line</div><div>{reference}<br>{reference}second</div>").text.endswith("second")


def test_elements_nested_deeper_than_the_parser_goes_still_give_their_text() -> None:
    body = (
        "<div>" * 300
        + "<script>var page = 1;</script><!-- no -->"
        + "".join(f"<p>{line}</p>" for line in PORT)
        + "</div>" * 300
    )
    found = read("", html=f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>")
    assert found.text == page(*PORT)


def test_a_page_of_scripts_alone_has_no_text() -> None:
    assert read(page(*PORT), html="<html><body><div></div><script>no()</script><!-- no --></body></html>").text == page(
        *PORT
    )
