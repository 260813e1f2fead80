"""Compiled kernels outlive a process, and never their source."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from processors.fingerprints.compiling import kernel

ADDER = "from processors.fingerprints.compiling import kernel\n\n\n@kernel\ndef add(x):\n    return x + {}\n"
CALLER = (
    "from processors.fingerprints.compiling import kernel\nfrom trial.adder import add\n\n\n"
    "@kernel\ndef call(x):\n    return add(x)\n"
)
ROOT = Path(__file__).parents[2]


def result(directory: Path, **environment: str) -> tuple[int, int]:
    """What the trial package computes in a process of its own, and how many kernels it had to compile."""
    code = "from trial.caller import call; print(call(1), sum(call.stats.cache_misses.values()))"
    env = {**os.environ, "PYTHONPATH": f"{directory}{os.pathsep}{ROOT}", **environment}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    value, misses = run.stdout.split()
    return int(value), int(misses)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    package = tmp_path / "trial"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "adder.py").write_text(ADDER.format(1))
    (package / "caller.py").write_text(CALLER)
    return tmp_path


def test_a_second_process_compiles_nothing_until_a_source_changes(trial: Path) -> None:
    assert result(trial) == (2, 1)
    assert result(trial) == (2, 0)
    (trial / "trial" / "adder.py").write_text(ADDER.format(2))
    assert result(trial) == (3, 1), "what `call` calls has changed, in a file that is not its own"


def test_a_package_that_cannot_be_written_keeps_its_kernels_in_the_users_cache(trial: Path) -> None:
    (trial / "trial" / "__pycache__").write_text("no directory: stands for a read-only one, even if root runs this")
    cache = trial / "cache"
    assert result(trial, XDG_CACHE_HOME=str(cache)) == (2, 1)
    assert list((cache / "khabar").iterdir())


def test_numba_cache_dir_comes_first(trial: Path) -> None:
    cache = trial / "chosen"
    assert result(trial, NUMBA_CACHE_DIR=str(cache)) == (2, 1)
    assert list(cache.iterdir())


def test_where_nothing_can_be_kept_kernels_work_all_the_same(trial: Path) -> None:
    nowhere = trial / "file"
    nowhere.touch()
    value, _ = result(trial, NUMBA_CACHE_DIR=str(nowhere))
    assert value == 2


def test_a_kernel_without_a_file_is_compiled_and_not_kept() -> None:
    names: dict[str, Any] = {}
    exec("def double(x):\n    return 2 * x", names)
    assert kernel(names["double"])(21) == 42
