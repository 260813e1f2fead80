"""`khabar batch`: files through the local engine into an SQLite store. The demo runs the same road."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.records import Article, DeadLetter
    from khabar.settings import Settings
    from producers.files import Refused
    from sinks.sqlite import Store

CHUNK_ARTICLES = 500


@dataclass(slots=True, kw_only=True)
class BatchSummary:
    """What came of a batch, in articles. `outcomes` has original, copy, part, repeat and dead_letter; `refused` by reason."""

    read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    interrupted: bool = False


def run_batch(
    paths: Sequence[str],
    *,
    store: Store,
    settings: Settings,
    partitions: int = 1,
    source: str | None = None,
    language: str | None = None,
    fields: Mapping[str, str] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[int], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> BatchSummary:
    """Read `paths`, run the stages, write the store; one transaction per chunk of CHUNK_ARTICLES articles.

    A second batch into the same store goes on where the first ended: an article already known is a repeat.
    """
    from khabar.codec import encode
    from khabar.errors import ContractViolation
    from processors.extraction.coding import load_coder
    from processors.local_engine import LocalEngine, SQLiteTables
    from processors.pipeline import build
    from producers.files import read_articles

    tables = SQLiteTables(store.connection)
    layout = b"%d partitions, window %d h" % (partitions, settings.window_hours)
    stored = tables.row("batch", 0, b"layout")
    if stored is not None and stored != layout:
        raise ContractViolation(
            f"this store was made with {stored.decode()}, this run has {layout.decode()}; "
            "use the same settings, or another --store"
        )
    tables.write("batch", 0, {b"layout": layout})
    pipeline = build(
        coder=load_coder(),
        partitions=partitions,
        window_hours=settings.window_hours,
        lateness_hours=settings.lateness_hours,
    )
    engine = LocalEngine(stages=pipeline.stages, partitions=partitions, tables=tables, clock=now)
    summary = BatchSummary()
    items = iter(
        read_articles(paths, source=source, language=language, fields=fields or {}, now=now(), progress=progress)
    )
    while chunk := list(islice(items, CHUNK_ARTICLES)):
        articles, refused = _sort_out(chunk)
        results = engine.process((article.id, encode(article)) for article in articles)
        store.write_articles(results.articles)
        store.write_actor_hours(results.actor_hours)
        store.write_dead_letters([*results.dead_letters, *(_dead_letter(item, now()) for item in refused)])
        store.commit()
        summary.read += len(chunk)
        summary.outcomes.update({outcome.value: count for outcome, count in results.outcomes.items()})
        summary.copies.update(results.copies)
        summary.refused.update(item.error for item in refused)
        summary.refused.update(letter.error for letter in results.dead_letters)
        if stop():
            summary.interrupted = True
            break
    return summary


def _sort_out(items: Iterable[Article | Refused]) -> tuple[list[Article], list[Refused]]:
    from khabar.records import Article

    articles: list[Article] = []
    refused: list[Refused] = []
    for item in items:
        if isinstance(item, Article):
            articles.append(item)
        else:
            refused.append(item)
    return articles, refused


def _dead_letter(item: Refused, time: datetime) -> DeadLetter:
    from khabar.records import DeadLetter

    return DeadLetter(
        origin=item.origin, stage="publish", error=item.error, message=item.message, time=time, value=item.value
    )
