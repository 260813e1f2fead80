"""A line that is nothing but a date, as pages print it under a headline: what `khabar.dates.lines` reads.

It is shared with the producers, who look for the same line to learn when a page appeared; dates in running text are read by
`processors.extraction.dates`.
"""

from khabar.dates.lines import date_line

__all__ = ["date_line"]
