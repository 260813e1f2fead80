"""Reading: precision, recall and speed. `python -m benchmarks.reading --help` says what is measured."""
