"""Deduplication: which articles are copies of which. Knows fingerprints and times, never texts."""

from processors.deduplication.index import Index
from processors.deduplication.stage import Deduplication

__all__ = ["Deduplication", "Index"]
