"""Settings, parsed once at start into a frozen object: command-line option, then environment, then a running local
stack, then default. A `KHABAR_…` variable nobody knows is an error: a misspelt one must not be ignored in silence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import orjson

from khabar.errors import SettingsError

DEFAULT_BROKERS = "127.0.0.1:9092"
DEFAULT_ELASTICSEARCH = "http://127.0.0.1:9200"
STACK_ADDRESSES = Path("stack") / "addresses.json"
"""Below the home folder; `khabar stack up` writes {"brokers": …, "elasticsearch": …} and `down` removes it."""

VARIABLES = frozenset(
    {
        "KHABAR_ACTORS",
        "KHABAR_BROKERS",
        "KHABAR_ELASTICSEARCH",
        "KHABAR_ELASTICSEARCH_API_KEY",
        "KHABAR_ELASTICSEARCH_API_KEY_FILE",
        "KHABAR_ELASTICSEARCH_USERNAME",
        "KHABAR_ELASTICSEARCH_PASSWORD",
        "KHABAR_ELASTICSEARCH_PASSWORD_FILE",
        "KHABAR_GENERATION",
        "KHABAR_HOME",
        "KHABAR_LATENESS_HOURS",
        "KHABAR_STEP_LIMIT_SECONDS",
        "KHABAR_STOP_PHRASES",
        "KHABAR_TAGGER",
        "KHABAR_WINDOW_HOURS",
    }
)
N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How to log in to Elasticsearch. Never printed."""

    api_key: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between two installations."""

    brokers: str = DEFAULT_BROKERS
    elasticsearch: str = DEFAULT_ELASTICSEARCH
    credentials: Credentials = field(default_factory=Credentials)
    generation: int = 1
    window_hours: int = 72
    lateness_hours: int = 168
    step_limit_seconds: float = 60.0
    stop_phrases: Path | None = None
    actors: Path | None = None
    tagger: Path | None = None
    home: Path


def load(environment: Mapping[str, str]) -> Settings:
    """The settings that `environment` (usually os.environ) and a running local stack give.

    Raises SettingsError.
    """
    unknown = sorted(name for name in environment if name.startswith("KHABAR_") and name not in VARIABLES)
    if unknown:
        raise SettingsError(f"unknown setting {', '.join(unknown)}; known are {', '.join(sorted(VARIABLES))}")
    home = Path(environment.get("KHABAR_HOME") or Path.home() / ".khabar")
    stack = _running_stack(home)
    return Settings(
        brokers=environment.get("KHABAR_BROKERS") or stack.get("brokers", DEFAULT_BROKERS),
        elasticsearch=environment.get("KHABAR_ELASTICSEARCH") or stack.get("elasticsearch", DEFAULT_ELASTICSEARCH),
        credentials=_credentials(environment),
        generation=_number(environment, "KHABAR_GENERATION", 1, int, minimum=1),
        window_hours=_number(environment, "KHABAR_WINDOW_HOURS", 72, int, minimum=1),
        lateness_hours=_number(environment, "KHABAR_LATENESS_HOURS", 168, int, minimum=0),
        step_limit_seconds=_number(environment, "KHABAR_STEP_LIMIT_SECONDS", 60.0, float, minimum=0.1),
        stop_phrases=_path(environment, "KHABAR_STOP_PHRASES"),
        actors=_path(environment, "KHABAR_ACTORS"),
        tagger=_path(environment, "KHABAR_TAGGER"),
        home=home,
    )


def _running_stack(home: Path) -> dict[str, str]:
    try:
        addresses = orjson.loads((home / STACK_ADDRESSES).read_bytes())
    except OSError:
        return {}
    except orjson.JSONDecodeError:
        raise SettingsError(f"{home / STACK_ADDRESSES} is not JSON; run `khabar stack down` and `up` again") from None
    return {name: str(value) for name, value in addresses.items()}


def _credentials(environment: Mapping[str, str]) -> Credentials:
    return Credentials(
        api_key=_secret(environment, "KHABAR_ELASTICSEARCH_API_KEY"),
        username=environment.get("KHABAR_ELASTICSEARCH_USERNAME"),
        password=_secret(environment, "KHABAR_ELASTICSEARCH_PASSWORD"),
    )


def _secret(environment: Mapping[str, str], name: str) -> str | None:
    """From the variable itself, or from the file that NAME_FILE names (Docker and Kubernetes secrets)."""
    if name in environment:
        return environment[name]
    path = environment.get(f"{name}_FILE")
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE names {path}, which cannot be read: {error.strerror}") from None


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None


def _number(environment: Mapping[str, str], name: str, default: N, parse: Callable[[str], N], *, minimum: N) -> N:
    raw = environment.get(name)
    if raw is None:
        return default
    try:
        value = parse(raw)
    except ValueError:
        raise SettingsError(f"{name} is {raw!r}, which is no number") from None
    if not math.isfinite(value):
        raise SettingsError(f"{name} is {raw!r}, which is no number")
    if value < minimum:
        raise SettingsError(f"{name} is {value}; the least it can be is {minimum}")
    return value
