"""`khabar read`: the page piece by piece, plain in a pipe and coloured in a terminal, and what it says of what it cannot read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.text import Text

from khabar.cli import khabar
from khabar.cli.page_view import page_lines
from khabar.demo.printing import PLAIN, terminal
from khabar.errors import KhabarError
from khabar.records import Article
from processors.extraction.dates import find_dates
from tests.extraction.reading.pages import LIBRARY, LIBRARY_TITLE, PORT, page, read

TEXT = page(
    f"القاهرة (أ ف ب) - {PORT[0]}",
    *PORT[1:],
    "المصدر: وكالات",
    "إقرأ أيضاً:",
    LIBRARY_TITLE,
    "2024-05-12",
    *LIBRARY,
    "إعلان",
)


SHOWN = Article(
    id="0" * 32, source="sahel", text=TEXT, published_at=datetime(2024, 5, 12, 21, 30, tzinfo=UTC), utc_offset_minutes=180,
    fetched_at=datetime(2024, 5, 13, tzinfo=UTC), extra={"published_at_from": "meta"},
)  # fmt: skip
DATES = [
    (part, span)
    for part in (0, 1)
    for span in find_dates(
        "زار أمس الميناء الذي يفتتح الجمعة", published=datetime(2024, 5, 13, tzinfo=UTC), language="ar"
    )
]


def command(*words: str, given: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(khabar, ["read", *words], input=given)
    return result.exit_code, result.stdout, result.stderr


def styles_of(lines: Iterable[Text], containing: str) -> set[str]:
    return {str(line.style) for line in lines if containing in line.plain}


def test_in_a_pipe_each_piece_is_a_line_with_its_marker(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(TEXT, encoding="utf-8")
    code, out, err = command(str(path), "--source", "sahel", "--language", "ar")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:5] == [
        "source:    sahel", "language:  ar", "agency:    afp", "place:     القاهرة", "part 1:    dated 2024-05-12 00:00 UTC",
    ]  # fmt: skip
    (date,) = lines[17:]
    assert date.startswith("[date] ")
    assert date.endswith(": الأحد")
    assert lines[5:17] == [
        "[dateline] القاهرة (أ ف ب) -",
        *(f"[body] {line}" for line in PORT),
        "[removed: source line] المصدر: وكالات",
        "[removed: related links] إقرأ أيضاً:",
        f"[part 1 title] {LIBRARY_TITLE}",
        "[removed: page date] 2024-05-12",
        *(f"[part 1 body] {line}" for line in LIBRARY),
        "[removed: buttons] إعلان",
    ]
    assert "\x1b" not in out


def test_each_date_says_what_it_means_and_what_it_was_resolved_against() -> None:
    told = {
        "source": "a",
        "language": "ar",
        "published_at": "2024-05-13T01:00:00+03:00",
        "text": f"{LIBRARY[0]} وزارها الوزير أمس.",
    }
    code, out, _ = command("-", given=json.dumps(told))
    assert code == 0
    assert "published: 2024-05-13 01:00 +0300" in out.splitlines()
    assert out.splitlines()[-1] == "[date] 2024-05-12 (day, resolved against 2024-05-13): أمس"
    found = json.loads(command("-", "--json", given=json.dumps(told))[1])
    assert (found["published_at"], found["utc_offset_minutes"]) == ("2024-05-12T22:00:00Z", 180)
    (date,) = found["dates"]
    assert (date["part"], date["value"], date["basis"], date["anchor"]) == (0, "2024-05-12", "resolved", "2024-05-13")
    assert found["text"][date["start"] : date["end"]] == date["words"] == "أمس"


def test_the_time_of_a_page_says_its_zone_and_who_gave_it() -> None:
    lines = [line.plain for line in page_lines(read(TEXT), SHOWN, paper=PLAIN)]
    assert "published: 2024-05-13 00:30 +0300, from the page (meta)" in lines


def test_standard_input_is_a_page_or_json_lines() -> None:
    assert "[removed: buttons] إعلان" in command("-", given=TEXT)[1]
    lines = json.dumps({"source": "a", "text": TEXT}) + "\n" + json.dumps({"source": "b", "text": PORT[0]}) + "\n"
    code, out, _ = command("-", given=lines)
    assert (code, out.count("source:    ")) == (0, 2)


def test_html_is_read_and_said_to_be() -> None:
    html = "<html><body><article>" + "".join(f"<p>{line}</p>" for line in PORT) + "</article></body></html>"
    code, out, _ = command("-", given=json.dumps({"source": "a", "html": html}))
    assert code == 0
    assert "The page is HTML" in out
    assert f"[body] {PORT[2]}" in out


def test_json_has_offsets_patterns_and_the_clean_texts() -> None:
    code, out, _ = command("-", "--json", "--language", "ar", given=TEXT)
    (found,) = map(json.loads, out.splitlines())
    assert code == 0
    assert (found["text"], found["agency"], found["place"]) == (page(*PORT), "afp", "القاهرة")
    assert [part["title"] for part in found["parts"]] == [LIBRARY_TITLE]
    assert {piece["label"] for piece in found["pieces"]} == {"dateline", "body", "title", "removed"}
    for piece in found["pieces"]:
        assert found["original"][piece["start"] : piece["end"]] == piece["text"]
    assert next(piece for piece in found["pieces"] if piece["removes"] == "buttons")["rule"]


def test_a_terminal_gets_colours_lines_that_fit_and_arabic_alone_in_them() -> None:
    lines = list(page_lines(read(TEXT), SHOWN, dates=DATES, paper=terminal(60)))
    assert all(cell_len(line.plain) <= 60 for line in lines)
    assert styles_of(lines, "dateline") == {"bold cyan"}
    assert styles_of(lines, "إعلان") == {"red"}
    assert styles_of(lines, LIBRARY_TITLE) == {"bold green"}
    for line in lines:
        words = line.plain.split()
        arabic = [any("ء" <= letter <= "ي" for letter in word) for word in words]
        assert arabic == sorted(arabic) or "(CNN)" in line.plain or arabic[0], line.plain


def test_one_source_has_rules_of_its_own() -> None:
    text = page(PORT[0], "شاهد.. سفينة كبيرة تدخل الميناء", *PORT[1:])
    assert "[removed: related link] شاهد" in command("-", "--source", "CNN", given=text)[1]
    assert "[body] شاهد" in command("-", "--source", "sahel", given=text)[1]


def test_control_characters_of_a_page_never_reach_the_terminal() -> None:
    out = command(
        "-", given=json.dumps({"source": "a\x1b[31m", "title": "t\x1b]0;x\x07", "text": f"\x1b[2J{PORT[0]}"})
    )[1]
    assert "\x1b" not in out
    assert "\x07" not in out


def test_a_page_of_which_nothing_is_left_says_so() -> None:
    code, out, _ = command("-", given="إعلان\nشارك الخبر")
    assert code == 5
    assert "Nothing is left" in out
    assert "[removed: buttons] إعلان" in out


@pytest.mark.parametrize(
    ("words", "given", "code", "said"),
    [
        (["no-such-file.txt"], None, 2, "there is no file"),
        (["-", "--language", "klingonese language"], "x", 2, "language"),
        (["-"], "", 5, "empty_text"),
        (["-"], '{"text": 1}', 5, "invalid_field"),
        (["-"], "{", 5, "invalid_json"),
    ],
)
def test_what_cannot_be_read_is_told_with_an_exit_code(
    words: list[str], given: str | None, code: int, said: str
) -> None:
    result = CliRunner().invoke(khabar, ["read", *words], input=given)
    if isinstance(result.exception, KhabarError):
        assert (result.exception.exit_code, said in str(result.exception)) == (code, True)
    else:
        assert (result.exit_code, said in result.stderr) == (code, True)


def test_plain_paper_says_the_same_as_a_terminal() -> None:
    found = read(TEXT)
    plain_text = "".join(line.plain for line in page_lines(found, SHOWN, dates=DATES, paper=PLAIN))
    for line in page_lines(found, SHOWN, dates=DATES, paper=terminal(60)):
        for word in line.plain.split():
            assert word in plain_text


def test_a_byte_order_mark_before_json_lines_on_standard_input_does_not_make_them_text() -> None:
    given = json.dumps({"text": page(*PORT), "title": LIBRARY_TITLE, "language": "ar"})
    plain_json, marked = (command("-", "--json", given=start + given)[1] for start in ("", "\ufeff"))
    assert json.loads(marked)["text"] == json.loads(plain_json)["text"] == page(*PORT)
