"""From paths to pieces of input: walks folders, opens what is compressed, cuts lines and JSON arrays apart.

Knows bytes and sizes, never what an article is. Memory is bounded whatever stands in a file.
"""

from __future__ import annotations

import gzip
import io
import lzma
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

import zstandard

from khabar.records import MAX_HTML_CHARACTERS, MAX_TEXT_CHARACTERS
from producers.refused import KEPT_BYTES, Kind, Reason, Refused

STDIN = "-"
MAX_LINE_BYTES: Final = 8 * 1024 * 1024
BUFFER_BYTES = 256 * 1024
COMPRESSED_BYTES = 16 * 1024
"""Handed to the decompressor at a time: even of a file made to burst, what comes out at once stays bearable."""
BROKEN_COMPRESSION = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError)
"""What damaged compressed data raise, besides OSError."""


class Format(StrEnum):
    """How a file is cut into pieces."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    LINES = "lines"


FORMATS = {
    "": Format.TEXT, ".txt": Format.TEXT, ".md": Format.TEXT,
    ".html": Format.HTML, ".htm": Format.HTML,
    ".json": Format.JSON, ".jsonl": Format.LINES, ".ndjson": Format.LINES,
}  # fmt: skip
COMPRESSIONS = (".gz", ".xz", ".zst")
KINDS = {Format.TEXT: Kind.TEXT, Format.HTML: Kind.HTML, Format.JSON: Kind.JSON, Format.LINES: Kind.JSON}
MAX_PIECE_BYTES = {
    Format.TEXT: (MAX_TEXT_CHARACTERS * 4, Reason.TEXT_TOO_LONG),
    Format.HTML: (MAX_HTML_CHARACTERS * 4, Reason.HTML_TOO_LONG),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file to read. `format` is None where its suffix says nothing that Khabar can read."""

    path: str
    format: Format | None
    compression: str = ""

    @property
    def kind(self) -> Kind:
        return KINDS[self.format] if self.format else Kind.TEXT

    @property
    def folder(self) -> str:
        """The name of the folder it lies in, as text."""
        if self.path == STDIN:
            return "stdin"
        return os.fsencode(Path(self.path).absolute().parent.name).decode("utf-8", "replace")


class Piece(NamedTuple):
    """Bytes that should be one article."""

    origin: str
    value: bytes


class _Counted(io.RawIOBase):
    """A file that tells how many of its bytes were taken."""

    def __init__(self, path: str, progress: Callable[[int], None]) -> None:
        self._file = io.FileIO(path)
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        taken = self._file.readinto(buffer) or 0
        self._progress(taken)
        return taken

    def close(self) -> None:
        self._file.close()
        super().close()


class _Zstandard(io.RawIOBase):
    """Decompresses any number of frames. zstandard's own reader takes a file that was cut off for one that ends."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            if self._frame.eof:
                compressed = self._frame.unused_data
                self._frame = zstandard.ZstdDecompressor().decompressobj()
                self._begun = False
            else:
                compressed = b""
            compressed = compressed or self._file.read(COMPRESSED_BYTES)
            if not compressed:
                if self._begun:
                    raise EOFError
                return 0
            self._begun = True
            self._ready = memoryview(self._frame.decompress(compressed))
        taken = min(len(buffer), len(self._ready))
        buffer[:taken] = self._ready[:taken]
        self._ready = self._ready[taken:]
        return taken


def input_file(path: str) -> InputFile:
    """What the name of a file says about it. Standard input is JSON Lines."""
    if path == STDIN:
        return InputFile(path=path, format=Format.LINES)
    name = Path(path)
    suffix = name.suffix.lower()
    compression = suffix if suffix in COMPRESSIONS else ""
    if compression:
        suffix = Path(name.stem).suffix.lower()
    return InputFile(path=path, format=FORMATS.get(suffix), compression=compression)


def walk(paths: Sequence[str]) -> Iterator[InputFile | Refused]:
    """All files under `paths`, folders in sorted order; hidden ones in folders (a name with a leading dot) are left out."""
    for path in paths:
        if path == STDIN or not Path(path).is_dir():
            yield input_file(path)
            continue
        found = False
        for file in _files_below(path):
            found = True
            yield file
        if not found:
            yield Refused(
                origin=path, error=Reason.NO_ARTICLES, message=f"no file in the folder {path} or below", value=b""
            )


def bytes_below(paths: Sequence[str]) -> int | None:
    """The size on disk of all files that `walk` would give, for a progress bar; None with standard input among them."""
    if STDIN in paths:
        return None
    total = 0
    for file in walk(paths):
        if isinstance(file, InputFile) and file.format is not None:
            try:
                total += Path(file.path).stat().st_size
            except OSError:  # it will be refused with its reason when it is read
                continue
    return total


def pieces(
    file: InputFile, *, progress: Callable[[int], None], stdin: BinaryIO | None = None
) -> Iterator[Piece | Refused]:
    """The file's content, cut into what should be one article each.

    Never raises for what stands in the file or for a file that cannot be read; each piece is given or refused.
    """
    if file.format is None:
        known = ", ".join(suffix for suffix in FORMATS if suffix)
        yield _refused(
            file, Reason.UNSUPPORTED_FILE, f"the name does not end in {known} (each also with .gz, .xz or .zst)"
        )
        return
    empty = True
    try:
        with _opened(file, progress, stdin) as stream:
            for piece in _cut(file, file.format, stream):
                empty = False
                yield piece
    except OSError as error:
        yield _refused(file, Reason.UNREADABLE, f"cannot be read: {error.strerror or error}")
        return
    except BROKEN_COMPRESSION as error:
        yield _refused(file, Reason.UNREADABLE, f"the compressed data are damaged: {error or 'they end too early'}")
        return
    if empty and file.path != STDIN:
        yield _refused(file, Reason.EMPTY_FILE, "nothing stands in the file")


def lines(stream: BinaryIO, path: str) -> Iterator[Piece | Refused]:
    """The lines of `stream` that are not blank; one over MAX_LINE_BYTES is refused in constant memory."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            length, end = len(line), line
            while end and not end.endswith(b"\n"):
                end = stream.readline(KEPT_BYTES)
                length += len(end)
            yield _too_long_line(f"{path}:{number}", line, length)
        elif not line.isspace():
            yield Piece(f"{path}:{number}", line)


