"""Invented articles for these tests: a story in Arabic and one in English with what others made of them, and two reports on
one form; and the lines of JSON in which a publisher would send them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

PORT = (
    "أعلنت هيئة الموانئ في مدينة الرصيف يوم الثلاثاء أن ميناء المدينة سيستقبل ابتداء من الشهر المقبل سفن الحاويات "
    "الكبيرة بعد انتهاء أعمال تعميق المدخل التي استمرت 14 شهرا وبلغت كلفتها 320 مليون دينار.\n"
    "وقال مدير الهيئة سالم الحداد في مؤتمر صحفي إن الرصيف الجديد يتسع لأربع سفن في وقت واحد، وإن طاقة الميناء السنوية "
    "سترتفع من 800 ألف حاوية إلى مليون و200 ألف حاوية. وأضاف أن الهيئة وظفت 450 عاملا من أبناء المدينة وستوظف مثلهم قبل "
    "نهاية العام.\n"
    "وكانت الأعمال قد توقفت أسبوعين في الشتاء الماضي بسبب عاصفة ألحقت أضرارا بحاجز الأمواج. وطالب صيادون بتعويضهم عن "
    "خسائرهم في تلك الأسابيع، ووعد الحداد بالنظر في طلباتهم خلال شهر."
)
PORT_COPY = (
    f"الرصيف (وكالة الساحل): {PORT.replace('يوم الثلاثاء', 'أمس')}\n"
    "وتوقع محللون أن تنافس الرصيف موانئ الجوار على خطوط الشحن الجديدة."
)
PORT_EXCERPT = " ".join(PORT.split()[:60]) + "."
MARKET = (
    "افتتحت بلدية التلال سوقا للحرف القديمة في الخان الذي رممته خلال عامين، وعرض فيه نساجون وخزافون من القرى المجاورة ما "
    "صنعوه في الشتاء. وقالت رئيسة البلدية إن السوق ستقام كل جمعة حتى نهاية الخريف، وإن ريع الإيجار سيذهب إلى صيانة الخان."
)
QUAY = (
    "The harbour board of Quayside said on Tuesday that large container ships will call at the port from next month, after "
    "fourteen months of dredging that cost 320 million crowns. Its director told reporters that the new quay takes four "
    "ships at once and that yearly capacity will rise from 800,000 to 1.2 million containers. Fishermen asked to be paid for "
    "what they lost while the entrance was closed, and the director promised an answer within a month."
)
QUAY_COPY = (
    f"QUAYSIDE (Coast News) - {QUAY.replace('said on Tuesday', 'announced yesterday')} Traders in the town expect lower "
    "freight rates but fear higher fees."
)


def flood(dead: int, hurt: int, houses: int, families: int, tents: int, *, day: str, end: str) -> str:
    """A report on a form that is filled in anew each day."""
    return (
        f"قالت إدارة الدفاع المدني في إقليم الوادي إن السيول التي اجتاحت الإقليم {day} أودت بحياة {dead} شخصا وأصابت {hurt} "
        f"آخرين بجروح، وإن {houses} منزلا تهدمت كليا أو جزئيا. وأوضحت الإدارة في بيانها اليومي أن فرق الإنقاذ نقلت {families} "
        f"أسرة إلى مراكز الإيواء ونصبت {tents} خيمة في الملعب البلدي، وأن الطريق الرئيسية ما زالت مقطوعة أمام الشاحنات. {end}"
    )


SUNDAY = flood(37, 112, 64, 210, 85, day="يوم الأحد", end="وحذرت الأرصاد من أمطار جديدة مساء اليوم.")
MONDAY = flood(41, 156, 90, 385, 140, day="يوم الاثنين", end="وأعلنت الحكومة الحداد يومين.")


def line(text: str, *, hour: int = 9, day: int = 4, language: str = "ar", **fields: Any) -> bytes:
    """An article published at `hour` of that day of March 2025, as a line of JSON."""
    known = {
        "source": "agency.example",
        "published_at": f"2025-03-{day:02}T{hour:02}:00:00Z",
        "language": language,
        "text": text,
    }
    return orjson.dumps(known | fields) + b"\n"


def written(path: Path, *lines: bytes) -> str:
    """The path of a file that holds them."""
    path.write_bytes(b"".join(lines))
    return str(path)
