"""docker-compose.yml: true to the Compose Specification, bound to this machine, pinned, without a secret, and in step
with Khabar's own command line and settings. No engine runs here: docs/deploy.md says so.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from khabar.settings import VARIABLES
from tests.project.command_lines import problem

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
INTERPOLATION = re.compile(r"\$\{([A-Z_]+)(?::-([^}]*))?\}")


def compose() -> dict[str, Any]:
    """The file with the defaults of its variables in place, as Compose would read it without any .env."""
    text = INTERPOLATION.sub(lambda match: match.group(2) or "", FILE.read_text(encoding="utf-8"))
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


SERVICES: dict[str, dict[str, Any]] = compose()["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("khabar:"))
LONG_RUNNING = sorted(name for name, service in SERVICES.items() if service.get("restart") != "no")


@pytest.mark.parametrize("text", [FILE.read_text(encoding="utf-8"), yaml.safe_dump(compose())], ids=["raw", "defaults"])
def test_the_file_satisfies_the_compose_specification(text: str) -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text(encoding="utf-8"))
    errors = list(Draft202012Validator(schema).iter_errors(yaml.safe_load(text)))
    assert not errors, [f"{error.json_path}: {error.message}" for error in errors]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_ports_are_bound_to_this_machine_only(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:"), port


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(OURS)))
def test_images_of_others_are_pinned_to_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9./-]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"]), SERVICES[name]["image"]


def test_no_secret_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|API_KEY", variable):
                assert value.startswith("/run/secrets/"), f"{name}: {variable}"
    for secret in compose()["secrets"].values():
        assert set(secret) <= {"environment", "file"}


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_every_long_running_service_is_checked_and_started_again(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_services_wait_only_for_what_can_become_true() -> None:
    for name, service in SERVICES.items():
        for other, wait in service.get("depends_on", {}).items():
            condition = wait["condition"]
            assert condition != "service_healthy" or "healthcheck" in SERVICES[other], (name, other)
            assert condition != "service_completed_successfully" or SERVICES[other]["restart"] == "no", (name, other)


@pytest.mark.parametrize("name", OURS)
def test_our_commands_exist_with_their_options(name: str) -> None:
    command = SERVICES[name]["command"]
    assert problem(command) is None, (command, problem(command))


@pytest.mark.parametrize("name", OURS)
def test_our_settings_are_known(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= VARIABLES


@pytest.mark.parametrize("name", OURS)
def test_our_containers_hold_no_rights_they_do_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_named_volumes_are_declared_and_used() -> None:
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if ":" in volume and not volume.startswith((".", "/"))
    }
    assert used == set(compose()["volumes"])


def test_files_that_are_mounted_exist() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if volume.startswith("./deploy/"):
                assert (ROOT / volume.split(":")[0]).exists(), volume


def test_the_example_of_an_env_file_names_every_variable_and_holds_no_password() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = {match[1]: match[2] for match in re.finditer(r"^#? ?([A-Z_]+)=(.*)$", text, flags=re.MULTILINE)}
    used = {match[1]: match[2] for match in INTERPOLATION.finditer(FILE.read_text(encoding="utf-8"))}
    secrets = {secret["environment"] for secret in compose()["secrets"].values()}
    optional = {"IMAGE_TAG", "PROMETHEUS_RETENTION"}
    assert set(named) == (set(used) | secrets) - optional
    assert all(named[secret] == "" for secret in secrets)
    assert all(named[name] == default for name, default in used.items() if name in named)


def test_prometheus_scrapes_each_of_our_services_where_it_listens() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    scraped = {
        name: str(found["port"])
        for job in config["scrape_configs"]
        for found in job["dns_sd_configs"]
        for name in found["names"]
    }
    listening = {
        name: SERVICES[name]["command"][SERVICES[name]["command"].index("--metrics-port") + 1]
        for name in OURS
        if "--metrics-port" in SERVICES[name]["command"]
    }
    assert scraped == listening


def test_a_health_check_asks_the_port_its_service_listens_on() -> None:
    for name in set(OURS) & set(LONG_RUNNING):
        command = SERVICES[name]["command"]
        port = command[command.index("--metrics-port") + 1]
        assert f"127.0.0.1:{port}/metrics" in SERVICES[name]["healthcheck"]["test"][-1]
