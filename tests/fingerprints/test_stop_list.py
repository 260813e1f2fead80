"""What a file of stock phrases may look like, and what is said of one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar.errors import SettingsError
from processors.fingerprints import fingerprint_texts
from processors.fingerprints.stop_list import built_in, built_in_phrases, load_stop_list, stop_list, stop_list_of
from tests.fingerprints import reference

PHRASE = "تجدون هذا التقرير كاملا على موقع غرفة الأخبار"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "stock.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"# version: 7\n{PHRASE}\n",
        f"# version: 7\n1204\t{PHRASE}\n",
        f"\ufeff# version: 7\r\n\r\n# a comment\r\n 31 \t {PHRASE}\r\n",
        f"# what this is\n\n#version: 6\n# version: 7 \n{PHRASE}",
    ],
)
def test_a_phrase_may_have_a_number_before_it_and_any_line_end_after_it(tmp_path: Path, text: str) -> None:
    found = load_stop_list(written(tmp_path, text))
    assert found.version == "7"
    assert set(found.hashes.tolist()) == reference.shingles(PHRASE, 5)
    assert found.digest == stop_list([PHRASE], version="other").digest


def test_a_phrase_may_begin_with_a_number_of_its_own(tmp_path: Path) -> None:
    phrase = "24 ساعة من الأخبار على قناة الساحل"
    found = load_stop_list(written(tmp_path, f"# version: 1\n{phrase}\n"))
    assert set(found.hashes.tolist()) == reference.shingles(phrase, 5)


def test_the_digest_tells_whether_two_lists_act_alike(tmp_path: Path) -> None:
    one = load_stop_list(written(tmp_path, f"# version: 1\n{PHRASE}\n"))
    pointed = load_stop_list(written(tmp_path, f"# version: 2\n5\t{PHRASE.replace('هذا', 'هٰذا')}!\n"))
    longer = load_stop_list(written(tmp_path, f"# version: 1\n{PHRASE} كل يوم\n"))
    assert one.digest == pointed.digest
    assert one.digest != longer.digest


def test_a_list_without_phrases_stops_nothing(tmp_path: Path) -> None:
    empty = load_stop_list(written(tmp_path, "# version: none\n"))
    text = f"{built_in_phrases()[0]} {PHRASE}"
    (found,) = fingerprint_texts([text], empty)
    assert found.keys != fingerprint_texts([text])[0].keys


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"# version: 1\n\n{PHRASE}\nأربع كلمات فقط هنا\n", r"stock\.txt:4: .*5 words"),
        (f"# version: 1\n12\t{PHRASE}\n12\tثلاث كلمات فقط\n", r"stock\.txt:3: "),
        (f"# version: 1\n{PHRASE}\n".encode() + b"caf\xe9 au lait du soir\n", r"stock\.txt:3: not UTF-8"),
        (f"{PHRASE}\n", r"stock\.txt: .*# version: NAME"),
        (f"# version:\n{PHRASE}\n", r"stock\.txt: .*# version: NAME"),
        ("", r"stock\.txt: .*# version: NAME"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_stop_list(written(tmp_path, content))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.txt cannot be read"):
        load_stop_list(tmp_path / "missing.txt")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_stop_list(tmp_path)


def test_without_a_file_the_list_is_the_built_in_one() -> None:
    assert stop_list_of(None) is built_in()
    assert built_in().version == "1"
    assert built_in() == stop_list(built_in_phrases(), version="1")


def test_a_text_is_stopped_by_the_list_it_is_given() -> None:
    text = f"{PHRASE} وقال الناطق باسم البلدية إن أعمال الصيانة تبدأ غدا"
    listed = stop_list([PHRASE], version="1")
    (found,) = fingerprint_texts([text], listed)
    assert found.keys != fingerprint_texts([text])[0].keys
    assert found.sketch == fingerprint_texts([text])[0].sketch
