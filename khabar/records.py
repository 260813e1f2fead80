"""Every record that crosses a topic, a store or a file: the contracts of docs/records.md as types.

Knows shapes and bounds only. Times are timezone-aware UTC, whole seconds. Records are immutable; collections inside
them are tuples. `codec.decode` checks at the edge, so code behind the edge never checks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta, Struct

SCHEMA_VERSION: Final = 1

MAX_TEXT_CHARACTERS = 1_000_000
MAX_HTML_CHARACTERS = 2_000_000
MAX_TITLE_CHARACTERS = 2_000
MAX_ARTICLE_BYTES = 4 * 1024 * 1024
"""An encoded article may not be larger: it travels as one Kafka message."""

MIN_SECONDS = -62_135_596_800
MAX_SECONDS = 253_402_300_799
"""The first second of year 1 and the last of year 9999, in seconds since 1970."""

Identifier = Annotated[str, Meta(min_length=1, max_length=512)]
ArticleId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="128 bits of SHA-256, hexadecimal")]
Source = Annotated[str, Meta(min_length=1, max_length=200)]
Url = Annotated[str, Meta(min_length=1, max_length=4_000)]
Title = Annotated[str, Meta(max_length=MAX_TITLE_CHARACTERS)]
Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARACTERS)]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47; und where not known")]
Time = Annotated[datetime, Meta(tz=True)]
UtcOffset = Annotated[int, Meta(ge=-840, le=840, description="minutes ahead of UTC")]
Similarity = Annotated[float, Meta(ge=0, le=1, description="Jaccard similarity of word 4-shingles, estimated")]
Containment = Annotated[
    float, Meta(ge=0, le=1, description="share of the shorter text's 4-shingles in the longer, estimated")
]

ActorKind: TypeAlias = Literal[
    "state", "person", "organisation", "igo", "armed_group", "ngo", "company", "media", "group"
]
EventType: TypeAlias = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip
CountedType: TypeAlias = EventType | Literal["MENTION"]
Role: TypeAlias = Literal["source", "target", "mention"]
EventStatus: TypeAlias = Literal["actual", "planned", "denied"]
DateBasis: TypeAlias = Literal["explicit", "resolved", "article"]
CopyKind: TypeAlias = Literal["identical", "copy", "excerpt", "revision"]
Quad: TypeAlias = Literal[1, 2, 3, 4]

QUAD: Mapping[EventType, Quad] = {
    "AGREE": 1, "CONSULT": 1, "SUPPORT": 1, "CONCEDE": 1,
    "COOPERATE": 2, "AID": 2, "RETREAT": 2,
    "REQUEST": 3, "ACCUSE": 3, "REJECT": 3, "THREATEN": 3,
    "PROTEST": 4, "SANCTION": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}  # fmt: skip
"""PLOVER's quad classes: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict."""


class Article(Struct, frozen=True, kw_only=True):
    """An article as published, on topic `articles` (key: id). `text` may be empty where `html` holds the page.

    `utc_offset_minutes`: the zone the publisher gave `published_at` in, where it gave one: its day is the day of the news.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    id: ArticleId
    source: Source
    url: Url | None = None
    title: Title = ""
    text: Text = ""
    html: Annotated[str, Meta(max_length=MAX_HTML_CHARACTERS)] | None = None
    language: Language = "und"
    published_at: Time | None = None
    utc_offset_minutes: UtcOffset | None = None
    fetched_at: Time
    external_id: Identifier | None = None
    byline: Annotated[str, Meta(max_length=1_000)] | None = None
    section: Annotated[str, Meta(max_length=500)] | None = None
    extra: dict[str, Any] = {}


class Mention(Struct, frozen=True, kw_only=True):
    """One place where an actor is named. Offsets count characters of `title + "\n" + text` (of `text` where the title is
    empty), end exclusive; `text` is what stands there.
    """

    text: str
    start: int
    end: int


class MentionedActor(Struct, frozen=True, kw_only=True):
    """An actor of an article. `code`: ISO 3166-1 alpha-3 for what belongs to a state, else IGO:…, NSA:…, NGO:…, COM:…, MEDIA:…"""

    id: Identifier
    name: str
    kind: ActorKind
    code: str
    sector: str | None = None
    mentions: tuple[Mention, ...] = ()


class Event(Struct, frozen=True, kw_only=True):
    """One coded event: PLOVER v0.8 type, who to whom, when, and the words that say so."""

    type: EventType
    quad: Quad
    source: tuple[str, ...] = ()
    source_codes: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    target_codes: tuple[str, ...] = ()
    status: EventStatus = "actual"
    date: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    date_basis: DateBasis = "article"
    trigger: str
    sentence: str
    event_key: str


class CountChange(Struct, frozen=True, kw_only=True):
    """By how much one (type, role) of an actor's hour changes: +n when an original appears, -n when it is taken back."""

    type: CountedType
    role: Role
    articles: int
    events: int


class ExtractedArticle(Struct, frozen=True, kw_only=True, tag_field="record", tag="article"):
    """Findings, first kind: what extraction made of one article. `countable` is false for an undated embedded part."""

    id: ArticleId
    external_id: str | None = None
    source: str
    url: str | None = None
    title: str
    text: str
    language: str
    agency: str | None = None
    place: str | None = None
    published_at: Time | None = None
    fetched_at: Time
    event_time: Time
    part_of: ArticleId | None = None
    countable: bool = True
    actors: tuple[MentionedActor, ...] = ()
    events: tuple[Event, ...] = ()


