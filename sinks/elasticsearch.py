"""Writes records into Elasticsearch, one index each for articles and actor counts, and settles every document.

Knows templates, aliases, bulks and what the answers mean (with `sinks.retry`); knows nothing of Kafka. Documents carry
their revision as an external version, so the order of writes does not matter, and writing twice is harmless.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from khabar.codec import encode
from khabar.errors import ContractViolation, DependencyUnavailable, KhabarError, SettingsError
from khabar.records import ActorHour, ResolvedArticle
from khabar.settings import Settings
from khabar.topics import Topic
from sinks.documents import Arrived, count_id, flatten
from sinks.retry import RequestVerdict, Verdict, delay_seconds, judge_item, judge_request
from sinks.writer import Abandoned, Batch, Rejected, Settled

LOG = logging.getLogger("khabar.sink")

START_SECONDS = 10.0
START_REQUEST_SECONDS = 4.0
REQUEST_SECONDS = 60.0
QUIET_SECONDS = 30.0
"""While Elasticsearch does not take documents, this is how often it is said."""
MAX_BULK_DOCUMENTS = 1_000
MAX_BULK_BYTES = 5 * 1024 * 1024

ALIASES: Final = {Topic.RESOLVED_ARTICLES: "khabar-articles", Topic.ACTOR_COUNTS: "khabar-actor-counts"}
MAPPING_VERSION = 3

KEYWORD: Mapping[str, Any] = {"type": "keyword", "ignore_above": 4_000}
DATE: Mapping[str, Any] = {"type": "date"}
LONG: Mapping[str, Any] = {"type": "long"}
SHARE: Mapping[str, Any] = {"type": "half_float"}
STRING: Mapping[str, Any] = {"type": "keyword", "ignore_above": 1_000}
ARTICLE_FIELDS: Mapping[str, Any] = {
    **dict.fromkeys(("id", "external_id", "source", "url", "language", "part_of", "copy_of", "copy_kind"), KEYWORD),
    **dict.fromkeys(("published_at", "fetched_at", "event_time"), DATE),
    **dict.fromkeys(("agency", "place"), STRING),
    "revision": LONG,
    "copy_similarity": SHARE,
    "copy_containment": SHARE,
    "actors": {
        "properties": {
            **dict.fromkeys(("id", "name", "kind", "code", "sector"), STRING),
            # Places in the text serve those who show a document, not those who search.
            "mentions": {"type": "object", "enabled": False},
        }
    },
    "events": {
        # Nested, so that a query can ask for type and target of one and the same event; in the root as well, because
        # Kibana and Grafana plot plain fields only.
        "type": "nested",
        "include_in_root": True,
        "properties": {
            **dict.fromkeys(
                ("type", "source", "source_codes", "target", "target_codes", "status", "date_basis", "event_key"),
                STRING,
            ),
            "quad": {"type": "byte"},
            "date": {"type": "date", "format": "strict_date"},
            "trigger": STRING,
        },
    },
}
COUNT_FIELDS: Mapping[str, Any] = {
    **dict.fromkeys(("actor", "actor_name", "kind", "code", "type", "role"), KEYWORD),
    "hour": DATE,
    "quad": {"type": "byte"},
    **dict.fromkeys(("articles", "events", "revision"), LONG),
}


@dataclass(frozen=True, slots=True)
class Document:
    """Action and source, as two lines of a bulk; `place` is the place of its record in the batch."""

    lines: bytes
    place: int


def index_name(topic: Topic, generation: int) -> str:
    """`khabar-g1-articles`, `khabar-g1-actor-counts`."""
    return ALIASES[topic].replace("khabar-", f"khabar-g{generation}-", 1)


def index_template(topic: Topic, generation: int, analyzer: str) -> dict[str, Any]:
    """The template of one index. Nothing may create the index in passing: the sink would not notice that it is empty."""
    fields = dict(ARTICLE_FIELDS if topic is Topic.RESOLVED_ARTICLES else COUNT_FIELDS)
    if topic is Topic.RESOLVED_ARTICLES:
        text = {"type": "text", "analyzer": analyzer}
        fields |= {"title": text, "text": text}
        fields["events"] = {
            **fields["events"],
            "properties": {**fields["events"]["properties"], "sentence": text},
        }
    return {
        "index_patterns": [index_name(topic, generation)],
        "priority": 500,
        "allow_auto_create": False,
        "template": {
            "settings": {"index": {"auto_expand_replicas": "0-1"}},
            "mappings": {
                "dynamic": False,
                "_meta": {"khabar_mapping": MAPPING_VERSION, "generation": generation, "analyzer": analyzer},
                "properties": fields,
            },
        },
    }


def documents(records: Sequence[Arrived], generation: int) -> Iterator[Document]:
    """The documents of the records, in order: an article as it stands on the topic, an hour as one a line."""
    articles = index_name(Topic.RESOLVED_ARTICLES, generation)
    counts = index_name(Topic.ACTOR_COUNTS, generation)
    for place, arrived in enumerate(records):
        record = arrived.record
        if isinstance(record, ResolvedArticle):
            yield Document(_lines(articles, record.id, record.revision, _one_line(arrived, record)), place)
        else:
            for count in flatten(record):
                yield Document(_lines(counts, count_id(count), count.revision, encode(count)), place)


def bulks(found: Iterable[Document], *, max_documents: int, max_bytes: int) -> Iterator[list[Document]]:
    """`found` in order, in groups of at most `max_documents` and `max_bytes`; a larger document goes alone."""
    group: list[Document] = []
    size = 0
    for document in found:
        if group and (len(group) >= max_documents or size + len(document.lines) > max_bytes):
            yield group
            group, size = [], 0
        group.append(document)
        size += len(document.lines)
    if group:
        yield group


def without_credentials(url: str) -> str:
    """`url` as it may be printed."""
    # Not taken apart as a URL: where one is misspelt, the password would stand in an unexpected part of it.
    scheme, separator, rest = url.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if "@" in rest else url


class ElasticsearchWriter:
    """The writer behind `khabar sink elasticsearch`. `write` may run in `concurrency` threads at once."""

    name = "elasticsearch"
    concurrency = 2

    def __init__(
        self,
        settings: Settings,
        *,
        abandon: threading.Event,
        retried: Callable[[str], None] = lambda reason: None,
        promote: bool = False,
        max_bulk_documents: int = MAX_BULK_DOCUMENTS,
        max_bulk_bytes: int = MAX_BULK_BYTES,
        request_seconds: float = REQUEST_SECONDS,
    ) -> None:
        """`retried` is told the reason of each attempt that failed, for metrics."""
        self._address = without_credentials(settings.elasticsearch)
        self._generation = settings.generation
        self._client = connect(settings)
        self._bulk_client = self._client.options(request_timeout=request_seconds)
        self._abandon = abandon
        self._retried = retried
        self._promote = promote
        self._max_documents = max_bulk_documents
        self._max_bytes = max_bulk_bytes
        self._uuids: dict[Topic, str] = {}

    def prepare(self) -> None:
        """Templates, indices and aliases.

        Raises DependencyUnavailable after 10 s without an answer, SettingsError where the credentials are refused,
        ContractViolation where an index of that name is not ours.
        """
        deadline = time.monotonic() + START_SECONDS
        analyzer = self._start(deadline, self._analyzer)
        for topic in ALIASES:
            self._start(deadline, partial(self._create, topic, analyzer))
            self._start(deadline, partial(self._show, topic))

    def offsets(self) -> None:
        """The consumer group keeps them."""
        return

    def destination(self, topic: Topic) -> str:
        """The unique id of the index as it is now; as last known where Elasticsearch does not answer."""
        index = index_name(topic, self._generation)
        try:
            answer = self._call("GET", f"/{index}/_settings", seconds=START_REQUEST_SECONDS)
        except (ApiError, TransportError) as error:
            if isinstance(error, ApiError) and judge_request(error.status_code) is RequestVerdict.STOP:
                raise self._refused(error.status_code, _reason(error)) from None
            return self._uuids[topic]
        self._uuids[topic] = answer[index]["settings"]["index"]["uuid"]
        return self._uuids[topic]

    def write(self, batch: Batch) -> Settled:
        """See Writer. Bulks of the batch go one after the other; several batches may be on their way at once."""
        written: Counter[str] = Counter()
        stale: Counter[str] = Counter()
        rejected: dict[int, Rejected] = {}
        found = documents(batch.records, self._generation)
        for bulk in bulks(found, max_documents=self._max_documents, max_bytes=self._max_bytes):
            for document, verdict, error in self._settle(bulk):
                arrived = batch.records[document.place]
                kind = "count" if isinstance(arrived.record, ActorHour) else "article"
                if verdict is Verdict.WRITTEN:
                    written[kind] += 1
                elif verdict is Verdict.STALE:
                    stale[kind] += 1
                else:
                    rejected[document.place] = Rejected(message=arrived.message, error=error[0], detail=error[1])
        return Settled(written=written, stale=stale, rejected=tuple(rejected.values()))

    def close(self) -> None:
        self._client.close()

    def _settle(self, bulk: Sequence[Document]) -> Iterator[tuple[Document, Verdict, tuple[str, str]]]:
        """Send until every document is settled."""
        waiting = list(bulk)
        patience = _Patience(self._abandon, self._address)
        while waiting:
            try:
                items = self._bulk(waiting)
            except UnsupportedProductError as error:
                raise self._refused(error.status_code, "what answers is not Elasticsearch") from None
            except ApiError as error:
                outcome = judge_request(error.status_code)
                if outcome is RequestVerdict.STOP:
                    raise self._refused(error.status_code, _reason(error)) from None
                if outcome is RequestVerdict.SPLIT:
                    yield from self._split(waiting, error)
                    return
                self._retried(str(error.status_code))
                patience.wait(f"{error.status_code} {_reason(error)}", len(waiting))
                continue
            except TransportError as error:
                self._retried("connection")
                patience.wait(str(error), len(waiting))
                continue
            again: list[Document] = []
            reason = ""
            for document, item in zip(waiting, items, strict=True):
                result = item["index"]
                kind, detail = _item_error(result)
                verdict = judge_item(result["status"], kind)
                if verdict is Verdict.RETRY:
                    again.append(document)
                    reason = f"{result['status']} {detail}"
                elif verdict is Verdict.STOP:
                    raise self._refused(result["status"], detail)
                else:
                    yield document, verdict, (kind, detail)
            if again:
                self._retried("item")
                patience.wait(reason, len(again))
            waiting = again
        patience.over()

    def _split(self, bulk: list[Document], error: ApiError) -> Iterator[tuple[Document, Verdict, tuple[str, str]]]:
        if len(bulk) == 1:
            kind = "too_large" if error.status_code == 413 else "refused"
            yield bulk[0], Verdict.REJECT, (kind, _reason(error))
            return
        middle = len(bulk) // 2
        yield from self._settle(bulk[:middle])
        yield from self._settle(bulk[middle:])

    def _bulk(self, bulk: Sequence[Document]) -> list[Any]:
        """The items of the answer, one a document."""
        answer = self._bulk_client.perform_request(
            "POST",
            "/_bulk",
            params={"filter_path": "items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by"},
            headers={"accept": "application/json", "content-type": "application/x-ndjson"},
            body=b"".join([document.lines for document in bulk]),
        ).body
        items = answer.get("items") if isinstance(answer, dict) else None
        if not isinstance(items, list) or len(items) != len(bulk):
            raise TransportError("the answer to a bulk does not have an item for each document")
        return items

    def _call(self, method: str, path: str, body: object = None, *, seconds: float) -> Any:
        headers = {"accept": "application/json"} | ({"content-type": "application/json"} if body is not None else {})
        client = self._client.options(request_timeout=seconds)
        return client.perform_request(method, path, headers=headers, body=body).body

    def _start(self, deadline: float, step: Callable[[], Any]) -> Any:
        """Run a step of `prepare`, again while nobody answers, until the deadline."""
        attempt = 0
        while True:
            try:
                return step()
            except UnsupportedProductError as error:
                raise self._refused(error.status_code, "what answers is not Elasticsearch") from None
            except ApiError as error:
                if judge_request(error.status_code) is not RequestVerdict.RETRY:
                    raise self._refused(error.status_code, _reason(error)) from None
                reason = f"{error.status_code} {_reason(error)}"
            except TransportError as error:
                reason = str(error)
            delay = delay_seconds(attempt, random.random())
            attempt += 1
            if time.monotonic() + delay > deadline or self._abandon.wait(delay):
                raise DependencyUnavailable(
                    f"Elasticsearch does not answer at {self._address} (setting KHABAR_ELASTICSEARCH or --elasticsearch): "
                    f"{reason}. Is it running? `khabar stack up` starts one on this machine."
                )

    def _analyzer(self) -> str:
        """`arabic` where the cluster has it; the smallest builds of Elasticsearch come without."""
        try:
            self._call("POST", "/_analyze", {"analyzer": "arabic", "text": "خبر"}, seconds=START_REQUEST_SECONDS)
        except ApiError as error:
            if error.status_code not in (400, 403):
                raise
            LOG.warning(
                "no analyzer `arabic` to be used at %s (%s); texts are indexed with `standard`, which does not stem",
                self._address,
                _reason(error),
            )
            return "standard"
        return "arabic"

    def _create(self, topic: Topic, analyzer: str) -> None:
        index = index_name(topic, self._generation)
        template = index_template(topic, self._generation, analyzer)
        self._call("PUT", f"/_index_template/{index}", template, seconds=START_REQUEST_SECONDS)
        try:
            self._call("PUT", f"/{index}", seconds=START_REQUEST_SECONDS)
        except ApiError as error:
            if _kind(error) != "resource_already_exists_exception":
                raise
        answer = self._call("GET", f"/{index}", seconds=START_REQUEST_SECONDS)
        found = answer[index]["mappings"].get("_meta", {}).get("khabar_mapping")
        if found != MAPPING_VERSION:
            raise ContractViolation(
                f"index {index} has mapping {found!r}, this Khabar writes {MAPPING_VERSION}: it was made by something else. "
                f"Delete it, or start a new generation (--generation), and the sink fills a new index from the topics."
            )
        self._uuids[topic] = answer[index]["settings"]["index"]["uuid"]

    def _show(self, topic: Topic) -> None:
        """Let readers' alias show this generation, unless it shows another and nobody asked for the change."""
        alias, index = ALIASES[topic], index_name(topic, self._generation)
        try:
            shown = sorted(self._call("GET", f"/_alias/{alias}", seconds=START_REQUEST_SECONDS))
        except ApiError as error:
            if error.status_code != 404:
                raise
            shown = []
        if shown == [index]:
            return
        if shown and not self._promote:
            LOG.warning(
                "alias %s shows %s and keeps doing so; to let readers see %s, start the sink once with --promote",
                alias,
                ", ".join(shown),
                index,
            )
            return
        actions: list[dict[str, dict[str, str]]] = [
            {"remove": {"index": other, "alias": alias}} for other in shown if other != index
        ]
        actions.append({"add": {"index": index, "alias": alias}})
        self._call("POST", "/_aliases", {"actions": actions}, seconds=START_REQUEST_SECONDS)

    def _refused(self, status: int, reason: str) -> KhabarError:
        """The error for an answer that no retry will change."""
        if status in (401, 403):
            return SettingsError(
                f"Elasticsearch at {self._address} does not allow it ({status}: {reason}). Give credentials that may, in "
                "KHABAR_ELASTICSEARCH_API_KEY or KHABAR_ELASTICSEARCH_USERNAME and KHABAR_ELASTICSEARCH_PASSWORD "
                "(or in files that these names with _FILE name)."
            )
        if status == 404:
            return ContractViolation(
                f"an index is gone from {self._address} ({reason}). Start the sink again: it creates the index "
                "and fills it from the topics."
            )
        return ContractViolation(
            f"Elasticsearch at {self._address} (setting KHABAR_ELASTICSEARCH or --elasticsearch) refuses: {status} {reason}"
        )


