"""The publisher's word counts; without it, script and frequent words do."""

from __future__ import annotations

import pytest

from tests.extraction.reading.pages import ENGLISH, PORT, page, read


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", page(*PORT)),
        ("en", page(*ENGLISH)),
        ("fa", "شهردار گفت که این پل برای مردم ساخته شده است و از فردا باز خواهد شد."),
        ("ur", "وزیر نے کہا کہ یہ پل عوام کے لیے بنایا گیا ہے اور کل سے کھل جائے گا۔"),
        ("fr", "Le maire a dit que le pont est ouvert depuis hier et que les camions ne sont plus dans la ville."),
        ("de", "Der Bürgermeister sagte, dass die Brücke seit gestern offen ist und nicht mehr gesperrt wird."),
        ("es", "El alcalde dijo que el puente fue abierto por la mañana y que los camiones pasan sin esperar."),
        ("tr", "Belediye başkanı bu köprü için çok çalıştı ve daha sonra bir konuşma yaptı."),
        ("ru", "Мэр сообщил, что мост был открыт вчера и что по нему уже едут машины."),
        ("he", "ראש העיר פתח את הגשר החדש."),
        ("ar", "التقى وزير الخارجية المصري نظيره الأردني"),
        ("und", "سلام"),
        ("und", "وزیر خارجه ایران گفت"),
        ("und", "1234 5678"),
        ("und", ""),
        ("und", "Xyzzy plugh frotz"),
        ("und", "桥昨天开放了"),
    ],
)  # fmt: skip
def test_a_language_is_told_by_its_script_and_frequent_words(language: str, text: str) -> None:
    assert read(text).language == language


def test_the_language_given_is_kept() -> None:
    assert read(page(*ENGLISH), language="ar-EG").language == "ar-EG"
