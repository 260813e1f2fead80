"""The table of rules is sound: an editor's mistake fails here, not in the night."""

from __future__ import annotations

import re

import pytest

from processors.extraction.reading.rules import Rule, rules


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
