"""The records of docs/records.md as JSON Schema (2020-12), made from the types themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from khabar.records import (
    ActorCount,
    ActorHour,
    Article,
    ContributionsEnvelope,
    DeadLetter,
    FindingsEnvelope,
    FingerprintsEnvelope,
    ResolvedArticle,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"

RECORDS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "article": Article,
    "findings": FindingsEnvelope,
    "fingerprints": FingerprintsEnvelope,
    "contributions": ContributionsEnvelope,
    "resolved-article": ResolvedArticle,
    "actor-hour": ActorHour,
    "actor-count": ActorCount,
    "dead-letter": DeadLetter,
}
"""What travels or is handed out, by name: one message each, but for `actor-count` (the flat form in indices and exports)."""


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a record. Raises KeyError for a name that is not in RECORDS."""
    return {"$schema": DIALECT, **msgspec.json.schema(RECORDS[name])}
