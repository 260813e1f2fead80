"""How kernels are compiled. Knows numba only.

Compiled code is kept beside the module, or in a user-wide directory where the package is read-only, or in NUMBA_CACHE_DIR.
Where none of them can be written (a container with a read-only root and no home), kernels are compiled anew at each start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """`function` compiled at its first call, to machine code that outlives the process where a cache can be written."""
    try:
        compiled: F = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: "no locator available", that is, nowhere to keep the result
        compiled = numba.njit(nogil=True)(function)
    return compiled
