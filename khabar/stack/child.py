"""Processes that outlive the command that started them: starting, recognising after a restart, ending.

A pid alone says nothing after a crash or a reboot: another process may have it. A child is known by its pid, its start
time and the boot it was started in. Linux only (/proc). Knows no server.
"""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from khabar.stack.errors import StackError

POLL_SECONDS = 0.1
PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One process, for all time. `start_ticks` are clock ticks since the boot `boot_id`."""

    pid: int
    start_ticks: int
    boot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What /proc says of a process. One that does not live is a zombie: ended, its exit status not yet fetched."""

    identity: Identity
    group: int
    lives: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account to run a child as."""

    name: str
    uid: int
    gid: int


def unprivileged_user(names: Sequence[str]) -> User | None:
    """Whom to run a server as that refuses root: None (stay who we are) unless we are root, else the first that exists.

    Raises StackError where none of them does.
    """
    if os.geteuid() != 0:
        return None
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise StackError(
        f"Elasticsearch refuses to run as root, and there is no user {' or '.join(names)} to run it as. "
        "Create one (`useradd --system elasticsearch`) or run `khabar stack up` as yourself."
    )


def can_enter(folder: Path, user: User) -> bool:
    """Whether `user` may walk into `folder` (which exists) and read it."""
    return all(_allows(parent, user, 0o1) for parent in [folder, *folder.parents]) and _allows(folder, user, 0o4)


def _allows(path: Path, user: User, bit: int) -> bool:
    status = path.stat()
    if status.st_uid == user.uid:
        bit <<= 6
    elif status.st_gid == user.gid:
        bit <<= 3
    return bool(status.st_mode & bit)


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    console: Path,
    user: User | None = None,
) -> Identity:
    """Start `command` in a session of its own, so that Ctrl-C in this terminal does not reach it.

    Its output goes to the file `console`, from the start. Raises StackError.
    """
    account = {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}
    try:
        with console.open("wb") as output:
            process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603 - a server's own start command
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **account,
            )
    except OSError as error:
        who = f" as user {user.name}" if user else ""
        raise StackError(f"cannot start {command[0]}{who}: {error.strerror or error}") from error
    # Until we ask for its exit status, a child that has ended already still has its entry in /proc.
    entry = _read(process.pid)
    assert entry is not None
    return entry.identity


def identify(pid: int) -> Identity | None:
    """The process that has `pid` now; None if there is none, or only what is left of one (a zombie)."""
    entry = _read(pid)
    return entry.identity if entry is not None and entry.lives else None


def is_alive(identity: Identity) -> bool:
    """Whether that very process still runs."""
    _reap(identity.pid)
    return identify(identity.pid) == identity


def terminate(identity: Identity, *, patience_seconds: float) -> bool:
    """End the process and its session: SIGTERM, and SIGKILL after `patience_seconds`.

    Returns whether it went by itself. A process that is gone already, or whose pid another has now, is left alone.
    """
    if not is_alive(identity):
        return True
    os.kill(identity.pid, signal.SIGTERM)
    if _wait_for_end(identity, patience_seconds):
        return True
    os.killpg(identity.pid, signal.SIGKILL)
    _wait_for_end(identity, patience_seconds)
    return False


def _wait_for_end(identity: Identity, seconds: float) -> bool:
    """Waits for the leader and for all it started (Elasticsearch's launcher starts the server itself)."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_alive(identity) and not _group_lives(identity.pid):
            return True
        time.sleep(POLL_SECONDS)
    return False


def _group_lives(group: int) -> bool:
    """Zombies do not count: in a container whose first process reaps nobody they would stay for ever."""
    entries = (_read(int(path.name)) for path in PROC.iterdir() if path.name.isdigit())
    return any(entry is not None and entry.lives and entry.group == group for entry in entries)


def _read(pid: int) -> _Entry | None:
    try:
        # The command's name, in parentheses, may hold spaces and parentheses itself.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        boot_id = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    state, group, start_ticks = fields[0], int(fields[2]), int(fields[19])
    return _Entry(
        identity=Identity(pid=pid, start_ticks=start_ticks, boot_id=boot_id), group=group, lives=state not in "ZX"
    )


def _reap(pid: int) -> None:
    """Where the child is our own (a test that starts and stops), take its exit status, or it stays as a zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
