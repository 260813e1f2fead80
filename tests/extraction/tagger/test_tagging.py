"""From sentences to a model, and from a model to names in a text."""

from __future__ import annotations

import sys

import pytest

from khabar.errors import KhabarError
from processors.extraction.folding import tokens
from processors.extraction.tagger import features
from processors.extraction.tagger.gazetteer import Gazetteer
from processors.extraction.tagger.model import ModelError, unpack
from processors.extraction.tagger.pieces import MAX_TOKENS
from processors.extraction.tagger.tagging import Tagger
from processors.extraction.tagger.training import train
from tests.extraction.tagger.data import SENTENCES


def names(tagger: Tagger, text: str) -> list[tuple[str, str]]:
    return [(text[name.start : name.end], name.kind) for name in tagger.find_names(text, tokens(text))]


def test_a_name_of_the_training_data_is_found_in_another_sentence(tagger: Tagger) -> None:
    found = names(tagger, "وفي المساء قال الوزير سالم القطان كلمة. ثم أعلن مدير شركة النورس كلمة.")
    assert found == [("سالم القطان", "person"), ("شركة النورس", "organisation")]


def test_a_name_that_no_list_has_is_found_behind_a_title(tagger: Tagger) -> None:
    assert names(tagger, "قال السفير سالم زلمانوف إن الاجتماع انتهى.") == [("سالم زلمانوف", "person")]


def test_a_text_without_names_has_none(tagger: Tagger) -> None:
    assert names(tagger, "ارتفعت أسعار القمح في الأسواق اليوم.") == []


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "...", "\u200f\u200e", "ـــ", "ًٌٍ", "\x00\x07", "«»", "😀 😀", "ء ء", "قال" * 5000, "a\u0301"],
)
def test_no_text_raises_and_names_lie_within_it(tagger: Tagger, text: str) -> None:
    for name in tagger.find_names(text, tokens(text)):
        assert 0 <= name.start < name.end <= len(text)


def test_offsets_hold_behind_marks_and_invisible_characters(tagger: Tagger) -> None:
    text = "قالَ الـــرئيسُ \u200fسالم القطّان\u200f إنّ «الاجتماع» انتهى."
    assert names(tagger, text) == [("سالم القطّان", "person")]


def test_a_clitic_is_no_part_of_a_name_that_is_known_without_it(tagger: Tagger) -> None:
    found = names(tagger, "قال الرئيس وسالم القطان إن الاجتماع انتهى.")
    assert found == [("سالم القطان", "person")]


def test_a_letter_like_a_clitic_stays_with_the_name(tagger: Tagger) -> None:
    assert names(tagger, "قال الرئيس بنيامين القطان إن الاجتماع انتهى.") == [("بنيامين القطان", "person")]


def test_tags_have_the_length_of_their_sentences_however_long(tagger: Tagger) -> None:
    text = [["قال"] * (2 * MAX_TOKENS + 7), [], ["الرئيس", "سالم", "القطان"]]
    assert [len(tags) for tags in tagger.tag(text)] == [len(sentence) for sentence in text]


def test_the_same_text_gets_the_same_tags(tagger: Tagger, model: bytes, gazetteer: Gazetteer) -> None:
    text = [sentence.tokens for sentence in SENTENCES]
    again = Tagger(unpack(model, file="again"), gazetteer)
    assert tagger.tag(text) == tagger.tag(text) == again.tag(text)
    assert tagger.version == again.version


def test_the_same_data_give_the_same_model(model: bytes, gazetteer: Gazetteer) -> None:
    assert train(SENTENCES, gazetteer) == model


def test_other_data_give_another_version(tagger: Tagger, gazetteer: Gazetteer) -> None:
    other = Tagger(unpack(train(SENTENCES[:30], gazetteer), file="other"), gazetteer)
    assert other.version != tagger.version


def test_progress_is_told_and_what_it_raises_ends_the_training(gazetteer: Gazetteer) -> None:
    pytest.importorskip("pycrfsuite")

    def stop(iteration: int) -> None:
        if iteration == 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        train(SENTENCES, gazetteer, progress=stop)


def test_a_model_of_other_features_is_refused(model: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "VERSION", "next")
    with pytest.raises(ModelError, match=r'old\.model .*version "\d+".*version "next": train again'):
        unpack(model, file="old.model")


@pytest.mark.parametrize("damage", ["cut", "changed", "head", "other file", "empty"])
def test_a_damaged_model_is_refused(model: bytes, damage: str) -> None:
    data = {
        "cut": model[:-10],
        "changed": model[:-10] + bytes(10) if model[-10:] != bytes(10) else model[:-10] + b"x" * 10,
        "head": model[:40] + b"\n" + model[40:],
        "other file": b"PK\x03\x04",
        "empty": b"",
    }[damage]
    with pytest.raises(ModelError, match=r"x\.model .*khabar train-tagger"):
        unpack(data, file="x.model")


def test_without_the_library_the_error_says_how_to_install_it(
    model: bytes, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    with pytest.raises(KhabarError, match=r"pip install 'khabar\[tagger\]'"):
        Tagger(unpack(model, file="x"), gazetteer)
