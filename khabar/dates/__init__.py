"""What producers and extraction both have to know of dates: names in tables, date lines, and when a page says it appeared.

Producers derive an article's id from its event time (`khabar.identity`), so when a page appeared has to be found there, before
extraction; and neither may import the other. So what both need is here: `tables` (the words of dates per language, the one
source of them), `lines` (a line that is nothing but a date), `pages` (a page's own date). Dates in running text are
extraction's alone: `processors.extraction.dates`.

Nothing here asks a clock.
"""