class _Patience:
    """Waits longer each time, and says so once in a while."""

    def __init__(self, abandon: threading.Event, address: str) -> None:
        self._abandon = abandon
        self._address = address
        self._attempt = 0
        self._since = 0.0
        self._said = 0.0

    def wait(self, reason: str, documents: int) -> None:
        now = time.monotonic()
        if self._attempt == 0:
            self._since = now
        if self._attempt == 0 or now - self._said >= QUIET_SECONDS:
            self._said = now
            LOG.warning(
                "Elasticsearch at %s does not take %d documents (%s); for %.0f s now; waiting and trying again",
                self._address,
                documents,
                reason[:300],
                now - self._since,
            )
        delay = delay_seconds(self._attempt, random.random())
        self._attempt += 1
        if self._abandon.wait(delay):
            raise Abandoned

    def over(self) -> None:
        if self._attempt:
            LOG.warning(
                "Elasticsearch at %s takes documents again, after %.1f s", self._address, time.monotonic() - self._since
            )


def connect(settings: Settings) -> Elasticsearch:
    """A client for the address and the credentials in the settings. Raises SettingsError for what is no address."""
    credentials = settings.credentials
    login: dict[str, Any] = {}
    if credentials.api_key is not None:
        login["api_key"] = credentials.api_key
    elif credentials.username is not None:
        login["basic_auth"] = (credentials.username, credentials.password or "")
    try:
        # Retries are ours: the client's own know neither items nor back-off.
        return Elasticsearch(settings.elasticsearch, max_retries=0, retry_on_timeout=False, **login)
    except ValueError as error:
        raise SettingsError(
            f"{without_credentials(settings.elasticsearch)!r} is no address of an Elasticsearch (setting "
            f"KHABAR_ELASTICSEARCH or --elasticsearch): {error}. An example: http://127.0.0.1:9200"
        ) from None