def _files_below(folder: str) -> Iterator[InputFile | Refused]:
    refused: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(parent, name)  # noqa: PTH118 - Path would drop a leading "./"
            if not name.startswith("."):
                yield input_file(path) if Path(path).is_file() else InputFile(path=path, format=None)
    for error in refused:
        yield Refused(
            origin=str(error.filename), error=Reason.UNREADABLE, message=f"cannot be read: {error.strerror}", value=b""
        )


@contextmanager
def _opened(file: InputFile, progress: Callable[[int], None], stdin: BinaryIO | None) -> Iterator[BinaryIO]:
    if file.path == STDIN:
        yield stdin or sys.stdin.buffer
        return
    with ExitStack() as stack:
        raw = stack.enter_context(io.BufferedReader(_Counted(file.path, progress), BUFFER_BYTES))
        if file.compression == ".gz":
            yield cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=raw)))
        elif file.compression == ".xz":
            yield cast("BinaryIO", stack.enter_context(lzma.LZMAFile(raw)))
        elif file.compression == ".zst":
            yield stack.enter_context(io.BufferedReader(_Zstandard(cast("BinaryIO", raw)), BUFFER_BYTES))
        else:
            yield raw


def _cut(file: InputFile, how: Format, stream: BinaryIO) -> Iterator[Piece | Refused]:
    if how is Format.LINES:
        yield from lines(stream, file.path)
    elif how is Format.JSON:
        yield from _elements(file, stream)
    else:
        limit, reason = MAX_PIECE_BYTES[how]
        value = stream.read(limit + 1)
        if len(value) > limit:
            message = f"the file has more than {limit:,} bytes, so more characters than the limit of {limit // 4:,}"
            yield _refused(file, reason, f"{message} ({_kept(value)})", value[:KEPT_BYTES], whole=False)
        elif value:
            yield Piece(file.path, value)


def _elements(file: InputFile, stream: BinaryIO) -> Iterator[Piece | Refused]:
    splitter = JsonSplitter()
    number = 0
    while chunk := stream.read(BUFFER_BYTES):
        for element in splitter.feed(chunk):
            number += 1
            yield _element(f"{file.path}#{number}", element)
    for element in splitter.finish():
        number += 1
        yield _element(f"{file.path}#{number}", element)
    if splitter.unfinished:
        yield _refused(file, Reason.INVALID_JSON, "the JSON ends in the middle of its array: the file was cut off")
    elif number == 0 and splitter.anything:
        yield _refused(file, Reason.NO_ARTICLES, "the JSON in the file holds no article")


def _element(origin: str, element: Element) -> Piece | Refused:
    if element.length > MAX_LINE_BYTES:
        return _too_long_line(origin, element.value, element.length)
    return Piece(origin, element.value)


def _too_long_line(origin: str, value: bytes, length: int) -> Refused:
    return Refused(
        origin=origin,
        error=Reason.LINE_TOO_LONG,
        message=f"{length:,} bytes for one article; the limit is {MAX_LINE_BYTES:,} ({_kept(value)})",
        value=value[:KEPT_BYTES],
        whole=False,
    )


def _kept(value: bytes) -> str:
    return f"only the first {min(len(value), KEPT_BYTES):,} bytes were kept"


