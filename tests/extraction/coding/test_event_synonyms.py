"""Synonyms and constructions that news uses beside the plain ones: one sentence each, written for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.coding import Coder

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
TOLD = """
ASSAULT - ETH | خلاف حول ضرب إثيوبيا
CONSULT KEN+ETH - | الرئيسان الكيني والإثيوبي يتصافحان
CONSULT KEN+ETH - | كينيا وإثيوبيا تبحثان ملف المياه
CONSULT KEN ETH | غادر الرئيس الكيني في زيارة إلى إثيوبيا
CONSULT KEN+ETH - | مناقشات بين كينيا وإثيوبيا
AGREE KEN ETH | قدمت كينيا مبادرة إلى إثيوبيا
AGREE KEN ETH | كينيا لا تستبعد الحوار مع إثيوبيا
SUPPORT KEN ETH | كينيا تطمئن إثيوبيا
SUPPORT KEN ETH | كينيا تتعاطف مع إثيوبيا
CONCEDE KEN ETH | كينيا تؤجل فرض الرسوم على إثيوبيا
CONCEDE KEN - | كينيا تفكك منصات إطلاق
COOPERATE KEN ETH | شاركت كينيا في مناورات مع إثيوبيا
COOPERATE KEN+ETH - | كينيا وإثيوبيا تدشنان أول معبر بينهما
RETREAT NSA:AL-SHABAAB - | مسلحو حركة الشباب يلقون السلاح
REJECT KEN ETH | تبرأت كينيا من إثيوبيا
THREATEN KEN ETH | كينيا لا تستبعد العمل العسكري ضد إثيوبيا
THREATEN KEN ETH | كينيا جاهزة للقتال ضد إثيوبيا
SANCTION KEN ETH | مددت كينيا عقوباتها على إثيوبيا
SANCTION KEN ETH | أغلقت كينيا سفارتها في إثيوبيا
MOBILIZE KEN - | استدعت كينيا جنود الاحتياط
COERCE KEN KEN | حجبت كينيا مواقع إخبارية
ASSAULT KEN ETH | ألحقت كينيا خسائر بإثيوبيا
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
CONSULT SAU ETH | وصل ولي العهد السعودي، الأمير محمد بن سلمان، الأحد، إلى أديس أبابا
ASSAULT KEN SOM | المواقع التي استهدفت من قبل كينيا في الصومال
SUPPORT KEN ETH | كينيا ستقف مع الشعب والحكومة الإثيوبية
REQUEST KEN ETH | قال الوزير الكيني إن على إثيوبيا سحب قواتها
COERCE ISR ITA | اعتقلت الشرطة الإسرائيلية اثنين من الإيطاليين
ACCUSE KEN ETH | انتقدت كينيا المهلة التي أعطتها إثيوبيا، واستدعت السفير الإثيوبي
ACCUSE IGO:UN KEN | ندد مفوض الأمم المتحدة لحقوق الإنسان الأمير زيد بن رعد الحسين بانتهاكات كينيا
CONCEDE ETH KEN | إطلاق سراح القس الكيني في إثيوبيا
MOBILIZE KEN - | كينيا تعلن حالة الاستنفار بين قوات الطوارئ
MOBILIZE KEN ETH | أعلنت كينيا، الخميس، أنها أرسلت سفينة حربية إلى إثيوبيا
ASSAULT - KEN | خطف كيني في ليبيا
ASSAULT KEN NSA:AL-SHABAAB | قال الجيش الكيني، الاثنين، إنه قتل عشرة من حركة الشباب
ACCUSE ETH KEN | الوزير الكيني اتهم من قبل إثيوبيا بالفساد
ASSAULT KEN - | أعلن الجيش الكيني القضاء على أمير التنظيم
CONSULT KOR+PRK - | محادثات جديدة بين الكوريتين
AGREE KOR+PRK - | اتفقت الكوريتان على تبادل الزيارات
"""
UNTOLD = """
ASSAULT | أعلنت كينيا ارتفاع الحصيلة المؤقتة للأمطار الغزيرة إلى أكثر من مئة قتيل
RETREAT | قال الوزير الكيني إن على إثيوبيا سحب قواتها من الإقليم
COERCE | انتقدت كينيا الواعظ الإثيوبي الذي أدين بالتحريض
CONCEDE | طائرة كينية أسقطتها إثيوبيا كانت في طريقها لتنفيذ هجوم
THREATEN | متحف كيني يعرض لوحة إثيوبية
ASSAULT | ارتفع عدد ضحايا السيول الكبيرة التي اجتاحت كينيا إلى ستين قتيلا
ASSAULT | لم تعلن أي جهة في كينيا مسؤوليتها عن الأمر
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


@pytest.mark.parametrize(
    ("title", "event"),
    [
        ("الرئيس الكيني: إثيوبيا وراء الهجوم", ("ACCUSE", "KEN", "ETH")),
        ("الرئيس الكيني: دمرنا معسكرات إثيوبيا", ("ASSAULT", "KEN", "ETH")),
        ("الوزير الكيني: الطائرة الإثيوبية التي أسقطناها كانت تحمل قنابل", ("ASSAULT", "KEN", "ETH")),
        ("الوزير الكيني: اتفقنا مع إثيوبيا على الحدود", ("AGREE", "KEN", "ETH")),
    ],
)
def test_a_speaker_tells_what_we_did_and_who_is_behind_it(
    coder: Coder, title: str, event: tuple[str, str, str]
) -> None:
    assert event in told(coder, "خبر", title=title)


def test_a_headline_says_where_it_happened(coder: Coder) -> None:
    assert ("MOBILIZE", "KEN", "-") in told(coder, "خبر", title="نيروبي.. تشديد الإجراءات الأمنية")


def test_where_a_missile_comes_from_is_not_where_it_falls(coder: Coder) -> None:
    events = told(coder, "اعترض الجيش الكيني صاروخا باليستيا أطلقه الحوثيون من اليمن تجاه نيروبي")
    assert all("YEM" not in target for _, _, target in events)


def test_who_lives_in_a_town_is_not_hit(coder: Coder) -> None:
    events = told(coder, "قصفت كينيا مدينة مقديشو ذات الغالبية الصومالية")
    assert ("ASSAULT", "KEN", "SOM") in events


def test_who_is_a_pillar_is_not_accused(coder: Coder) -> None:
    assert told(coder, "خبر", title="وزير الخارجية الكيني: إثيوبيا ركيزة الاستقرار") == []
