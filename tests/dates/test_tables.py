"""The tables of date words: what an editor may write, and what is refused with file and line."""

from __future__ import annotations

import pytest

from khabar.dates.tables import LANGUAGES, DateTableError, Row, parsed, table


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_tables_can_be_read_and_name_all_months_and_weekdays(language: str) -> None:
    rows = table(language)
    assert {int(row.value) for row in rows if row.kind == "month"} == set(range(1, 13))
    assert {int(row.value) for row in rows if row.kind == "weekday"} == set(range(1, 8))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_means_two_months_or_two_weekdays(language: str) -> None:
    for kind in ("month", "hijri", "weekday", "day"):
        words = [word for row in table(language) if row.kind == kind for word in row.words]
        assert len(words) == len(set(words)), kind


def test_a_row_is_its_kind_value_and_words() -> None:
    assert parsed("# so\n\nmonth\t1\tيناير|كانون الثاني\n", file="x.tsv") == (
        Row(kind="month", value="1", words=("يناير", "كانون الثاني")),
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mouth\t1\tيناير", "unknown kind 'mouth'"),
        ("month\t13\tيناير", "a month cannot have the value '13'"),
        ("month\t\tيناير", "a month cannot have the value ''"),
        ("part\t1\tمساء", "a part cannot have the value '1'"),
        ("remembered\t7 October", "a remembered cannot have the value '7 October'"),
        ("remembered\t2023-02-30", "a remembered cannot have the value '2023-02-30'"),
        ("month\t1\tيناير||كانون", "an empty word"),
        ("month\t1\tيناير\tكانون", "4 cells"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_with_file_and_line(line: str, says: str) -> None:
    with pytest.raises(DateTableError, match=r"^x\.tsv:2: ") as refused:
        parsed(f"# head\n{line}\n", file="x.tsv")
    assert says in str(refused.value)