def _refused(file: InputFile, reason: Reason, message: str, value: bytes = b"", *, whole: bool = True) -> Refused:
    return Refused(
        origin=file.path,
        error=reason,
        message=message,
        value=value,
        whole=whole and bool(value),
        kind=file.kind,
        folder=file.folder,
    )


class Element(NamedTuple):
    """One element of a JSON file; `value` is cut where `length` (bytes) is over MAX_LINE_BYTES."""

    value: bytes
    length: int


class JsonSplitter:
    """Cuts JSON files into the elements of their array without holding the array.

    The file may be one object, an array, an object with an array under "articles" (its other fields are not read), or
    several of these one after another. It looks at brackets and strings only: whether an element is valid is for the
    parser, so that one bad element does not take the others with it.
    """

    _OUTSIDE = re.compile(rb'["{}\[\],\n]')
    _STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
    _CONTAINER = re.compile(rb'[{,]\s*"articles"\s*:\s*\[\s*\Z')

    def __init__(self) -> None:
        self.anything = False
        self._buffer = bytearray()
        self._scan = 0
        self._dropped = 0
        self._head = b""
        self._depth = 0
        self._level = 0
        """Depth at which elements stand: 0, in an array 1, in an array under "articles" 2."""
        self._inside = False
        self._after_container = False

    def feed(self, chunk: bytes) -> Iterator[Element]:
        """The elements that end in `chunk`."""
        if not self.anything:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
            self.anything = bool(chunk) and not chunk.isspace()
        self._buffer += chunk
        while (token := self._next()) is not None:
            element = self._at(token)
            if element is not None:
                yield element
        self._trim()

    def finish(self) -> Iterator[Element]:
        """What is left: an element that never ended."""
        element = self._take(len(self._buffer))
        if element is not None and not self._after_container:
            yield element

    @property
    def unfinished(self) -> bool:
        """An array of articles has begun and not ended."""
        return self._level > 0 or self._after_container

    def _next(self) -> bytes | None:
        """Go past the next token outside strings; None where the buffer ends before one does."""
        if self._inside:
            rest = self._STRING.match(self._buffer, self._scan)
            self._scan = rest.end() if rest else self._scan
            if not self._buffer.startswith(b'"', self._scan):
                return None
            self._scan += 1
            self._inside = False
        match = self._OUTSIDE.search(self._buffer, self._scan)
        self._scan = match.end() if match else len(self._buffer)
        return match.group() if match else None

    def _at(self, token: bytes) -> Element | None:
        """Take in one token, the last before `_scan`; gives the element that ends with it, if one does."""
        if token == b'"':
            self._inside = True
            return None
        if token in b"{[":
            self._open(token)
            return None
        if token in b"}]":
            return self._close()
        if (token == b"," and self._depth == self._level > 0) or (token == b"\n" and self._depth == self._level == 0):
            return self._take(self._scan - 1, skip=1)
        return None

    def _open(self, token: bytes) -> None:
        before = self._scan - 1
        if self._level == 0 and not self._after_container and not self._dropped:
            if token == b"[" and self._depth == 0 and not self._buffer[:before].strip():
                self._level = 1
                self._discard(self._scan)
            elif token == b"{" and self._depth == 2 and self._in_container(before):
                self._level = 2
                self._discard(before)
                self._scan = 1
        self._depth += 1

    def _in_container(self, end: int) -> bool:
        return bool(self._CONTAINER.search(self._buffer[max(0, end - 200) : end])) and self._buffer.lstrip()[:1] == b"{"

    def _close(self) -> Element | None:
        if self._depth == 0:
            return None
        self._depth -= 1
        if self._depth == self._level - 1:  # the array of elements ends
            element = self._take(self._scan - 1, skip=1)
            self._after_container = self._level == 2
            self._level = 0
            return element
        if self._depth == 0 and self._level == 0:
            if self._after_container:
                self._after_container = False
                self._discard(self._scan)
                return None
            return self._take(self._scan)
        return None

    def _take(self, end: int, skip: int = 0) -> Element | None:
        value = self._head + bytes(self._buffer[:end])
        length = self._dropped + end
        del self._buffer[: end + skip]
        self._scan, self._head, self._dropped = 0, b"", 0
        return Element(value, length) if value.strip() else None

    def _discard(self, end: int) -> None:
        del self._buffer[:end]
        self._scan, self._head, self._dropped = 0, b"", 0

    def _trim(self) -> None:
        """Let go of what will not be needed: of an element too long all but its head, after the articles everything."""
        if self._after_container or len(self._buffer) + self._dropped > MAX_LINE_BYTES:
            if not self._dropped and not self._after_container:
                self._head = bytes(self._buffer[:KEPT_BYTES])
            self._dropped += self._scan
            del self._buffer[: self._scan]
            self._scan = 0
