"""`khabar code`: sentences with actors and events marked; and a user's own actors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from khabar.cli import khabar
from khabar.cli.code_view import article_lines
from khabar.demo.printing import PLAIN, terminal
from khabar.errors import KhabarError
from processors.extraction.coding import load_coder
from processors.extraction.stage import extract_with_codings
from tests.extraction.test_stage import article

TEXT = "التقى وزير الخارجية المصري سامح شكري نظيره الأردني أيمن الصفدي أمس. وقال الصفدي إن اللقاء كان مثمرا."
OWN = "sahel-union\torganisation\tEGY\tCVL\tSahel Union\tاتحاد صيادي الساحل\tاتحاد الصيادين\n"


def command(*words: str, given: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(khabar, ["code", *words], input=given)
    if isinstance(result.exception, KhabarError):
        return result.exception.exit_code, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


def test_a_text_is_shown_sentence_by_sentence_with_its_events_and_actors() -> None:
    code, out, err = command(TEXT, "--date", "2024-03-10")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:3] == ["source:   text", "language: ar", "appeared: 2024-03-10 00:00 UTC"]
    first, second = TEXT.split(". ")
    assert lines[3:6] == [
        f"[1] {first}.",
        "[event] CONSULT  sameh-shoukry (EGY) -> ayman-safadi (JOR)  2024-03-09 (resolved): التقى",
        f"[2] {second}",
    ]
    assert "[actor] sameh-shoukry  person EGY GOV" in out
    assert "\x1b" not in out


def test_json_has_offsets_that_point_at_what_they_say() -> None:
    out = command(
        "-", "--json", given=json.dumps({"title": "لقاء في القاهرة", "text": TEXT, "published_at": "2024-03-10"})
    )[1]
    found = json.loads(out)
    whole = f"{found['title']}\n{found['text']}"
    assert whole[: found["sentences"][0]["end"]] == "لقاء في القاهرة"
    for actor in found["actors"]:
        for mention in actor["mentions"]:
            assert whole[mention["start"] : mention["end"]] == mention["text"]
    assert found["events"]
    for event in found["events"]:
        assert whole[event["start"] : event["end"]] == event["trigger"]


@pytest.mark.parametrize(
    ("text", "trigger", "before"),
    [
        ("قال أردوغان إن وقف قصف المدن ضروري، وإن الطيران الإسرائيلي قصف دمشق", "قصف", "الإسرائيلي "),
        ("بعد لقاء في عمان، عقد الملك عبد الله الثاني لقاء مع إيمانويل ماكرون في باريس", "لقاء", "الثاني "),
    ],
)
def test_a_trigger_that_stands_twice_in_a_sentence_is_marked_where_it_tells(
    text: str, trigger: str, before: str
) -> None:
    (event,) = json.loads(command(text, "--json")[1])["events"]
    assert text.count(trigger) == 2
    assert (event["trigger"], event["start"]) == (trigger, text.index(before + trigger) + len(before))


def test_a_sentence_that_stands_twice_has_its_event_under_the_first() -> None:
    lines = command("لقاء قريب.\nالتقى السيسي بايدن.\nوقف قصير.\nالتقى السيسي بايدن.", "--date", "2024-03-10")[
        1
    ].splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("[event]"))
    assert lines[at - 1].startswith("[2]")


def test_a_date_is_of_its_zone_and_makes_the_article_that_it_would_have_been() -> None:
    words = (TEXT, "--json", "--date", "2024-03-10T01:00:00+03:00")
    found = json.loads(command(*words)[1])
    assert found["event_time"] == "2024-03-09T22:00:00Z"
    assert found["events"][0]["date"] == "2024-03-09"
    assert json.loads(command(*words)[1])["id"] == found["id"]
    published = json.dumps({"source": "text", "text": TEXT, "published_at": "2024-03-10T01:00:00+03:00"})
    assert json.loads(command("-", "--json", given=published)[1])["id"] == found["id"]


def test_a_text_without_a_date_says_so() -> None:
    assert "nothing says when it appeared" in command(TEXT)[1]


def test_a_word_that_may_be_a_misspelt_file_is_said_to_be_taken_as_a_text() -> None:
    code, out, err = command("القاهرة.")
    assert code == 0
    assert "[actor] egypt" in out or "[1]" in out
    assert "taken as a text" in err


def test_files_and_standard_input_are_read_as_pages(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"القاهرة (أ ف ب) - {TEXT}\nإعلان", encoding="utf-8")
    of_file, of_input = command(str(page))[1], command("-", given=page.read_text("utf-8"))[1]
    assert "إعلان" not in of_file
    assert [line for line in of_file.splitlines() if line.startswith("[1]")] == [
        line for line in of_input.splitlines() if line.startswith("[1]")
    ]


def test_in_a_terminal_lines_fit_and_say_the_same() -> None:
    ((found, coding),) = extract_with_codings(article(TEXT), load_coder())
    plain = " ".join(line.plain for line in article_lines(found, coding.triggers, paper=PLAIN, appeared="2024-03-10"))
    lines = list(article_lines(found, coding.triggers, paper=terminal(50), appeared="2024-03-10"))
    assert all(cell_len(line.plain) <= 50 for line in lines)
    for word in TEXT.split():
        assert word in plain
        assert any(word in line.plain for line in lines)
    styles = {str(span.style) for line in lines for span in line.spans}
    assert {"cyan", "bold green"} <= styles


def test_own_actors_are_found_and_change_the_version(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(f"# ours\n{OWN}", encoding="utf-8")
    assert "[actor] sahel-union" in command("طالب اتحاد الصيادين الحكومة المصرية بطريق ثان", "--actors", str(own))[1]
    assert load_coder(("own.tsv", OWN)).version != load_coder().version


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (OWN + OWN.replace("sahel-union", "other"), ":2:"),
        (OWN.replace("EGY", "EG"), ":1: malformed code"),
        (OWN.replace("organisation", "fishers"), ":1: unknown kind"),
        (f"# ours\n\n{OWN}a\tb\tc\td\te\tf\tg\th\ti\tj\n", ":4: 10 cells"),
        (OWN.replace("اتحاد الصيادين", "a|a||"), ":1:"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_file_and_line(tmp_path: Path, table: str, said: str) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(table, encoding="utf-8")
    code, _, err = command(TEXT, "--actors", str(own))
    assert code == 2
    assert f"{own}{said}" in err


def test_a_table_that_is_no_utf8_is_refused_with_file_and_line(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_bytes(OWN.encode() + b"\xff\xfe\n")
    code, _, err = command(TEXT, "--actors", str(own))
    assert code == 2
    assert f"{own}:2: not UTF-8" in err


@pytest.mark.parametrize(
    ("words", "given", "code", "said"),
    [
        (["no/such-file.txt"], None, 2, "no file"),
        (["no such file.jsonl.gz"], None, 2, "no file"),
        ([""], None, 2, "nothing is given"),
        ([TEXT, "--date", "yesterday"], None, 2, "--date"),
        ([TEXT, "--language", "klingonese language"], None, 2, "language"),
        (["-"], "", 5, "empty_text"),
        (["-"], "{", 5, "invalid_json"),
        ([TEXT, "--actors", "no-such-table.tsv"], None, 2, "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_coded_is_told_with_an_exit_code(
    words: list[str], given: str | None, code: int, said: str
) -> None:
    found = command(*words, given=given)
    assert found[0] == code
    assert said in found[2]


def test_control_characters_never_reach_the_terminal() -> None:
    out = command("-", given=json.dumps({"source": "a\x1b[31m", "title": "t\x1b]0;x\x07", "text": f"\x1b[2J{TEXT}"}))[1]
    assert "\x1b" not in out
    assert "\x07" not in out
