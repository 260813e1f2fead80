"""The table of rules is sound: an editor's mistake fails here, not in the night."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from processors.extraction.reading import version
from processors.extraction.reading.rules import Kind, Rule, kind_of, rules, rules_for


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.kind}-{rule.pattern[:40]}")
def test_a_rule_compiles_says_what_it_removes_and_does_not_match_nothing(rule: Rule) -> None:
    assert re.fullmatch("[a-z]{2,3}", rule.language)
    assert rule.removes.strip()
    assert re.compile(rule.pattern).match("") is None


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.kind}-{rule.pattern[:40]}")
def test_no_rule_repeats_without_bound(rule: Rule) -> None:
    assert not re.search(r"(?<!\\)[*+]|\{\d*,\}", re.sub(r"\[[^]]*\]", "", rule.pattern))


def test_no_rule_stands_twice() -> None:
    assert len({(rule.kind, rule.pattern) for rule in rules()}) == len(rules())


def test_a_rule_with_sources_holds_on_their_pages_only() -> None:
    own = [rule for rule in rules() if rule.sources]
    assert own
    for rule in own:
        assert rule in rules_for(next(iter(rule.sources)))
        assert rule not in rules_for("")
        assert rule.kind not in {"prose", "glued", "unplaced"}
    assert kind_of("شاهد.. سفينة كبيرة", "CNN") is Kind.LINK
    assert kind_of("شاهد.. سفينة كبيرة", "sahel") is kind_of("شاهد.. سفينة كبيرة") is Kind.BODY


def test_every_kind_has_rules_and_all_of_them_are_explained_at_the_head_of_the_table() -> None:
    head = files("processors.extraction.reading").joinpath("rules.tsv").read_text("utf-8").partition("# kind\t")[0]
    for kind in {rule.kind for rule in rules()}:
        assert re.search(rf"^#   {kind}\s", head, re.MULTILINE), kind


def test_the_version_tells_the_code_and_the_tables() -> None:
    assert re.fullmatch(r"\d+-[0-9a-f]{8}", version())
