"""The report as lines of text: for a terminal of some width, or plain for pipes and tests. Pure; prints nothing itself.

Arabic and a terminal: some terminals reorder right-to-left text, some leave that to the eye. A line that mixes scripts
reads well in both only where the Arabic stands alone or last, so it never stands anywhere else.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from rich.cells import cell_len
from rich.text import Text

from khabar.demo.report import ActorTotal, Deed, Story, place
from khabar.records import QUAD, DeadLetter, EventType, Quad, ResolvedArticle

WIDEST = 120
"""Lines longer than that are hard to read, however wide the terminal."""
SHOWN_ACTORS = 12
SENTENCE_LINES = 2

QUAD_NAMES: Mapping[Quad, str] = {
    1: "words of cooperation",
    2: "deeds of cooperation",
    3: "words of conflict",
    4: "deeds of conflict",
}
QUAD_STYLES: Mapping[Quad, str] = {1: "green", 2: "cyan", 3: "yellow", 4: "red"}
OUTCOMES = (
    ("original", "originals", "default"),
    ("copy", "copies", "green"),
    ("part", "embedded", "cyan"),
    ("repeat", "repeated", "yellow"),
    ("refused", "refused", "red"),
)
KIND_STYLES: Mapping[str, str] = {"identical": "green", "copy": "green", "excerpt": "cyan", "revision": "yellow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is printed on. `width` in cells; None: a line is as long as it is. The rest is the characters at hand."""

    width: int | None
    rule: str = "─"
    bar: str = "▇"
    arrow: str = "→"
    ellipsis: str = "…"
    square: str = "■"


PLAIN = Paper(width=None, rule="", bar="#", arrow="->", ellipsis="...", square="#")


def terminal(width: int) -> Paper:
    """Paper for a terminal `width` cells wide."""
    return Paper(width=min(width, WIDEST))


def summary_lines(
    *, pieces: int, outlets: int, outcomes: Mapping[str, int], taken_back: int, paper: Paper
) -> Iterator[Text]:
    """The run in a few sentences. `outcomes`: as they stand in the end; `taken_back`: how many changed on the way."""
    yield Text("Khabar demo", style="bold")
    yield Text(f"{pieces} pieces of input from {outlets} outlets. All of it is invented: nothing happened.")
    yield Text()
    line = Text("    ")
    for outcome, words, style in OUTCOMES:
        line.append(f"{outcomes.get(outcome, 0)}", style=f"bold {style}")
        line.append(f" {words}   ")
    line.rstrip()
    yield line
    if taken_back:
        yield from note(
            f"{taken_back} copies had been counted before their original was known: taken back again", paper
        )


def story_lines(stories: Sequence[Story], paper: Paper) -> Iterator[Text]:
    """Every story with its copies, then the reports that nobody repeated."""
    copied = [story for story in stories if story.copies]
    alone = [story.head for story in stories if not story.copies]
    copies = sum(len(story.copies) for story in copied)
    yield from heading(f"{len(copied)} stories, {copies} copies of them", paper)
    yield Text(
        f"    {'outlet':<14}{'after':>7}  {'kind':<10}{'alike':>5}{'within':>8}  its own title", style="bright_black"
    )
    for number, story in enumerate(copied, start=1):
        yield Text()
        yield _fitted(Text.assemble((f"{number:>2}  ", "bright_black"), (story.head.title, "bold")), paper)
        yield _fitted(_original(story.head), paper)
        for copy in story.copies:
            yield _fitted(_copy(copy, story.head), paper)
    yield Text()
    yield from note("alike: phrases in both, of those in either; within: of those in the shorter", paper)
    yield Text()
    yield from note("repeated by nobody; reports on one template, such as weather and prices, stay apart:", paper)
    for article in alone:
        yield _fitted(_original(article).append(f"  {article.title}"), paper)


