"""The grammar of acts: one behaviour a test, in sentences written for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from khabar.records import Event
from processors.extraction.coding import Coder

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
Told = tuple[str, str, str, str]


def told(coder: Coder, text: str, *, title: str = "", language: str = "ar") -> list[Told]:
    """Each event as type, source codes, target codes, status."""
    found = coder.code(title=title, text=text, language=language, event_time=NOON).events
    return [(event.type, _codes(event.source_codes), _codes(event.target_codes), event.status) for event in found]


def _codes(codes: tuple[str, ...]) -> str:
    return " ".join(codes)


def types(coder: Coder, text: str, **kwargs: str) -> list[str]:
    return [event[0] for event in told(coder, text, **kwargs)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the verb first, after it, in a headline, behind an apposition
        ("أدانت كينيا إثيوبيا", ("ACCUSE", "KEN", "ETH", "actual")),
        ("كينيا تدين إثيوبيا", ("ACCUSE", "KEN", "ETH", "actual")),
        ("رئيس كينيا، وليام روتو، يدين إثيوبيا", ("ACCUSE", "KEN", "ETH", "actual")),
        ("وفي نيروبي، أدان وزير الخارجية الكيني إثيوبيا", ("ACCUSE", "KEN", "ETH", "actual")),
        # who goes on with the sentence
        ("أشاد الرئيس الكيني بإثيوبيا، داعيا السودان إلى الحوار", ("REQUEST", "KEN", "SDN", "actual")),
        ("وقعت كينيا اتفاقا مع إثيوبيا، متهمة السودان بعرقلته", ("ACCUSE", "KEN", "SDN", "actual")),
        # a pronoun for the object
        ("القرار الذي رفضته إثيوبيا", ("REJECT", "ETH", "", "actual")),
        ("أطفال جندهم الحوثيون قرب صنعاء", ("COERCE", "NSA:HOUTHI", "YEM", "actual")),
        ("غارة شنتها تركيا على العراق", ("ASSAULT", "TUR", "IRQ", "actual")),
        # who speaks for whom
        ("وفد من حركة طالبان يزور الدوحة", ("CONSULT", "NSA:TALIBAN", "QAT", "actual")),
        # the speaker's own country
        ("قال وزير الخارجية الكيني إن بلاده تطالب إثيوبيا بالانسحاب", ("REQUEST", "KEN", "ETH", "actual")),
        # roles turned round
        ("تسلم الرئيس الكيني رسالة من نظيره الإثيوبي", ("CONSULT", "ETH", "KEN", "actual")),
        ("كينيا تتسلم من إثيوبيا رفات جنودها", ("COOPERATE", "ETH", "KEN", "actual")),
        ("تعرضت كينيا لهجوم من حركة الشباب", ("ASSAULT", "NSA:AL-SHABAAB", "KEN", "actual")),
        ("الدفاعات السعودية تعترض صاروخا أطلقه الحوثيون", ("ASSAULT", "NSA:HOUTHI", "SAU", "actual")),
        # a masdar with its doer and its object
        ("استنكر كثيرون قصف تركيا العراق", ("ASSAULT", "TUR", "IRQ", "actual")),
        ("أثار استهداف تركي للعراق ردودا", ("ASSAULT", "TUR", "IRQ", "actual")),
        # a weapon tells who fired it
        ("أصيب فلسطينيان بالرصاص الإسرائيلي", ("ASSAULT", "ISR", "PSE", "actual")),
        ("مقتل ثلاثة يمنيين في غارة أميركية", ("ASSAULT", "USA", "YEM", "actual")),
        # losses in a battle
        ("قتل عشرة من طالبان في معارك مع الجيش الأفغاني", ("ASSAULT", "AFG", "NSA:TALIBAN", "actual")),
        # what is to come goes on
        ("سيزور الرئيس الكيني القاهرة ويطالب إثيوبيا بالحوار", ("REQUEST", "KEN", "ETH", "planned")),
        ("كينيا تعتزم فرض عقوبات على إثيوبيا", ("SANCTION", "KEN", "ETH", "planned")),
        ("قمة مرتقبة بين كينيا وإثيوبيا", ("AGREE", "KEN ETH", "", "planned")),
        # نحن in a quotation
        ("كينيا: نرفض تدخل إثيوبيا", ("REJECT", "KEN", "ETH", "actual")),
        ("ماكرون: لن نسمح لإيران بذلك", ("REJECT", "FRA", "IRN", "actual")),
        # what the thing that is refused belongs to
        ("رفضت كينيا المقترح الإثيوبي", ("REJECT", "KEN", "ETH", "actual")),
        ("ندد الرئيس الكيني بالتصعيد الإثيوبي", ("ACCUSE", "KEN", "ETH", "actual")),
        # a court tries its own people
        ("وجه الادعاء العام الكيني اتهامات لمدير شركة", ("ACCUSE", "KEN", "KEN", "actual")),
        # a negation is written with its verb, which agrees
        ("لم توافق كينيا على شروط إثيوبيا", ("REJECT", "KEN", "ETH", "actual")),
        # a pronoun with the preposition takes up who was named before
        ("استدعت كينيا سفير إثيوبيا وطلبت منه توضيحات", ("REQUEST", "KEN", "ETH", "actual")),
        # who only backs somebody is neither doer nor target
        ("قصفت ميليشيات الحوثي المدعومة من إيران مدينة مأرب", ("ASSAULT", "NSA:HOUTHI", "YEM", "actual")),
        # a person attacks with words, an army does not
        ("ترامب يهاجم ميركل", ("ACCUSE", "USA", "DEU", "actual")),
        ("الجيش الكيني يهاجم حركة الشباب", ("ASSAULT", "KEN", "NSA:AL-SHABAAB", "actual")),
        # behind an introductory phrase the verb has its own subject
        ("بعد وصول الوزير الفرنسي، نددت إيران بالتصريحات", ("ACCUSE", "IRN", "FRA", "actual")),
        # a participle behind a comma
        ("تحاصر القوات الكينية مقر حركة الشباب، مطالبة إثيوبيا بالتدخل", ("REQUEST", "KEN", "ETH", "actual")),
        # what is to come goes on in what is done meanwhile
        ("سيصل الرئيس الكيني إلى القاهرة في زيارة يطالب خلالها إثيوبيا بالحوار", ("REQUEST", "KEN", "ETH", "planned")),
        # who declares something does what is declared
        ("رحب كثيرون بإعلان كينيا تقديم مساعدات إلى الصومال", ("AID", "KEN", "SOM", "actual")),
        # people of a body
        ("استنكر كثيرون اختطاف الحوثيين موظفين بالأمم المتحدة", ("ASSAULT", "NSA:HOUTHI", "IGO:UN", "actual")),
        # a blow warded off is its owner's, without a doer it is nobody's
        ("كينيا تصد الهجوم الإثيوبي", ("ASSAULT", "ETH", "KEN", "actual")),
        ("دمر انفجار سيارة مفخخة مبنى في كينيا", ("ASSAULT", "", "KEN", "actual")),
        # who is arrested abroad is held there
        ("استنكار بعد اعتقال كيني في تنزانيا", ("COERCE", "TZA", "KEN", "actual")),
        # a passive behind its subject
        ("نشطاء كينيون اعتقلوا في نيروبي", ("COERCE", "KEN", "KEN", "actual")),
        # members of a body act, it is no place
        (
            "تعتزم عدد من الدول الأعضاء في الاتحاد الأوروبي طرد دبلوماسيين كينيين",
            ("SANCTION", "IGO:EU", "KEN", "actual"),
        ),
        # a place between a subject and its verb
        ("الكينيون في مومباسا يتوعدون إثيوبيا", ("THREATEN", "KEN", "ETH", "actual")),
        # a clergyman in the singular behind the verb is who was arrested
        ("اعتقل القس الأميركي في كينيا", ("COERCE", "KEN", "USA", "actual")),
        # what is to come on a condition is a threat
        ("كينيا ستقصف إثيوبيا إذا هاجمت السودان", ("THREATEN", "KEN", "ETH", "actual")),
        ("قال وزير كيني إن بلاده ستفرض عقوبات على إثيوبيا إذا لم توقف التجارب", ("THREATEN", "KEN", "ETH", "actual")),
        ("ستنسحب كينيا من الاتفاق في حال انسحبت إثيوبيا", ("THREATEN", "KEN", "ETH", "actual")),
        # whose treaty it is that somebody leaves
        ("الرئيس الكيني يوقع قرار الانسحاب من الاتفاق الإثيوبي", ("SANCTION", "KEN", "ETH", "actual")),
        # where it happened tells who arrests a foreigner
        ("ألقي القبض في نيروبي على ضابط إثيوبي", ("COERCE", "KEN", "ETH", "actual")),
        # an indefinite accusative is an object
        ("طوقت الشرطة الكينية المبنى واعتقلت تشاديا", ("COERCE", "KEN", "TCD", "actual")),
        # a verb with a pronoun behind a word that opens a clause is no masdar
        ("سافر الرجل بعدما أدانته محكمة كينية", ("COERCE", "KEN", "KEN", "actual")),
        # an accusation is what is told as fact
        ("قال وزير الخارجية المصري إن إثيوبيا تنتهك القانون", ("ACCUSE", "EGY", "ETH", "actual")),
    ],
)
def test_who_did_what_to_whom(coder: Coder, text: str, expected: Told) -> None:
    assert expected in told(coder, text)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        # another subject, which has no code
        ("كينيا بلد جميل. أغارت المقاتلات على مواقع في العراق", ("ASSAULT", "KEN")),
        ("أكدت كينيا أن صواريخ مجهولة استهدفت العراق", ("ASSAULT", "KEN")),
        # the object of a verb is not its subject
        ("يلتقي مسؤولين أتراكا في أنقرة", ("CONSULT", "TUR")),
        # who is the source of a report did nothing
        ("نقلت رويترز عن مصدر قوله إن مصر تتهم إثيوبيا", ("MOBILIZE", "MEDIA:REUTERS")),
    ],
)
def test_who_did_not(coder: Coder, text: str, absent: tuple[str, str]) -> None:
    assert absent not in [event[:2] for event in told(coder, text)]


@pytest.mark.parametrize(
    "text",
    [
        # nobody's act
        "قتل ثلاثة كينيين في حادث سير",
        "مصرع خمسة مصريين بتحطم مروحية",
        "أصيب وزير الدفاع الكيني بفيروس كورونا",
        # a wish, a condition, a purpose, a fear
        "تسعى كينيا إلى وقف الغارات على السودان",
        "إذا قصفت إثيوبيا السودان تغير كل شيء",
        "قد تقصف إثيوبيا السودان",
        "أعدت كينيا خطة لترحيل المهاجرين",
        "مخاوف من هجوم إثيوبي على السودان",
        # long ago
        "اتهمت مصر إثيوبيا بالتعنت عام 2019",
        "عاد الوزير إلى كينيا للمرة الأولى منذ أن قصفت إثيوبيا السودان",
        "أحيت كينيا الذكرى السنوية لهجوم حركة الشباب على مركز للتسوق",
        # words that tell something else
        "مسيرة الرئيس الكيني وليام روتو",
        "يبلغ الوزير الكيني من العمر ستين عاما",
        "وافق البرلمان الكيني على مشروع قانون للضرائب",
        "لاحت في الأفق أزمة، وتلوح في الأفق أزمة أخرى بين كينيا وإثيوبيا",
        "السجن لـ24 متهما في كينيا",
        "منظمة العفو الدولية تحذر كينيا من المجاعة",
        "أضاف الوزير الكيني بدعم من إثيوبيا",
        "طالب كيني يفوز بالجائزة",
        "أقامت كينيا عرضا فنيا",
        "فضيحة تطيح بوزير كيني",
        "أول تعليق من كينيا على ما جرى",
        "فرار أسر من القرى في كينيا",
        "كينيا تستخدم الغاز في صناعاتها",
        "لا يوجد ما يمنع كينيا من السفر",
        "في حال انسحبت كينيا تغير كل شيء",
        # tried or aimed at
        "فشلت كينيا في اعتقال إثيوبي",
        "تعمل كينيا على منع إثيوبيا من الفوز",
        # what a storm brings about
        "إعلان حالة الطوارئ في كينيا مع اقتراب الإعصار",
        "مقابلة الرئيس الكيني مع رويترز",
    ],
)
def test_what_is_no_event(coder: Coder, text: str) -> None:
    assert told(coder, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("لا تزال إثيوبيا تقصف السودان", "actual"),
        ("لم تقصف إثيوبيا السودان", "denied"),
        ("قصفت إثيوبيا السودان دون إنذار", "actual"),
        ("ستقصف إثيوبيا السودان", "planned"),
    ],
)
def test_whether_it_happened(coder: Coder, text: str, expected: str) -> None:
    assert [event[3] for event in told(coder, text) if event[0] == "ASSAULT"] == [expected]


def test_what_is_denied_of_oneself_is_no_act_of_ones_own(coder: Coder) -> None:
    assert types(coder, "نفى الرئيس الكيني أن يكون قد اتهم إثيوبيا") == ["REJECT"]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("خطف مجهولون مهندسا", "ASSAULT"),
        ("مقتل ثلاثة أشخاص في هجوم بسكين", "ASSAULT"),
        ("خرج الآلاف في مظاهرة حاشدة", "PROTEST"),
        ("ردد المتظاهرون هتافات غاضبة", "PROTEST"),
        ("اعتقلت الشرطة سبعة أشخاص", "COERCE"),
    ],
)
def test_an_unmistakable_act_is_told_though_nobody_has_a_code(coder: Coder, text: str, type_: str) -> None:
    assert type_ in types(coder, text)


def test_acts_without_parties_share_a_key_only_where_the_words_are_the_same(coder: Coder) -> None:
    def key(text: str) -> str:
        (event,) = coder.code(title="", text=text, language="ar", event_time=NOON).events
        return event.event_key

    assert key("خطف مجهول مهندسا") != key("خطف مجهول طبيبا")
    assert key("خطف مهندس") == key("خطف مهندس") != key("خطف طبيب")


def test_a_crowd_is_a_protest_with_the_target_that_is_told(coder: Coder) -> None:
    assert ("PROTEST", "KEN", "KEN", "actual") in told(coder, "خرجت مظاهرات حاشدة في كينيا")
    assert ("PROTEST", "KEN", "USA", "actual") in told(coder, "تظاهر الكينيون ضد الولايات المتحدة")


def test_what_somebody_escapes_from_is_no_arrest(coder: Coder) -> None:
    assert "COERCE" not in types(coder, "هرب من سجنه في كينيا")


def test_who_heads_a_headline_says_what_it_tells(coder: Coder) -> None:
    assert ("ACCUSE", "KEN", "ETH", "actual") in told(coder, "", title="كينيا: إثيوبيا تتدخل في شؤون المنطقة")
    assert ("COERCE", "MAR", "MAR", "actual") in told(coder, "", title="المغرب.. تفكيك خلية متطرفة")
    assert ("CONCEDE", "KEN", "KEN", "actual") in told(coder, "", title="الإفراج عن صحافي في كينيا")
    assert ("COERCE", "BHR", "BHR", "actual") in told(coder, "", title="البحرين.. السجن المؤبد لثلاثة متهمين")
    assert ("REJECT", "KEN", "ETH", "actual") in told(coder, "", title="الوزير الكيني: الأنباء الإثيوبية لا أساس لها")
    assert ("REJECT", "KEN", "ETH", "actual") in told(coder, "", title="الرئيس الكيني: نرفض تدخل إثيوبيا")


def test_a_headline_without_an_object_takes_whom_it_was_about(coder: Coder) -> None:
    found = told(coder, "النص", title="صواريخ إيران في العراق.. واشنطن تندد")
    assert ("ACCUSE", "USA", "IRN", "actual") in found


def test_a_guess_yields_to_the_telling_that_knows(coder: Coder) -> None:
    title = "الجيش اليمني يسيطر على مواقع في صنعاء"
    found = told(coder, "سيطر الجيش اليمني على مواقع بعد معارك مع الحوثيين.", title=title)
    assert found == [("ASSAULT", "YEM", "NSA:HOUTHI", "actual")]


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        # behind the trigger, before it, in the title, at home
        ("نددت كينيا بما جرى قرب حدود إثيوبيا.", "", ("ACCUSE", "KEN", "ETH", "actual")),
        ("بعد ما جرى في إثيوبيا، نددت كينيا.", "", ("ACCUSE", "KEN", "ETH", "actual")),
        ("نددت كينيا بما جرى.", "ليلة في إثيوبيا", ("ACCUSE", "KEN", "ETH", "actual")),
        ("انتقدت كينيا ما جرى.", "", ("ACCUSE", "KEN", "KEN", "actual")),
    ],
)
def test_whom_an_act_falls_upon_is_guessed_where_nobody_says(
    coder: Coder, text: str, title: str, expected: Told
) -> None:
    assert expected in told(coder, text, title=title)


def test_part_of_a_known_attack_is_no_event_of_its_own(coder: Coder) -> None:
    found = told(coder, "قصفت تركيا العراق. وأسفر القصف عن مقتل خمسة عراقيين.")
    assert found == [("ASSAULT", "TUR", "IRQ", "actual")]


def test_planned_and_denied_acts_have_keys_of_their_own(coder: Coder) -> None:
    def only(text: str) -> Event:
        (event,) = coder.code(title="", text=text, language="ar", event_time=NOON).events
        return event

    keys = {only(text).event_key for text in ("قصفت تركيا العراق", "ستقصف تركيا العراق", "لم تقصف تركيا العراق")}
    assert len(keys) == 3


def test_of_symmetric_acts_both_directions_share_a_key(coder: Coder) -> None:
    def key(text: str) -> str:
        (event,) = coder.code(title="", text=text, language="ar", event_time=NOON).events
        return event.event_key

    assert key("التقى وزير الخارجية الكيني نظيره الإثيوبي") == key("التقى وزير الخارجية الإثيوبي نظيره الكيني")
    assert key("لقاء بين كينيا وإثيوبيا") == key("التقى وزير الخارجية الكيني نظيره الإثيوبي")
    assert key("اتهمت كينيا إثيوبيا") != key("اتهمت إثيوبيا كينيا")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # who does it and who suffers it
        ("أثار استهداف الجيش الإسرائيلي للمدينة في غزة ردودا", ("ASSAULT", "ISR", "PSE", "actual")),
        ("أعلن الوزير اعتقال السلطات الفرنسية لاجئا عراقيا", ("COERCE", "FRA", "IRQ", "actual")),
        ("تستعد بريطانيا لاستقبال الرئيس الكيني", ("AGREE", "KEN", "GBR", "planned")),
        ("مناشدات لكينيا من أجل الحوار، ودعت إثيوبيا كينيا إلى الهدوء", ("REQUEST", "ETH", "KEN", "actual")),
        ("قتلى من الحوثيين بغارات في تعز", ("ASSAULT", "", "NSA:HOUTHI", "actual")),
        # about twenty, not towards them
        ("قتلت كينيا نحو 20 مسلحا من حركة الشباب", ("ASSAULT", "KEN", "NSA:AL-SHABAAB", "actual")),
        # a treaty to be signed is agreed upon
        ("ستوقع كينيا اتفاقية مع إثيوبيا", ("AGREE", "KEN", "ETH", "planned")),
    ],
)
def test_roles_where_words_mislead(coder: Coder, text: str, expected: Told) -> None:
    assert expected in told(coder, text)


def test_a_refusal_in_the_first_person_is_whose_headline_it_is(coder: Coder) -> None:
    assert ("REJECT", "KEN", "", "actual") in told(coder, "", title="الرئيس الكيني: لن ننزع سلاحنا")


def test_a_subject_without_a_code_is_of_the_country_that_heads_the_headline(coder: Coder) -> None:
    assert ("AGREE", "KEN", "", "actual") in told(coder, "", title="كينيا: أربعة أحزاب صغيرة تتحالف في الانتخابات")


def test_an_appeal_falls_upon_ones_own_state_where_nobody_else_is_named(coder: Coder) -> None:
    assert ("REQUEST", "KEN", "KEN", "actual") in told(coder, "دعت كينيا إلى الهدوء")
    assert ("SANCTION", "KEN", "", "actual") in told(coder, "كينيا تنسحب من الاتفاقية")


def test_a_protest_of_nobody_named_is_that_of_the_only_country_of_the_article(coder: Coder) -> None:
    found = told(coder, "اندلعت الاحتجاجات بسبب الأسعار.", title="كينيا ترفع أسعار الخبز")
    assert ("PROTEST", "KEN", "KEN", "actual") in found


def test_who_is_arrested_abroad_was_not_arrested_by_his_own_state(coder: Coder) -> None:
    found = told(coder, "أعلنت الشرطة الكينية القبض على ناشط إثيوبي.", title="القبض على ناشط إثيوبي")
    assert found == [("COERCE", "KEN", "ETH", "actual")]


def test_what_a_speaker_states_of_somebody_else_is_an_accusation_unless_it_is_friendly(coder: Coder) -> None:
    assert told(coder, "", title="وزير الخارجية الكيني: إثيوبيا تلعب بالنار") == [("ACCUSE", "KEN", "ETH", "actual")]
    assert told(coder, "", title="وزير الخارجية الكيني: إثيوبيا شريك مهم") == [("SUPPORT", "KEN", "ETH", "actual")]
    # a country before the colon may be where it happens
    assert told(coder, "", title="كينيا: إثيوبيا في المرتبة الأولى") == []


def test_deaths_behind_an_accident_that_heads_the_headline_are_nobodys_act(coder: Coder) -> None:
    assert told(coder, "", title="زلزال كينيا: مقتل عشرة أشخاص") == []


def test_a_condemned_attack_without_a_doer_accuses_nobody(coder: Coder) -> None:
    assert ("ACCUSE", "KEN", "", "actual") in told(coder, "كينيا تدين الهجوم الانتحاري في إثيوبيا")


def test_a_protest_is_against_who_its_reason_names(coder: Coder) -> None:
    assert ("PROTEST", "KEN", "ETH", "actual") in told(coder, "إضراب عام للكينيين احتجاجا على قرار إثيوبيا")


def test_what_was_not_said_is_no_event(coder: Coder) -> None:
    assert told(coder, "لم تدع كينيا إثيوبيا إلى الحوار") == []


@pytest.mark.parametrize(
    "text",
    [
        "أعلنت كينيا إغلاق المدارس بعد أن اجتاحت السيول الإقليم",
        "عارضة أزياء كينية تصل إلى المهرجان",
        "أوقف القطار بدعوى أن السكة قديمة",
        "عثرت شرطة كينيا على طرد مشبوه",
        "زادت الأسعار، مما ينذر بأزمة في كينيا",
    ],
)
def test_words_that_only_look_like_acts(coder: Coder, text: str) -> None:
    assert not {"ASSAULT", "REJECT", "ACCUSE", "SANCTION", "THREATEN"} & set(types(coder, text))


def test_embassies_are_of_another_state_than_the_place(coder: Coder) -> None:
    found = told(coder, "اقتحم محتجون السفارة في نيروبي.", title="إثيوبيا تستدعي سفيرها من كينيا")
    assert ("ASSAULT", "KEN", "ETH", "actual") in found


def test_two_sides_that_a_verb_brings_together_are_both_sources(coder: Coder) -> None:
    found = told(coder, "انتهت القمة التي جمعت بين كينيا وإثيوبيا")
    assert [event for event in found if event[0] == "CONSULT"] == [("CONSULT", "KEN ETH", "", "actual")]


def test_missiles_at_nobody_are_a_test_but_at_a_thing_an_attack(coder: Coder) -> None:
    assert types(coder, "أطلقت كينيا صاروخا باليستيا من قاعدتها") == ["MOBILIZE"]
    assert types(coder, "أطلقت الطائرات الكينية خمسة صواريخ على الموقع") == ["ASSAULT"]


def test_a_ban_is_told_by_whom_it_falls_upon(coder: Coder) -> None:
    found = told(coder, "", title="منع عشرات المهاجرين من العبور")
    assert found == [("COERCE", "", "NSA:MIGRANTS", "actual")]


def test_only_armed_men_leave_a_town_as_a_retreat(coder: Coder) -> None:
    assert types(coder, "مقاتلو حركة الشباب يغادرون البلدة") == ["RETREAT"]
    assert types(coder, "السياح الكينيون يغادرون البلدة") == []


def test_a_meeting_in_a_headlines_present_is_one_to_come_where_the_text_says_so(coder: Coder) -> None:
    found = told(coder, "قال الرئيس الكيني إنه سيلتقي نظيره الإثيوبي.", title="الرئيس الكيني يلتقي نظيره الإثيوبي")
    assert found == [("AGREE", "KEN", "ETH", "planned")]


def test_a_state_protests_with_words_its_people_in_the_streets(coder: Coder) -> None:
    assert types(coder, "احتجت كينيا على إثيوبيا") == ["ACCUSE"]
    assert types(coder, "احتج الكينيون على إثيوبيا") == ["PROTEST"]


def test_an_army_that_reports_dead_fighters_killed_them(coder: Coder) -> None:
    found = told(coder, "صباح الخير.", title="الجيش الكيني: مقتل ثلاثة من حركة الشباب")
    assert found == [("ASSAULT", "KEN", "NSA:AL-SHABAAB", "actual")]


def test_whose_secretary_somebody_is_suffers_nothing_from_him(coder: Coder) -> None:
    found = told(coder, "انتقد حسن نصر الله، الأمين العام لحزب الله، تدخل كينيا في لبنان")
    assert found == [("ACCUSE", "NSA:HEZBOLLAH", "KEN", "actual")]


def test_a_meeting_next_week_has_not_been_held(coder: Coder) -> None:
    assert told(coder, "الرئيس الكيني يلتقي نظيره الإثيوبي الأسبوع المقبل") == [("AGREE", "KEN", "ETH", "planned")]
    assert types(coder, "الرئيس الكيني يلتقي نظيره الإثيوبي قبيل القمة المقبلة") == ["CONSULT"]


def test_folding_does_not_make_a_particle_of_an_ending(coder: Coder) -> None:
    assert types(coder, "قالت كينيا إنها تعاني رغم العقوبات") == []


def test_what_is_said_after_a_refusal_is_told_again(coder: Coder) -> None:
    found = types(coder, "كينيا ترفض المزاعم، قائلة إنها سترد على إثيوبيا")
    assert found == ["REJECT", "THREATEN"]


def test_a_poisoning_happened_whatever_is_said_of_it(coder: Coder) -> None:
    assert ("ASSAULT", "", "KEN", "actual") in told(coder, "رفضت إثيوبيا اتهامها بتسميم دبلوماسي كيني")
    found = told(coder, "طالبت كينيا بالتحقيق في هجوم كيميائي على إثيوبيا")
    assert ("ASSAULT", "", "ETH", "actual") in found


def test_an_attack_on_fighters_and_on_the_town_where_they_were_is_one(coder: Coder) -> None:
    found = told(coder, "شنت كينيا غارات على مقديشو. وقصفت كينيا حركة الشباب.")
    assert found == [("ASSAULT", "KEN", "NSA:AL-SHABAAB", "actual")]


def test_an_attacker_who_is_only_mentioned_made_the_attack(coder: Coder) -> None:
    found = told(coder, "وقع هجوم في كينيا. وأصيب المهاجم لاحقا.", title="هجوم في كينيا")
    assert ("ASSAULT", "NSA:UNKNOWN-ARMED", "KEN", "actual") in found
    assert told(coder, "من هو منفذ هجوم نيروبي؟") == [("ASSAULT", "NSA:UNKNOWN-ARMED", "KEN", "actual")]


def test_whom_a_battle_is_with_killed_those_who_fell(coder: Coder) -> None:
    found = told(coder, "قتل ثلاثة صوماليين في المواجهات مع الجيش الكيني")
    assert found == [("ASSAULT", "KEN", "SOM", "actual")]
    found = told(coder, "قتل ثلاثة صوماليين في اشتباكات مع الجيش الكيني")
    assert found == [("ASSAULT", "KEN", "SOM", "actual")]


def test_deaths_are_the_act_of_who_besieges_the_dead_or_of_the_one_foreign_army_named(coder: Coder) -> None:
    found = told(coder, "حاصرت كينيا حركة الشباب. وقتل خمسة من حركة الشباب.")
    assert ("ASSAULT", "KEN", "NSA:AL-SHABAAB", "actual") in found
    found = told(coder, "انتشر الجيش الكيني قرب الحدود.", title="مقتل ثلاثة صوماليين")
    assert ("ASSAULT", "KEN", "SOM", "actual") in found


def test_what_an_army_manages_to_take_it_takes_though_it_is_its_own_ground(coder: Coder) -> None:
    found = told(coder, "تمكن الجيش الصومالي، بإسناد جوي، من السيطرة على مطار مقديشو بعد معارك مع حركة الشباب")
    assert ("ASSAULT", "SOM", "NSA:AL-SHABAAB", "actual") in found
    found = told(coder, "نجح الجيش الصومالي في استعادة مقديشو من حركة الشباب")
    assert ("ASSAULT", "SOM", "NSA:AL-SHABAAB", "actual") in found


def test_private_crimes_and_kinds_of_crimes_are_no_attacks(coder: Coder) -> None:
    assert "ASSAULT" not in types(coder, "كيني قتل زوجته في نيروبي")
    assert "ASSAULT" not in types(coder, "ارتفاع معدلات القتل في كينيا")
    assert "ASSAULT" not in types(coder, "اغتصاب فتاة في كينيا")
    assert "ASSAULT" not in types(coder, "انفجار في مطعم في كينيا")
    assert "ASSAULT" not in types(coder, "كينيا تشن حملة ضد عصابات المخدرات")
    assert "ASSAULT" not in types(coder, "الحرب أسفرت عن مقتل أكثر من نصف مليون كيني")


@pytest.mark.parametrize(
    "text",
    [
        "أعلنت كينيا إجراءات جديدة عشية قمة مع إثيوبيا",
        "زار الوفد الميناء قبل ثلاثة أيام من قمة بين كينيا وإثيوبيا",
        "تحدث الوزير عن قمة تاريخية مرتقبة بين كينيا وإثيوبيا",
        "أعدت المدينة العدة لقمة يوم الخميس المقبل بين كينيا وإثيوبيا",
        "محادثات في 20 مارس 2024 بين كينيا وإثيوبيا",
        "تعقد كينيا الخميس اجتماعا مع إثيوبيا",
        "رحبت كينيا بتقرير يطالب بضمانات قبل قمة مع إثيوبيا",
    ],
)
def test_a_meeting_on_the_eve_of_which_something_happens_has_not_been_held(coder: Coder, text: str) -> None:
    meetings = [event for event in told(coder, text) if event[0] in ("AGREE", "CONSULT")]
    assert [(type_, status) for type_, _, _, status in meetings] == [("AGREE", "planned")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال الرئيس الكيني خلال استقباله نظيره الإثيوبي إن المياه حق", ("CONSULT", "ETH", "KEN", "actual")),
        ("قال الرئيس الكيني خلال لقائه نظيره الإثيوبي إن المياه حق", ("CONSULT", "KEN", "ETH", "actual")),
        (
            "انتقد الرئيس الكيني السودان، مطالبا مصر بتقديم ضمانات، وذلك خلال لقائه نظيره الإثيوبي",
            ("CONSULT", "KEN", "ETH", "actual"),
        ),
        ("تجري كينيا تجاربها قبل قمة مع إثيوبيا", ("AGREE", "KEN", "ETH", "planned")),
    ],
)
def test_a_meeting_that_is_the_occasion_of_what_is_said_is_told(coder: Coder, text: str, expected: Told) -> None:
    assert expected in told(coder, text)


def test_a_deal_that_is_reached_is_told_also_by_a_noun_with_the_article(coder: Coder) -> None:
    assert told(coder, "كينيا تعلن التوصل إلى تفاهم مع إثيوبيا") == [("AGREE", "KEN", "ETH", "actual")]


def test_who_agrees_does_so_with_whom_the_article_names(coder: Coder) -> None:
    text = "وافق الرئيس الكيني على فتح المعبر بعد مكالمة مع نظيره الإثيوبي"
    assert ("AGREE", "KEN", "ETH", "actual") in told(coder, text)
    assert told(coder, "تعهدت كينيا بالمساعدة", title="إثيوبيا بعد الزلزال") == [("AGREE", "KEN", "", "actual")]


def test_a_preposition_of_one_letter_that_ends_a_phrase_is_written_with_the_next_word(coder: Coder) -> None:
    assert told(coder, "كينيا تنتصر لإثيوبيا في نزاعها") == [("SUPPORT", "KEN", "ETH", "actual")]
    assert told(coder, "كينيا تنتصر على إثيوبيا") == []


@pytest.mark.parametrize(
    "text",
    [
        "قال الرئيس الكيني إن الاتفاق مع إثيوبيا غير قابل للنقاش",
        "الوزير الكيني: لن ندفع ثمن الخلاف مع إثيوبيا",
        "انتظرت كينيا طويلا اتفاق كامب ديفيد",
    ],
)
def test_what_only_looks_like_a_meeting_or_a_deal(coder: Coder, text: str) -> None:
    assert not {"CONSULT", "SUPPORT", "AGREE"} & set(types(coder, text))


def test_a_pledge_of_the_only_country_of_an_article_is_made_to_its_own_people(coder: Coder) -> None:
    text = "تعهد الرئيس الكيني بخفض الضرائب"
    assert told(coder, text, title="كينيا بعد الانتخابات") == [("AGREE", "KEN", "KEN", "actual")]
    assert told(coder, text, title="إثيوبيا بعد الانتخابات") == [("AGREE", "KEN", "", "actual")]


def test_who_says_what_we_shall_do_together_pledges_it_to_whom_he_turns_to(coder: Coder) -> None:
    title = "الرئيس الكيني للرئيس الإثيوبي: سنواصل التعاون لمواجهة حركة الشباب"
    assert ("AGREE", "KEN", "ETH", "actual") in told(coder, "", title=title)


def test_an_announced_truce_is_an_agreement_one_that_begins_a_retreat(coder: Coder) -> None:
    assert types(coder, "أعلنت حركة طالبان هدنة لمدة ثلاثة أيام") == ["AGREE"]
    assert types(coder, "بدأت حركة طالبان هدنة لمدة ثلاثة أيام") == ["RETREAT"]


def test_the_embassy_of_a_known_state_is_moved_whoever_speaks_of_it(coder: Coder) -> None:
    assert ("SUPPORT", "KEN", "ISR", "actual") in told(
        coder, "دعا المفتي إلى الاحتجاج على نقل السفارة الكينية إلى القدس"
    )


def test_several_meet_among_themselves(coder: Coder) -> None:
    text = "شدد وزراء الخارجية العرب على ضرورة الحوار، وذلك خلال اجتماعهم الاثنين في نيروبي"
    assert ("CONSULT", "IGO:ARAB-LEAGUE", "", "actual") in told(coder, text)


def test_a_meeting_named_in_a_headline_is_one_to_come_where_the_text_says_so(coder: Coder) -> None:
    text = "أعدت المدينة العدة لقمة يوم الخميس المقبل بين كينيا وإثيوبيا"
    assert told(coder, text, title="قمة كينيا وإثيوبيا تشغل المدينة") == [("AGREE", "KEN ETH", "", "planned")]


@pytest.mark.parametrize(
    ("title", "text", "source"),
    [
        ("", "أعلنت الشرطة الكينية أن شخصا حاول، الأحد، دهس مارة في نيروبي", "NSA:UNKNOWN-ARMED"),
        ("هجوم على مطعم في نيروبي", "قال شهود إن المهاجم لاذ بالفرار", "NSA:UNKNOWN-ARMED"),
        ("هجوم على مطعم في نيروبي", "قال شهود إن الدخان غطى المكان", ""),
        # a group that may have done it is named too
        ("هجوم على مطعم في نيروبي", "المهاجم مجهول، وحركة الشباب صامتة", ""),
    ],
)
def test_an_attacker_who_is_only_spoken_of_is_unknown(coder: Coder, title: str, text: str, source: str) -> None:
    assert ("ASSAULT", source, "KEN", "actual") in told(coder, text, title=title)


def test_who_condemns_an_attack_has_not_made_it(coder: Coder) -> None:
    assert ("ASSAULT", "", "KEN", "actual") in told(coder, "تدين السنغال قصف نيروبي")


def test_a_masculine_verb_does_not_go_on_with_a_feminine_subject(coder: Coder) -> None:
    text = "قالت الشرطة الكينية إن انفجارا وسط نيروبي أسفر عن مقتل شخص وجرح ثمانية آخرين"
    assert told(coder, text) == [("ASSAULT", "", "KEN", "actual")]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("تحرير مدينة الحديدة", "فر الحوثيون إلى الجبال", ("ASSAULT", "YEM", "NSA:HOUTHI", "actual")),
        (
            "التحالف العربي يشن غارات في صعدة",
            "التزم الحوثيون الصمت",
            ("ASSAULT", "IGO:SAUDI-COALITION", "NSA:HOUTHI", "actual"),
        ),
        ("الجيش اليمني يدمر مركبات.. ويقتل 20 حوثيا في الجوف", "", ("ASSAULT", "YEM", "NSA:HOUTHI", "actual")),
        ("", "أكدت مصادر أن القيادي الحوثي، نادر فهد القمري، قتل في معارك", ("ASSAULT", "", "NSA:HOUTHI", "actual")),
        ("", "تعرضت الغوطة لقصف عنيف من القوات النظامية", ("ASSAULT", "SYR", "SYR", "actual")),
    ],
)
def test_who_fights_whom_in_a_civil_war(coder: Coder, title: str, text: str, expected: Told) -> None:
    assert expected in told(coder, text, title=title)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("كينيا.. إحباط هجوم واعتقال تونسي", ("COERCE", "KEN", "TUN", "actual")),
        ("أوقفت الشرطة الكينية مسلحا واعتقلت سنغاليا", ("COERCE", "KEN", "SEN", "actual")),
        ("ألقي القبض في كينيا على ضابط سنغالي", ("COERCE", "KEN", "SEN", "actual")),
        ("حكم على مواطن سنغالي بالسجن في كينيا", ("COERCE", "KEN", "SEN", "actual")),
        ("السنغال.. القبض على ضابط كيني للاشتباه في دعمه الإرهاب", ("COERCE", "SEN", "KEN", "actual")),
        ("اعتقلت كينيا ضابطا في الاستخبارات السنغالية", ("COERCE", "KEN", "SEN", "actual")),
        ("طوقت القوات العراقية مقر ميليشيات حزب الله في العراق", ("COERCE", "IRQ", "NSA:KATAIB-HEZBOLLAH", "actual")),
    ],
)
def test_who_is_arrested_and_who_arrests(coder: Coder, text: str, expected: Told) -> None:
    assert expected in told(coder, "", title=text)


def test_a_pronoun_means_nobody_of_the_speakers_own_side(coder: Coder) -> None:
    text = "قال وزير الخارجية الكيني إن بلاده ستفرض رسوما على إثيوبيا، ويطالبها بالوفاء بتعهداتها"
    assert ("REQUEST", "KEN", "ETH") in [told_[:3] for told_ in told(coder, text)]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("الجيش الكيني: مقتل 20 مسلحا و3 جنود", "", ("ASSAULT", "KEN", "NSA:UNKNOWN-ARMED", "actual")),
        ("الجيش الكيني: تحييد 16 إرهابيا للآن", "", ("ASSAULT", "KEN", "NSA:UNKNOWN-ARMED", "actual")),
    ],
)
def test_who_is_counted_among_the_dead_killed_nobody(coder: Coder, title: str, text: str, expected: Told) -> None:
    assert expected in told(coder, text, title=title)


def test_two_sides_that_a_word_in_the_dual_takes_up_are_both_sources(coder: Coder) -> None:
    text = "وافق الرئيس الكيني على عرض نظيره الإثيوبي إثر مكالمة هاتفية بينهما"
    assert ("CONSULT", "KEN ETH", "", "actual") in told(coder, text)


def test_the_dead_who_are_only_spoken_of_and_a_suspects_deed_are_no_acts_of_their_own(coder: Coder) -> None:
    assert "ASSAULT" not in types(coder, "طالب أقارب القتلى كينيا بتعويضات")
    assert "ASSAULT" not in types(coder, "محاكمة المدان في تفجير نيروبي")


def test_who_stands_beside_a_speaker_is_not_whom_he_speaks_against(coder: Coder) -> None:
    text = "وأضاف الوزير الكيني في مؤتمر صحفي مع الوزير الإثيوبي أنه لا مجال للانتظار"
    assert told(coder, text) == [("REJECT", "KEN", "", "actual")]
    text += " ولزيادة حجم المعاناة في السودان"
    assert told(coder, text) == [("REJECT", "KEN", "", "actual")]


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("اعتقلت الشرطة التركية أكرم إمام أوغلو", "turkey-police", "ekrem-imamoglu"),
        ("اعتقلت تونس راشد الغنوشي", "tunisia", "rached-ghannouchi"),
        ("اعتقلت السلطات المصرية الناشط علاء عبد الفتاح", "egypt", "alaa-abdel-fattah"),
        ("أقال نتنياهو وزير الدفاع يوآف غالانت", "benjamin-netanyahu", "yoav-gallant"),
        ("انتقد حزب الشعب الجمهوري التركي الرئيس أردوغان", "chp", "recep-tayyip-erdogan"),
    ],
)
def test_whom_his_own_side_acts_upon_is_not_who_acts(coder: Coder, text: str, source: str, target: str) -> None:
    found = coder.code(title="", text=text, language="ar", event_time=NOON).events
    assert [(event.source, event.target) for event in found] == [((source,), (target,))]


def test_a_ministers_visit_to_come_is_not_the_presidents_call(coder: Coder) -> None:
    text = (
        "بحث السيسي مع الرئيس التركي أردوغان أمن الملاحة. ومن المنتظر أن يزور وزير الخارجية التركي هاكان فيدان القاهرة"
    )
    found = coder.code(title="", text=text, language="ar", event_time=NOON).events
    assert [(event.type, event.status, event.source) for event in found] == [
        ("CONSULT", "actual", ("abdel-fattah-el-sisi",)),
        ("AGREE", "planned", ("hakan-fidan",)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ستفرض كينيا عقوبات على إثيوبيا حتى لو رفض البرلمان", ("SANCTION", "KEN", "ETH", "planned")),
        ("ستقصف كينيا إثيوبيا على أي حال", ("ASSAULT", "KEN", "ETH", "planned")),
        ("ستنسحب القوات الكينية من الصومال إذا تحسن الوضع", ("RETREAT", "KEN", "SOM", "planned")),
        ("ستعتقل الشرطة الكينية المتهم إذا عاد إلى البلاد", ("COERCE", "KEN", "KEN", "planned")),
    ],
)
def test_what_hangs_on_no_condition_or_hurts_no_other_side_is_no_threat(
    coder: Coder, text: str, expected: Told
) -> None:
    assert expected in told(coder, text)
    assert "THREATEN" not in types(coder, text)


def test_how_somebody_was_killed_is_no_attack_of_its_own(coder: Coder) -> None:
    assert told(coder, "قتل صحفي كيني طعنا في إثيوبيا") == [("ASSAULT", "", "KEN", "actual")]


def test_who_committed_a_robbery_has_attacked_no_country(coder: Coder) -> None:
    assert types(coder, "اعتقلت الشرطة الكينية منفذ عملية السطو") == ["COERCE"]


def test_an_army_that_mourns_the_dead_has_not_killed_them(coder: Coder) -> None:
    text = "قتل طياران كينيان، وأعلن الجيش الإثيوبي تضامنه مع كينيا"
    assert ("ASSAULT", "", "KEN", "actual") in told(coder, text, title="مقتل طيارين كينيين")


def test_a_man_who_kills_his_wife_attacks_no_country(coder: Coder) -> None:
    assert types(coder, "قتل رجل زوجته في نيروبي") == []


@pytest.mark.parametrize(
    "text",
    ["نيروبي لن تدعم قصف إثيوبيا", "كينيا لا تؤيد مهاجمة إثيوبيا", "أعلنت كينيا أنها لن تساند قصف الصومال"],
)
def test_what_somebody_will_not_back_is_nothing_he_does(coder: Coder, text: str) -> None:
    assert "ASSAULT" not in types(coder, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("استدعت كينيا السفير الإثيوبي احتجاجا على قصف الصومال", ("ASSAULT", "ETH", "SOM", "actual")),
        ("قطعت كينيا علاقاتها مع إثيوبيا تنديدا بقصف الصومال", ("ASSAULT", "ETH", "SOM", "actual")),
        ("تظاهر كينيون احتجاجا على قصف الصومال", ("ASSAULT", "", "SOM", "actual")),
    ],
)
def test_what_is_protested_against_is_done_by_the_other_side(coder: Coder, text: str, expected: Told) -> None:
    found = told(coder, text)
    assert expected in found
    assert ("ASSAULT", "KEN", "SOM", "actual") not in found


def test_whose_bullets_kill_protesters_does_not_protest(coder: Coder) -> None:
    text = "احتجاجات قتل فيها 12 شخصا برصاص الشرطة الكينية"
    found = coder.code(title="", text=text, language="ar", event_time=NOON).events
    assert ("PROTEST", ("kenya",)) in [(event.type, event.source) for event in found]
    assert ("ASSAULT", ("kenya-police",)) in [(event.type, event.source) for event in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kenya said it attacked Somali ships and accused Addis Ababa of spying.", ("ACCUSE", "KEN", "ETH", "actual")),
        ("Kenya met Ethiopian officials and signed a deal with Somalia.", ("SUPPORT", "KEN", "SOM", "actual")),
    ],
)
def test_an_english_verb_behind_and_has_the_subject_of_the_one_before(coder: Coder, text: str, expected: Told) -> None:
    assert expected in told(coder, text, language="en")


def test_who_calls_for_restraint_does_not_ask_it_of_himself(coder: Coder) -> None:
    assert told(coder, "Kenya called for restraint.", language="en") == [("REQUEST", "KEN", "", "actual")]
    assert told(coder, "Kenya urged Ethiopia to show restraint.", language="en") == [
        ("REQUEST", "KEN", "ETH", "actual")
    ]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("هاجمت إثيوبيا الصومال. ونددت كينيا بالهجوم.", "ETH"),
        ("قصفت إثيوبيا الصومال، وأدانت كينيا القصف.", "ETH"),
        ("شنت تركيا غارات على العراق. ودانت كينيا الغارات ووصفتها بالخطيرة.", "TUR"),
        # another attack, and one whose doer is not told
        ("هاجمت إثيوبيا الصومال. ونددت كينيا بالهجوم على السودان.", ""),
        ("قتل عشرة أشخاص في هجوم في السودان. وأدانت كينيا الهجوم.", ""),
    ],
)
def test_the_attack_that_is_condemned_with_the_article_is_that_told_just_before(
    coder: Coder, text: str, target: str
) -> None:
    assert ("ACCUSE", "KEN", target, "actual") in told(coder, text)


@pytest.mark.parametrize(
    "text",
    [
        "رحب وليام روتو بالاتفاق، فيما قصفت إثيوبيا الصومال",
        "رحب وليام روتو بالاتفاق، وقصفت إثيوبيا الصومال",
        "قصفت إثيوبيا الصومال، فيما رحب وليام روتو بالاتفاق",
    ],
)
def test_who_does_something_else_meanwhile_is_not_whom_a_welcome_is_for(coder: Coder, text: str) -> None:
    found = coder.code(title="", text=text, language="ar", event_time=NOON).events
    sides = {(event.type, event.source, event.target) for event in found}
    assert ("SUPPORT", ("william-ruto",), ("ethiopia",)) not in sides
    assert ("SUPPORT", ("william-ruto",), ("somalia",)) not in sides
    assert ("ASSAULT", ("ethiopia",), ("somalia",)) in sides


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قتل قيادي في حماس في لبنان. واتهمت الحركة كينيا باغتياله", ("ACCUSE", "NSA:HAMAS", "KEN", "actual")),
        ("هاجمت حركة الشباب قاعدة كينية. وهددت الحركة إثيوبيا", ("THREATEN", "NSA:AL-SHABAAB", "ETH", "actual")),
        ("هاجم حزب الله الجيش الإسرائيلي. واتهم الحزب كينيا بدعمه", ("ACCUSE", "NSA:HEZBOLLAH", "KEN", "actual")),
        # as an object
        (
            "هاجمت حركة الشباب قاعدة كينية. واتهمت كينيا الحركة بقتل مدنيين",
            ("ACCUSE", "KEN", "NSA:AL-SHABAAB", "actual"),
        ),
    ],
)
def test_a_kind_of_group_with_the_article_is_the_group_named_before(coder: Coder, text: str, expected: Told) -> None:
    assert expected in told(coder, text)


def test_who_says_it_of_himself_is_ready_not_who_was_named_before(coder: Coder) -> None:
    text = "تصر كينيا على شرطها، فيما تقول إثيوبيا إنها مستعدة للتفاوض"
    assert told(coder, text) == [("AGREE", "ETH", "", "actual")]
