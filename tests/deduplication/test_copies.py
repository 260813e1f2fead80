"""Which pairs are copies, of what kind, and which of the two is the later."""

from __future__ import annotations

import pytest

from khabar.records import CopyKind, Fingerprint
from tests.deduplication.articles import HOUR, NOON, article, edges_between, story

BASE = story(300, seed=1)
OTHER = story(300, seed=2)


def kinds(*records: Fingerprint) -> list[CopyKind]:
    return [edge.kind for edge in edges_between(*records)]


def test_a_credited_copy_is_a_copy() -> None:
    original, copy = article(BASE), article(f"لندن (وكالات): {BASE}\nالمصدر: وكالات", time=NOON + HOUR)
    [edge] = edges_between(original, copy)
    assert (edge.later, edge.earlier, edge.kind) == (copy.id, original.id, "copy")
    assert edge.earlier_time.timestamp() == NOON
    assert edge.similarity > 0.9
    assert edge.containment > 0.95


def test_the_same_words_otherwise_written_are_identical() -> None:
    [edge] = edges_between(article(BASE), article(BASE.replace("ا", "أ").replace(" ", "، ")))
    assert (edge.kind, edge.similarity, edge.containment) == ("identical", 1, 1)


def test_a_cut_copy_is_an_excerpt() -> None:
    [edge] = edges_between(article(BASE), article(" ".join(BASE.split()[:90]), time=NOON + HOUR))
    assert edge.kind == "excerpt"
    assert edge.containment == 1
    assert edge.similarity == pytest.approx(0.3, abs=0.12)


def test_a_longer_story_that_took_in_a_shorter_one_is_the_later_of_an_excerpt() -> None:
    short, long = article(" ".join(BASE.split()[:90])), article(BASE, time=NOON + HOUR)
    [edge] = edges_between(short, long)
    assert (edge.later, edge.kind) == (long.id, "excerpt")


def test_a_changed_text_of_one_page_is_a_revision() -> None:
    changed = BASE + " " + story(20, seed=3)
    assert kinds(article(BASE, page="p"), article(changed, page="p")) == ["revision"]
    assert kinds(article(BASE, page="p"), article(changed, page="q")) == ["copy"]
    assert kinds(article(BASE, page="p", name="a"), article(BASE, page="p", name="b")) == ["identical"]


def test_stories_that_share_nothing_are_no_copies() -> None:
    assert kinds(article(BASE), article(OTHER)) == []


def test_a_page_with_two_stories_joins_neither_to_the_other() -> None:
    one, other, both = (
        article(BASE),
        article(OTHER, time=NOON + HOUR),
        article(f"{BASE}\n{OTHER}", time=NOON + 2 * HOUR),
    )
    assert {(edge.later, edge.earlier) for edge in edges_between(one, other, both)} == {
        (both.id, one.id),
        (both.id, other.id),
    }


def report(numbers: list[int], *, changed: int) -> str:
    """A form of 200 words, every 20th a number and every `changed`th a word of its own."""
    words = story(200, seed=4).split()
    own = story(200, seed=sum(numbers)).split()
    for place in range(0, 200, changed):
        words[place] = own[place]
    for place, number in enumerate(numbers):
        words[place * 20 + 7] = str(number)
    return " ".join(words)


def test_reports_on_one_form_with_other_numbers_are_no_copies() -> None:
    monday, tuesday = list(range(110, 120)), list(range(310, 320))
    assert kinds(article(report(monday, changed=12)), article(report(tuesday, changed=13))) == []
    assert kinds(article(report(monday, changed=12)), article(report([*monday[:9], 777], changed=13))) == ["copy"]


def test_a_page_that_corrects_its_figures_is_still_that_page() -> None:
    one = article(report(list(range(110, 120)), changed=12), page="p")
    assert kinds(one, article(report(list(range(310, 320)), changed=13), page="p")) == ["revision"]


def test_a_copy_with_other_numbers_but_nearly_the_same_words_is_a_copy() -> None:
    assert kinds(article(f"{BASE} 37 48"), article(f"{BASE} 51 62")) == ["copy"]


@pytest.mark.parametrize(("hours", "found"), [(72, 1), (-72, 1), (73, 0), (-73, 0)])
def test_only_within_the_window_are_texts_compared(hours: int, found: int) -> None:
    assert len(edges_between(article(BASE, name="a"), article(BASE, name="b", time=NOON + hours * HOUR))) == found


def test_a_short_item_is_compared_for_identity_only() -> None:
    assert kinds(article("تأجيل المباراة إلى يوم الجمعة"), article("تاجيل المباراه الى يوم الجمعة.")) == ["identical"]
    assert kinds(article("تأجيل المباراة إلى يوم الجمعة"), article("تأجيل المباراة إلى يوم السبت")) == []


def test_texts_without_words_are_not_compared() -> None:
    assert kinds(article("…", name="a"), article("!", name="b")) == []


def test_the_earlier_in_time_is_the_original_even_if_it_arrives_last() -> None:
    early, late = article(BASE, name="early"), article(BASE, name="late", time=NOON + HOUR)
    [edge] = edges_between(late, early)
    assert (edge.later, edge.earlier, edge.earlier_time.timestamp()) == (late.id, early.id, NOON)


