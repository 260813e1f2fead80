"""Which texts are no copies of earlier ones: the deduplication stage over the spool, in one partition.

Embedded articles without a date of their own count as of the time of their page here, so that their copies are found too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from khabar.codec import decode, encode
from khabar.records import CopyEdge, FindingsEnvelope, FingerprintsEnvelope
from processors.deduplication import Deduplication
from processors.fingerprints import fingerprint_texts
from processors.stage import Message, State
from processors.stock_phrases.spool import Spool


def originals(spool: Spool, *, window_hours: int, progress: Callable[[int], None]) -> Iterator[list[tuple[str, bool]]]:
    """Each chunk of the spool as its texts, each with whether it is an original.

    Texts come in order of their time, so whatever a text may be a copy of has been seen when it comes. Memory holds the
    fingerprints of `window_hours`.
    """
    stage = Deduplication(partitions=1, window_hours=window_hours, lateness_hours=0)
    memory = stage.load([])
    for offset, chunk in enumerate(spool.chunks(progress)):
        prints = fingerprint_texts([text.text for text in chunk])
        records = tuple(
            found.record(id=text.id, time=text.time, origin=0)
            for text, found in zip(chunk, prints, strict=True)
            if found.keys
        )
        message = Message(offset=offset, value=encode(FingerprintsEnvelope(records=records)))
        step = stage.step(State(row=lambda _: None, memory=memory), 0, [message])
        memory = stage.absorb(memory, step.writes)
        copies = _copies([output.value for output in step.outputs])
        yield [(text.text, text.id not in copies) for text in chunk]


def _copies(findings: Sequence[bytes]) -> set[str]:
    return {
        record.later
        for value in findings
        for record in decode(value, FindingsEnvelope).records
        if isinstance(record, CopyEdge)
    }
