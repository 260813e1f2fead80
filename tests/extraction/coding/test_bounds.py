"""Any text is coded, in bounded time, and always alike."""

from __future__ import annotations

import cProfile
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.extraction.coding import load_coder

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
CODER = load_coder()
SURROGATES = st.text(alphabet=st.characters(), max_size=80) | st.text(
    alphabet="وفبلك السيسيمصرً\ud800\x00\u200f_ـ.\n", max_size=120
)
MANY_WORDS = 200_000


@settings(max_examples=400, deadline=None)
@given(SURROGATES, SURROGATES, st.sampled_from(["ar", "en", "ar-EG", "und", ""]))
def test_no_text_raises(title: str, text: str, language: str) -> None:
    coding = CODER.code(title=title, text=text, language=language, event_time=NOON)
    assert coding == CODER.code(title=title, text=text, language=language, event_time=NOON)


@pytest.mark.parametrize(
    "unit",
    [
        "السيسي",
        "يلتقي",
        "السيسي يلتقي",
        "اتهمت مصر إثيوبيا و",
        "مصر، ",
        "قصف. ",
        "ـ",
        "وزارة الخارجية",
        "مع السيسي ومصر يلتقي",
        "الرئيس",
        "وزير الخارجية",
        "الرئيس المصري",
        "العميد رشيد المزوغي",
        "المتظاهرون",
        "الشرطة في نيروبي",
        "عمان",
    ],
)
def test_a_huge_text_of_one_phrase_takes_bounded_time(unit: str) -> None:
    text = f"{unit} " * (MANY_WORDS // len(unit.split()))
    started = time.process_time()
    CODER.code(title="", text=text, language="ar", event_time=NOON)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "unit",
    [
        "السيسي",
        "وزير الخارجية",
        "الرئيس المصري الوزير التركي",
        "رئيس أركان الجيش النيبالي، العميد رشيد المزوغي، قائد لواء المدينة والقرية والبلدة",
        "أعلنت الشرطة والجيش والمتظاهرون في نيروبي",
        "عمان الأردن مسقط الكونغو",
        "محمد بن محمد أحمد علي سفير",
        "وأضاف السويدي. وزير الطاقة الإماراتي سيف السويدي",
    ],
)
def test_twice_the_text_is_at_most_about_twice_the_work(unit: str) -> None:
    def calls(times: int) -> int:
        profile = cProfile.Profile()
        profile.runcall(CODER.code, title="", text=f"{unit} " * times, language="ar", event_time=NOON)
        return sum(entry.callcount for entry in profile.getstats())

    assert calls(4000) < 2.3 * calls(2000)


def test_another_hash_seed_gives_the_same_coding() -> None:
    program = (
        "from datetime import UTC, datetime\n"
        "from processors.extraction.coding import load_coder\n"
        "text = 'التقى السيسي وأردوغان وماكرون بوتين. اتهمت تركيا وقطر سوريا والعراق ولبنان. جرت محادثات بين روسيا والصين. الوزير والرئيس والشرطة والمتظاهرون في عمان والكونغو. وكاميل دوبوا من فرنسا، وكلوي مارتن'\n"
        "c = load_coder()\n"
        "print(c.version, c.code(title='', text=text, language='ar', event_time=datetime(2024, 2, 6, tzinfo=UTC)))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True, check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip
    assert len(outputs) == 1
