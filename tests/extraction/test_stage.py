"""The extraction stage: each message decided by itself, bad ones rejected with a reason, everything else passed on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from khabar.codec import decode, encode
from khabar.identity import article_id, event_time, part_id
from khabar.partitioning import partition_for
from khabar.records import (
    MAX_ARTICLE_BYTES,
    Article,
    ExtractedArticle,
    FindingsEnvelope,
    Fingerprint,
    FingerprintsEnvelope,
)
from khabar.topics import Topic
from processors.extraction import Extraction
from processors.extraction.coding import load_coder
from processors.extraction.stage import publishers_order
from processors.fingerprints import TextFingerprint, fingerprint_texts, key_partitions
from processors.stage import Message, Outcome, State, Step

PARTITIONS = 4
FETCHED = datetime(2024, 5, 20, 12, 0, tzinfo=UTC)
STATE: State[None] = State(row=lambda key: None, memory=None)

VISIT = (
    "وصل وزير الخارجية الفرنسي إلى القاهرة يوم الأحد، والتقى الرئيس المصري لبحث سبل وقف إطلاق النار في السودان.\n"
    "وقال الوزير إن فرنسا ترحب بجهود مصر، وإنها ستقدم مساعدات للنازحين قبل نهاية الشهر الجاري."
)
LIBRARY = (
    "أعلنت إدارة مكتبة الجبل أنها ستبقي قاعاتها مفتوحة حتى منتصف الليل طوال موسم الامتحانات، استجابة لطلب مئات الطلاب.\n"
    "وأوضحت المديرة أن الحافلات ستعمل حتى الساعة الواحدة، وأن المقهى الصغير في الطابق الأول سيقدم وجبات خفيفة بسعر رمزي.\n"
    "ورحب اتحاد الطلاب بالقرار، وتمنى أن يشمل مكتبات الأحياء الأخرى في الخريف المقبل."
)
LIBRARY_TITLE = "مكتبة الجبل تفتح أبوابها ليلا للطلاب"
AGGREGATED = f"{VISIT}\nالمصدر: وكالة الساحل\nإقرأ أيضاً:\n{LIBRARY_TITLE}\n{{date}}{LIBRARY}\nمقالات مشابهة\n• خبر آخر"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What the outputs of a step hold, each with the partition it goes to."""

    findings: list[tuple[int, ExtractedArticle]]
    fingerprints: list[tuple[int, Fingerprint]]

    def article(self, identity: str) -> ExtractedArticle:
        return next(finding for _, finding in self.findings if finding.id == identity)

    def fingerprints_of(self, identity: str) -> list[Fingerprint]:
        return [record for _, record in self.fingerprints if record.id == identity]


@cache
def extraction(partitions: int = PARTITIONS) -> Extraction:
    return Extraction(coder=load_coder(), fingerprint=fingerprint_texts, partitions=partitions)


def article(
    text: str = VISIT,
    *,
    html: str | None = None,
    title: str = "",
    source: str = "sahel",
    url: str | None = "https://sahel.example/1",
    external_id: str | None = None,
    language: str = "ar",
    published_at: datetime | None = FETCHED - timedelta(hours=1),
    fetched_at: datetime = FETCHED,
    utc_offset_minutes: int | None = None,
) -> Article:
    identity = article_id(
        source=source,
        external_id=external_id,
        url=url,
        event_time=event_time(published_at=published_at, fetched_at=fetched_at),
        title=title,
        text=text,
        html=html,
        language=language,
        byline=None,
        section=None,
        utc_offset_minutes=utc_offset_minutes,
    )
    return Article(
        id=identity,
        source=source,
        url=url,
        title=title,
        text=text,
        html=html,
        language=language,
        external_id=external_id,
        published_at=published_at,
        utc_offset_minutes=utc_offset_minutes,
        fetched_at=fetched_at,
    )


def message(given_article: Article, offset: int = 0) -> Message:
    return Message(offset=offset, key=given_article.id.encode(), value=encode(given_article))


def changed(given_article: Article, **fields: Any) -> Message:
    """The message of the article with fields replaced in its JSON, its key unchanged."""
    value = {**json.loads(encode(given_article)), **fields}
    return Message(offset=7, key=given_article.id.encode(), value=json.dumps(value, ensure_ascii=False).encode())


