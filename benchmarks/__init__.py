"""Measurements: ratios taken in one run, printed as a table and as JSON. Nothing here asserts; timings are no tests."""
