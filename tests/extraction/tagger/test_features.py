"""What the model sees of a token."""

from __future__ import annotations

import pytest

from processors.extraction.tagger.features import AROUND_SENTENCES, Vocabulary, look
from processors.extraction.tagger.gazetteer import Gazetteer

NOTHING = Vocabulary({})


def seen(gazetteer: Gazetteer, *sentences: str) -> list[list[set[str]]]:
    text = [sentence.split() for sentence in sentences]
    return [[set(listed) for listed in found] for found in look(text, gazetteer, NOTHING, training=False)]


def test_spellings_of_one_word_look_alike(gazetteer: Gazetteer) -> None:
    one, other = seen(gazetteer, "إلى الأُردن", "الى الاردن")
    assert one == other


def test_clitics_and_article_are_seen_through(gazetteer: Gazetteer) -> None:
    [[word]] = seen(gazetteer, "وبالقطان")
    assert {"b=وبالقطان", "b=بالقطان", "b=القطان", "b=قطان", "h=clitic+article"} <= word | {"h=clitic+article"}


def test_affixes_shape_and_digits_are_seen(gazetteer: Gazetteer) -> None:
    [[word, number, latin, mark]] = seen(gazetteer, "هارتمان 2,150 Khabar «")
    assert {"p=ه", "p=هار", "s=ان", "s=تمان", "h=word"} <= word
    assert {"h=number", "d=0,000"} <= number
    assert "h=latin" in latin
    assert "h=«" in mark


def test_neighbours_within_two_words_are_seen(gazetteer: Gazetteer) -> None:
    [found] = seen(gazetteer, "قال الوزير سالم إن الأمر")
    assert {"-1:w=الوزير", "-2:w=قال", "1:w=ان", "2:w=الامر"} <= found[2]
    assert "-1:edge" in found[0]


@pytest.mark.parametrize(
    ("sentence", "token", "feature"),
    [
        ("زار فرنسا", 1, "g=B-state"),
        ("زار الأمم المتحدة", 2, "g=I-organisation"),
        ("الرئيس الأمريكية", 1, "g=B-nisba"),
        ("التقى الوزير", 1, "g=B-title"),
        ("التقى ومحمد", 1, "g=B-given"),
        ("في بالقاهرة", 1, "g=B-city"),
    ],
)
def test_the_gazetteers_classes_are_seen_with_clitics(
    gazetteer: Gazetteer, sentence: str, token: int, feature: str
) -> None:
    assert feature in seen(gazetteer, sentence)[0][token]


def test_a_word_sees_how_it_stands_elsewhere_but_not_how_it_stands_itself(gazetteer: Gazetteer) -> None:
    told, later = seen(gazetteer, "التقى الوزير هارتمان", "وقال لهارتمان")
    assert "e=title" in later[1]
    assert "e=title" not in told[2]


def test_elsewhere_ends_some_sentences_off(gazetteer: Gazetteer) -> None:
    between = ["لا شيء"] * AROUND_SENTENCES
    near = seen(gazetteer, "الوزير هارتمان", *between[1:], "هارتمان قال")
    far = seen(gazetteer, "الوزير هارتمان", *between, "هارتمان قال")
    assert "e=title" in near[-1][0]
    assert "e=title" not in far[-1][0]


def test_a_word_that_the_training_data_have_once_is_as_rare_there_as_an_unknown_one(gazetteer: Gazetteer) -> None:
    text = [["قال", "هارتمان"], ["قال", "سالم"]]
    vocabulary = Vocabulary.of(text)
    [first, _] = look(text, gazetteer, vocabulary, training=True)
    [unknown] = look([["زلمان"]], gazetteer, vocabulary, training=False)
    assert "r=1" in first[0]
    assert "r=0" in first[1]
    assert "r=0" in unknown[0]


def test_the_work_is_linear_in_a_text_of_one_repeated_name(gazetteer: Gazetteer) -> None:
    def size(sentences: int) -> int:
        text = [["هارتمان"] * 20] * sentences
        found = look(text, gazetteer, NOTHING, training=False)
        return sum(len(listed) for sentence in found for listed in sentence)

    assert size(400) <= 2 * size(200)