def run(*messages: Message, partition: int = 0) -> Step:
    return extraction().step(STATE, partition, messages)


def records_of(step: Step) -> Records:
    findings: list[tuple[int, ExtractedArticle]] = []
    fingerprints: list[tuple[int, Fingerprint]] = []
    for output in step.outputs:
        if output.topic is Topic.FINDINGS:
            for finding in decode(output.value, FindingsEnvelope).records:
                assert isinstance(finding, ExtractedArticle)
                findings.append((output.partition, finding))
        else:
            assert output.topic is Topic.FINGERPRINTS
            records = decode(output.value, FingerprintsEnvelope).records
            fingerprints += [(output.partition, record) for record in records]
    return Records(findings=findings, fingerprints=fingerprints)


def test_an_article_becomes_one_finding_in_the_partition_of_its_id() -> None:
    published = article(external_id="guid-1", title="زيارة إلى القاهرة")
    ((partition, found),) = records_of(run(message(published))).findings
    assert partition == partition_for(published.id, PARTITIONS)
    assert (found.id, found.external_id, found.source, found.url) == (
        published.id,
        "guid-1",
        "sahel",
        "https://sahel.example/1",
    )
    assert (found.title, found.text, found.language) == ("زيارة إلى القاهرة", VISIT, "ar")
    assert (found.published_at, found.fetched_at, found.event_time) == (
        published.published_at,
        FETCHED,
        published.published_at,
    )
    assert (found.part_of, found.countable) == (None, True)


def test_a_finding_carries_actors_whose_mentions_stand_in_title_and_text() -> None:
    published = article(title="وزير الخارجية الفرنسي في القاهرة")
    found = records_of(run(message(published))).article(published.id)
    whole = f"{found.title}\n{found.text}"
    assert found.actors
    for mention in (mention for actor in found.actors for mention in actor.mentions):
        assert whole[mention.start : mention.end] == mention.text


def test_an_article_without_a_date_or_with_one_in_the_future_is_of_when_it_was_fetched() -> None:
    undated, future = article(published_at=None), article(published_at=FETCHED + timedelta(days=3))
    found = records_of(run(message(undated), message(future, 1)))
    assert {found.article(one.id).event_time for one in (undated, future)} == {FETCHED}


def test_a_fingerprint_goes_once_to_each_partition_that_one_of_its_keys_belongs_to() -> None:
    published = article()
    found = records_of(run(message(published), partition=3))
    (expected,) = fingerprint_texts([VISIT])
    assert sorted(partition for partition, _ in found.fingerprints) == sorted(key_partitions(expected.keys, PARTITIONS))
    record = found.fingerprints[0][1]
    assert all(other == record for _, other in found.fingerprints)
    assert (record.time, record.origin, record.dated) == (int(FETCHED.timestamp()) - 3600, 3, True)
    taken = {name: value for name, value in asdict(record).items() if name in TextFingerprint.__slots__}
    assert TextFingerprint(**taken) == expected


def test_pages_of_one_address_share_a_page_hash_whatever_tracks_the_visit() -> None:
    first, second = article(), article(LIBRARY, url="https://SAHEL.example/1?utm_source=x#top")
    elsewhere, nowhere = article(source="jabal"), article(url=None)
    found = records_of(run(*(message(one, at) for at, one in enumerate([first, second, elsewhere, nowhere]))))
    first_hash, second_hash, other_hash, none = (
        found.fingerprints_of(one.id)[0].page_hash for one in (first, second, elsewhere, nowhere)
    )
    assert first_hash is not None
    assert len(first_hash) == 8
    assert first_hash == second_hash != other_hash
    assert none is None