def _lines(index: str, identifier: str, version: int, source: bytes) -> bytes:
    return b'{"index":{"_index":"%s","_id":%s,"version":%d,"version_type":"external_gte"}}\n%s\n' % (
        index.encode(),
        orjson.dumps(identifier),
        version,
        source,
    )


def _one_line(arrived: Arrived, record: ResolvedArticle) -> bytes:
    """The bytes of the topic are the document. Only what others wrote may be spread over lines, which a bulk cannot take."""
    value = arrived.message.value
    return encode(record) if value is None or b"\n" in value or b"\r" in value else value


def _item_error(result: Mapping[str, Any]) -> tuple[str, str]:
    error = result.get("error")
    if error is None:
        return "", ""
    cause = (error.get("caused_by") or {}).get("reason")
    detail = f"{error['type']}: {error.get('reason', '')}" + (f" ({cause})" if cause else "")
    return error["type"], detail


def _kind(error: ApiError) -> str:
    found = error.body.get("error") if isinstance(error.body, dict) else None
    return str(found.get("type")) if isinstance(found, dict) else ""


def _reason(error: ApiError) -> str:
    found = error.body.get("error") if isinstance(error.body, dict) else error.body
    if isinstance(found, dict):
        return f"{found.get('type')}: {found.get('reason')}"
    return str(found)[:300]
