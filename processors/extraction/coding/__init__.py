"""Who did what to whom: actors by gazetteer, events by patterns, both from tables that a linguist edits.

Knows languages and tables. Must not know topics, stages or how a page was cleaned.
"""

from processors.extraction.coding.coder import Coder, Coding, load_coder
from processors.extraction.coding.own import coder_of

__all__ = ["Coder", "Coding", "coder_of", "load_coder"]