def test_an_undated_embedded_article_is_an_article_of_its_own_that_does_not_count() -> None:
    published = article(AGGREGATED.format(date=""))
    found = records_of(run(message(published)))
    identity = part_id(page=published.id, text=LIBRARY)
    part = found.article(identity)
    assert found.article(published.id).text == VISIT
    assert (part.title, part.text, part.part_of, part.countable) == (LIBRARY_TITLE, LIBRARY, published.id, False)
    assert (part.source, part.url, part.external_id) == (published.source, published.url, None)
    assert (part.published_at, part.event_time, part.fetched_at) == (None, published.published_at, FETCHED)
    assert {(record.dated, record.page_hash) for record in found.fingerprints_of(identity)} == {(False, None)}
    assert {partition for partition, finding in found.findings if finding.id == identity} == {
        partition_for(identity, PARTITIONS)
    }


def test_an_embedded_article_with_a_date_of_its_own_counts_at_that_date() -> None:
    published = article(AGGREGATED.format(date="2024-05-12 08:30\n"))
    found = records_of(run(message(published)))
    part = found.article(part_id(page=published.id, text=LIBRARY))
    assert part.countable
    assert part.published_at == part.event_time == datetime(2024, 5, 12, 8, 30, tzinfo=UTC)
    assert {record.dated for record in found.fingerprints_of(part.id)} == {True}
    assert {record.time for record in found.fingerprints_of(part.id)} == {int(part.event_time.timestamp())}


def test_a_dateline_becomes_fields_of_the_finding_and_copies_without_it_have_the_same_fingerprint() -> None:
    plain, dated = article(), article(f"القاهرة (أ ف ب) - {VISIT}", url="https://sahel.example/2")
    found = records_of(run(message(plain), message(dated, 1)))
    assert (found.article(dated.id).agency, found.article(dated.id).place) == ("afp", "القاهرة")
    assert (found.article(plain.id).agency, found.article(plain.id).place) == (None, None)
    assert found.article(dated.id).text == found.article(plain.id).text == VISIT
    assert len({record.text_hash for one in (plain, dated) for record in found.fingerprints_of(one.id)}) == 1


def test_the_agency_and_place_of_an_embedded_article_are_its_own() -> None:
    published = article(
        f"عمان (بترا) - {LIBRARY}\nالمصدر: وكالات\nإقرأ أيضاً:\nزيارة\nبيروت - رويترز: {VISIT}\n{LIBRARY}"
    )
    found = records_of(run(message(published)))
    part = next(finding for _, finding in found.findings if finding.part_of == published.id)
    assert (found.article(published.id).agency, found.article(published.id).place) == ("petra", "عمان")
    assert (part.agency, part.place) == ("reuters", "بيروت")


def test_an_article_that_stands_twice_on_the_page_is_one_part() -> None:
    embedded = f"\nالمصدر: وكالة\nإقرأ أيضاً:\n{LIBRARY_TITLE}\n{LIBRARY}"
    found = records_of(run(message(article(VISIT + embedded + embedded))))
    assert len(found.findings) == 2


def test_of_two_showings_of_an_embedded_article_the_one_with_a_date_counts() -> None:
    embedded = f"\nالمصدر: وكالة\nإقرأ أيضاً:\n{LIBRARY_TITLE}\n{{date}}{LIBRARY}"
    page = VISIT + embedded.format(date="") + embedded.format(date="2024-05-12 08:30\n")
    published = article(page)
    found = records_of(run(message(published)))
    assert found.article(part_id(page=published.id, text=LIBRARY)).countable


@pytest.mark.parametrize(("offset", "day"), [(180, "2024-02-06"), (None, "2024-02-05"), (-300, "2024-02-05")])
def test_yesterday_is_counted_from_the_day_where_the_publisher_is(offset: int | None, day: str) -> None:
    appeared = datetime(2024, 2, 6, 22, tzinfo=UTC)  # 1 o'clock of the 7th in Riyadh
    late = article("اتهمت مصر إثيوبيا أمس.", published_at=appeared, fetched_at=appeared, utc_offset_minutes=offset)
    found = records_of(run(message(late))).article(late.id)
    assert found.event_time == appeared
    assert [(event.date, event.date_basis) for event in found.events] == [(day, "resolved")]