class CopyEdge(Struct, frozen=True, kw_only=True, tag_field="record", tag="edge"):
    """Findings, second kind: `later` repeats `earlier`. Keyed by the later. Emitted again after a crash, harmlessly.

    Of two at one time `earlier_order`, the start of the publisher's id, says which is the earlier; then the id.
    """

    later: ArticleId
    earlier: ArticleId
    earlier_time: Time
    earlier_order: bytes = b""
    kind: CopyKind
    similarity: Similarity
    containment: Containment


Finding: TypeAlias = ExtractedArticle | CopyEdge


class FindingsEnvelope(Struct, frozen=True, kw_only=True):
    """One message of `g{N}.findings`: records for one partition, in order."""

    schema_version: Literal[1] = SCHEMA_VERSION
    records: tuple[Finding, ...]


class Fingerprint(Struct, frozen=True, kw_only=True):
    """What deduplication knows of an article. Binary fields are base64 in JSON; integers inside are little-endian.

    `keys`: up to 16 uint64, ascending. `sketch`: up to 128 uint32, the high halves of the smallest 64-bit hashes of word
    4-shingles, ascending. `shingles`: exact count of distinct 4-shingles. `numbers`: up to 24 uint32, ascending: numbers in
    their contexts. `origin`: the partition of `articles` it came from, for the watermark. `order`: the first 32 bytes of the
    publisher's id, in UTF-8: at equal times the lower is the earlier. `dated` is false for an embedded part without a date of
    its own: it can be a copy, never an original.
    """

    id: ArticleId
    time: Annotated[int, Meta(ge=MIN_SECONDS, le=MAX_SECONDS)]
    origin: Annotated[int, Meta(ge=0)]
    keys: Annotated[bytes, Meta(max_length=128)]
    sketch: Annotated[bytes, Meta(max_length=512)]
    shingles: Annotated[int, Meta(ge=0, le=4_294_967_295)]
    words: Annotated[int, Meta(ge=0)]
    numbers: Annotated[bytes, Meta(max_length=96)] = b""
    text_hash: Annotated[bytes, Meta(min_length=8, max_length=8)]
    page_hash: Annotated[bytes, Meta(min_length=8, max_length=8)] | None = None
    order: Annotated[bytes, Meta(max_length=32)] = b""
    dated: bool = True


class FingerprintsEnvelope(Struct, frozen=True, kw_only=True):
    """One message of `g{N}.fingerprints`: fingerprints that share at least one min-key of the partition."""

    schema_version: Literal[1] = SCHEMA_VERSION
    records: tuple[Fingerprint, ...]


class Contribution(Struct, frozen=True, kw_only=True):
    """Signed changes to one actor's hour, all that one message of `findings` caused. The cause makes a repeat harmless."""

    actor: Identifier
    actor_name: str
    kind: ActorKind
    code: str
    hour: Time
    cause_partition: int
    cause_offset: int
    changes: tuple[CountChange, ...]


class ContributionsEnvelope(Struct, frozen=True, kw_only=True):
    """One message of `g{N}.contributions`."""

    schema_version: Literal[1] = SCHEMA_VERSION
    records: tuple[Contribution, ...]


class ResolvedArticle(Struct, frozen=True, kw_only=True):
    """The whole article, on `g{N}.resolved-articles` (key: id), in the index, in exports. Highest `revision` wins."""

    id: ArticleId
    external_id: str | None = None
    source: str
    url: str | None = None
    title: str
    text: str
    language: str
    agency: str | None = None
    place: str | None = None
    published_at: Time | None = None
    fetched_at: Time
    event_time: Time
    part_of: ArticleId | None = None
    revision: Annotated[int, Meta(ge=1)]
    copy_of: ArticleId | None = None
    copy_kind: CopyKind | None = None
    copy_similarity: Similarity | None = None
    copy_containment: Containment | None = None
    actors: tuple[MentionedActor, ...] = ()
    events: tuple[Event, ...] = ()


class HourCount(Struct, frozen=True, kw_only=True):
    """One line of an actor's hour. `type` is MENTION and `quad` 0 for plain mentions, whose `events` is always 0."""

    type: CountedType
    quad: Literal[0, 1, 2, 3, 4]
    role: Role
    articles: int
    events: int


class ActorHour(Struct, frozen=True, kw_only=True):
    """All counts of one actor in one hour, on `g{N}.actor-counts` (key: actor|hour). Highest `revision` wins.

    Lines that were taken back stay with zeros, so that readers of older revisions can be corrected.
    """

    actor: Identifier
    actor_name: str
    kind: ActorKind
    code: str
    hour: Time
    revision: Annotated[int, Meta(ge=1)]
    counts: tuple[HourCount, ...]


class ActorCount(Struct, frozen=True, kw_only=True):
    """The flat form for indices, SQL and exports: one document per actor × hour × event type × role."""

    actor: Identifier
    actor_name: str
    kind: ActorKind
    code: str
    hour: Time
    type: CountedType
    quad: Literal[0, 1, 2, 3, 4]
    role: Role
    articles: int
    events: int
    revision: int


class DeadLetter(Struct, frozen=True, kw_only=True):
    """What could not be processed, with its original bytes, and why. On Kafka all but key and value travel as headers.

    `topic` is empty and `partition`, `offset` are -1 where the input never was a message; `origin` then says where it
    stood (file and line). `error` is the class of the reason, bounded; `message` the details.
    """

    topic: str = ""
    partition: int = -1
    offset: int = -1
    origin: str = ""
    stage: str
    error: str
    message: str
    time: Time
    key: bytes | None = None
    value: bytes
