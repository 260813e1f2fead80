"""The optional sequence tagger: adds names that no list has. Trained by the user on CoNLL data; off by default.

Knows Arabic spelling and the tables' names. Must not know actors, events or stages. Imports its library only when used.
"""

from processors.extraction.tagger.names import Name, NameFinder, NameKind
from processors.extraction.tagger.tagging import Tagger, load_tagger

__all__ = ["Name", "NameFinder", "NameKind", "Tagger", "load_tagger"]
