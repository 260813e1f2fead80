"""Where the compiled coder lies, and whether it was made from exactly the sources that are there.

Like a .pyc, but with mypyc's extension modules: `pip install` makes them (hatch_build.py), and who changes a source runs the
source until `make compile`. So they can only be faster, never another coder.
Knows files. Must not know what the coder does.
"""

from __future__ import annotations

import hashlib
import shutil
from importlib import machinery
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
"""The folder of the packages `khabar` and `processors`."""
PACKAGE: Final = "processors.extraction.coding"
"""What is compiled."""
_SOURCES: Final = ("processors/extraction", "khabar/dates", "khabar/errors.py", "khabar/records.py")
"""All that the compiled modules and what they import is made from: types and constants of others are compiled in."""
_FOLDER: Final = "__compiled__"


def sources(root: Path = ROOT) -> list[Path]:
    """The Python files that decide what compiling gives, in a fixed order."""
    found: list[Path] = []
    for name in _SOURCES:
        path = root / name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


def compiled_folder(root: Path = ROOT) -> Path:
    """Where the extension modules for the present sources and this Python lie, or would."""
    # The suffix names Python's version and the platform: a checkout may be mounted on machines of several.
    digest = hashlib.blake2b(machinery.EXTENSION_SUFFIXES[0].encode(), digest_size=12)
    for source in sources(root):
        content = source.read_bytes()
        digest.update(f"\0{source.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return root.joinpath(*PACKAGE.split("."), _FOLDER, digest.hexdigest())


def put_in_place(made: Path, folder: Path) -> None:
    """Copy `made` to `folder`, and delete its neighbours of this Python. Killed anywhere, a folder is there whole or not at all."""
    new = folder.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(made, new)
    new.rename(folder)
    for library in list(folder.parent.glob(f"*/all__mypyc{machinery.EXTENSION_SUFFIXES[0]}")):
        if library.parent != folder:  # of other sources; another Python's stay
            # Half deleted under its name it would be found by a checkout that goes back to its sources.
            gone = library.parent.with_suffix(".gone")
            if gone != library.parent:
                shutil.rmtree(gone, ignore_errors=True)  # of one that was killed here
            shutil.rmtree(library.parent.rename(gone))
