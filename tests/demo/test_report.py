"""How results become a report, and how a report becomes lines, from records made by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from rich.cells import cell_len
from rich.text import Text

from khabar.demo import printing
from khabar.demo.printing import PLAIN, Paper, terminal
from khabar.demo.report import actor_totals, deeds, place, stories
from khabar.records import (
    ActorCount,
    CopyKind,
    CountedType,
    DeadLetter,
    Event,
    EventStatus,
    EventType,
    Mention,
    MentionedActor,
    ResolvedArticle,
)

NINE = datetime(2031, 3, 4, 9, tzinfo=UTC)
EGYPT = MentionedActor(
    id="egypt", name="مصر", kind="state", code="EGY", mentions=(Mention(text="مصر", start=0, end=3),)
)
GREECE = MentionedActor(id="greece", name="اليونان", kind="state", code="GRC")
LONG = "وقعت مصر واليونان اتفاقية طويلة الاسم كثيرة البنود متشعبة الملاحق " * 12


def article(
    name: str,
    *,
    minutes: int = 0,
    copy_of: str | None = None,
    kind: CopyKind | None = None,
    part_of: str | None = None,
    published: bool = True,
    title: str = "مصر واليونان توقعان اتفاقية",
    events: tuple[Event, ...] = (),
) -> ResolvedArticle:
    time = NINE + timedelta(minutes=minutes)
    return ResolvedArticle(
        id=name * 32,
        external_id=name,
        source="al-madar",
        title=title,
        text=LONG,
        language="ar",
        published_at=time if published else None,
        fetched_at=time,
        event_time=time,
        part_of=None if part_of is None else part_of * 32,
        revision=1,
        copy_of=None if copy_of is None else copy_of * 32,
        copy_kind="copy" if copy_of is not None and kind is None else kind,
        copy_similarity=None if copy_of is None else 0.5,
        copy_containment=None if copy_of is None else 0.9,
        actors=(EGYPT, GREECE),
        events=events,
    )


def event(
    type_: EventType = "AGREE", *, status: EventStatus = "actual", target: tuple[str, ...] = ("greece",)
) -> Event:
    return Event(
        type=type_,
        quad=1,
        source=("egypt",),
        source_codes=("EGY",),
        target=target,
        status=status,
        date="2031-03-04",
        trigger="وقعت",
        sentence=LONG,
        event_key="k",
    )


def count(type_: CountedType, quad: Literal[0, 1, 2, 3, 4], events: int, *, hour: int = 0) -> ActorCount:
    return ActorCount(
        actor="egypt",
        actor_name="مصر",
        kind="state",
        code="EGY",
        hour=NINE + timedelta(hours=hour),
        type=type_,
        quad=quad,
        role="source" if quad else "mention",
        articles=1,
        events=events,
        revision=1,
    )


def test_copies_stand_below_their_original_in_order_of_time() -> None:
    found = stories(
        [
            article("c", minutes=20, copy_of="a"),
            article("b", minutes=10, copy_of="a"),
            article("a"),
            article("d", minutes=5),
        ]
    )
    assert [story.head.external_id for story in found] == ["a", "d"]
    assert [copy.external_id for copy in found[0].copies] == ["b", "c"]
    assert found[1].copies == ()


def test_a_copy_of_a_copy_stays_with_what_it_repeats() -> None:
    found = stories([article("a"), article("b", minutes=1, copy_of="a"), article("c", minutes=2, copy_of="b")])
    assert [(story.head.external_id, [copy.external_id for copy in story.copies]) for story in found] == [
        ("a", ["b"]),
        ("b", ["c"]),
    ]


def test_an_undated_part_of_a_page_is_no_story_of_its_own() -> None:
    assert stories([article("b", part_of="a", published=False)]) == ()


def test_a_dated_part_of_a_page_is_a_story() -> None:
    assert len(stories([article("b", part_of="a")])) == 1


def test_actors_are_summed_over_hours_and_roles() -> None:
    (total,) = actor_totals(
        [
            count("AGREE", 1, 2),
            count("CONSULT", 1, 3, hour=1),
            count("MENTION", 0, 0),
            count("MENTION", 0, 0, hour=1),
        ],
        [article("a"), article("b"), article("c", copy_of="a")],
    )
    assert (total.total, total.stories, total.reports) == (5, 2, 3)


def test_only_what_was_counted_is_a_deed() -> None:
    found = deeds(
        [
            article("a", events=(event(), event("ACCUSE", status="denied"))),
            article("b", copy_of="a", events=(event(),)),
            article("c", part_of="a", published=False, events=(event(),)),
        ]
    )
    assert {type_: len(some) for type_, some in found.items()} == {"AGREE": 1}


def test_a_deed_with_both_sides_comes_first() -> None:
    found = deeds([article("a", events=(event(target=()),)), article("b", minutes=1, events=(event(),))])
    assert [len(deed.target) for deed in found["AGREE"]] == [1, 0]


def test_refused_input_is_placed_by_file_or_by_message() -> None:
    letter = DeadLetter(
        origin="some/folder/a.jsonl:7", stage="publish", error="invalid_json", message="not JSON", time=NINE, value=b"{"
    )
    assert place(letter) == "a.jsonl:7"
    assert (
        place(
            DeadLetter(
                topic="articles", partition=2, offset=9, stage="extraction", error="e", message="", time=NINE, value=b""
            )
        )
        == "articles[2]@9"
    )


def whole_report(paper: Paper) -> list[Text]:
    title = "خبر طويل العنوان لا تتسع له شاشة ضيقة مهما حاول كاتبه أن يختصر فيه من الكلمات " * 2
    articles = [
        article("a", events=(event(), event("ASSAULT"))),
        article("b", minutes=10, copy_of="a", kind="excerpt", title=title),
        article("d", minutes=70, title=title),
    ]
    counts = [count("AGREE", 1, 3), count("ASSAULT", 4, 90)]
    letter = DeadLetter(
        origin="a.jsonl:7", stage="publish", error="invalid_json", message="why " * 60, time=NINE, value=b"{"
    )
    return [
        *printing.summary_lines(pieces=3, outlets=1, outcomes={"original": 2}, taken_back=1, paper=paper),
        *printing.story_lines(stories(articles), paper),
        *printing.actor_lines(actor_totals(counts, articles), paper),
        *printing.deed_lines(deeds(articles), paper),
        *printing.refused_lines([letter], paper),
    ]


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(cell_len(line.plain) for line in whole_report(terminal(width))) <= width


@pytest.mark.parametrize("paper", [terminal(80), terminal(140), PLAIN])
def test_arabic_stands_last_in_its_line(paper: Paper) -> None:
    """Else terminals that reorder right-to-left text would tear the columns apart."""
    for line in whole_report(paper):
        assert not re.search(r"[\u0600-\u06ff].*[A-Za-z0-9]", line.plain), line.plain


def test_plain_lines_are_whole_and_hold_no_drawing() -> None:
    lines = [line.plain for line in whole_report(PLAIN)]
    assert f"    {LONG.strip()}" in lines
    assert not re.search(r"[\u2190-\u21ff\u2500-\u25ff\u2026]", "\n".join(lines))


def test_the_trigger_is_shown_however_long_the_sentence() -> None:
    late = Event(
        type="AGREE", quad=1, date="2031-03-04", trigger="وقعت", sentence="كلمة " * 100 + "وقعت اتفاقية " + "كلمة " * 100,
        event_key="k",
    )  # fmt: skip
    lines = printing.deed_lines(deeds([article("a", events=(late,))]), terminal(80))
    marked = [line for line in lines if any("underline" in str(span.style) for span in line.spans)]
    assert ["وقعت" in line.plain for line in marked] == [True]


def test_a_trigger_of_two_words_is_not_torn_apart() -> None:
    for width in range(40, 80):
        both = Event(
            type="COOPERATE", quad=2, date="2031-03-04", trigger="تدريبات مشتركة", event_key="k",
            sentence="كلمة " * 12 + "تدريبات مشتركة " + "كلمة " * 12,
        )  # fmt: skip
        lines = printing.deed_lines(deeds([article("a", events=(both,))]), terminal(width))
        assert any("تدريبات مشتركة" in line.plain for line in lines)


def test_the_parts_of_a_bar_fill_it_as_the_whole_would() -> None:
    bars: Sequence[Text] = [line for line in whole_report(terminal(80)) if "▇" in line.plain]
    assert [bar.plain.count("▇") for bar in bars] == [80 - len("egypt") - 2 - cell_len("مصر") - 2 - 30]
