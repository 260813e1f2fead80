"""Synonyms and constructions that news uses beside the plain ones: one sentence each, written for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.coding import Coder

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
TOLD = """
CONSULT KEN+ETH - | الرئيسان الكيني والإثيوبي يتصافحان
CONSULT KEN+ETH - | كينيا وإثيوبيا تبحثان ملف المياه
SUPPORT KEN ETH | وصف الرئيس الكيني نظيره الإثيوبي بالشجاع
MOBILIZE KEN ETH | أبحرت مدمرة كينية نحو إثيوبيا
MOBILIZE KEN - | شددت كينيا إجراءاتها الأمنية
MOBILIZE KEN - | نشرت كينيا عناصر من الحرس الوطني
COERCE KEN KEN | أدين وزير كيني سابق بالرشوة
COERCE KEN KEN | إدانة وزير كيني سابق بالفساد
ACCUSE KEN+ETH - | حرب كلمات بين كينيا وإثيوبيا
ACCUSE ETH KEN | تصريحات الرئيس الكيني تثير غضب إثيوبيا
ACCUSE KEN ETH | غضب كيني إزاء إثيوبيا
ACCUSE KEN ETH | كينيا تفضح أكاذيب إثيوبيا
ACCUSE KEN ETH | قدمت كينيا لائحة اتهامات بحق وزير إثيوبي
REJECT KEN ETH | ردت كينيا على شتائم إثيوبيا
REQUEST KEN ETH | أقنعت كينيا إثيوبيا بالتريث
THREATEN KEN ETH | أعطت كينيا إثيوبيا مهلة أسبوع
THREATEN ETH KEN | تلقت كينيا تحذيرا من إثيوبيا
ASSAULT KEN ETH | سددت كينيا ضربات على إثيوبيا
ASSAULT KEN ETH | شاركت كينيا في غارات على إثيوبيا
ASSAULT KEN NSA:AL-SHABAAB | أعلنت كينيا تحييد مسلحين من حركة الشباب
ASSAULT - KEN | حرق القنصلية الكينية في إثيوبيا
ASSAULT - KEN | تعرض الوزير الكيني إلى الطعن
AGREE KEN ETH | عرضت كينيا على إثيوبيا تبادل الأسرى
COERCE KEN ETH | أعلنت كينيا اعتقالها لجندي إثيوبي
SANCTION KEN ETH | بعد إعلان كينيا الخميس إلغاء اللقاء مع إثيوبيا
SANCTION KEN ETH | قرار الرئيس الكيني الانسحاب من الاتفاق مع إثيوبيا
ACCUSE KEN ETH | انتقدت كينيا المهلة التي أعطتها إثيوبيا، واستدعت السفير الإثيوبي
"""
UNTOLD = """
CONSULT | وصول رفات عمال كينيين إلى إثيوبيا
REQUEST | قال المصدر الكيني في إثيوبيا طالبا عدم نشر اسمه إن الطائرة بخير
SUPPORT | كينيا توقع قرار الانسحاب من اتفاق المياه مع إثيوبيا
AID | مقاربة موحدة تجمع كينيا وأوغندا لإنقاذ اتفاق إثيوبيا
RETREAT | كينيا تتوقع انسحاب إثيوبيا من الإقليم
"""


def told(coder: Coder, text: str, title: str = "") -> list[tuple[str, str, str]]:
    """Each event as a line of the table above has it."""
    found = coder.code(title=title, text=text, language="ar", event_time=NOON).events
    return [
        (event.type, "+".join(event.source_codes) or "-", "+".join(event.target_codes) or "-") for event in found
    ]  # fmt: skip


@pytest.mark.parametrize("line", TOLD.strip().splitlines())
def test_a_synonym_tells_the_event(coder: Coder, line: str) -> None:
    event, _, text = line.partition(" | ")
    assert tuple(event.split()) in told(coder, text)


@pytest.mark.parametrize("line", UNTOLD.strip().splitlines())
def test_what_only_looks_alike_tells_none(coder: Coder, line: str) -> None:
    type_, _, text = line.partition(" | ")
    assert type_ not in {event[0] for event in told(coder, text)}


def test_a_headline_says_to_whom_its_speaker_turns(coder: Coder) -> None:
    assert ("AGREE", "KEN", "ETH") in told(coder, "خبر", title="كينيا لإثيوبيا: مستعدون للحوار")
