"""Demands, protests, threats, withdrawals and aid: what tells them, whom they are meant for, and what only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.coding import Coder

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)


def told(coder: Coder, text: str, *, title: str = "") -> list[tuple[str, str, str]]:
    """(type, source, target) of each event; + joins codes, - is nobody."""
    found = coder.code(title=title, text=text, language="ar", event_time=NOON).events
    return [
        (event.type, "+".join(event.source_codes) or "-", "+".join(event.target_codes) or "-") for event in found
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "source", "target", "text"),
    [
        ("RETREAT", "NSA:TALIBAN", "-", "فر مقاتلو طالبان من القرية"),
        ("AGREE", "NSA:TALIBAN", "-", "أعلنت حركة طالبان وقفا لإطلاق النار"),
        ("AGREE", "KEN+ETH", "-", "هدنة بين كينيا وإثيوبيا"),
        ("RETREAT", "KEN+ETH", "-", "بدء سريان الهدنة بين كينيا وإثيوبيا"),
        ("THREATEN", "KEN", "ETH", "قالت كينيا إنها ستقصف القواعد الإثيوبية إذا عبر جندي الحدود"),
        ("THREATEN", "KEN+ETH", "-", "ألغي اللقاء بعد تهديدات متبادلة بين كينيا وإثيوبيا"),
        ("THREATEN", "KEN", "ETH", "وجهت كينيا رسالة تحذير إلى إثيوبيا"),
        ("THREATEN", "KEN", "ETH", "رسالة ردع كينية إلى إثيوبيا"),
        ("SANCTION", "ETH", "SDN", "طالبت كينيا مجلس الأمن برفع العقوبات التي فرضتها إثيوبيا على السودان"),
        ("AID", "IRN", "NSA:HEZBOLLAH", "تهريب إيران أسلحة إلى حزب الله"),
        ("AID", "-", "ETH", "دخول مساعدات إلى إثيوبيا"),
        ("AID", "-", "ETH", "وصلت قافلة مساعدات إلى إثيوبيا"),
        ("AID", "KEN", "NSA:MIGRANTS", "انتشلت البحرية الكينية مهاجرين من البحر"),
        ("REQUEST", "ETH", "NSA:TALIBAN", "حاصرت القوات الإثيوبية مسلحي طالبان ودعتهم إلى الاستسلام"),
    ],
)
def test_who_asks_threatens_or_gives_way_to_whom(coder: Coder, type_: str, source: str, target: str, text: str) -> None:
    assert (type_, source, target) in told(coder, text)


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("RETREAT", "فر رجل كيني من السجن"),
        ("RETREAT", "يعيش في المخيم لاجئون إثيوبيون فروا من القتال"),
        ("RETREAT", "نزح آلاف الكينيين هربا من الفيضانات"),
        ("REQUEST", "شارك الآلاف في المظاهرات التي دعت إليها المعارضة الكينية"),
        ("REQUEST", "نظم طلاب كينيون اعتصاما للمطالبة بخفض الرسوم"),
        ("REQUEST", "دعت السفارة الكينية رعاياها إلى مغادرة المدينة"),
    ],
)
def test_what_looks_like_a_demand_or_a_retreat(coder: Coder, type_: str, text: str) -> None:
    assert type_ not in [told_type for told_type, _, _ in told(coder, text)]


def test_a_flight_of_many_is_news_where_the_headline_tells_it(coder: Coder) -> None:
    assert ("RETREAT", "ETH", "-") in told(coder, "قال مسؤول إن المخيم امتلأ.", title="آلاف الإثيوبيين يفرون من القرى")


def test_a_demand_that_names_nobody_is_for_nobody_who_only_stands_there(coder: Coder) -> None:
    events = told(coder, "طالب الوزير الكيني بتحسين الخدمات، بينما ازداد عدد المسافرين إلى إثيوبيا.")
    assert ("REQUEST", "KEN", "-") in events
    assert ("REQUEST", "KEN", "KEN") in told(coder, "طالب الوزير الكيني بتحسين الخدمات.")


def test_a_protest_is_against_who_struck_the_protesters(coder: Coder) -> None:
    events = told(coder, "قصفت إثيوبيا كينيا. وتظاهر الكينيون في إثيوبيا.", title="إثيوبيا تقصف كينيا")
    assert ("PROTEST", "KEN", "ETH") in events
    assert ("PROTEST", "YEM", "NSA:HOUTHI") in told(coder, "نظم صحفيون يمنيون وقفة للمطالبة بإخراج الحوثيين من المدينة")


def test_a_further_subject_behind_a_preposition_is_no_second_victim(coder: Coder) -> None:
    events = told(coder, "قال شهود إن القصف توقف.", title="قصف إثيوبي على كينيا ومصر تدعو إلى الهدوء")
    assert ("ASSAULT", "ETH", "KEN") in events
    assert "EGY" in [source for type_, source, _ in events if type_ == "REQUEST"]
