"""`khabar train-tagger` from the data to the model in use."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from khabar.cli import khabar
from processors.extraction.folding import tokens
from processors.extraction.tagger import load_tagger
from processors.extraction.tagger.conll import ConllError
from processors.extraction.tagger.library import LibraryMissing
from tests.extraction.tagger.data import SENTENCES, conll


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(khabar, ["train-tagger", *(str(argument) for argument in arguments)])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    pytest.importorskip("pycrfsuite")
    path = tmp_path / "train.conll"
    path.write_bytes(conll())
    return path


def test_the_model_is_written_scored_and_finds_names(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "names.model"
    result = run(data, "--dev", data, "--output", output, "--json")
    assert result.exit_code == 0, result.output
    summary = orjson.loads(result.stdout)
    assert summary["sentences"] == len(SENTENCES)
    assert summary["mended_tags"] == 0
    assert summary["digest"] == hashlib.sha256(output.read_bytes()).hexdigest()
    assert list(summary["scores"]) == ["ORG", "PER", "all"]
    assert summary["scores"]["all"]["f1"] > 0.9
    text = "قال الوزير مروان الديب إن الاجتماع انتهى."
    assert [text[name.start : name.end] for name in load_tagger(output).find_names(text, tokens(text))] == [
        "مروان الديب"
    ]


def test_the_summary_is_a_table_for_people(data: Path, tmp_path: Path) -> None:
    result = run(data, "--dev", data, "--output", tmp_path / "m")
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert ["sentences", str(len(SENTENCES))] in lines
    assert [line[0] for line in lines[-3:]] == ["ORG", "PER", "all"]


def test_without_dev_nothing_is_scored(data: Path, tmp_path: Path) -> None:
    result = run(data, "--output", tmp_path / "m", "--json")
    assert orjson.loads(result.stdout)["scores"] == {}


def test_two_trainings_give_one_model_whatever_the_hash_seed(data: Path, tmp_path: Path) -> None:
    written = []
    for seed in ("1", "2"):
        output = tmp_path / f"{seed}.model"
        command = [sys.executable, "-m", "khabar", "train-tagger", str(data), "--output", str(output)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONHASHSEED": seed}
        subprocess.run(command, env=environment, check=True, timeout=120)
        written.append(output.read_bytes())
    assert written[0] == written[1]


def test_a_bad_line_is_named_and_nothing_is_written(data: Path, tmp_path: Path) -> None:
    data.write_bytes(conll() + b"word\n")
    result = run(data, "--output", tmp_path / "m")
    assert isinstance(result.exception, ConllError)
    assert result.exception.exit_code == 5
    assert f"train.conll:{conll().count(bytes([10])) + 1}: " in str(result.exception)
    assert not (tmp_path / "m").exists()


def test_a_bad_line_of_dev_is_named_before_the_training(data: Path, tmp_path: Path) -> None:
    dev = tmp_path / "dev.conll"
    dev.write_bytes(b"word\n")
    result = run(data, "--dev", dev, "--output", tmp_path / "m")
    assert "dev.conll:1: " in str(result.exception)


def test_a_model_that_exists_is_replaced_only_by_force(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "m"
    output.write_bytes(b"mine")
    refused = run(data, "--output", output)
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert output.read_bytes() == b"mine"
    assert run(data, "--output", output, "--force").exit_code == 0
    assert output.read_bytes() != b"mine"


def test_without_the_library_the_error_says_how_to_install_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    result = run(data, "--output", tmp_path / "m")
    assert isinstance(result.exception, LibraryMissing)
    assert "pip install 'khabar[tagger]'" in str(result.exception)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_by_a_signal_it_leaves_no_file(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    from processors.extraction.tagger import training

    real = training.train

    def interrupted(*given: object, **named: object) -> bytes:
        os.kill(os.getpid(), number)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(training, "train", interrupted)
    result = run(data, "--output", tmp_path / "m")
    assert result.exit_code == code
    assert "is not written" in result.output
    assert [path.name for path in tmp_path.iterdir()] == [data.name]