def actor_lines(totals: Sequence[ActorTotal], paper: Paper) -> Iterator[Text]:
    """The actors with the most events, with bars by quad class."""
    shown = totals[:SHOWN_ACTORS]
    yield from heading(f"Who was in the news: {len(shown)} of {len(totals)} actors", paper)
    id_width = max((cell_len(total.id) for total in shown), default=0) + 2
    name_width = max((cell_len(total.name) for total in shown), default=0) + 2
    most = max((total.total for total in shown), default=0) or 1
    room = 40 if paper.width is None else max(10, paper.width - id_width - name_width - 30)
    yield Text(f"    {'':<{id_width}}{'events':>6}{'stories':>9}{'reports':>9}", style="bright_black")
    for total in shown:
        line = Text.assemble(
            f"    {total.id:<{id_width}}",
            (f"{total.total:>6}", "bold"),
            f"{total.stories:>9}",
            (f"{total.reports:>9}", "bright_black"),
            "  ",
        )
        for quad, style in QUAD_STYLES.items():
            line.append(paper.bar * _cells(total, quad, room, most), style=style)
        line.append(f"  {total.name}")
        yield _fitted(line, paper)
    yield Text()
    if paper.width is not None:
        yield from _legend(paper)
    yield from note(
        "events: as source or target, in originals only; reports: all that name the actor, copies too", paper
    )


def deed_lines(deeds: Mapping[EventType, Sequence[Deed]], paper: Paper) -> Iterator[Text]:
    """Of each event type one event: source, target, and the sentence that says so with its trigger."""
    count = sum(len(some) for some in deeds.values())
    yield from heading(f"Who did what to whom: {count} events of {len(deeds)} types, one of each", paper)
    for type_, some in deeds.items():
        deed = some[0]
        source = ", ".join(actor.id for actor in deed.source) or "?"
        target = ", ".join(actor.id for actor in deed.target) or "?"
        line = Text.assemble(
            (f"{type_:<10}", f"bold {QUAD_STYLES[QUAD[type_]]}"),
            (f"{len(some):>3}  ", "bright_black"),
            f"{source} ",
            (f"{paper.arrow} ", "bright_black"),
            target,
            (f"   {deed.article.source}, {deed.event.date}", "bright_black"),
        )
        if deed.event.status != "actual":
            line.append(f", {deed.event.status}", style="bright_black")
        yield Text()
        yield _fitted(line, paper)
        yield from _sentence(deed.event.sentence, deed.event.trigger, paper)


def refused_lines(letters: Sequence[DeadLetter], paper: Paper) -> Iterator[Text]:
    """What could not be used, where it stood and why."""
    yield from heading(f"Refused: {len(letters)}, each kept with its bytes and its reason", paper)
    where_width = max((cell_len(place(letter)) for letter in letters), default=0) + 2
    error_width = max((len(letter.error) for letter in letters), default=0) + 2
    messages = [" ".join(letter.message.split()) for letter in letters]
    longest = max((cell_len(message) for message in messages), default=0)
    beside = paper.width is None or 4 + where_width + error_width + longest <= paper.width
    for letter, message in zip(letters, messages, strict=True):
        line = Text.assemble(f"    {place(letter):<{where_width}}", (f"{letter.error:<{error_width}}", "red"))
        if beside:
            yield line.append(message, style="bright_black")
        else:
            yield line
            yield _fitted(Text(f"      {message}", style="bright_black"), paper)


def next_lines(store: str, articles: str | None, paper: Paper) -> Iterator[Text]:
    """Where everything stands, and commands to go on with. They are never cut: one copies them."""
    yield from heading("What to try next", paper)
    file = shlex.quote(store)
    yield Text.assemble("    Everything stands in ", (store, "bold"))
    suggestions = [
        ("which is a copy of which", f"khabar export copies --store {file} --ids external"),
        ("the counts, for a spreadsheet", f"khabar export actor-counts --store {file} --format csv"),
        (
            "most active outlets, in SQL",
            f'sqlite3 {file} "SELECT source, count(*), count(copy_of) FROM articles GROUP BY source"',  # noqa: S608 - printed
        ),
        (
            "full-text search",
            f"sqlite3 {file} \"SELECT source, title FROM articles WHERE number IN (SELECT rowid FROM articles_text('كردفان'))\"",  # noqa: S608 - printed
        ),
    ]
    if articles is None:
        suggestions.append(("your own articles", "khabar batch articles.jsonl --store news.db"))
    else:
        suggestions.append(("the samples again, by hand", f"khabar batch {shlex.quote(articles)} --store mine.db"))
    for what, command in suggestions:
        yield Text()
        yield Text(f"    {what}", style="bright_black")
        yield Text(f"    {command}", style="cyan")


