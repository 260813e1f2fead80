"""Processes that are started again when they end, as systemd or Kubernetes would. Knows nothing of what they do."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

POLL_SECONDS = 0.1
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
BACK_OFF_SECONDS = 1.0
ASKING_FOR_A_RESTART = frozenset({3, 75})
"""Kafka or Elasticsearch does not answer (3); a worker that is no longer the owner, or was not acknowledged (75)."""

AS_ASKED = frozenset({0, 128 + signal.SIGTERM, -signal.SIGTERM, -signal.SIGKILL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """One end of a process. `asked`: we had sent it the signal."""

    name: str
    code: int
    asked: bool

    @property
    def plain(self) -> bool:
        """Whether it is what a supervisor has to expect."""
        return self.code in ASKING_FOR_A_RESTART or (self.asked and self.code in AS_ASKED)


@dataclass(slots=True, kw_only=True)
class _Kept:
    name: str
    command: Sequence[str]
    done: frozenset[int]
    process: subprocess.Popen[bytes] | None = None
    asked: bool = False
    wanted: bool = True
    starts: int = 0
    again_at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Keeps processes running. Each writes to its own log in `logs`, all starts one after the other."""

    logs: Path
    environment: Mapping[str, str]
    exits: list[Exit] = field(default_factory=list)
    restarts: Counter[str] = field(default_factory=Counter)
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Start again what ends, while the block runs; at its end nothing is left."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(POLL_SECONDS):
                self._look()

        thread = threading.Thread(target=watch, name="supervisor")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self._end_all()

    def keep(self, name: str, command: Sequence[str], *, done: frozenset[int] = frozenset()) -> None:
        """Have `command` started, and started again when it ends, but with an exit code in `done`."""
        with self._lock:
            self._kept[name] = _Kept(name=name, command=command, done=done)

    def names(self, prefix: str) -> list[str]:
        """The processes of that kind which run now."""
        with self._lock:
            return sorted(name for name in self._kept if name.startswith(prefix) and self.runs(name))

    def runs(self, name: str) -> bool:
        with self._lock:
            kept = self._kept.get(name)
            return kept is not None and kept.process is not None and kept.process.poll() is None

    def is_done(self, name: str) -> bool:
        """Whether it has ended with a code that needs no restart."""
        with self._lock:
            return name not in self._kept

    def pid(self, name: str) -> int | None:
        with self._lock:
            kept = self._kept.get(name)
            return kept.process.pid if kept is not None and kept.process is not None and self.runs(name) else None

    def signal(self, name: str, number: signal.Signals) -> bool:
        """Send a signal; whether there was a process to take it."""
        with self._lock:
            pid = self.pid(name)
            if pid is None:
                return False
            if number in (signal.SIGKILL, signal.SIGTERM):
                self._kept[name].asked = True
            os.kill(pid, number)
            return True

    def release(self, name: str, *, seconds: float = 40) -> None:
        """Ask the process to end, and keep it no longer. One that does not go in time is killed, and counts as unasked."""
        self._release([name], seconds)

    def release_all(self, *, seconds: float = 40) -> None:
        """As `release`, all at once."""
        self._release(list(self._kept), seconds)

    def _release(self, names: Sequence[str], seconds: float) -> None:
        with self._lock:
            leaving = [self._kept[name] for name in names]
            for kept in leaving:
                kept.wanted = False
                self.signal(kept.name, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while late := [kept for kept in leaving if not self.is_done(kept.name)]:
            if time.monotonic() > deadline:
                with self._lock, suppress(ProcessLookupError):
                    for kept in late:
                        kept.asked = False
                        if kept.process is not None:
                            kept.process.kill()
            time.sleep(POLL_SECONDS)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _look(self) -> None:
        with self._lock:
            for kept in list(self._kept.values()):
                if kept.process is not None and kept.process.poll() is not None:
                    self._ended(kept, kept.process.returncode)
                elif kept.process is None and not kept.wanted:
                    del self._kept[kept.name]
                elif kept.process is None and time.monotonic() >= kept.again_at:
                    self._start(kept)

    def _ended(self, kept: _Kept, code: int) -> None:
        kept.process = None
        if code in kept.done or not kept.wanted:
            if not (code in kept.done or kept.asked):
                self.exits.append(Exit(name=kept.name, code=code, asked=False))
            del self._kept[kept.name]
            return
        self.exits.append(Exit(name=kept.name, code=code, asked=kept.asked))
        kept.asked = False
        kept.again_at = time.monotonic() + BACK_OFF_SECONDS

    def _start(self, kept: _Kept) -> None:
        if kept.starts:
            self.restarts[kind_of(kept.name)] += 1
        kept.starts += 1
        with self.log(kept.name).open("ab") as log:
            kept.process = subprocess.Popen(
                kept.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                preexec_fn=_die_with_the_parent,
            )

    def _end_all(self) -> None:
        for kept in self._kept.values():
            if kept.process is not None and kept.process.poll() is None:
                with suppress(ProcessLookupError):
                    os.kill(kept.process.pid, signal.SIGCONT)
                kept.process.kill()
                kept.process.wait()


def _die_with_the_parent() -> None:
    """A run that is killed must leave no workers behind. Bound to the thread that starts them, which lives as long."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def kind_of(name: str) -> str:
    """`worker` of `worker-1`."""
    return name.rstrip("0123456789-")
