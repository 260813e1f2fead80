"""What a refusal is: input that is no article, where it stood, why, and its bytes. Knows neither files nor Kafka."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

KEPT_BYTES = 1024 * 1024
"""Of input that is far too long, so much is kept."""


class Reason(StrEnum):
    """Why input was refused: the bounded vocabulary of `error` in dead letters of stage `publish`."""

    ARTICLE_TOO_LARGE = "article_too_large"
    DATE_IN_FUTURE = "date_in_future"
    EMPTY_FILE = "empty_file"
    EMPTY_TEXT = "empty_text"
    HTML_TOO_LONG = "html_too_long"
    INVALID_DATE = "invalid_date"
    INVALID_FIELD = "invalid_field"
    INVALID_JSON = "invalid_json"
    INVALID_UTF8 = "invalid_utf8"
    LINE_TOO_LONG = "line_too_long"
    NO_ARTICLES = "no_articles"
    TEXT_TOO_LONG = "text_too_long"
    UNKNOWN_SCHEMA_VERSION = "unknown_schema_version"
    UNREADABLE = "unreadable"
    UNSUPPORTED_FILE = "unsupported_file"


class Kind(StrEnum):
    """What one piece of input is said to be."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Input that is no article.

    `origin`: file and line ("a.jsonl:17"), file and number of the element ("a.json#3"), or the file. `error`: a Reason.
    `value`: the original bytes, or the first MiB of them where `whole` is false; empty where nothing could be read.
    `kind`, `folder`, `modified` (Unix seconds): what a second attempt at the same bytes needs to know.
    """

    origin: str
    error: str
    message: str
    value: bytes
    whole: bool = True
    kind: Kind = Kind.JSON
    folder: str = ""
    modified: int | None = None
