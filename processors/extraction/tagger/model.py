"""A model as a file: what it was trained with, the vocabulary, and the CRF.

Knows the format and checks it. Must not know features or the library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from khabar.errors import KhabarError
from processors.extraction.tagger import features

_MAGIC: Final = b"khabar tagger 1\n"


class ModelError(KhabarError):
    """A model file cannot be used. The text says why and what to do."""

    exit_code = 2


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    features: str
    digest: str
    vocabulary: dict[str, int]


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Immutable. `digest` is of the whole file."""

    vocabulary: Mapping[str, int]
    crf: bytes
    digest: str


def pack(vocabulary: Mapping[str, int], crf: bytes) -> bytes:
    """The file. Equal parts give equal bytes."""
    head = _Head(
        features=features.VERSION,
        digest=_digest(crf),
        vocabulary=dict(sorted(vocabulary.items())),
    )
    return _MAGIC + msgspec.json.encode(head) + b"\n" + crf


def unpack(data: bytes, *, file: str) -> Model:
    """The model in `data`; `file` is named in errors.

    Raises:
        ModelError: it is no model, is damaged, or was trained with features of another version.
    """
    if not data.startswith(_MAGIC):
        raise ModelError(f"{file} is no model of the tagger; make one with khabar train-tagger")
    line, _, rest = data[len(_MAGIC) :].partition(b"\n")
    try:
        version = msgspec.json.decode(line, type=dict[str, msgspec.Raw]).get("features", msgspec.Raw(b"null"))
        if bytes(version) != msgspec.json.encode(features.VERSION):
            raise ModelError(
                f"{file} was trained with features of version {bytes(version).decode()}, this Khabar has version "
                f'"{features.VERSION}": train again with khabar train-tagger'
            )
        head = msgspec.json.decode(line, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ModelError(f"{file} is damaged: its head cannot be read; train again with khabar train-tagger") from None
    # The library trusts what it is given, and a cut file would make it read beyond the end.
    if _digest(rest) != head.digest:
        raise ModelError(f"{file} is damaged or cut short; train again with khabar train-tagger")
    return Model(vocabulary=head.vocabulary, crf=rest, digest=_digest(data))


def load(path: Path) -> Model:
    """The model in a file.

    Raises:
        ModelError: see unpack; or the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from None
    return unpack(data, file=str(path))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
