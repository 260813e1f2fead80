"""What is striven for, refused, exchanged or long past is no act; in sentences written for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.coding import Coder

NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)


def told(coder: Coder, text: str) -> list[tuple[str, str, str, str]]:
    """Each event as type, source codes, target codes, trigger."""
    found = coder.code(title="", text=text, language="ar", event_time=NOON).events
    return [(event.type, " ".join(event.source_codes), " ".join(event.target_codes), event.trigger) for event in found]


@pytest.mark.parametrize(
    "text",
    [
        # efforts and purposes
        "قال ماكرون إن فرنسا تعمل من أجل التوصل إلى هدنة بين أوكرانيا وروسيا",
        "تواصل قطر جهودها لوقف إطلاق النار في السودان وتبادل الأسرى وتقديم المساعدات الإنسانية",
        "تحدث الوزير الكيني عن مساع لوقف إطلاق النار بين السودان وإثيوبيا",
        "عبر كثيرون في نيروبي عن الأمل بالتوصل إلى اتفاق بين كينيا وإثيوبيا",
        "قال الموقع إن وقف إطلاق النار بين روسيا وأوكرانيا لا يزال بعيد المنال",
        "كررت كينيا: دعونا نتوصل إلى اتفاق",
        "نشرت وزارة الخارجية الكينية بيانا عن أولوية وقف القتال وفتح المعابر بين السودان وإثيوبيا",
        "أكد الوزراء الثلاثة أولوية تحقيق وقف شامل لإطلاق النار وزيادة الدعم الطبي للسودان، وفتح المعابر بين السودان وإثيوبيا",
        "تحدث الرئيس الكيني عن خطوات جادة نحو التوصل إلى تسوية عادلة مع إثيوبيا",
        # a place is nobody to blame
        "قال الوزير الكيني إن أي عملية في السودان ستكون خطأ فادحا",
        "في بيان نشرته وزارة الخارجية الكينية، أكد الوزراء أولوية تحقيق وقف شامل لإطلاق النار وزيادة الدعم، وفتح جميع المعابر",
        "ناقش الوزراء الحلول التي تسمح بإعادة فتح المعبر بين السودان وإثيوبيا",
        # what shall not be
        "شدد الوزير الكيني على ضرورة ألا تقوم إثيوبيا باقتحام المدينة الحدودية",
        # by land and sea: no acquittal
        "ونقلت كينيا أسماكها إلى إثيوبيا جوا وبرا وبحرا",
        # a happening is no party that is coerced
        "تسعى فرنسا إلى منع اتساع رقعة الحرب في لبنان",
        "تحاول كينيا منع المزيد من التصعيد في السودان",
        # what offices are called
        "قالت وزارة التخطيط والتعاون الدولي الأردنية إن ألمانيا دولة صديقة",
        "أعلن مكتب التعاون الألماني في تونس برنامجا جديدا",
        "حضرت اللقاء وزيرة الدولة المغربية للتعاون الدولي ووزير الخارجية التونسي",
        # facing difficulties is no meeting, nor does a state meet its own president
        "وما تقابله هذه العملية من تحديات في كينيا أمام الرئيس وليام روتو",
        # a crossing is not closed by the place that it is named after; hostages are not held by it
        "أغلق معبر رفح أمس",
        "بحث الجانبان إطلاق سراح الرهائن في قطاع غزة",
        # sums and dates of the background
        "أوقعت الحرب في السودان أكثر من 15 ألف قتيل",
        "منذ بدء الهجوم الروسي على أوكرانيا ترتفع الأسعار",
        "عادت الحياة إلى المدينة بعد عشرة أيام من القصف الروسي",
        # what is exchanged exchanges nothing, who mediates concludes no truce
        "بحث السيسي ملف تبادل الأسرى",
        "نجحت وساطة مصرية - قطرية - تركية في إقرار هدنة في السودان",
        "وصل الوفد بوساطة قطرية إلى بيروت",
    ],
)
def test_what_did_not_happen_is_no_event(coder: Coder, text: str) -> None:
    assert told(coder, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the same words where it did happen
        ("توصلت روسيا وأوكرانيا إلى اتفاق", ("AGREE", "RUS UKR", "", "اتفاق")),
        ("أعلنت تركيا التوصل إلى اتفاق مع روسيا", ("AGREE", "TUR", "RUS", "اتفاق")),
        ("تبادلت روسيا وأوكرانيا الأسرى", ("COOPERATE", "RUS UKR", "", "تبادلت")),
        ("تبادل الأسرى بين روسيا وأوكرانيا", ("COOPERATE", "RUS UKR", "", "تبادل")),
        ("أغلقت السلطات الأردنية معبر نصيب أمام السوريين", ("COERCE", "JOR", "SYR", "أغلقت")),
        # where somebody goes, not what he leaves
        ("غادر ماكرون باريس متوجها إلى الرباط", ("CONSULT", "FRA", "MAR", "متوجها")),
        # whose aid it is, and from whom support comes
        ("دخلت شاحنات تنقل مساعدات إغاثية للسودان مقدمة من مصر وتركيا", ("AID", "EGY TUR", "SDN", "مساعدات إغاثية")),
        ("تلقت بيروت مساعدات من باريس وعمان لمسؤول لبناني", ("AID", "FRA OMN", "LBN", "مساعدات")),
        # the victims of what is refused refuse nothing and suffer no refusal
        ("أكد الرئيس الفرنسي رفض بلاده لأي ترحيل للسوريين من لبنان", ("REJECT", "FRA", "", "رفض")),
        ("رفضت الأردن خطة إسرائيل لتهجير الفلسطينيين", ("REJECT", "JOR", "ISR", "رفضت")),
        ("دعا ماكرون إلى إطلاق سراح الأسرى الأوكرانيين", ("REQUEST", "FRA", "", "دعا")),
        # the noun tells, not its light verb
        ("استخدمت روسيا، الحليف الأقرب لسوريا، حق النقض ضد مشروع قرار", ("REJECT", "RUS", "", "حق النقض")),
        (
            "جاء قرار عقد المشاورات بعد مكالمة هاتفية بين ماكرون والرئيس التونسي قيس سعيد",
            ("CONSULT", "FRA TUN", "", "مكالمة هاتفية"),
        ),
        (
            "ومساء الجمعة، تلقى الملك عبد الله الثاني، اتصالا هاتفيا من الرئيس الفرنسي إيمانويل ماكرون",
            ("CONSULT", "FRA", "JOR", "اتصالا هاتفيا"),
        ),
        ("استخدمت روسيا الفيتو ضد قرارات تدعو إلى الانسحاب من أوكرانيا", ("REJECT", "RUS", "", "الفيتو")),
        (
            "دعت كينيا إلى وقف فوري لإطلاق النار مرتبط بتحرير الأسرى الأوكرانيين",
            ("REQUEST", "KEN", "", "دعت"),
        ),
        (
            "لم تتوقف الاتصالات، ومساء الجمعة، تلقى السيسي، اتصالا هاتفيا من ماكرون",
            ("CONSULT", "FRA", "EGY", "اتصالا هاتفيا"),
        ),
        # his country is that of whoever speaks last
        (
            "قال سامح شكري إن الوضع صعب، فيما قال وزير الخارجية التركي هاكان فيدان إن بلاده لن تسمح بعملية يونانية",
            ("REJECT", "TUR", "GRC", "لن تسمح"),
        ),
    ],
)
def test_what_did_happen_has_its_sides_and_its_noun(
    coder: Coder, text: str, expected: tuple[str, str, str, str]
) -> None:
    assert told(coder, text) == [expected]


def test_a_call_of_the_president_is_not_the_visit_of_his_minister(coder: Coder) -> None:
    text = "تلقى الرئيس وليام روتو اتصالا هاتفيا من الرئيس الفرنسي إيمانويل ماكرون. والتقى وزير الخارجية الفرنسي ستيفان سيجورنيه روتو في نيروبي"
    met = [source for type_, source, _, _ in told(coder, text) if type_ == "CONSULT"]
    assert met == ["FRA", "FRA"]
    again = "تلقى الرئيس وليام روتو اتصالا هاتفيا من الرئيس الفرنسي إيمانويل ماكرون. وقال روتو إن الاتصال مع ماكرون كان جيدا"
    assert len([one for one in told(coder, again) if one[0] == "CONSULT"]) == 1
