"""Wire copies: accuracy, speed, memory and order. `python -m benchmarks.copies --help` says what is measured."""
