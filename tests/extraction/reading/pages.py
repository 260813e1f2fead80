"""Pages written for the tests: an article about a port and one about a library, and what sites put around them."""

from __future__ import annotations

from datetime import UTC, datetime

from processors.extraction.reading import Page, read_page

NOON = datetime(2024, 5, 20, 12, 0, tzinfo=UTC)

PORT = (
    "افتتح وزير النقل في مدينة الساحل صباح الأحد رصيفا جديدا في الميناء القديم، بعد أعمال استمرت ثلاثة أعوام وشارك فيها مئات العمال.",
    "وقال الوزير إن الرصيف يستقبل سفينتين كبيرتين في وقت واحد، وإن الحركة في الميناء ستزيد بمقدار الثلث قبل نهاية العام.",
    "وطالب تجار السوق المجاورة بطريق ثان يصل الميناء بالمدينة، لأن الشاحنات تقف ساعات طويلة عند الجسر.",
)
LIBRARY_TITLE = "مكتبة الجبل تفتح أبوابها ليلا للطلاب"
LIBRARY = (
    "أعلنت إدارة مكتبة الجبل أنها ستبقي قاعاتها مفتوحة حتى منتصف الليل طوال موسم الامتحانات، استجابة لطلب تقدم به مئات الطلاب.",
    "وأوضحت المديرة أن الحافلات ستعمل حتى الساعة الواحدة، وأن المقهى الصغير في الطابق الأول سيقدم وجبات خفيفة بسعر رمزي.",
    "ورحب اتحاد الطلاب بالقرار، وتمنى أن يشمل مكتبات الأحياء الأخرى في الخريف المقبل.",
)
ENGLISH = (
    "The harbour council opened a new quay on Sunday after three years of work by several hundred people from the town.",
    "Two large ships can now moor at the same time, and the council expects a third more traffic before the year is over.",
    "Traders asked for a second road to the town because lorries wait for hours at the bridge.",
)


def page(*lines: str) -> str:
    return "\n".join(lines)


def read(
    text: str,
    *,
    title: str = "",
    html: str | None = None,
    language: str = "und",
    event_time: datetime = NOON,
    source: str = "",
    byline: str | None = None,
) -> Page:
    return read_page(
        title=title, text=text, html=html, language=language, event_time=event_time, source=source, byline=byline
    )
