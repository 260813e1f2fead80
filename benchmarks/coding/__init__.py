"""Coding: actors, events and speed. `python -m benchmarks.coding --help` says what is measured."""
