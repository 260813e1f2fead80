"""Extraction: from an article as published to a clean one with its actors and events. Stateless and deterministic."""

from processors.extraction.stage import Extraction

__all__ = ["Extraction"]
