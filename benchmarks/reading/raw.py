"""Articles of the corpus as they stand, against what a reader took for their body: ranges and digests, never their words.

`raw.json` was made by reading 74 articles (48 drawn from all outlets, 26 from the two whose pages carry most furniture) before
what Khabar makes of them was looked at. Subheadings are body; datelines, links, notices and news of something else are not.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.reading.measuring import read

EXPECTED = Path(__file__).with_name("raw.json")
_TOKEN = re.compile(r"\w+")


def accuracy(shared: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Token precision and recall of the body; and the articles that are not exactly right."""
    expected = json.loads(EXPECTED.read_text("utf-8"))
    counts = Counter[str]()
    wrong: list[dict[str, Any]] = []
    with lzma.open(shared / "corpus" / "ant.jsonl.xz", "rt", encoding="utf-8") as file:
        for line in file:
            given = json.loads(line)
            gold = expected.get(given["docno"])
            if gold is None:
                continue
            text = given["text"]
            if hashlib.sha256(text.encode()).hexdigest() != gold["text_sha256"]:
                wrong.append({"article": given["docno"], "differs": "another text"})
                continue
            body, found = _tokens(_body(text, gold["not_body"])), _tokens(read(given["title"], text).text)
            counts += Counter(found=found.total(), gold=body.total(), both=(found & body).total(), articles=1)
            counts["exact"] += found == body
            if found != body:
                left, lost = found - body, body - found
                wrong.append({"article": given["docno"], "left": " ".join(left), "lost": " ".join(lost)})
    return {
        "articles": counts["articles"],
        "precision": round(counts["both"] / max(1, counts["found"]), 5),
        "recall": round(counts["both"] / max(1, counts["gold"]), 5),
        "exact": counts["exact"],
    }, wrong


def _body(text: str, not_body: list[list[int]]) -> str:
    kept, at = [], 0
    for start, end in not_body:
        kept.append(text[at:start])
        at = end
    return " ".join([*kept, text[at:]])


def _tokens(text: str) -> Counter[str]:
    return Counter(_TOKEN.findall(text))
