"""Reading CoNLL data: what it says of bad lines, and what entities tags mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.extraction.tagger.conll import ConllError, Entity, entities, parse_conll, read_conll
from processors.extraction.tagger.scoring import OVERALL, Score, score
from tests.extraction.tagger.data import SENTENCES, conll


def test_sentences_come_as_they_were_written() -> None:
    assert parse_conll(conll(), file="x").sentences == SENTENCES


def test_windows_line_ends_a_byte_order_mark_and_several_blank_lines_change_nothing() -> None:
    given = b"\xef\xbb\xbf\r\n" + conll().replace(b"\n\n", b"\n\n \n\n").replace(b"\n", b"\r\n")
    assert parse_conll(given, file="x").sentences == SENTENCES


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("كلمة", "1 columns"),
        ("كلمة O", "1 columns"),
        ("كلمة\tNN\tO", "3 columns"),
        ("\tO", "the token is empty"),
        ("كلمة\t", "no IOB2 tag"),
        ("كلمة\tB-", "no IOB2 tag"),
        ("كلمة\tE-PER", "no IOB2 tag"),
        ("كلمة\tPER", "no IOB2 tag"),
    ],
)
def test_a_bad_line_is_named_with_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "bad.conll"
    path.write_text(f"قال\tO\n\n{line}\n", encoding="utf-8")
    with pytest.raises(ConllError, match=rf"bad\.conll:3: .*{said}"):
        read_conll(path)


def test_a_line_that_is_not_utf8_is_named_with_file_and_line() -> None:
    with pytest.raises(ConllError, match=r"^x:2: not UTF-8"):
        parse_conll("قال\tO\n".encode() + "كلمة\tO\n".encode("cp1256"), file="x")


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_a_file_without_a_sentence_is_refused(data: bytes) -> None:
    with pytest.raises(ConllError, match="no sentence"):
        parse_conll(data, file="x")


def test_an_inner_tag_that_continues_nothing_begins_an_entity_and_its_line_is_told() -> None:
    found = parse_conll(b"a\tI-PER\nb\tI-ORG\nc\tI-ORG\nd\tO\ne\tI-ORG\n", file="x")
    assert found.sentences[0].tags == ("B-PER", "B-ORG", "I-ORG", "O", "B-ORG")
    assert found.mended_lines == (1, 2, 5)


def test_entities_side_by_side_are_two() -> None:
    tags = ["B-PER", "I-PER", "B-PER", "O", "I-ORG", "I-PER"]
    assert entities(tags) == (Entity(0, 2, "PER"), Entity(2, 3, "PER"), Entity(4, 5, "ORG"), Entity(5, 6, "PER"))


def test_only_an_entity_with_the_same_tokens_and_type_counts_as_right() -> None:
    gold = [["B-PER", "I-PER", "O", "B-ORG"], ["B-LOC", "O"]]
    said = [["B-PER", "I-PER", "O", "B-LOC"], ["B-LOC", "I-LOC"]]
    found = score(gold, said)
    assert list(found) == ["LOC", "ORG", "PER", OVERALL]
    assert found["PER"] == Score(right=1, said=1, wanted=1)
    assert found["LOC"] == Score(right=0, said=2, wanted=1)
    assert found[OVERALL].f1 == pytest.approx(2 * 1 / (3 + 3))
