"""Bytes to records and back, at the edge only. Fails with InvalidRecord and a bounded reason, never otherwise."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec
import orjson

from khabar.errors import InvalidRecord

T = TypeVar("T")

_encoder = msgspec.json.Encoder()


@cache
def _decoder(record: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(record)


def encode(record: msgspec.Struct) -> bytes:
    """JSON in UTF-8, fields in the order of the type: equal records give equal bytes."""
    return _encoder.encode(record)


def decode(data: bytes, record: type[T]) -> T:
    """The record in `data`.

    Raises InvalidRecord with one of the reasons `invalid_utf8`, `invalid_json`, `unknown_schema_version`, `invalid_field`.
    """
    try:
        decoded: T = _decoder(record).decode(data)  # type: ignore[arg-type]  # a type is hashable
        return decoded
    except UnicodeDecodeError as error:
        raise InvalidRecord("invalid_utf8", f"not UTF-8: {error.reason} at byte {error.start}") from None
    except msgspec.ValidationError as error:
        if "$.schema_version" in str(error):
            raise InvalidRecord("unknown_schema_version", _version_message(data)) from None
        raise InvalidRecord("invalid_field", str(error)) from None
    except (msgspec.DecodeError, RecursionError) as error:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as broken:
            raise InvalidRecord("invalid_utf8", f"not UTF-8: {broken.reason} at byte {broken.start}") from None
        raise InvalidRecord("invalid_json", f"not JSON: {error}") from None


def _version_message(data: bytes) -> str:
    version = orjson.loads(data).get("schema_version")
    return f"schema_version {version!r} is not known to this version of Khabar (known: 1); upgrade Khabar, then retry"
