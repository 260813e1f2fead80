"""Which Java is found and taken, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar.stack import elasticsearch_server
from khabar.stack.java import MissingTool, choose, find_javas, find_maven, missing_java
from tests.stack.machine import install, install_java


def test_java_is_found_in_every_place_that_may_name_one_and_once_only(tmp_path: Path) -> None:
    jvms = tmp_path / "jvm"
    for folder, version in (("eleven", "11.0.2"), ("eight", "1.8.0_402"), ("early", "26-ea")):
        install_java(jvms / folder, version)
    on_path = install_java(tmp_path / "seventeen", "17.0.15")
    told = install_java(tmp_path / "twenty-one", "21.0.1")
    (jvms / "default").symlink_to(jvms / "eleven")

    found = find_javas({"PATH": str(on_path / "bin"), "JAVA_HOME": str(told)}, jvms)

    assert sorted(java.version for java in found) == [8, 11, 17, 21, 26]


def test_a_java_that_does_not_run_is_not_counted(tmp_path: Path) -> None:
    install(tmp_path / "jvm" / "broken" / "bin" / "java", "exit 1")
    (tmp_path / "jvm" / "empty").mkdir()

    assert find_javas({"PATH": "", "JAVA_HOME": "/nowhere"}, tmp_path / "jvm") == []


def test_the_oldest_java_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    for version in ("11", "17", "21", "25"):
        install_java(tmp_path / version, f"{version}.0.1")
    javas = find_javas({"PATH": ""}, tmp_path)

    chosen = {least: choose(javas, least=least) for least in (17, 18, 26)}

    assert {least: java.version if java else None for least, java in chosen.items()} == {17: 17, 18: 21, 26: None}


@pytest.mark.parametrize(
    ("installed", "version", "java"),
    [(["17", "25"], "9.2.0", 25), (["17"], "8.19.8", 17), (["21", "25"], "9.2.0", 21)],
)
def test_elasticsearch_is_as_new_as_the_javas_allow(
    tmp_path: Path, installed: list[str], version: str, java: int
) -> None:
    for one in installed:
        install_java(tmp_path / one, f"{one}.0.1")

    chosen = elasticsearch_server.choose_version(find_javas({"PATH": ""}, tmp_path), {})

    assert chosen is not None
    assert (chosen[0], chosen[1].version) == (version, java)


def test_elasticsearch_takes_the_java_that_es_java_home_names(tmp_path: Path) -> None:
    for one in ("21", "25"):
        install_java(tmp_path / one, f"{one}.0.1")
    environment = {"PATH": "", "ES_JAVA_HOME": str(tmp_path / "25")}

    chosen = elasticsearch_server.choose_version(find_javas(environment, tmp_path), environment)

    assert chosen is not None
    assert chosen[1].version == 25


def test_without_java_the_error_says_what_was_found_and_what_to_install(tmp_path: Path) -> None:
    install_java(tmp_path / "eleven", "11.0.2")
    text = str(missing_java(find_javas({"PATH": ""}, tmp_path), least=17))

    assert "found only Java 11" in text
    assert "apt-get install openjdk-17-jre-headless maven" in text


def test_without_maven_the_error_says_what_to_install() -> None:
    with pytest.raises(MissingTool, match="apt-get install maven"):
        find_maven({"PATH": ""})
