"""Leaving at once. Nothing that was not acknowledged is lost by it: the next start resumes at the markers."""

from __future__ import annotations

import os
from typing import NoReturn

EXIT_RESTART = 75
"""EX_TEMPFAIL: start the worker again."""
EXIT_CONTRACT = 4
"""What stands on the broker contradicts what this worker was told; starting it again will not help."""


def stop_process(why: str, *, code: int = EXIT_RESTART) -> NoReturn:
    """End the process before anything else is touched. Not an exception: Faust would swallow it and go on."""
    os.write(2, f"khabar process {os.getpid()} stops: {why}\n".encode("utf-8", "replace"))
    os._exit(code)
