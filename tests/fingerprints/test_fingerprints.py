"""What a fingerprint says of a text, and what it does not notice."""

from __future__ import annotations

import random
import struct
import time
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.fingerprints import TextFingerprint, fingerprint_texts, folding, key_partitions, stop_hashes
from tests.fingerprints import reference

STORY = (
    "أعلنت وزارة الصحة في مدينة الواحة أن 37 شخصا أصيبوا بجروح في حادث تصادم بين حافلتين على الطريق الساحلي، "
    "وقال المتحدث باسم الوزارة إن 12 منهم في حالة حرجة نقلوا إلى المستشفى المركزي مساء الأحد"
)
ALPHABET = "ابتثأإآةىيءؤئمن ـًّ۱٢3 .,،abcÀÉßİﻼﷺ½②ＡБЖ한각ア中文ไทย\u200b\u200c\u200f\ud800\n0123456789"


def fingerprint(text: str) -> TextFingerprint:
    return fingerprint_texts([text])[0]


def keys(text: str) -> tuple[int, ...]:
    data = fingerprint(text).keys
    return struct.unpack(f"<{len(data) // 8}Q", data)


def sketch(text: str) -> tuple[int, ...]:
    data = fingerprint(text).sketch
    return struct.unpack(f"<{len(data) // 4}I", data)


