"""Reports on one form are no copies of one another, and reports of one event are, however they are cut and reworded.

The texts are invented, as are the offices in them.
"""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from khabar.records import CopyKind, Fingerprint
from tests.deduplication.articles import HOUR, NOON, article, edges_between

GOLD = (
    "شهدت أسعار الذهب في السوق المحلية اليوم {day} استقرارا نسبيا بحسب نشرة نقابة الصاغة، إذ سجل غرام الذهب من عيار 21 عند "
    "الشراء {a} دينارا وعند البيع {b} دينارا، فيما بلغ سعر الغرام من عيار 18 نحو {c} دينارا، ووصلت أونصة الذهب في البورصة "
    "العالمية إلى {d} دولارا. وقال نقيب الصاغة إن حركة الشراء بقيت ضعيفة في معظم المدن، وإن الطلب على الليرات الذهبية تراجع "
    "بنسبة {e} بالمئة مقارنة بالأسبوع الماضي، متوقعا أن تستمر الأسعار عند هذه المستويات حتى نهاية الشهر."
)
WEATHER = (
    "تتوقع هيئة الأرصاد الجوية أن يسود غدا {day} طقس معتدل نهارا مائل للبرودة ليلا على السواحل الشمالية، حار على شمال البلاد "
    "حتى جنوبها. وتكون الرياح شمالية غربية تبلغ سرعتها {a} كيلومترا في الساعة، ويصل ارتفاع الموج إلى {b} سنتيمترا. وفي ما "
    "يلي درجات الحرارة المتوقعة: العاصمة {c} درجة للعظمى و{d} للصغرى، والميناء {e} درجة للعظمى و{f} للصغرى."
)
INTERCEPTION = (
    "أعلن المتحدث باسم القوات المشتركة أن قوات الدفاع الجوي اعترضت عند الساعة {a}:{b} من مساء {day} صاروخا بالستيا أطلق باتجاه "
    "مدينة {city}، وأن الشظايا تناثرت على أحياء سكنية من دون أن تسفر عن إصابات. وأضاف أن هذا العمل العدائي يثبت استمرار دعم "
    "الجماعة بقدرات نوعية في تحد واضح للقرارات الدولية، وبلغ إجمالي الصواريخ التي اعترضت حتى الآن {c} صاروخا."
)
DAYS = ("السبت", "الأحد", "الإثنين", "الثلاثاء", "الأربعاء")


def filled(form: str, number: int) -> str:
    chance = random.Random(number)
    values = dict(zip("abcdef", chance.sample(range(11, 999), 6), strict=True))
    return form.format(day=DAYS[number], city=("الواحة", "الميناء", "السد", "الرملة", "الكوثر")[number], **values)


def kinds(*records: Fingerprint) -> list[CopyKind]:
    return [edge.kind for edge in edges_between(*records)]


@pytest.mark.parametrize("form", [GOLD, WEATHER, INTERCEPTION], ids=["gold", "weather", "interception"])
def test_bulletins_on_one_form_stay_apart(form: str) -> None:
    bulletins = [article(filled(form, number), time=NOON + number * 12 * HOUR) for number in range(5)]
    for one, other in combinations(bulletins, 2):
        assert kinds(one, other) == []


@pytest.mark.parametrize("form", [GOLD, WEATHER, INTERCEPTION], ids=["gold", "weather", "interception"])
def test_one_bulletin_in_two_papers_is_one(form: str) -> None:
    text = filled(form, 1)
    elsewhere = f"العاصمة (وكالات) - {text.replace('أن', 'بأن').replace('اليوم', '')} المصدر: وكالات"
    assert kinds(article(text), article(elsewhere, time=NOON + HOUR)) == ["copy"]


@pytest.mark.parametrize("form", [GOLD, WEATHER], ids=["gold", "weather"])
def test_the_beginning_of_a_bulletin_belongs_to_it_alone(form: str) -> None:
    monday, tuesday = filled(form, 2), filled(form, 3)
    lede = " ".join(monday.split()[:32])
    assert kinds(article(monday), article(lede, time=NOON + HOUR)) == ["excerpt"]
    assert kinds(article(tuesday), article(lede, time=NOON + HOUR)) == []


STORY = (
    "اندلع حريق كبير صباح اليوم في مستودع للأخشاب قرب المنطقة الصناعية، وأدى إلى إصابة 14 عاملا بحالات اختناق نقلوا على إثرها "
    "إلى المستشفى الحكومي. وقالت إدارة الدفاع المدني إن 9 فرق إطفاء شاركت في إخماد النيران التي امتدت إلى 3 مستودعات مجاورة، "
    "وإن عمليات التبريد ما زالت مستمرة. وفتحت الشرطة تحقيقا في أسباب الحادث، فيما قدر صاحب المستودع خسائره بنحو 250 ألف دينار."
)


def test_a_report_with_one_corrected_figure_is_a_copy() -> None:
    assert kinds(article(STORY), article(STORY.replace("14", "17"), time=NOON + HOUR)) == ["copy"]


def test_a_report_in_other_words_with_its_own_figures_is_a_copy() -> None:
    other = (
        STORY.replace("صباح اليوم", "فجرا").replace("وقالت إدارة", "وذكرت مديرية").replace("ما زالت مستمرة", "مستمرة")
    )
    assert kinds(article(STORY), article(other.replace("فيما قدر", "وقدر"), time=NOON + HOUR)) == ["copy"]


def test_years_in_common_do_not_make_two_bulletins_one() -> None:
    def with_years(text: str) -> str:
        return text.replace("بنسبة", "منذ مطلع عام 2031 بنسبة").replace("حتى نهاية", "من عام 2031 حتى نهاية")

    assert kinds(article(with_years(filled(GOLD, 0))), article(with_years(filled(GOLD, 1)))) == []
