"""What the test suite itself does on a machine without Java: it must not look green where nobody would notice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
INTEGRATION_TEST = "tests/stack/test_stack_on_real_servers.py::test_kafka_listens_on_the_loopback_interface_only"


def run_without_java(**more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.stack.without_java", INTEGRATION_TEST],
        cwd=ROOT,
        env={**environment, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_integration_tests_are_skipped_and_the_summary_says_which_and_why() -> None:
    run = run_without_java()
    summary = run.stdout.partition("not run: real servers are missing")[2]

    assert run.returncode == 0
    assert "1 integration tests did not run" in summary
    assert INTEGRATION_TEST in summary
    assert "apt-get install" in summary


def test_in_ci_they_fail() -> None:
    run = run_without_java(CI="true")

    assert run.returncode == 1
    assert "apt-get install" in run.stdout