def test_an_actor_of_the_embedded_article_is_no_actor_of_the_page() -> None:
    alone, aggregated = (
        article(LIBRARY),
        article(LIBRARY + f"\nالمصدر: وكالة\nإقرأ أيضاً:\nزيارة إلى القاهرة\n{VISIT * 2}"),
    )
    found = records_of(run(message(alone), message(aggregated, 1)))
    assert found.article(aggregated.id).actors == found.article(alone.id).actors
    part = next(finding for _, finding in found.findings if finding.part_of == aggregated.id)
    assert {actor.id for actor in part.actors} > {actor.id for actor in found.article(alone.id).actors}


def test_control_characters_are_taken_out_and_refuse_nothing() -> None:
    published = article(VISIT.replace(" ", "\x00 \x07", 3))
    assert records_of(run(message(published))).article(published.id).text == VISIT


def test_html_where_text_was_said_is_read_as_html() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in VISIT.split("\n"))
    said_text = article(f"<html><body><article>{paragraphs}</article></body></html>")
    assert records_of(run(message(said_text))).article(said_text.id).text == VISIT


def test_a_page_that_came_as_html_alone_is_read() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in VISIT.split("\n"))
    published = article("", html=f"<html><body><article>{paragraphs}</article></body></html>")
    assert records_of(run(message(published))).article(published.id).text == VISIT


GOOD = article()
BAD = {
    "invalid JSON": (Message(offset=7, key=b"k", value=b'{"id": '), "invalid_json"),
    "nothing": (Message(offset=7, key=None, value=b""), "invalid_json"),
    "invalid UTF-8": (Message(offset=7, key=b"k", value=b'{"id": "\xff\xfe"}'), "invalid_utf8"),
    "no object": (Message(offset=7, key=b"k", value=b"[1, 2]"), "invalid_field"),
    "a field is missing": (Message(offset=7, key=b"k", value=b'{"id": "' + GOOD.id.encode() + b'"}'), "invalid_field"),
    "an unknown schema version": (changed(GOOD, schema_version=2), "unknown_schema_version"),
    "a text over the limit": (changed(GOOD, text="ا" * 1_000_001), "invalid_field"),
    "a title over the limit": (changed(GOOD, title="ا" * 2_001), "invalid_field"),
    "no source": (changed(GOOD, source=""), "invalid_field"),
    "ten megabytes": (changed(GOOD, extra={"junk": "x" * 10_000_000}), "article_too_large"),
    "a day that cannot be": (changed(GOOD, fetched_at="2024-02-31T00:00:00Z"), "invalid_field"),
    "a date without a zone": (changed(GOOD, fetched_at="2024-02-03T00:00:00"), "invalid_field"),
    "a year that cannot be": (changed(GOOD, published_at="0001-01-01T00:00:00Z"), "invalid_date"),
    "the last moment there is": (changed(GOOD, fetched_at="9999-12-31T23:59:59-14:00"), "invalid_date"),
    "another text under its id": (changed(GOOD, text=LIBRARY), "id_mismatch"),
    "another date under its id": (changed(GOOD, published_at="2024-05-20T10:00:00Z"), "id_mismatch"),
    "another key": (Message(offset=7, key=b"0" * 32, value=encode(GOOD)), "key_mismatch"),
    "no key": (Message(offset=7, key=None, value=encode(GOOD)), "key_mismatch"),
    "neither text nor html": (message(article(""), 7), "empty_text"),
    "blanks for text": (message(article(" \n\t", html=" "), 7), "empty_text"),
    "furniture alone": (message(article("اقرأ أيضا:\n• خبر آخر\nشارك"), 7), "empty_text"),
    "html that shows nothing": (message(article("", html="<html><body><p> </p></body></html>"), 7), "empty_text"),
    "unseen characters alone": (message(article("\u200b\u200f\x00"), 7), "empty_text"),
}


