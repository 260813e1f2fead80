"""How an explanation reads: whole in any width, harmless to the terminal, Arabic where it is legible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from khabar.cli.explain import account
from khabar.cli.explain_inputs import Given
from khabar.cli.explain_report import Account, report, shown_name, stretches, visible
from khabar.demo.printing import PLAIN, Paper, terminal
from khabar.records import ExtractedArticle
from khabar.settings import Settings
from processors.fingerprints.stop_list import built_in
from tests.deduplication.articles import story
from tests.explain.texts import MARKET, MONDAY, PORT, PORT_COPY, PORT_EXCERPT, QUAY, QUAY_COPY, SUNDAY

SETTINGS = Settings(home=Path("/nowhere"))
ARABIC = re.compile("[\u0620-\u064a]")
LATIN = re.compile("[A-Za-z]")
HOSTILE = "\x1b[31m\x07\x9b2J\u202eخطر\u2066\u200f\ud800\r\u2028"


def article(text: str, *, number: int = 1, hour: int = 9, title: str = "عنوان", source: str = "وكالة") -> Given:
    time = datetime(2025, 3, 4, hour, tzinfo=UTC)
    return Given(
        name=f"file{number}.txt",
        article=ExtractedArticle(
            id=f"{number:032x}", source=source, title=title, text=text, language="ar", fetched_at=time, event_time=time
        ),
    )


def told(one: str, other: str) -> Account:
    pair = (article(one), article(other, number=2, hour=11))
    return account(pair, settings=SETTINGS, stop_list=built_in())


def lines(found: Account, paper: Paper = PLAIN, *, brackets: bool = True, full: bool = False) -> list[str]:
    return [line.plain for line in report(found, paper, brackets=brackets, full=full)]


def texts_of(shown: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines in which A and B are shown."""
    first, second = (next(n for n, line in enumerate(shown) if re.match(f"{letter}: ", line)) for letter in "AB")
    return list(shown[first + 1 : second]), list(shown[second + 1 : -2])


def test_the_verdict_and_its_rule_come_first() -> None:
    assert lines(told(PORT, PORT_COPY))[0] == "COPY: B repeats A (copy)"
    assert lines(told(PORT, PORT_EXCERPT))[0] == "COPY: B repeats A (excerpt)"
    shown = lines(told(SUNDAY, MONDAY))
    assert shown[0] == "NO COPY: other numbers"
    assert "other numbers stand in them" in shown[1]


def test_what_would_be_without_the_rule_is_told() -> None:
    long = story(2_000, seed=1)
    shown = lines(told(long, " ".join(long.split()[800:1_100])))
    assert shown[0] == "NO COPY: no shared key"
    assert "would make them copies (excerpt)" in shown[2]


def test_other_numbers_stand_below_one_another() -> None:
    shown = lines(told(SUNDAY, MONDAY))
    at = next(n for n, line in enumerate(shown) if line.startswith("Other numbers"))
    assert shown[at + 1] == "    A  يوم الأحد أودت بحياة 37 شخصا وأصابت 112 آخرين"
    assert shown[at + 2] == "    B  يوم الاثنين أودت بحياة 41 شخصا وأصابت 156 آخرين"


def test_a_passage_has_one_number_in_both_texts() -> None:
    a, b = (" ".join(shown) for shown in texts_of(lines(told(SUNDAY, MONDAY))))
    passages = [dict(re.findall(r"⟦(\d+): ([^⟧]*)⟧", shown)) for shown in (a, b)]
    assert passages[0] == passages[1]
    assert passages[0]["1"].startswith("قالت إدارة الدفاع المدني")
    assert "⟦أسرة إلى مراكز الإيواء ونصبت⟧" in a
    assert re.search(r"⟧ 210 ⟦", a)
    assert re.search(r"⟧ 385 ⟦", b)


def test_on_a_terminal_the_number_stands_after_the_passage_in_its_colour() -> None:
    found = list(report(told(QUAY, QUAY_COPY), terminal(100), brackets=False, full=False))
    [line] = [line for line in found if line.plain.endswith("within a month¹.")]
    green = "".join(line.plain[span.start : span.end] for span in line.spans if span.style == "green")
    assert green.endswith("within a month¹")


def test_what_is_long_is_cut_in_the_middle_unless_all_is_wanted() -> None:
    own = story(500, seed=3)
    found = told(f"{PORT}\n{own}", PORT)
    shown, whole = lines(found), lines(found, full=True)
    assert "    ... 470 more words that only A has ..." in shown
    assert not [line for line in whole if "more word" in line]
    a, _ = texts_of(whole)
    assert re.sub(r"⟦(\d+: )?|⟧|\s", "", "".join(a)) == re.sub(r"\s", "", f"{PORT}{own}")


