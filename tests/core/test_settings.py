"""Where settings come from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar.errors import SettingsError
from khabar.settings import DEFAULT_BROKERS, STACK_ADDRESSES, load


def test_defaults_are_this_machine(tmp_path: Path) -> None:
    settings = load({"KHABAR_HOME": str(tmp_path)})
    assert (settings.brokers, settings.generation, settings.window_hours) == (DEFAULT_BROKERS, 1, 72)


def test_a_running_stack_is_found_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    path = tmp_path / STACK_ADDRESSES
    path.parent.mkdir()
    path.write_text('{"brokers": "127.0.0.1:1", "elasticsearch": "http://127.0.0.1:2"}')
    assert load({"KHABAR_HOME": str(tmp_path)}).brokers == "127.0.0.1:1"
    assert load({"KHABAR_HOME": str(tmp_path), "KHABAR_BROKERS": "k:9092"}).brokers == "k:9092"
    path.write_text("{")
    with pytest.raises(SettingsError, match="stack"):
        load({"KHABAR_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    "environment",
    [
        {"KHABAR_BROKER": "x"},
        {"KHABAR_GENERATION": "one"},
        {"KHABAR_GENERATION": "0"},
        {"KHABAR_LATENESS_HOURS": "-1"},
        {"KHABAR_STEP_LIMIT_SECONDS": "0"},
        {"KHABAR_STEP_LIMIT_SECONDS": "nan"},
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(environment))):
        load(environment)


def test_secrets_come_from_files_and_are_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("s3cret\n")
    settings = load({"KHABAR_HOME": str(tmp_path), "KHABAR_ELASTICSEARCH_API_KEY_FILE": str(secret)})
    assert settings.credentials.api_key == "s3cret"
    assert "s3cret" not in repr(settings)
    with pytest.raises(SettingsError, match="missing"):
        load({"KHABAR_ELASTICSEARCH_PASSWORD_FILE": str(tmp_path / "missing")})
