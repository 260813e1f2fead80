"""What a generation needs, and when its partition count is refused: without a broker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.errors import ContractViolation
from khabar.topic_admin import TABLE_STAGES, check_partition_counts, generation_of, is_ours, wanted_topics
from khabar.topics import Retention, Topic, changelog_name, topic_name


def test_a_generation_has_all_its_topics_and_a_changelog_for_each_stage() -> None:
    wanted = wanted_topics(3, Retention())

    assert set(wanted) == {
        "articles",
        "dead-letters",
        "g3.findings",
        "g3.fingerprints",
        "g3.contributions",
        "g3.resolved-articles",
        "g3.actor-counts",
        "khabar-g3-extraction-changelog",
        "khabar-g3-deduplication-changelog",
        "khabar-g3-resolution-changelog",
        "khabar-g3-aggregation-changelog",
    }


def test_changelogs_are_compacted_and_the_log_of_record_is_not() -> None:
    wanted = wanted_topics(1, Retention(articles_days=2))

    assert wanted["khabar-g1-resolution-changelog"]["cleanup.policy"] == "compact"
    assert wanted["articles"]["cleanup.policy"] == "delete"
    assert wanted["articles"]["retention.ms"] == str(2 * 24 * 3600 * 1000)


@given(st.integers(1, 10_000), st.sampled_from(Topic), st.sampled_from(TABLE_STAGES))
def test_a_generation_is_read_back_from_the_names_it_gives(generation: int, topic: Topic, stage: str) -> None:
    name = topic_name(topic, generation)

    assert generation_of(changelog_name(stage, generation)) == generation
    assert generation_of(name) == (None if name in {"articles", "dead-letters"} else generation)
    assert is_ours(name)


@pytest.mark.parametrize("name", ["__consumer_offsets", "orders", "g.findings", "gx.findings", "articles2"])
def test_topics_of_others_are_not_taken_for_ours(name: str) -> None:
    assert not is_ours(name)


def test_the_same_partition_count_is_accepted_as_is_an_empty_broker() -> None:
    check_partition_counts({}, ["articles"], 4)
    check_partition_counts({"articles": 4, "orders": 7}, ["articles", "dead-letters"], 4)


def test_another_partition_count_is_refused_with_the_reason_and_the_way_out() -> None:
    with pytest.raises(ContractViolation) as refusal:
        check_partition_counts({"articles": 8, "dead-letters": 8}, ["articles", "dead-letters", "g1.findings"], 4)

    text = str(refusal.value)
    assert "articles has 8" in text
    assert "one partition count" in text
    assert "--partitions 8" in text


def test_where_existing_topics_differ_among_themselves_no_single_count_is_recommended() -> None:
    with pytest.raises(ContractViolation) as refusal:
        check_partition_counts({"articles": 8, "dead-letters": 2}, ["articles", "dead-letters"], 4)

    assert "Use `--partitions" not in str(refusal.value)
