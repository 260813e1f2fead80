"""How kernels are compiled, and where the machine code is kept between runs. Knows numba only.

It is kept in NUMBA_CACHE_DIR, else beside the package, else, where that is read-only, in the user's cache directory; and
where none can be written (a container with a read-only root and no home), kernels are compiled anew at each start.

Numba alone would look at the file of a kernel only, and go on with old code after a change in one that it calls, in another
file. So the directory is named after all sources of the package and of this one.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """`function`, compiled to machine code at its first call, or found compiled by an earlier process."""
    source = Path(function.__code__.co_filename)
    directory = cache_directory(source.parent) if source.is_file() else None
    configured = numba.config.CACHE_DIR
    try:
        # Numba reads it once, when the function is decorated.
        numba.config.CACHE_DIR = str(directory or "")
        compiled: F = numba.njit(cache=directory is not None, nogil=True)(function)
    finally:
        numba.config.CACHE_DIR = configured
    return compiled


@cache
def cache_directory(package: Path) -> Path | None:
    """Where the kernels of the package in this directory are kept; None where nothing can be written."""
    digest = sha256()
    for source in sorted({*package.glob("*.py"), *Path(__file__).parent.glob("*.py")}):
        digest.update(source.read_bytes())
    for place in _places(package):
        directory = place / f"kernels-{digest.hexdigest()[:16]}"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=directory):
                return directory
        except OSError:
            continue
    return None


def _places(package: Path) -> Iterator[Path]:
    if numba.config.CACHE_DIR:
        yield Path(numba.config.CACHE_DIR)
        return
    yield package / "__pycache__"
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    yield home / "khabar"
