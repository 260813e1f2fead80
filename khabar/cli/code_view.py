"""An article as coded, as lines of text: for a terminal of some width, or plain for pipes and tests. Pure; prints nothing itself.

As in the demo's report, Arabic stands alone in its line or last, so that terminals with and without reordering show it right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from khabar.demo.printing import QUAD_STYLES
from processors.extraction.sentences import Span, sentences

if TYPE_CHECKING:
    from khabar.demo.printing import Paper
    from khabar.records import Event, ExtractedArticle, MentionedActor

KIND_STYLES = {"state": "blue", "person": "cyan", "igo": "bright_blue", "armed_group": "red", "media": "bright_black"}
OTHER_STYLE = "green"
_INDENT = 4


def sentences_of(article: ExtractedArticle) -> tuple[str, tuple[Span, ...]]:
    """The text that offsets count in, and its sentences: the title is one."""
    whole = f"{article.title}\n{article.text}" if article.title else article.text
    return whole, sentences(whole)


def article_lines(
    article: ExtractedArticle, triggers: Sequence[Span], *, paper: Paper, appeared: str
) -> Iterator[Text]:
    """The article's fields; its sentences, each with the events it tells; its actors.

    `triggers`: where the trigger of each event stands. `appeared`: what is said of when.

    On plain paper a sentence is one line that begins with its number, [1], and each event and actor one with its marker,
    [event] or [actor].
    """
    whole, spans = sentences_of(article)
    for name, value in (
        ("source", article.source),
        ("language", article.language),
        ("part of", article.part_of or ""),
        ("appeared", appeared),
    ):
        if value:
            yield Text.assemble((f"{name + ':':<10}", "bright_black"), _printable(value))
    # one division: a slice of its own for each sentence would go through the whole text each time
    pieces = _marked(article, triggers, whole).divide([at for span in spans for at in span])
    starts = [span.start for span in spans]
    told: dict[int, list[Event]] = {}
    for event, trigger in zip(article.events, triggers, strict=True):
        told.setdefault(max(0, bisect_right(starts, trigger.start) - 1), []).append(event)
    for number, sentence in enumerate(pieces[1::2]):
        if paper.width is None:
            yield Text.assemble(f"[{number + 1}] ", sentence)
        else:
            yield Text()
            yield from _wrapped(sentence, paper.width)
        for event in told.get(number, ()):
            yield from _event_lines(event, paper)
    if paper.width is not None:
        yield Text()
        yield Text("actors" if article.actors else "no actors", style="bold")
    for actor in article.actors:
        yield from _actor_lines(actor, paper)


def _marked(article: ExtractedArticle, triggers: Sequence[Span], whole: str) -> Text:
    """The text with mentions and triggers in their colours; what a terminal would act upon is a space."""
    text = Text("".join(letter if letter.isprintable() else " " for letter in whole))
    for actor in article.actors:
        for mention in actor.mentions:
            text.stylize(KIND_STYLES.get(actor.kind, OTHER_STYLE), mention.start, mention.end)
    for event, (start, end) in zip(article.events, triggers, strict=True):
        text.stylize(f"bold {QUAD_STYLES[event.quad]}", start, end)
    return text


def _event_lines(event: Event, paper: Paper) -> Iterator[Text]:
    who, whom = _parties(event.source, event.source_codes), _parties(event.target, event.target_codes)
    status = "" if event.status == "actual" else f"{event.status}  "
    told = f"  {who} {paper.arrow} {whom}  {status}{event.date} ({event.date_basis}): {_printable(event.trigger)}"
    yield from _item("event", Text.assemble((event.type, f"bold {QUAD_STYLES[event.quad]}"), told), paper)


def _parties(ids: Iterable[str], codes: Iterable[str]) -> str:
    """Who acts or is acted upon, by id; a dash where the text does not say."""
    listed = ", ".join(ids)
    return f"{listed} ({' '.join(codes)})" if listed else "-"


def _actor_lines(actor: MentionedActor, paper: Paper) -> Iterator[Text]:
    sector = f" {actor.sector}" if actor.sector else ""
    count = len(actor.mentions)
    words = ", ".join(dict.fromkeys(_printable(mention.text) for mention in actor.mentions))
    told = f"  {actor.kind} {actor.code}{sector}, {count} mention{'' if count == 1 else 's'}: {words}"
    yield from _item("actor", Text.assemble((actor.id, KIND_STYLES.get(actor.kind, OTHER_STYLE)), told), paper)


def _item(name: str, told: Text, paper: Paper) -> Iterator[Text]:
    if paper.width is None:
        yield Text.assemble(f"[{name}] ", told)
    else:
        yield from _wrapped(told, paper.width)


def _wrapped(text: Text, width: int) -> Iterator[Text]:
    """`text` in lines of `width` cells at most, but for longer words: cut within, Arabic would change its letters' shapes."""
    breaks: list[int] = []
    start = space = 0
    for at, letter in enumerate(f"{text.plain} "):
        if letter != " ":
            continue
        if space > start and cell_len(text.plain[start:at]) > width - _INDENT:
            breaks.append(space + 1)
            start = space + 1
        space = at
    for line in text.divide(breaks):
        line.rstrip()
        yield Text.assemble(" " * _INDENT, line)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
