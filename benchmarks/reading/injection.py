"""Makes aggregators' pages of articles: furniture around and within them, and a second whole article below.

The furniture is written for this benchmark, apart from the rules of reading and from their tests. Drawn by a seeded generator:
one seed always gives the same pages.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = (
    "إقرأ أيضاً:", "اقرأ أيضا", "اقرأ المزيد:", "قد يهمك أيضاً:", "قد يهمك", "ربما يعجبك أيضا", "مقالات ذات صلة", "أخبار متعلقة",
    "موضوعات ذات صلة:", "شاهد أيضا", "طالع أيضا:", "الأكثر قراءة", "آخر الأخبار", "المزيد من الأخبار", "اخترنا لك", "مقالات مشابهة",
)  # fmt: skip
INLINE = (
    "اقرأ أيضا: {}",
    "اقرأ أيضاً.. {}",
    "شاهد أيضا: {}",
    "قد يهمك: {}",
    "للمزيد: {}",
    "إقرأ المزيد | {}",
    "طالع: {}",
    "تفاصيل أكثر: {}",
)
BULLETS = ("", "• ", "- ", "» ", "◾ ", "▪ ")
SOURCES = (
    "المصدر: صحيفة الميدان", "المصدر: وكالات", "المصدر : رويترز", "المصدر: الموقع + أ ف ب", "المصادر: وكالات، صحف", "نقلا عن جريدة الميدان",
    "المصدر: https://midan.example/n/1",
)  # fmt: skip
TAGS = (
    "كلمات دلالية: {}", "الكلمات الدلالية: {}", "وسوم: {}", "الوسوم: {}", "كلمات مفتاحية: {}", "العلامات: {}", "هاشتاغ: {}",
)  # fmt: skip
FOOTERS = (
    "شارك الخبر", "مشاركة", "شارك هذا الموضوع:", "طباعة", "إرسال إلى صديق", "نسخ الرابط", "تم نسخ الرابط", "فيسبوك", "تويتر واتساب تيليجرام",
    "شارك على فيسبوك", "0 تعليقات", "التعليقات", "أضف تعليقك", "اترك تعليقا", "لا توجد تعليقات", "لن يتم نشر عنوان بريدك الإلكتروني.",
    "تم إضافة تعليقك وسوف يظهر بعد المراجعة", "التعليقات المنشورة لا تعبر عن رأي الموقع", "جميع الحقوق محفوظة لموقع الميدان 2024",
    "© 2024 الميدان", "اشترك في نشرتنا البريدية ليصلك الجديد كل صباح", "انضم إلى قناتنا على تيليجرام", "تابعونا على فيسبوك وتويتر",
    "احصل على آخر الأخبار على هاتفك", "حمل تطبيق الميدان الآن", "يمكنكم تلقي تنبيهات بأهم الأخبار", "إعلان", "اقرأ الخبر من المصدر",
    "عدد المشاهدات: 312", "الرابط المختصر: midan.example/x", "كن أول من يعلق على الخبر", "للتواصل معنا: info@midan.example",
    "المقال السابق", "تابع آخر أخبار الميدان عبر غوغل نيوز", "هل لاحظت خطأ في الخبر؟ راسلنا",
)  # fmt: skip
WITHIN = (
    "إعلان", "صورة: أرشيف الميدان", "صورة أرشيفية", "تصوير: سامي نصار", "شارك", "Advertisement", "تابعونا على إنستغرام",
    "الصورة من الأرشيف (أرشيفية)", "اشترك في نشرتنا اليومية", "مصدر الصورة: الميدان",
)  # fmt: skip
CAPTIONS = ("صورة من المكان", "تعبيرية", "مشهد عام للمدينة (أرشيف)", "صورة أرشيفية")
PLACES = ("القاهرة", "بيروت", "واشنطن", "لندن", "صنعاء", "الرياض", "نيويورك", "أنقرة", "باريس", "غزة")
AGENCIES = ("أ ف ب", "رويترز", "د ب أ", "وكالات", "الأناضول", "أ.ف.ب", "واس", "AFP", "فرانس برس", "أسوشيتد برس")
DATELINES = (
    "{p} ({a}) - ",
    "{p} - {a}: ",
    "{p}/ {a}: ",
    "({a}) ",
    "{p} - {a} - ",
    "{p} ({a}) – ",
    "{p} - ",
    "{p}، {a} - ",
    "{a}: ",
)
DATES = ("الأحد 19 مايو 2024", "2024-05-19 10:30", "نشر في: 19 أيار 2024", "١٩ مايو ٢٠٢٤ - 10:30 ص")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An article as the corpus has it. `body`: what reading makes of it untouched, the gold. `dateline`: it has its own."""

    title: str
    text: str
    body: str
    dateline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """A page with what has to be found on it. `embedded`: the second article's body, "" where there is none."""

    title: str
    text: str
    body: str
    embedded: str


def inject(article: Raw, others: Sequence[Raw], generator: random.Random) -> Injected:
    """The page of `article`, with links to `others` and, on half of the pages, the whole of one of them."""
    draw = generator
    lines = [line for line in article.text.split("\n") if line.strip()]
    if not article.dateline and draw.random() < 0.5:
        lines[0] = draw.choice(DATELINES).format(p=draw.choice(PLACES), a=draw.choice(AGENCIES)) + lines[0]
    page = list(lines)
    for _ in range(draw.randint(0, 2)):
        at = draw.randint(1, len(page))
        page[at:at] = [draw.choice(INLINE).format(draw.choice(others).title)]
    if len(page) > 2 and draw.random() < 0.3:
        at = draw.randint(1, len(page) - 1)
        page[at:at] = [draw.choice(HEADINGS), *_links(others, draw, draw.randint(1, 3))]
    for _ in range(draw.randint(0, 2)):
        page.insert(draw.randint(1, len(page)), draw.choice(WITHIN))
    before = [draw.choice(DATES)] if draw.random() < 0.4 else []
    if draw.random() < 0.4:
        before.append(article.title)
    if draw.random() < 0.3:
        before.append(draw.choice(CAPTIONS))
    page[:0] = before
    embedded = ""
    over = draw.random()
    if over < 0.75:
        page.append(draw.choice(SOURCES))
    if over > 0.5:
        page.append(draw.choice(TAGS).format("، ".join(draw.choice(others).title.split()[0] for _ in range(3))))
    if draw.random() < 0.5:
        second = draw.choice(others)
        embedded = second.body
        page += [draw.choice(HEADINGS[:6]), second.title, *(line for line in second.text.split("\n") if line.strip())]
    page += [draw.choice(HEADINGS), *_links(others, draw, draw.randint(2, 9))]
    page += draw.sample(FOOTERS, draw.randint(1, 6))
    return Injected(title=article.title, text="\n".join(page), body=article.body, embedded=embedded)


def _links(others: Sequence[Raw], draw: random.Random, count: int) -> list[str]:
    bullet = draw.choice(BULLETS)
    return [bullet + draw.choice(others).title for _ in range(count)]