def test_of_two_at_the_same_time_the_greater_id_is_the_later() -> None:
    one, other = article(BASE, name="a"), article(BASE, name="b")
    for pair in ((one, other), (other, one)):
        [edge] = edges_between(*pair)
        assert (edge.earlier, edge.later) == (min(one.id, other.id), max(one.id, other.id))


def test_an_undated_part_is_always_the_later() -> None:
    dated, undated = article(BASE, time=NOON + HOUR), article(BASE, name="part", dated=False)
    for pair in ((dated, undated), (undated, dated)):
        [edge] = edges_between(*pair)
        assert (edge.later, edge.earlier) == (undated.id, dated.id)


def test_of_two_undated_parts_neither_repeats_the_other() -> None:
    assert kinds(article(BASE, name="a", dated=False), article(BASE, name="b", dated=False)) == []


@pytest.mark.parametrize("text", ["कखगघ कख", "中國政府星期日宣布將於下週舉行新一輪談判討論邊境問題並且", "Москва"])
def test_other_scripts_have_copies_too(text: str) -> None:
    assert kinds(article(text, name="a"), article(f"«{text}»", name="b")) == ["identical"]


def test_a_chinese_copy_is_found_by_its_characters() -> None:
    letters = "政府星期日宣布將於下週舉行新一輪談討論邊境問題並且表示雙方應該保持克制避免局勢升級這是三個月來第二次"
    assert kinds(article(letters), article("記者報導" + letters, time=NOON + HOUR)) == ["copy"]


def test_at_equal_times_the_publishers_id_decides_and_then_khabars() -> None:
    one, other = article(BASE, name="a", order=b"0017"), article(BASE, name="b", order=b"0018")
    for pair in ((one, other), (other, one)):
        [edge] = edges_between(*pair)
        assert (edge.earlier, edge.later) == (one.id, other.id)
    [edge] = edges_between(article(BASE, name="a", order=b"0018"), article(BASE, name="b", order=b"0018"))
    assert edge.earlier < edge.later


def test_an_earlier_time_comes_before_a_lower_publishers_id() -> None:
    [edge] = edges_between(article(BASE, name="a", order=b"2"), article(BASE, name="b", order=b"1", time=NOON + HOUR))
    assert edge.earlier_order == b"2"


@pytest.mark.parametrize(("words", "of"), [(25, 170), (30, 250), (60, 500), (100, 800), (150, 1500), (300, 3000)])
def test_a_text_cut_early_is_found(words: int, of: int) -> None:
    for seed in range(20):
        whole = story(of, seed=seed).split()
        cut = " ".join([*whole[:words], "اقرأ", "المزيد"])
        assert kinds(article(" ".join(whole)), article(cut, time=NOON + HOUR)) == ["excerpt"]


def test_of_a_short_text_nearly_all_must_be_in_the_longer() -> None:
    lede = BASE.split()[:40]
    reworded = [word if place % 7 else "بدل" for place, word in enumerate(lede)]
    assert kinds(article(BASE), article(" ".join(lede), time=NOON + HOUR)) == ["excerpt"]
    assert kinds(article(BASE), article(" ".join(reworded), time=NOON + HOUR)) == []


def test_half_of_a_long_text_is_reuse_enough() -> None:
    own = story(150, seed=9)
    borrowed = " ".join(BASE.split()[50:210])
    assert kinds(article(BASE), article(f"{own} {borrowed}", time=NOON + HOUR)) == ["copy"]
    assert kinds(article(BASE), article(f"{own} {own[:800]} {' '.join(BASE.split()[50:80])}", time=NOON + HOUR)) == []


@pytest.mark.parametrize(
    ("base", "other"),
    [
        (
            "ایران و عراق روز یکشنبه در تهران درباره همکاری‌های مرزی گفت‌وگو کردند و دو طرف بر ادامه رایزنی‌ها تاکید کردند و قرار شد "
            "نشست بعدی در بغداد برگزار شود",
            "ايران و عراق روز يكشنبه در تهران درباره همكارى‌هاى مرزى گفت‌وگو كردند و دو طرف بر ادامه رايزنى‌ها تاكيد كردند و قرار شد "
            "نشست بعدى در بغداد برگزار شود",
        ),
        (
            "وزیر اعظم نے اتوار کے روز کہا کہ حکومت سیلاب سے متاثرہ علاقوں میں امدادی سامان پہنچا رہی ہے اور تین ہزار خاندانوں کو خیمے دیے گئے ہیں",
            "وزير اعظم نے اتوار كے روز كہا كہ حكومت سيلاب سے متاثرہ علاقوں ميں امدادى سامان پہنچا رہى ہے اور تين ہزار خاندانوں كو خيمے ديے گئے ہيں",
        ),
        (
            "Министр обороны заявил в воскресенье, что учения на севере страны завершены и войска возвращаются в места дислокации",
            "МИНИСТР ОБОРОНЫ заявил в воскресенье что учения на севере страны завершены, и войска возвращаются в места дислокации.",
        ),
        (
            "The harbour authority said on Sunday that the eastern quay will stay closed for three weeks while divers inspect the damage",
            "The Harbour Authority said on Sunday that the eastern quay will stay closed for three weeks, while divers inspect the damage.",
        ),
    ],
    ids=["persian", "urdu", "russian", "english"],
)
def test_one_text_in_two_spellings_is_identical_in_every_script(base: str, other: str) -> None:
    assert kinds(article(base, name="a"), article(other, name="b", time=NOON + HOUR)) == ["identical"]