@pytest.mark.parametrize(("bad", "reason"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_rejected_with_its_reason_and_the_rest_goes_on(bad: Message, reason: str) -> None:
    before, after = article(source="before"), article(source="after")
    step = run(message(before, 6), bad, message(after, 8))
    assert [(rejected.offset, rejected.error) for rejected in step.rejected] == [(7, reason)]
    assert step.rejected[0].message
    assert {finding.id for _, finding in records_of(step).findings} == {before.id, after.id}
    assert dict(step.outcomes) == {Outcome.DEAD_LETTER: 1}


def test_a_rejection_of_what_is_too_long_says_what_and_how_long_it_may_be() -> None:
    (text,) = run(BAD["a text over the limit"][0]).rejected
    assert "1000000" in text.message
    assert "text" in text.message
    (whole,) = run(BAD["ten megabytes"][0]).rejected
    assert f"{MAX_ARTICLE_BYTES:,}" in whole.message


def test_one_time_spelled_in_two_zones_is_one_article() -> None:
    local = changed(GOOD, published_at="2024-05-20T14:00:00+03:00", fetched_at="2024-05-20T15:00:00.250+03:00")
    assert records_of(run(local)) == records_of(run(message(GOOD)))


def test_an_article_of_few_words_is_found_and_has_fingerprints_where_it_has_keys() -> None:
    short, wordless = article("عاجل"), article("؟! 👍 a", source="b")
    found = records_of(run(message(short), message(wordless, 1)))
    assert {finding.id for _, finding in found.findings} == {short.id, wordless.id}
    assert found.fingerprints_of(short.id)


def test_articles_are_counted_by_the_language_they_are_coded_as() -> None:
    russian = "Мэр сообщил, что мост был открыт вчера и что по нему уже едут машины."
    given = [
        article(),
        article(url=None, language="ar-EG"),
        article(russian, language="und"),
        article("1234 5678", language="und"),
    ]
    assert run(*(message(one, offset) for offset, one in enumerate(given))).languages == {"ar": 2, "other": 1, "und": 1}


def test_the_newest_time_of_each_source_is_reported() -> None:
    old, new = article(published_at=FETCHED - timedelta(days=2)), article()
    other = article(source="jabal", published_at=None)
    step = run(message(new), message(old, 1), message(other, 2))
    assert dict(step.newest) == {"sahel": int(FETCHED.timestamp()) - 3600, "jabal": int(FETCHED.timestamp())}


def test_the_stage_keeps_nothing() -> None:
    stage = extraction()
    assert (stage.name, stage.source) == ("extraction", Topic.ARTICLES)
    assert run(message(GOOD)).writes == {}
    assert run() == Step(outputs=[], rejected=[])


MESSAGES = [
    message(article(), 0),
    message(article(AGGREGATED.format(date=""), source="b"), 1),
    Message(offset=2, key=b"k", value=b"{"),
    message(article(LIBRARY, source="c", published_at=None), 3),
    message(article(AGGREGATED.format(date="2024-05-12\n"), source="d"), 4),
    message(article("", source="e"), 5),
    message(article(LIBRARY + "\n" + VISIT, source="f"), 6),
    message(article(), 7),
]


def test_the_same_bytes_give_the_same_outputs() -> None:
    fresh = Extraction(coder=load_coder(), fingerprint=fingerprint_texts, partitions=PARTITIONS)
    assert fresh.step(STATE, 2, MESSAGES) == extraction().step(STATE, 2, MESSAGES)


@given(cuts=st.sets(st.integers(1, len(MESSAGES) - 1)))
@settings(max_examples=40, deadline=None)
def test_a_batch_cut_in_any_way_gives_the_same_records_in_the_same_order(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(MESSAGES)]
    whole = run(*MESSAGES)
    steps = [run(*MESSAGES[start:end]) for start, end in pairwise(edges)]
    assert _by_partition([records_of(step) for step in steps]) == _by_partition([records_of(whole)])
    assert [rejected for step in steps for rejected in step.rejected] == list(whole.rejected)


def _by_partition(batches: Sequence[Records]) -> dict[tuple[str, int], list[object]]:
    gathered: dict[tuple[str, int], list[object]] = {}
    for batch in batches:
        for partition, finding in batch.findings:
            gathered.setdefault(("findings", partition), []).append(finding)
        for partition, record in batch.fingerprints:
            gathered.setdefault(("fingerprints", partition), []).append(record)
    return gathered


def test_ties_go_to_the_lower_publishers_id_and_to_an_article_before_a_part() -> None:
    orders = [publishers_order(name) for name in ("999", "1000", "a-17", "a-18", "خبر-1", None)]
    assert orders == sorted(orders)
    assert len(publishers_order("x" * 500)) == 32
    assert publishers_order("") == publishers_order(None)
