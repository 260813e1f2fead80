"""A process that works is not one that stands still."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from processors.faust_engine.pulse import BEAT_SECONDS, Pulse

FROZEN = """
import os, signal, subprocess, sys, time
from processors.faust_engine.pulse import Pulse
pulse = Pulse()
pulse.start()
time.sleep(0.7)
before = pulse.longest_pause()
subprocess.Popen(["sh", "-c", f"sleep 4; kill -CONT {os.getpid()}"])
os.kill(os.getpid(), signal.SIGSTOP)
print(before < 3.5 < pulse.longest_pause())
"""


def test_before_it_beats_there_is_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    pulse = Pulse()
    now = time.monotonic()
    monkeypatch.setattr("processors.faust_engine.pulse.time.monotonic", lambda: now + 60)
    assert pulse.longest_pause() == 0.0


def test_a_long_step_in_python_is_no_pause() -> None:
    pulse = Pulse()
    pulse.start()
    until = time.monotonic() + 3
    while time.monotonic() < until:
        pass
    assert pulse.longest_pause() < BEAT_SECONDS + 2  # the margin is for a busy machine


def test_a_frozen_process_has_paused_as_soon_as_it_wakes() -> None:
    done = subprocess.run([sys.executable, "-c", FROZEN], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "True"
