"""Creates a generation's topics, and tells how the topics of Khabar stand on the broker.

Knows what each topic must be like (khabar.topics) and Kafka's admin calls; knows nothing of records.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # exported, but not by name
    AdminClient,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    OffsetSpec,
    ResourceType,
    TopicMetadata,
)

from khabar.errors import ContractViolation, DependencyUnavailable, KhabarError
from khabar.topics import Retention, Topic, changelog_config, changelog_name, topic_config, topic_name

TABLE_STAGES = ("extraction", "deduplication", "resolution", "aggregation")
"""Stages that keep their state, or at least how far they have got, in a table."""
REQUEST_SECONDS = 30.0
RETRY_SECONDS = 0.2
NOT_YET = frozenset(
    {
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError._NOENT,
        KafkaError._UNKNOWN_PARTITION,
    }
)
"""What a broker and librdkafka answer of a topic whose creation the controller has confirmed a moment ago."""
GENERATION_IN_NAME = re.compile(r"(?:g(\d+)\..+|khabar-g(\d+)-.+-changelog)\Z")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A setting of an existing topic that is not what was asked for. It was left as it is."""

    topic: str
    setting: str
    value: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """What `create` did and found."""

    created: tuple[str, ...]
    existing: tuple[str, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSummary:
    """A topic as `khabar topics list` shows it.

    `generation` is None for topics that outlive generations. `messages` counts offsets: where a topic is compacted, no
    more than so many are left. `retention_days` is None where the topic keeps its records for ever.
    """

    name: str
    generation: int | None
    partitions: int
    replication_factor: int
    cleanup: str
    retention_days: float | None
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A partition: its offsets [low, high), and the brokers that hold it."""

    partition: int
    low: int
    high: int
    leader: int
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDescription:
    """All about one topic. `own_config` holds what was set for it, `config` what is in force, defaults included."""

    name: str
    generation: int | None
    partitions: tuple[Partition, ...]
    own_config: Mapping[str, str]
    config: Mapping[str, str]


def wanted_topics(generation: int, retention: Retention) -> dict[str, dict[str, str]]:
    """Every topic that a generation needs, with its configuration."""
    topics = {topic_name(topic, generation): topic_config(topic, retention) for topic in Topic}
    changelogs = {changelog_name(stage, generation): changelog_config() for stage in TABLE_STAGES}
    return topics | changelogs


def generation_of(name: str) -> int | None:
    """The generation that a topic's name carries; None where it carries none."""
    match = GENERATION_IN_NAME.match(name)
    return int(match[1] or match[2]) if match else None


def is_ours(name: str) -> bool:
    """Whether a topic of this name is Khabar's."""
    return generation_of(name) is not None or name in {Topic.ARTICLES, Topic.DEAD_LETTERS}


def check_partition_counts(existing: Mapping[str, int], wanted: Iterable[str], partitions: int) -> None:
    """Raise ContractViolation where a wanted topic exists with another number of partitions."""
    others = {name: existing[name] for name in wanted if existing.get(name, partitions) != partitions}
    if not others:
        return
    listing = ", ".join(f"{name} has {count}" for name, count in sorted(others.items()))
    counts = sorted(set(others.values()))
    same = (
        f"Use `--partitions {counts[0]}`" if len(counts) == 1 else "Delete the topics that differ and create them anew"
    )
    raise ContractViolation(
        f"{partitions} partitions asked for, but {listing}. One generation has one partition count: its topics are read "
        "side by side (Faust co-partitions them), and adding partitions to a topic would move its keys away from their "
        f"state. {same}; for another count, `articles` and `dead-letters` have to be made anew too (another cluster, or "
        "delete them and publish again; on a local stack, `khabar stack reset`)."
    )


def create(
    admin: AdminClient, *, generation: int, partitions: int, replication_factor: int, retention: Retention
) -> Creation:
    """Create the topics of `generation` that are not there yet; those that are stay as they are.

    A setting of an existing topic is never changed: a shorter retention would delete records. It is reported instead.
    Raises ContractViolation for another partition count, DependencyUnavailable, KhabarError.
    """
    wanted = wanted_topics(generation, retention)
    before = _counts(_metadata(admin))
    check_partition_counts(before, wanted, partitions)
    missing = {name: config for name, config in wanted.items() if name not in before}
    created = _create_topics(admin, missing, partitions=partitions, replication_factor=replication_factor)
    # Once more, for what somebody else created between the look and the call.
    check_partition_counts(_await_topics(admin, wanted), wanted, partitions)
    offset_ranges(admin, dict.fromkeys(created, range(partitions)))  # returns when every new partition has its leader
    existing = tuple(name for name in wanted if name not in created)
    configs = _configs(admin, existing)
    differences = tuple(
        Difference(topic=name, setting=setting, value=value, wanted=wanted_value)
        for name in existing
        for setting, wanted_value in wanted[name].items()
        if (value := configs[name][setting].value or "") != wanted_value
    )
    return Creation(created=created, existing=existing, differences=differences)


def summaries(admin: AdminClient) -> tuple[TopicSummary, ...]:
    """Khabar's topics of all generations: shared ones first, then by generation and name."""
    metadata = {name: topic for name, topic in _metadata(admin).items() if is_ours(name)}
    configs = _configs(admin, metadata)
    offsets = offset_ranges(admin, {name: topic.partitions for name, topic in metadata.items()})
    found = [
        TopicSummary(
            name=name,
            generation=generation_of(name),
            partitions=len(topic.partitions),
            replication_factor=max(len(partition.replicas) for partition in topic.partitions.values()),
            cleanup=configs[name]["cleanup.policy"].value or "",
            retention_days=_retention_days(configs[name]),
            messages=sum(high - low for low, high in offsets[name].values()),
        )
        for name, topic in metadata.items()
    ]
    return tuple(sorted(found, key=lambda topic: (topic.generation or 0, topic.name)))


def describe(admin: AdminClient, name: str) -> TopicDescription:
    """All about the topic `name`. Raises ContractViolation where there is none."""
    topics = _metadata(admin)
    if name not in topics:
        ours = ", ".join(sorted(filter(is_ours, topics))) or "none of Khabar's; create them with `khabar topics create`"
        raise ContractViolation(f"there is no topic {name}. There are: {ours}.")
    topic = topics[name]
    offsets = offset_ranges(admin, {name: topic.partitions})[name]
    config = _configs(admin, [name])[name]
    return TopicDescription(
        name=name,
        generation=generation_of(name),
        partitions=tuple(
            Partition(
                partition=number,
                low=offsets[number][0],
                high=offsets[number][1],
                leader=partition.leader,
                replicas=tuple(partition.replicas),
                in_sync=tuple(partition.isrs),
            )
            for number, partition in sorted(topic.partitions.items())
        ),
        own_config={key: entry.value or "" for key, entry in sorted(config.items()) if not entry.is_default},
        config={key: entry.value or "" for key, entry in sorted(config.items())},
    )


def _metadata(admin: AdminClient) -> dict[str, TopicMetadata]:
    try:
        topics: dict[str, TopicMetadata] = admin.list_topics(timeout=REQUEST_SECONDS).topics
    except KafkaException as error:
        raise _refused("Kafka did not list its topics", error.args[0]) from error
    return topics


def _counts(topics: Mapping[str, TopicMetadata]) -> dict[str, int]:
    return {name: len(topic.partitions) for name, topic in topics.items()}


def _await_topics(admin: AdminClient, wanted: Iterable[str]) -> dict[str, int]:
    """The partition counts of all topics, once those wanted are among them: brokers hear of a creation a little later."""
    deadline = time.monotonic() + REQUEST_SECONDS
    while missing := set(wanted) - (counts := _counts(_metadata(admin))).keys():
        if time.monotonic() > deadline:
            raise KhabarError(f"Kafka created {', '.join(sorted(missing))}, but does not list them; try again.")
        time.sleep(RETRY_SECONDS)
    return counts


def _create_topics(
    admin: AdminClient, topics: Mapping[str, Mapping[str, str]], *, partitions: int, replication_factor: int
) -> tuple[str, ...]:
    """Create the topics and return those that did not turn out to exist already."""
    new = [
        NewTopic(name, num_partitions=partitions, replication_factor=replication_factor, config=dict(config))
        for name, config in topics.items()
    ]
    if not new:
        return ()
    created = []
    for name, future in admin.create_topics(new, operation_timeout=REQUEST_SECONDS).items():
        try:
            future.result(timeout=2 * REQUEST_SECONDS)
        except KafkaException as error:
            reason = error.args[0]
            if reason.code() == KafkaError.TOPIC_ALREADY_EXISTS:
                continue
            raise _refused(f"Kafka did not create {name}", reason) from error
        created.append(name)
    return tuple(created)


def _configs(admin: AdminClient, names: Iterable[str]) -> dict[str, dict[str, ConfigEntry]]:
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    return {
        resource.name: _await(future, "Kafka did not tell the configuration of its topics")
        for resource, future in admin.describe_configs(resources, request_timeout=REQUEST_SECONDS).items()
    }


def offset_ranges(admin: AdminClient, topics: Mapping[str, Iterable[int]]) -> dict[str, dict[int, tuple[int, int]]]:
    """For each topic and partition the lowest offset kept and the one the next record gets."""
    partitions = [TopicPartition(name, number) for name, numbers in topics.items() for number in numbers]
    low = _offsets_at(admin, partitions, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
    high = _offsets_at(admin, partitions, OffsetSpec.latest())  # type: ignore[no-untyped-call]
    found: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in topics}
    for one in partitions:
        found[one.topic][one.partition] = (low[one.topic, one.partition], high[one.topic, one.partition])
    return found


def _offsets_at(
    admin: AdminClient, partitions: Sequence[TopicPartition], spec: OffsetSpec
) -> dict[tuple[str, int], int]:
    """Partitions that were made a moment ago, or change their leader, are asked again until they answer."""
    found: dict[tuple[str, int], int] = {}
    deadline = time.monotonic() + REQUEST_SECONDS
    while left := [one for one in partitions if (one.topic, one.partition) not in found]:
        for one, future in admin.list_offsets(dict.fromkeys(left, spec), request_timeout=REQUEST_SECONDS).items():
            try:
                found[one.topic, one.partition] = future.result(timeout=2 * REQUEST_SECONDS).offset
            except KafkaException as error:
                if error.args[0].code() not in NOT_YET or time.monotonic() > deadline:
                    raise _refused(f"Kafka did not tell the offsets of {one.topic}", error.args[0]) from error
        if len(found) < len(partitions):
            time.sleep(RETRY_SECONDS)
    return found


def _retention_days(config: Mapping[str, ConfigEntry]) -> float | None:
    if "delete" not in (config["cleanup.policy"].value or ""):
        return None
    milliseconds = int(config["retention.ms"].value or -1)
    return None if milliseconds < 0 else milliseconds / 86_400_000


def _await(future: Future[T], failure: str) -> T:
    try:
        return future.result(timeout=2 * REQUEST_SECONDS)
    except KafkaException as error:
        raise _refused(failure, error.args[0]) from error


def _refused(failure: str, reason: KafkaError) -> KhabarError:
    """The error for the broker's answer: gone silent, or a refusal in its own words."""
    if reason.code() in (KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN):
        return DependencyUnavailable(f"{failure}: it no longer answers ({reason.str()}). Is it still running?")
    if reason.code() == KafkaError.INVALID_REPLICATION_FACTOR:
        return KhabarError(
            f"{failure}: {reason.str()} Use a `--replication-factor` no greater than the number of brokers."
        )
    if reason.code() in (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED):
        return KhabarError(f"{failure}: not allowed ({reason.str()}). This user needs Create and DescribeConfigs.")
    return KhabarError(f"{failure}: {reason.str()}")
