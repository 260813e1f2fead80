"""Every command explains itself, with an example; and the documents name only what exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from khabar.cli import COMMANDS, khabar
from khabar.settings import VARIABLES
from tests.project.command_lines import problem

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def subcommands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """`command` and all below it, each with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, (*path, name)
            yield from subcommands(below, (*path, name))


def documented_commands(document: str) -> Iterator[str]:
    """The `khabar …` lines in a document's code: blocks, and words between backticks. Backslashes join lines."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|console|bash)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    for line in [*lines, *spans]:
        for part in re.split(r"&&|\|(?=\s)|;", line.partition(" #")[0]):
            if re.match(r"\s*khabar\s+[a-z-]", part):
                yield part.strip().rstrip("&").strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    top = khabar.get_command(click.Context(khabar), name)
    assert top is not None
    texts = []
    for path, _ in subcommands(top, (name,)):
        result = CliRunner().invoke(khabar, [*path, "--help"])
        assert result.exit_code == 0, result.output
        texts.append(result.output)
    assert re.search(rf"^\s+(\S+=\S+ )*(.*\| )?khabar {name}\b", "\n".join(texts), flags=re.MULTILINE), (
        f"`khabar {name} --help` shows no example"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_in_the_help_are_commands_that_exist(name: str) -> None:
    top = khabar.get_command(click.Context(khabar), name)
    assert top is not None
    for path, command in subcommands(top, (name,)):
        for line in (command.help or "").splitlines():
            if re.match(r"\s+khabar [a-z]", line):
                example = re.split(r"\s{2,}\(|\s{2,}#|\s[|>]\s", line.strip())[0]
                assert problem(shlex.split(example)[1:]) is None, (path, line)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_in_the_documents_exist_with_their_options(document: str) -> None:
    for line in documented_commands(document):
        first_of_alternatives = re.sub(r"(?<=\w)\|\S+", "", re.sub(r"[\[\]…]", " ", line))
        words = shlex.split(re.split(r"\s[|>]\s?", first_of_alternatives)[0])
        assert problem(words[1:]) is None, (line, problem(words[1:]))


def test_the_readme_lists_every_setting() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\bKHABAR_[A-Z_]+", text)) == VARIABLES


def test_the_readme_links_every_document_and_no_other_file() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = {target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target}
    assert [target for target in linked if not (ROOT / target).exists()] == []
    documents = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert documents - linked == set(), "README.md has a table of documents; these are not in it"


def test_a_command_or_an_option_that_does_not_exist_is_found() -> None:
    assert problem(["no-such-command"]) == "`khabar` has no command no-such-command"
    assert (
        problem(["topics", "create", "--no-such-option", "4"])
        == "`khabar topics create` has no option --no-such-option"
    )
    assert problem(["topics", "create", "--partitions", "4"]) is None
