"""Sentences with marked names, made up for these tests: enough for a model to learn titles by."""

from __future__ import annotations

from collections.abc import Iterator

from processors.extraction.tagger.conll import Sentence

_TITLES = ("الرئيس", "الوزير", "المدرب", "السفير", "القاضي")
_FIRST = (
    "سالم مروان نيكول جورج هدى كميل رغد توفيق ليونارد إلهام زاهر ماتيلدا عاصم برناديت شادي رفيف أوسكار نعمان سيليا "
    "حاتم دارين فولكر ثريا غسان إيزابيل"
)
_LAST = (
    "القطان الديب هارتمان بنيامين الصراف لوزانو الحداد فينكل مرزوقي النقاش دلفينو العطار شتراوس بكري القصاب زيلنسكي "
    "الفران مونتاني خوري بوشناق الرفاعي دوبرو السمان كالاهان النحاس"
)
_HEADS = ("شركة", "حزب", "نادي", "بنك", "منظمة")
_THINGS = (
    "النورس السنابل المرفأ الواحة القوارب الشراع البيدر الينابيع الصنوبر المنارة الزورق الحصاد النخيل الفنار السواقي "
    "الأرز المجداف الكروم الساحل الضفاف اللؤلؤ البساتين المرجان التلال الغدير"
)
_TAILS = (
    ("إن", "الاجتماع", "انتهى", "."),
    ("كلمة", "قصيرة", "."),
    ("،", "وقال", "إنه", "راض", "."),
    ("أمس", "في", "المدينة", "."),
    (".",),
)
_VERBS = ("قال", "أعلن", "التقى", "زار", "أكد")
_PLAIN = (
    ("انخفضت", "أسعار", "القمح", "في", "الأسواق", "اليوم", "."),
    ("ارتفعت", "درجات", "الحرارة", "في", "المدن", "الكبرى", "أمس", "."),
    ("وصلت", "السفينة", "إلى", "الميناء", "مساء", "السبت", "."),
)


def _tagged(*parts: tuple[str, tuple[str, ...]]) -> Sentence:
    """Of parts (type or "", words)."""
    tokens: list[str] = []
    tags: list[str] = []
    for type_, words in parts:
        tokens.extend(words)
        tags.extend([f"B-{type_}", *[f"I-{type_}"] * (len(words) - 1)] if type_ else ["O"] * len(words))
    return Sentence(tokens=tuple(tokens), tags=tuple(tags))


def _all() -> Iterator[Sentence]:
    for at, (first, last, thing) in enumerate(zip(_FIRST.split(), _LAST.split(), _THINGS.split(), strict=True)):
        verb, title, head = _VERBS[at % 5], _TITLES[at // 5], _HEADS[at % 5]
        yield _tagged(("", (verb, title)), ("PER", (first, last)), ("", _TAILS[at % 5]))
        yield _tagged(("", (verb, "مدير")), ("ORG", (head, thing)), ("", _TAILS[at % 3]))
        yield _tagged(("", _PLAIN[at % 3]))


SENTENCES = tuple(_all())


def conll(sentences: tuple[Sentence, ...] = SENTENCES) -> bytes:
    """The file."""
    blocks = (
        "".join(f"{token}\t{tag}\n" for token, tag in zip(sentence.tokens, sentence.tags, strict=True))
        for sentence in sentences
    )
    return "\n".join(blocks).encode()
