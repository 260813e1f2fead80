"""What somebody says of others: claims, refusals, denials, demands, threats, pledges, praise. Sentences written for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.coding import Coder

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
HEADLINES = """
ACCUSE KEN ETH actual | الوزير الكيني: إثيوبيا تلعب بالنار
ACCUSE KEN ETH actual | الرئيس الكيني: إثيوبيا تلعب دورا تخريبيا في القرن الأفريقي
ACCUSE KEN ETH actual | الخارجية الكينية: إثيوبيا مسؤولة عن الأزمة
ACCUSE KEN ETH actual | الوزير الكيني: إثيوبيا قصفت قرانا
ASSAULT ETH KEN actual | الوزير الكيني: إثيوبيا قصفت قرانا
ACCUSE KEN ETH actual | الرئيس الكيني: إثيوبيا تهدد استقرار القارة
REJECT KEN ETH actual | الخارجية الكينية: ما أعلنه الوزير الإثيوبي غير صحيح
REJECT KEN ETH actual | الخارجية الكينية: ما قاله الوزير الإثيوبي ثرثرة
REJECT KEN - actual | الرئيس الكيني: حدودنا غير قابلة للنقاش
REJECT KEN ETH actual | الرئيس الكيني: لا مفاوضات مع إثيوبيا
REQUEST KEN ETH actual | الوزير الكيني: على إثيوبيا أن توقف البناء
REQUEST KEN ETH actual | الوزير الكيني: على إثيوبيا سحب قواتها
AGREE KEN ETH actual | كينيا: مستعدون للحوار مع إثيوبيا
SUPPORT KEN ETH actual | الرئيس الكيني: إثيوبيا شريك مهم
ACCUSE KEN ETH actual | الخارجية الكينية: إغلاق إثيوبيا للحدود "ابتزاز سياسي"
ACCUSE KEN ETH actual | الرئيس الكيني: تصريحات الوزير الإثيوبي غير مقبولة
REQUEST KEN ETH actual | الرئيس الكيني: يجب أن تدفع إثيوبيا تعويضات
REJECT KEN ETH actual | الرئيس الكيني: لا نخشى إثيوبيا
ACCUSE KEN ETH actual | الوزير الكيني: لا ثقة بإثيوبيا
ACCUSE KEN ETH actual | الوزير الكيني: إثيوبيا هي المسؤولة
ACCUSE KEN ETH actual | الرئيس الكيني: سياسة إثيوبيا في النيل فاشلة
ACCUSE KEN ETH actual | الرئيس الكيني: الإثيوبيون لا يصغون إلينا
THREATEN KEN ETH actual | الرئيس الكيني: كل الخيارات مطروحة ضد إثيوبيا
ACCUSE KEN ETH actual | الوزير الكيني: قرار إثيوبيا أمر مهين
REJECT KEN ETH actual | الرئيس الكيني: لا حرب ولا مفاوضات مع إثيوبيا
ACCUSE - ETH actual | بعد اختفاء الناشط.. الشكوك تحوم حول إثيوبيا
"""
SENTENCES = """
ACCUSE KEN ETH actual | قال وزير الخارجية الكيني إن إثيوبيا تشكل تهديدا للملاحة
ACCUSE KEN NSA:AL-SHABAAB actual | وصفت الحكومة الكينية حركة الشباب بأنها مجرد أداة
REQUEST KEN ETH actual | قال الوزير الكيني إن على إثيوبيا أن تسحب قواتها
REQUEST KEN ETH actual | أكد الوزير الكيني أن على إثيوبيا تنفيذ الاتفاق
AGREE - ETH actual | أكدت مصادر التوصل لاتفاق مع إثيوبيا
COERCE KEN ETH denied | نفت كينيا احتجاز سفينة إثيوبية
REJECT KEN - actual | نفت كينيا احتجاز سفينة إثيوبية
CONSULT KEN ETH denied | نفت كينيا إجراء محادثات مع إثيوبيا
COERCE KEN ETH denied | قال الوزير الكيني إن ما ذكرته الصحف عن أن كينيا احتجزت دبلوماسيين إثيوبيين غير صحيح
AGREE KEN ETH actual | قال الرئيس الكيني إن بلاده مستعدة للتعاون مع إثيوبيا
SUPPORT - KEN actual | فازت الناشطة الكينية بجائزة نوبل للسلام
SANCTION KEN NSA:AL-SHABAAB actual | صنفت كينيا حركة الشباب منظمة إرهابية
SANCTION KEN ETH actual | كينيا أخرجت إثيوبيا من عضوية اللجنة
AID KEN NSA:MIGRANTS actual | كينيا تستقبل مئات المهاجرين
SANCTION KEN ETH actual | رفعت كينيا الرسوم الجمركية على بضائع إثيوبية
AGREE KEN ETH denied | قال الرئيس الكيني إنه لم يعقد صفقة مع إثيوبيا
AGREE KEN - actual | قال الرئيس الكيني إنه مستعد لإبقاء جنود كينيين في الصومال
THREATEN - KEN actual | الرئيس الكيني تعرض للتهديد
ACCUSE ETH KEN actual | رفضت كينيا مزاعم إثيوبيا بشأن الحدود
REJECT KEN ETH actual | رفضت كينيا مزاعم إثيوبيا بشأن الحدود
ACCUSE ETH KEN actual | مستشار الرئيس الكيني يرد على شتائم نائب إثيوبي
REJECT KEN - actual | كينيا تنفي الاتهامات ضدها
ACCUSE KEN ETH actual | اعتبر الرئيس الكيني أن إثيوبيا ابتعدت عن روح الاتفاق
ACCUSE KEN ETH actual | قالت وزيرة الخارجية الكينية إن حكومة إثيوبيا تقاعست عن حماية الحدود
ACCUSE KEN ETH actual | رأى الرئيس الكيني أن إثيوبيا لن تتوقف عند الحدود
ACCUSE KEN ETH actual | اعتبر الوزير الكيني أن إثيوبيا تعمل ضد مصالح بلاده
REJECT KEN ETH actual | كينيا ترفض إطلاق سراح صحافي إثيوبي
"""
SILENT = """
ACCUSE | المرصد السوري لحقوق الإنسان: إسرائيل قصفت مواقع في حمص
ACCUSE | كينيا: إثيوبيا تقصف الحدود
ACCUSE | قضية السفير الكيني: إثيوبيا تقصف الحدود
ACCUSE | تبين أن إثيوبيا تلعب بالنار
ACCUSE | الوزير الكيني: كينيا مسؤولة عن الأمن
REJECT | نفت كينيا إجراء محادثات مع إثيوبيا
ACCUSE | قالت الشرطة الكينية إن إثيوبيا فتحت ملفا في جريمة هزت البلاد
REQUEST | قال الوزير الكيني إن الحرب على إثيوبيا خطأ
REQUEST | الرئيس الكيني: لا يجب أن تدفع إثيوبيا ثمنا
ACCUSE | اعتبر الرئيس الكيني أن إثيوبيا حليف مهم
ACCUSE | اعتبر الوزير الكيني أن إثيوبيا تتعافى تدريجيا
ACCUSE | رأى الوزير الكيني أن إثيوبيا يمكنها العودة إلى المنظمة
ACCUSE | قال الوزير الكيني إن إثيوبيا قدمت أكبر حزمة مساعدات
ACCUSE | قال الوزير الكيني إن إثيوبيا ليست قلقة من الاتفاق
ACCUSE | قالت الوزارة الكينية إن إثيوبيا تنشر خرائط جديدة
ACCUSE | الرئيس الكيني يصف إثيوبيا بالصديقة
ACCUSE | زار الرئيس الكيني إثيوبيا في ما وصفه بالمهمة العاجلة
ACCUSE | قالت وزيرة الخارجية الكينية إن حكومة إثيوبيا ستنشر النتائج غدا
REJECT | دخل الكيني البلاد بطريقة غير صحيحة
AGREE | قال وزير كيني لبي بي سي إن الأمطار غزيرة
"""


def cases(table: str) -> list[list[str]]:
    return [[*head.split(), text] for head, _, text in (line.partition(" | ") for line in table.strip().splitlines())]


def told(coder: Coder, title: str, text: str) -> list[tuple[str, str, str, str]]:
    coding = coder.code(title=title, text=text, language="ar", event_time=NOON)
    return [
        (event.type, "+".join(event.source_codes) or "-", "+".join(event.target_codes) or "-", event.status)
        for event in coding.events
    ]


@pytest.mark.parametrize(("type_", "source", "target", "status", "text"), cases(HEADLINES))
def test_a_headline_quotes(coder: Coder, type_: str, source: str, target: str, status: str, text: str) -> None:
    assert (type_, source, target, status) in told(coder, text, "صباح الخير.")


@pytest.mark.parametrize(("type_", "source", "target", "status", "text"), cases(SENTENCES))
def test_a_sentence_reports(coder: Coder, type_: str, source: str, target: str, status: str, text: str) -> None:
    assert (type_, source, target, status) in told(coder, "", text)


@pytest.mark.parametrize(("type_", "text"), cases(SILENT))
def test_what_accuses_denies_or_promises_nothing(coder: Coder, type_: str, text: str) -> None:
    assert type_ not in [event[0] for event in told(coder, text, "صباح الخير.")]
