"""The compiled coder: used only where it was made from the very sources, and the same as they are."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from importlib import machinery
from pathlib import Path

import pytest

from processors.compiled import PACKAGE, ROOT, compiled_folder, put_in_place, sources
from processors.extraction.coding import COMPILED

_CODES_THE_DEMO = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import processors.compiled
if sys.argv[2] == "interpreted":
    processors.compiled._FOLDER = "none"
from processors.extraction.coding import COMPILED, load_coder
assert COMPILED == (sys.argv[2] == "compiled"), COMPILED
coder = load_coder()
for path in sorted(Path(sys.argv[1]).rglob("*.txt")):
    print(coder.code(title="", text=path.read_text("utf-8"), language="ar", event_time=datetime(2031, 3, 7, tzinfo=UTC)))
"""


def coded(texts: Path, way: str, *, hash_seed: str) -> str:
    command = [sys.executable, "-c", _CODES_THE_DEMO, str(texts), way]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def interpreted(texts: Path) -> str:
    return coded(texts, "interpreted", hash_seed="1")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's articles, and all of them as one text."""
    folder = tmp_path_factory.mktemp("texts")
    found = sorted((ROOT / "khabar" / "demo" / "articles").rglob("*.*"))
    read = [path.read_text("utf-8", errors="replace") for path in found]
    for number, text in enumerate([*read, "\n".join(read)]):
        (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")
    return folder


def test_the_compiled_coder_finds_what_the_interpreted_one_finds(texts: Path, interpreted: str) -> None:
    if not COMPILED:
        reason = "the coder is not compiled from these sources: run `make compile`"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    assert interpreted.count("MentionedActor(") > 50
    assert coded(texts, "compiled", hash_seed="2") == interpreted


def test_what_is_found_does_not_hang_on_the_hash_seed(texts: Path, interpreted: str) -> None:
    assert coded(texts, "interpreted", hash_seed="3") == interpreted


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for source in sources():
        copied = tmp_path / source.relative_to(ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copied)
    return tmp_path


def test_the_same_sources_elsewhere_have_the_same_folder(checkout: Path) -> None:
    assert compiled_folder(checkout).relative_to(checkout) == compiled_folder().relative_to(ROOT)


def test_a_compilation_that_is_killed_leaves_whole_folders_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffix = machinery.EXTENSION_SUFFIXES[0]
    made, old, new = tmp_path / "made", tmp_path / "all" / "a1", tmp_path / "all" / "b2"
    for folder in (made, old):
        folder.mkdir(parents=True)
        for module in ("acts", "all__mypyc"):
            (folder / f"{module}{suffix}").write_bytes(b"")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    rename = Path.rename

    def renamed_and_killed(path: Path, target: Path) -> Path:
        rename(path, target)
        if path == old:
            raise KeyboardInterrupt
        return target

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copytree", killed)
        with pytest.raises(KeyboardInterrupt):
            put_in_place(made, new)
    assert old.is_dir()
    assert not new.exists()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", renamed_and_killed)
        with pytest.raises(KeyboardInterrupt):
            put_in_place(made, new)
    assert not old.exists()
    assert {path.name for path in new.iterdir()} == {path.name for path in made.iterdir()}
    next_ = tmp_path / "all" / "c3"
    put_in_place(made, next_)
    assert list((tmp_path / "all").iterdir()) == [next_]


@pytest.mark.parametrize("changed", ["processors/extraction/coding/acts.py", "khabar/records.py"])
def test_modules_of_other_sources_are_not_used(checkout: Path, changed: str) -> None:
    before = compiled_folder(checkout)
    with (checkout / changed).open("a", encoding="utf-8") as file:
        file.write("# a byte more\n")
    assert compiled_folder(checkout) != before


def test_modules_of_another_platform_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    before = compiled_folder()
    monkeypatch.setattr("importlib.machinery.EXTENSION_SUFFIXES", [".cpython-399-other.so"])
    assert compiled_folder() != before


def test_all_that_the_coder_imports_decides_the_folder() -> None:
    known = set(sources())
    package = ROOT.joinpath(*PACKAGE.split("."))
    for module in package.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(("khabar", "processors.")):
                path = ROOT.joinpath(*node.module.split("."))
                file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
                assert file in known or file == ROOT / "processors" / "compiled.py", f"{module.name}: {node.module}"
