"""Pages as sites make them, one trap each: what has to go goes, and what only looks like it stays."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.extraction.reading.pages import ENGLISH, LIBRARY, LIBRARY_TITLE, PORT, page, read

ARABIC_TAIL: Mapping[str, tuple[str, ...]] = {
    "a list under 'news that may interest you'": ("أخبار قد تهمك", "بلدية الساحل ترفع رسوم الوقوف", "أزمة الشاحنات تتكرر"),
    "a list under 'in the same context'": ("اقرأ في هذا السياق:", "بلدية الساحل ترفع رسوم الوقوف"),
    "a list under 'follow more'": ("تابع المزيد", "- بلدية الساحل ترفع رسوم الوقوف", "- أزمة الشاحنات تتكرر"),
    "a list under 'latest news'": ("آخر الأخبار", "بلدية الساحل ترفع رسوم الوقوف", "أزمة الشاحنات تتكرر"),
    "a list under 'other topics'": ("مواضيع أخرى", "• بلدية الساحل ترفع رسوم الوقوف"),
    "a list under 'from the archive'": ("من الأرشيف", "بلدية الساحل ترفع رسوم الوقوف"),
    "a list under 'read on our site'": ("اقرأ على موقعنا", "بلدية الساحل ترفع رسوم الوقوف"),
    "a list under 'they are reading now'": ("يقرأون الآن", "بلدية الساحل ترفع رسوم الوقوف", "أزمة الشاحنات تتكرر"),
    "a list under 'related video'": ("فيديو ذو صلة", "شاهد لحظة وصول السفينة"),
    "tags on lines of their own, with hash signs": ("#ميناء_الساحل #وزير_النقل #رصيف",),
    "tags after 'the words'": ("الكلمات المفتاحية: ميناء، رصيف",),
    "keywords": ("الكلمات الدالة: ميناء، رصيف",),
    "a byline below": ("كتب: سمير الحداد",),
    "an editor's credit": ("تحرير: ليلى منصور",),
    "a translator's credit": ("ترجمة: ليلى منصور",),
    "a request to rate": ("قيم هذا المقال",),
    "the number of readers": ("عدد المشاهدات: 1,204",),
    "a print button with its neighbours": ("طباعة | إرسال | مشاركة",),
    "share buttons in a row": ("فيسبوك تويتر واتساب تيليجرام",),
    "share via": ("مشاركة عبر:",),
    "a link that was copied": ("تم نسخ الرابط بنجاح",),
    "a short link": ("الرابط المختصر: https://sahel.example/x1",),
    "a comment form": ("التعليقات (0)", "أضف تعليقا", "الاسم *", "البريد الإلكتروني *"),
    "a comment policy": ("ملاحظة: التعليقات لا تعبر عن رأي الموقع بل عن رأي أصحابها فقط",),
    "be the first to comment": ("كن أول من يعلق على هذا الخبر",),
    "a subscription prompt with a mark of surprise": ("لا تفوت أحدث الأخبار، اشترك الآن!",),
    "a messenger channel": ("انضم إلى قناتنا على تيليجرام ليصلك كل جديد",),
    "a news aggregator's prompt": ("تابعوا آخر أخبار الساحل عبر Google News",),
    "a message service": ("للاشتراك في خدمة واتساب أرسل كلمة اشتراك",),
    "an app": ("حمل تطبيق صحيفة الساحل مجانا",),
    "cookies": ("يستخدم هذا الموقع ملفات تعريف الارتباط لتحسين تجربتك.",),
    "an opinion's disclaimer": ("الآراء الواردة في هذا المقال لا تعبر بالضرورة عن رأي الصحيفة.",),
    "a copyright of a source": ("جميع الحقوق محفوظة © وكالة الساحل 2024",),
    "click here": ("لمشاهدة الفيديو اضغط هنا",),
    "contact us": ("للتواصل معنا: news@sahel.example",),
    "report a mistake": ("هل وجدت خطأ في هذا الخبر؟ أبلغنا",),
    "a line of underscores": ("____", "_ _ _"),
    "a source with a full stop": ("المصدر: صحيفة الساحل.",),
    "the copyright of a newspaper": ("جميع الحقوق محفوظة لصحيفة الساحل.",),
    "a photograph's credit that lost a letter": ("صدر الصورة، Getty Images",),
    "proposed stories": ("قصص مقترحة", "بلدية الساحل ترفع رسوم الوقوف"),
    "a photographer": ("عدسة: كمال الصياد",),
    "a caption without a name": ("صورة من الميناء القديم",),
    "a photograph's credit": ("(تصوير: كمال الصياد)",),
    "next and previous article": ("المقال السابق", "بلدية الساحل ترفع رسوم الوقوف", "المقال التالي", "أزمة الشاحنات تتكرر"),
    "a source with an address": ("المصدر: https://sahel.example/news/1",),
    "sources": ("المصادر: وكالات، صحيفة الساحل",),
    "a quoted newspaper": ("نقلا عن صحيفة الساحل",),
    "an agency in brackets on a line of its own": ("(أ ف ب، رويترز)",),
}  # fmt: skip

ENGLISH_TAIL: Mapping[str, tuple[str, ...]] = {
    "more stories": ("More stories", "Council raises mooring fees", "Is one road enough?"),
    "read next": ("Read next", "Council raises mooring fees"),
    "don't miss": ("Don't miss", "Council raises mooring fees"),
    "latest news": ("Latest news", "Council raises mooring fees"),
    "topics in this article": ("Topics in this article", "Harbour", "Traffic"),
    "tags with a pipe": ("Tags | harbour | quay",),
    "reporting and editing": ("Reporting by Sam Hook; Editing by Ann Pier",),
    "a contributor": ("Additional reporting by Ann Pier in Porton.",),
    "standards": ("Our Standards: The Harbour Post Trust Principles.",),
    "a newsletter": ("Get the latest harbour news in your inbox every morning.",),
    "a membership prompt": ("Become a member to read on.",),
    "support us": ("Support independent journalism: donate today.",),
    "sign up here": ("Sign up here.",),
    "an image button": ("View image in fullscreen",),
    "log in": ("Log in or subscribe to continue",),
    "accept cookies": ("We use cookies to improve your experience.",),
    "a comment counter": ("12 Comments",),
    "join the conversation": ("Join the conversation",),
    "share row": ("Share Tweet Email Print",),
    "image credit": ("Image credit: Sam Hook",),
    "getty": ("Getty Images",),
    "republishing": ("This article was originally published by The Quay Times.",),
    "contact": ("Contact us at news@harbour.example",),
    "correction": ("Do you have a story? Email tips@harbour.example",),
}  # fmt: skip

STAYS: Mapping[str, str] = {
    "a sentence about comments": "التعليقات التي سمعها الوزير من التجار كانت في معظمها غاضبة.",
    "a sentence about cookies of a kitchen": "يستخدم الخبازون في السوق أفرانا قديمة لتحسين طعم الخبز.",
    "a sentence that begins with a source": "المصدر الذي تحدث إلى الصحيفة طلب ألا يذكر اسمه.",
    "a short sentence that begins with a picture": "صورة من الماضي لا تغيب عن سكان المدينة أبدا.",
    "a sentence about a photograph": "صورة الرصيف القديم معلقة في مكتب الوزير منذ عشرين عاما.",
    "a sentence that begins as a prompt does": "تابعنا مع الصيادين رحلة استمرت ثلاثة أيام في عرض البحر.",
    "a subheading": "رصيف بعد ثلاثة أعوام",
    "a subheading that asks": "ماذا يقول التجار؟",
    "a question and its answer": "سؤال: متى يفتح الطريق الثاني؟",
    "a list of facts with bullets": "• طول الرصيف 400 متر",
    "a list of facts with numbers": "1- طول الرصيف 400 متر",
    "a quotation on its own": "«لن ننتظر عاما آخر».",
    "a hash sign in a sentence": "وانتشر وسم #ميناء_الساحل بين سكان المدينة خلال ساعات.",
    "a sentence about a programme": "حمل تطبيق القانون الجديد التجار أعباء إضافية.",
    "a sentence about subscription": "اشترك في النشاط مئات من سكان المدينة.",
    "a byline's verb in a sentence": "كتب الوزير في دفتر الزوار أن الرصيف هدية المدينة إلى أبنائها.",
    "a sentence about translation": "ترجمة النص إلى ثلاث لغات استغرقت شهرا كاملا.",
    "an archive in a sentence": "من الأرشيف خرجت الوثائق إلى قاعة العرض.",
    "latest news in a sentence": "آخر الأخبار التي وصلت من الجزيرة تقول إن الماء عاد.",
    "an agency in a sentence": "رويترز ذكرت أن السفينة غادرت في المساء.",
    "English: share in a sentence": "Share the road, the sign says, but nobody does.",
    "English: reporting in a sentence": "Reporting by the council on the works will begin in May.",
    "English: support in a sentence": "Support for the new quay grew after the storm.",
    "English: latest in a sentence": "Latest figures show that traffic fell by a tenth.",
    "English: image in a sentence": "Image and sound were lost for an hour.",
    "a report that names its source first": "المصدر: وزارة النقل في الساحل، أكدت أن عدد السفن تجاوز 40 سفينة في الشهر",
    "a long report that begins as a source line": "المصدر: وزارة النقل في الساحل، " + "وقد زاد عدد السفن كثيرا، " * 12 + "وهذا كل شيء.",
    "a question about the source": "المصدر: من أبلغكم بذلك؟",
    "rights that are kept for people": "جميع الحقوق محفوظة للصيادين في هذا الميناء منذ القدم.",
    "a picture and a sentence": "صورة: هكذا بدا الرصيف.",
    "a report and its headline": "تقرير: لا أمل في طريق ثان",
    "English: cookies as bait": "We use cookies as bait, the trapper said.",
    "English: a slogan": "Support local journalism was the slogan.",
    "English: a source that said so": "Source: a harbour official who asked for silence said so.",
    "English: topics that were discussed": "Topics: they discussed the quay and the road.",
    "English: a prompt that somebody says": "Sign up for the works, the captain said.",
    "English: a long sentence that begins as a prompt": "Subscribe to " + "the view that a quay is good for a town " * 4 + "and nobody will mind.",
    "English: join in a sentence": "Join the two ends, the captain said, and pull.",
}  # fmt: skip


@pytest.mark.parametrize("trap", ARABIC_TAIL)
def test_what_follows_an_arabic_article_goes(trap: str) -> None:
    assert read(page(*PORT, *ARABIC_TAIL[trap])).text == page(*PORT)


@pytest.mark.parametrize("trap", ENGLISH_TAIL)
def test_what_follows_an_english_article_goes(trap: str) -> None:
    assert read(page(*ENGLISH, *ENGLISH_TAIL[trap])).text == page(*ENGLISH)


@pytest.mark.parametrize("trap", STAYS)
def test_a_line_of_an_article_stays_where_it_stands(trap: str) -> None:
    lines = ENGLISH if trap.startswith("English") else PORT
    assert read(page(lines[0], STAYS[trap], *lines[1:])).text == page(lines[0], STAYS[trap], *lines[1:])


@pytest.mark.parametrize("trap", [*ARABIC_TAIL, *ENGLISH_TAIL])
def test_furniture_between_an_article_and_a_second_one_belongs_to_neither(trap: str) -> None:
    furniture = ARABIC_TAIL.get(trap) or ENGLISH_TAIL[trap]
    found = read(page(*PORT, "المصدر: الساحل", *furniture[:1], "إقرأ أيضاً:", LIBRARY_TITLE, *LIBRARY, *furniture))
    assert found.text == page(*PORT)
    assert [(part.title, part.text) for part in found.parts] == [(LIBRARY_TITLE, page(*LIBRARY))]