def test_of_very_many_stretches_the_first_are_shown() -> None:
    one = " ".join(f"{MARKET} {story(3, seed=seed)}" for seed in range(300))
    shown = lines(told(one, MARKET))
    assert len("".join(shown)) < 60_000
    assert any(
        re.search(r"[\d,]+ more words, [\d,]+ of them in both texts \(--full shows all\)", line) for line in shown
    )


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for pair in ((PORT, PORT_COPY), (SUNDAY, MONDAY), (QUAY, QUAY_COPY), ("字" * 300, "字" * 299 + "x" * 200)):
        shown = lines(told(*pair), terminal(width), brackets=False)
        # A table and a heading have their width; eighty cells are enough for them.
        looked_at = shown if width >= 80 else [line for part in texts_of(shown) for line in part]
        wide = [line for line in looked_at if cell_len(line) > min(width, 120)]
        assert [line for line in wide if not re.match("[AB]: ", line)] == []


def test_arabic_is_alone_on_its_line_or_last() -> None:
    for pair in ((PORT, PORT_COPY), (SUNDAY, MONDAY), (PORT, MARKET)):
        for line in lines(told(*pair), terminal(100), brackets=False):
            if ARABIC.search(line):
                assert not LATIN.search(line[ARABIC.search(line).start() :]), line  # type: ignore[union-attr]


def test_no_line_of_a_text_begins_with_a_number() -> None:
    for width in range(30, 100, 7):
        for shown in texts_of(lines(told(SUNDAY, MONDAY), terminal(width), brackets=False)):
            assert [line for line in shown if re.match(r"\s+\d", line)] == []


def test_nothing_in_an_article_steers_the_terminal() -> None:
    one = article(f"{PORT}{HOSTILE}{PORT}", title=HOSTILE, source=HOSTILE)
    other = article(f"{HOSTILE}{PORT}", number=2)
    found = account((one, other), settings=SETTINGS, stop_list=built_in())
    for paper, brackets in ((PLAIN, True), (terminal(80), False)):
        shown = "\n".join(lines(found, paper, brackets=brackets, full=True))
        assert not re.search(
            "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\ud800-\udfff]", shown
        )
        assert "خطر" in shown


@pytest.mark.parametrize(
    ("text", "shown"), [("قال\x1b[2J", "قال\ufffd[2J"), ("a\u202eb\nc", "a\ufffdb c"), ("می\u200cشود", "می\u200cشود")]
)
def test_what_cannot_be_seen_is_shown_as_one_sign(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_file_name_of_any_bytes_can_be_shown() -> None:
    assert shown_name("caf\udce9.txt") == "caf\ufffd.txt"


@pytest.mark.parametrize(
    ("one", "other"), [("…", "!"), ("خبر", "خبر"), ("", PORT), ("中文新聞報導" * 4, "中文新聞報導" * 5)]
)
def test_odd_texts_have_a_report_too(one: str, other: str) -> None:
    for paper in (PLAIN, terminal(60)):
        for brackets in (True, False):
            assert lines(told(one, other), paper, brackets=brackets)


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([*PORT.split()[:30], "½", "中文", "\n", "37", "…", "a" * 90]), max_size=60),
    st.integers(20, 90),
)
def test_nothing_of_a_text_is_lost(words: list[str], width: int) -> None:
    text = " ".join(words)
    found = told(text, PORT)
    for paper in (PLAIN, terminal(width)):
        a, _ = texts_of(lines(found, paper, brackets=True, full=True))
        assert re.sub(r"⟦(\d+: )?|⟧|\s", "", "".join(a)) == re.sub(r"\s", "", text)


def test_stretches_cover_all_words() -> None:
    found = stretches(np.array([-1, -1, 0, 0, 2, 2, 2, -1]))
    assert [(one.first, one.end, one.shared, one.number) for one in found] == [
        (0, 2, False, None),
        (2, 4, True, None),
        (4, 7, True, 2),
        (7, 8, False, None),
    ]
    assert stretches(np.array([], dtype=np.int64)) == []


def test_a_report_is_lines_of_text() -> None:
    for line in report(told(PORT, QUAY), terminal(100), brackets=False, full=False):
        assert isinstance(line, Text)
        assert "\n" not in line.plain
