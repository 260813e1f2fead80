"""The tables as the indices of Elasticsearch have them: whole in pages from a frozen view, or single documents by id.

For `khabar audit`. Writes nothing; keeps one page in memory.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from elastic_transport import TransportError
from elasticsearch import ApiError, UnsupportedProductError

from khabar.errors import ContractViolation, DependencyUnavailable, KhabarError, SettingsError
from khabar.settings import Settings
from khabar.topics import Topic
from sinks.documents import rfc3339
from sinks.elasticsearch import connect, index_name, without_credentials
from sinks.retry import RequestVerdict, delay_seconds, judge_request

PATIENCE_SECONDS = 30.0
START_SECONDS = 10.0
REQUEST_SECONDS = 20.0
KEEP_ALIVE: Final = "5m"
PAGE: Final = {Topic.RESOLVED_ARTICLES: 200, Topic.ACTOR_COUNTS: 2_000}
TIME_FIELDS: Final = {Topic.RESOLVED_ARTICLES: "event_time", Topic.ACTOR_COUNTS: "hour"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of an index with its version."""

    id: str
    version: int
    source: Mapping[str, Any]


class IndexTables:
    """The two indices of the generation in the settings. `stop`: asked before every request; True ends the waiting."""

    def __init__(self, settings: Settings, *, stop: Callable[[], bool] = lambda: False) -> None:
        self._address = without_credentials(settings.elasticsearch)
        self._generation = settings.generation
        self._client = connect(settings).options(request_timeout=REQUEST_SECONDS)
        self._stop = stop

    def check(self) -> None:
        """Raises DependencyUnavailable after 10 s without an answer, ContractViolation where there is no such index."""
        for topic in TIME_FIELDS:
            self._call("GET", f"/{index_name(topic, self._generation)}/_mapping", patience=START_SECONDS)

    def count(self, topic: Topic, *, since: datetime | None, until: datetime | None) -> int:
        """How many documents of the times [since, until) there are."""
        body = {"query": _between(topic, since, until)}
        return int(self._call("POST", f"/{index_name(topic, self._generation)}/_count", body)["count"])

    def refresh(self, topic: Topic) -> None:
        """Let reading see what was written. Without the right to do so, Elasticsearch does it itself within a second."""
        with suppress(SettingsError):
            self._call("POST", f"/{index_name(topic, self._generation)}/_refresh")

    def pages(self, topic: Topic, *, since: datetime | None, until: datetime | None) -> Iterator[list[Document]]:
        """Every document of the times [since, until), as they stood at the first page."""
        index = index_name(topic, self._generation)
        view = self._call("POST", f"/{index}/_pit?keep_alive={KEEP_ALIVE}")["id"]
        after: Sequence[Any] | None = None
        try:
            while True:
                body: dict[str, Any] = {
                    "pit": {"id": view, "keep_alive": KEEP_ALIVE},
                    "size": PAGE[topic],
                    "query": _between(topic, since, until),
                    "sort": [{"_shard_doc": "asc"}],
                    "version": True,
                    "track_total_hits": False,
                }
                if after is not None:
                    body["search_after"] = after
                answer = self._call("POST", "/_search", body)
                view, hits = answer.get("pit_id", view), answer["hits"]["hits"]
                if not hits:
                    return
                yield [_document(hit) for hit in hits]
                after = hits[-1]["sort"]
        finally:
            with suppress(ApiError, TransportError):  # it expires by itself
                self._request("DELETE", "/_pit", {"id": view})

    def named(self, topic: Topic, ids: Sequence[str]) -> list[Document]:
        """Those of the documents `ids` that are there, as they stand now."""
        body = {"ids": list(ids)}
        answer = self._call("POST", f"/{index_name(topic, self._generation)}/_mget", body)
        return [_document(found) for found in answer["docs"] if found.get("found")]

    def close(self) -> None:
        self._client.close()

    def _request(self, method: str, path: str, body: object = None) -> Any:
        headers = {"accept": "application/json"} | ({"content-type": "application/json"} if body is not None else {})
        return self._client.perform_request(method, path, headers=headers, body=body).body

    def _call(self, method: str, path: str, body: object = None, *, patience: float = PATIENCE_SECONDS) -> Any:
        """Ask, again while nobody answers. Raises DependencyUnavailable, SettingsError, ContractViolation."""
        deadline, attempt = time.monotonic() + patience, 0
        while True:
            try:
                return self._request(method, path, body)
            except UnsupportedProductError:
                raise ContractViolation(f"what answers at {self._address} is not Elasticsearch") from None
            except ApiError as error:
                if judge_request(error.status_code) is not RequestVerdict.RETRY:
                    raise self._refused(error) from None
                reason = f"{error.status_code} {error.error}"
            except TransportError as error:
                reason = str(error)
            delay = delay_seconds(attempt, random.random())
            attempt += 1
            if time.monotonic() + delay > deadline or self._stop():
                raise DependencyUnavailable(
                    f"Elasticsearch does not answer at {self._address} (setting KHABAR_ELASTICSEARCH or --elasticsearch): "
                    f"{reason}. Is it running? `khabar stack up` starts one on this machine."
                )
            time.sleep(delay)

    def _refused(self, error: ApiError) -> KhabarError:
        if error.status_code in (401, 403):
            return SettingsError(
                f"Elasticsearch at {self._address} does not allow it ({error.status_code}: {error.error}). Give credentials "
                "that may, in KHABAR_ELASTICSEARCH_API_KEY or KHABAR_ELASTICSEARCH_USERNAME and KHABAR_ELASTICSEARCH_PASSWORD."
            )
        if error.status_code == 404 and error.error == "index_not_found_exception":
            return ContractViolation(
                f"Elasticsearch at {self._address} has no index {index_name(Topic.RESOLVED_ARTICLES, self._generation)} or "
                f"{index_name(Topic.ACTOR_COUNTS, self._generation)}: `khabar sink elasticsearch` makes and fills them"
            )
        return ContractViolation(f"Elasticsearch at {self._address} refuses: {error.status_code} {error.error}")


def _document(hit: Mapping[str, Any]) -> Document:
    return Document(id=hit["_id"], version=int(hit["_version"]), source=hit.get("_source") or {})


def _between(topic: Topic, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    bounds = {name: rfc3339(moment) for name, moment in (("gte", since), ("lt", until)) if moment is not None}
    return {"range": {TIME_FIELDS[topic]: bounds}} if bounds else {"match_all": {}}