def heading(words: str, paper: Paper) -> Iterator[Text]:
    """The words above a part of a report, after an empty line."""
    yield Text()
    line = Text(words, style="bold")
    if paper.width is not None:
        line.append(" " + paper.rule * (paper.width - cell_len(words) - 1), style="bright_black")
    yield line


def note(words: str, paper: Paper) -> Iterator[Text]:
    """Words that are read last, wrapped."""
    lines = [words] if paper.width is None else wrap(words, paper.width - 4)
    yield from (Text(f"    {line}", style="bright_black") for line in lines)


def _legend(paper: Paper) -> Iterator[Text]:
    narrow = paper.width is not None and paper.width < 4 + sum(len(name) + 5 for name in QUAD_NAMES.values())
    for quads in ((1, 2), (3, 4)) if narrow else ((1, 2, 3, 4),):
        line = Text("    ")
        for quad in quads:
            line.append(f"{paper.square} ", style=QUAD_STYLES[quad])
            line.append(f"{QUAD_NAMES[quad]}   ", style="bright_black")
        line.rstrip()
        yield line


def _original(article: ResolvedArticle) -> Text:
    return Text.assemble(f"    {article.source:<14} ", (f"{article.event_time:%d %b %H:%M}", "bright_black"))


def _copy(copy: ResolvedArticle, head: ResolvedArticle) -> Text:
    minutes = int((copy.event_time - head.event_time).total_seconds()) // 60
    kind = copy.copy_kind or ""
    line = Text.assemble(
        f"    {copy.source:<14}",
        (f"{f'+{minutes // 60}:{minutes % 60:02}':>7}  ", "bright_black"),
        (f"{kind:<10}", KIND_STYLES[kind]),
        f"{_percent(copy.copy_similarity):>5}{_percent(copy.copy_containment):>8}",
    )
    if copy.part_of is not None:
        line.append("  embedded in another page", style="cyan")
    elif copy.title and copy.title != head.title:
        line.append(f"  {copy.title}", style="bright_black")
    return line


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _cells(total: ActorTotal, quad: Quad, room: int, most: int) -> int:
    """Cells of one class's part of a bar: the sum of all parts is what the whole rounds to."""
    before = sum(total.events.get(other, 0) for other in QUAD_STYLES if other < quad)
    return round((before + total.events.get(quad, 0)) * room / most) - round(before * room / most)


def _sentence(sentence: str, trigger: str, paper: Paper) -> Iterator[Text]:
    """The sentence, wrapped, from a little before the trigger where it is long; the trigger stands out."""
    words = " ".join(sentence.split())
    for line in _wrapped(words, trigger, paper):
        text = Text(f"    {line}")
        found = line.find(trigger)
        if trigger and found >= 0:
            text.stylize("bold underline", found + 4, found + 4 + len(trigger))
        yield text


def _wrapped(sentence: str, trigger: str, paper: Paper) -> Sequence[str]:
    if paper.width is None:
        return [sentence]
    lines: list[str] = [""]
    held = "\u00a0"  # keeps the words of the trigger in one line
    for word in sentence.replace(trigger, trigger.replace(" ", held)).split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if cell_len(longer) <= paper.width - 6:
            lines[-1] = longer
        else:
            lines.append(word)
    lines = [line.replace(held, " ") for line in lines]
    first = next((number for number, line in enumerate(lines) if trigger and trigger in line), 0)
    shown = lines[first : first + SENTENCE_LINES]
    if first + SENTENCE_LINES < len(lines):
        shown[-1] += f" {paper.ellipsis}"
    if first:
        shown[0] = f"{paper.ellipsis} {shown[0]}"
    return shown


def _fitted(line: Text, paper: Paper) -> Text:
    """The line, cut between two words where it is too wide: an Arabic word cut in two would change its letters' shapes."""
    if paper.width is not None and cell_len(line.plain) > paper.width:
        fits = line.copy()
        fits.truncate(paper.width - cell_len(paper.ellipsis))
        line = line.divide([fits.plain.rindex(" ") + 1])[0]
        line.append(paper.ellipsis)
    line.rstrip()
    return line