def invented(words: int, seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(f"كلمة{chance.randrange(10**9)}ا" for _ in range(words))


def test_hashes_are_those_of_every_other_machine() -> None:
    found = fingerprint(STORY)
    assert found.text_hash.hex() == "d902e54a42279125"
    assert found.keys[:16].hex() == "454c5933532aa104fd33a001d6492110"
    assert found.sketch[:16].hex() == "b53be31d8a6be02fd3e4ba4ec0833f58"
    assert (found.words, found.shingles, found.numbers) == (35, 33, (12, 37))


@given(st.text(alphabet=ALPHABET, max_size=300) | st.text(max_size=60))
def test_the_kernels_compute_what_the_definition_says(text: str) -> None:
    found = fingerprint(text)
    assert found.words == len(reference.words(text))
    assert found.numbers == reference.numbers(text)
    assert found.text_hash == reference.text_hash(text)
    if found.words < 12:
        assert keys(text) == (() if not found.words else struct.unpack("<Q", found.text_hash))
        assert found.sketch == b""
        assert found.shingles == 0
    else:
        threes = reference.shingles(text, 3)
        assert keys(text) == tuple(sorted(reference.shingles(text, 5))[:16])
        assert sketch(text) == tuple(sorted({h >> 32 for h in threes})[:128])
        assert found.shingles == len(threes)


def test_of_a_long_text_the_smallest_hashes_are_kept() -> None:
    text = invented(5_000, seed=1)
    assert keys(text) == tuple(sorted(reference.shingles(text, 5))[:16])
    assert sketch(text) == tuple(sorted({h >> 32 for h in reference.shingles(text, 3)})[:128])
    assert fingerprint(text).shingles == len(reference.shingles(text, 3))


@given(st.lists(st.text(alphabet=ALPHABET, max_size=80), max_size=6))
def test_a_text_has_the_same_fingerprint_in_any_company(texts: list[str]) -> None:
    assert fingerprint_texts(texts) == [fingerprint(text) for text in texts]


@given(st.text(alphabet=ALPHABET + "éàüñЙが각ệ", max_size=200), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_normal_forms_of_a_text_are_one(text: str, form: str) -> None:
    assert fingerprint(unicodedata.normalize(form, text)) == fingerprint(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد إلى آخر ٱلكتاب", "احمد الي اخر الكتاب"),
        ("مدرسة مستشفى مسؤول رئيس سماء", "مدرسه مستشفي مسوول رييس سما"),
        ("مُحَمَّدٌ ســـلام", "محمد سلام"),
        ("عام ١٤٣٩ و ۱۲۳", "عام 1439 و 123"),
        ("می‌خواهم کتاب", "ميخواهم كتاب"),
        ("ﻻ ﻣﺤﻤﺪ", "لا محمد"),
        ("«عاجل»: قُتل، وجُرح!", "عاجل قتل وجرح"),
        ("\u200fنص\u200e \u202bعربي\u202c", "نص عربي"),
        ("Straße ÉCOLE", "strasse école"),
        ("МОСКВА Ёлка", "москва елка"),
        ("ＡＢＣ１２", "abc12"),
        ("كوفيد19 و15", "كوفيد-19 و 15"),
    ],
)
def test_spellings_that_say_the_same_are_one(one: str, other: str) -> None:
    assert fingerprint(one).text_hash == fingerprint(other).text_hash


@pytest.mark.parametrize(("one", "other"), [("كلب", "قلب"), ("ab c", "a bc"), ("12 3", "1 23"), ("كلمة كلمة", "كلمة")])
def test_texts_that_say_something_else_are_two(one: str, other: str) -> None:
    assert fingerprint(one).text_hash != fingerprint(other).text_hash


def test_a_text_of_fewer_than_twelve_words_has_its_own_hash_as_its_only_key() -> None:
    short, long = fingerprint("واحد اثنان ثلاثة " * 3 + "عاجل الان"), fingerprint("واحد اثنان ثلاثة " * 4)
    assert (short.words, short.keys, short.sketch) == (11, short.text_hash, b"")
    assert (long.words, long.keys != long.text_hash, len(long.sketch) > 0) == (12, True, True)


@pytest.mark.parametrize("text", ["", " \n\t", "…!؟،", "ًٌٍَُِّ" * 50, "\u200f\u202e\u200d", "\ud800\udfff\ud834"])
def test_a_text_without_words_has_no_key(text: str) -> None:
    assert (fingerprint(text).words, fingerprint(text).keys) == (0, b"")


def test_numbers_are_those_that_tell_two_reports_apart() -> None:
    text = "في 2018 قتل 12 و 7 وجرح ٣٤٥ من 1899 و2101 رقم 1234567890123456 هاتف 123456789012345 ثم 12 F16"
    assert fingerprint(text).numbers == (12, 16, 345, 1899, 2101, 123456789012345)


def test_at_most_64_numbers_are_kept() -> None:
    assert fingerprint(" ".join(map(str, range(500, 100, -1)))).numbers == tuple(range(101, 165))


def test_stock_phrases_bring_no_two_texts_together() -> None:
    lines = (files("processors.fingerprints") / "stop_phrases.txt").read_text("utf-8").splitlines()
    phrases = [line for line in lines if line and not line.startswith("#")]
    assert lines[0] == "# version: 1"
    for phrase in phrases:
        assert len(reference.words(phrase)) >= 5, phrase
    stock = max(phrases, key=len)
    one, other = (
        keys(f"{invented(20, 2)} {stock} {invented(20, 3)}"),
        keys(f"{invented(20, 4)} {stock} {invented(20, 5)}"),
    )
    assert len(one) == len(other) == 16
    assert not set(one) & set(other)
    assert not set(one) & set(stop_hashes().tolist())


def test_a_text_of_stock_phrases_only_can_still_be_found_by_its_equal() -> None:
    lines = (files("processors.fingerprints") / "stop_phrases.txt").read_text("utf-8").splitlines()
    found = fingerprint(max((line for line in lines if not line.startswith("#")), key=len))
    assert found.words >= 12
    assert found.keys == found.text_hash


@pytest.mark.parametrize(
    "text",
    [
        "中國政府星期日宣布將於下週舉行新一輪談判討論邊境問題",
        "รัฐบาลประกาศเมื่อวันอาทิตย์ว่าจะจัดการเจรจารอบใหม่",
        "政府は日曜日に新しい交渉を来週行うと発表した",
    ],
)
def test_scripts_without_spaces_are_compared_by_characters(text: str) -> None:
    found = fingerprint(text)
    assert found.words > 20
    assert set(sketch(text)) & set(sketch(text[3:] + "、" + text[:3]))


def test_keys_say_which_partitions_a_text_goes_to() -> None:
    data = struct.pack("<3Q", 5, 9, 2**64 - 1)
    assert key_partitions(data, 1) == {0}
    assert key_partitions(data, 4) == {1, 3}
    assert key_partitions(data, 7) == {5, 2, (2**64 - 1) % 7}
    assert key_partitions(b"", 4) == frozenset()


@pytest.mark.parametrize("unit", ["كلمة ", "خبر 12 جديد من الميدان. ", "طويلجدا", "\u064b", "😀 ", "中"])
def test_five_megabytes_take_seconds(unit: str) -> None:
    fingerprint("warm " * 20)
    start = time.perf_counter()
    fingerprint(unit * (5_000_000 // len(unit.encode())))
    assert time.perf_counter() - start < 10


def test_a_word_repeated_is_one_shingle() -> None:
    found = fingerprint("كلمة " * 100_000)
    assert (found.words, found.shingles, len(found.keys), len(found.sketch)) == (100_000, 1, 8, 4)


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="folding.tsv is made with Python 3.11")
def test_the_folding_table_is_what_its_rules_make(capsys: pytest.CaptureFixture[str]) -> None:
    folding.main()
    assert capsys.readouterr().out == (files("processors.fingerprints") / "folding.tsv").read_text("ascii")


def test_folding_twice_is_folding_once() -> None:
    table = folding.load_folding().table
    letters = table[(table > folding.NOTHING) & (table < folding.EXPANDED)]
    assert (table[letters % folding.ALONE] == letters).all()
