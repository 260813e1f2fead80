"""Who did what to whom: actors by gazetteer, events by patterns, both from tables that a linguist edits.

Knows languages and tables. Must not know topics, stages or how a page was cleaned.
The modules are compiled by mypyc where that was done from these very sources (processors.compiled): the same results, in about
half the time.
"""

from processors.compiled import compiled_folder

_compiled = compiled_folder()
COMPILED = _compiled.is_dir()
"""Whether the modules below are extension modules."""
if COMPILED:
    __path__.insert(0, str(_compiled))

from processors.extraction.coding.coder import Coder, Coding, load_coder  # noqa: E402
from processors.extraction.coding.own import coder_of  # noqa: E402

__all__ = ["COMPILED", "Coder", "Coding", "coder_of", "load_coder"]
