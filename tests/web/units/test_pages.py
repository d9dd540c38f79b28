"""The pages of units with a plain client: what each form takes, refuses and tells."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from linli.access.models import User
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.muster.models import Call, Deployed, Reinforcement, UnitFree, UnitPlan
from linli.muster.units import answering, asking, listing, planning
from linli.people.models import Organisation
from linli.places import actions as places
from tests.factories import SYSTEM, sign_in, user_with_role
from tests.muster.units.world import (
    UnitsWorld,
    called,
    committed,
    liaison_for,
    people,
    planned,
    units_world,
    wants,
)

pytestmark = pytest.mark.django_db


def client_for(user: int | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, User.objects.get(pk=user))
    return client


def said(**more: object) -> dict[str, object]:
    """A request as somebody fills it in."""
    at = localtime(now())
    day = "%Y-%m-%dT%H:%M"
    facts = {
        "heads": 3,
        "since": (at + timedelta(days=1)).strftime(day),
        "until": (at + timedelta(days=3)).strftime(day),
        "answer_by": (at + timedelta(hours=5)).strftime(day),
        "meet": "东门",
        "receiver": "李值班",
        "receiver_phone": "13800001234",
        "skill_1": 2,
    }
    return facts | more


def asked_by_page(made: UnitsWorld) -> Reinforcement:
    page = reverse("ask_reinforcement", args=[made.city.communities[0].pk])
    reply = client_for(made.desk.user).post(page, said())
    request = Reinforcement.objects.get()
    assert reply["Location"] == reverse("reinforcement", args=[request.pk])
    return request


def test_a_desk_asks_command_plans_and_a_liaison_answers_by_phone() -> None:
    made = units_world()
    request = asked_by_page(made)
    command = client_for(made.command.user)
    reply = command.post(reverse("reinforcements", args=[made.city.street.pk]))
    plan = UnitPlan.objects.get()
    assert reply["Location"] == reverse("unit_plan", args=[plan.pk])
    assert "Waiting to begin" in command.get(reply["Location"]).content.decode()
    planning.work_out(plan)
    page = command.get(reply["Location"]).content.decode()
    assert "Proved" in page
    assert command.get(reverse("unit_plan_progress", args=[plan.pk]))["HX-Refresh"] == "true"
    command.post(reply["Location"])
    call = Call.objects.get(reinforcement=request)

    liaison = client_for(liaison_for(made, call).user)
    page = reverse("unit_call", args=[call.pk])
    seen = liaison.get(page).content.decode()
    assert all(word in seen for word in ("东门", "李值班", "tel:13800001234", "Driving"))
    text = "1. 王小明 13911110001 驾驶\nAnna Berg, 13911110002\n孙丽 13911110003 喜欢唱歌"
    assert liaison.post(reverse("name_people", args=[call.pk]), {"text": text})["Location"] == page
    assert list(Deployed.objects.order_by("pk").values_list("skills", flat=True)) == [0b10, 0, 0]
    assert "Anna Berg" in liaison.get(page).content.decode()
    liaison.post(page, {"do": "commit"})
    call.refresh_from_db()
    assert (call.state, call.committed) == ("committed", 3)

    desk, page = client_for(made.desk.user), reverse("reinforcement", args=[request.pk])
    shown = desk.get(page).content.decode()
    assert "A**" in shown
    assert "Anna Berg" not in shown
    assert "13911110002" not in shown
    who = list(Deployed.objects.order_by("pk").values_list("pk", flat=True))
    desk.post(page, {"do": "arrive", "who": who})
    desk.post(page, {"do": "release", "who": who[:1]})
    assert list(Deployed.objects.order_by("pk").values_list("state", flat=True)) == ["released", "arrived", "arrived"]
    assert TrailEntry.objects.filter(kind="deployed.arrived").count() == 3


def test_a_request_begins_with_the_desk_that_receives_them() -> None:
    made = units_world()
    places.set_desk_phone(made.city.communities[0], "028-8765 4321", by=SYSTEM, at=now())
    page = reverse("ask_reinforcement", args=[made.city.communities[0].pk])
    form = client_for(made.desk.user).get(page).context["form"]
    assert form["receiver_phone"].value() == "028-8765 4321"
    assert form["receiver"].value() == User.objects.get(pk=made.desk.user).display_name


def test_everybody_on_the_way_is_ticked_off_at_once_and_the_liaison_reads_the_counts() -> None:
    made = units_world()
    request = wants(made, heads=3)
    call, listed = committed(made, request)
    page, desk = reverse("reinforcement", args=[request.pk]), client_for(made.desk.user)
    desk.post(page, {"do": "arrive", "who": [listed[0].pk]})
    assert desk.get(page).context["way"] == 2
    desk.post(page, {"do": "all_arrive"})
    assert set(Deployed.objects.values_list("state", flat=True)) == {"arrived"}
    desk.post(page, {"do": "release", "who": [listed[0].pk]})
    liaison = client_for(liaison_for(made, call).user)
    for told in (reverse("unit_call", args=[call.pk]), reverse("own_unit")):
        assert "On the way: 0. Arrived: 2. Went home: 1." in liaison.get(told).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"heads": 0}, "heads"),
        ({"skill_1": 9}, None),
        ({"until": "2022-09-01T08:00"}, "until"),
        ({"answer_by": "2022-09-01T08:00"}, "answer_by"),
        ({"receiver_phone": "12"}, "receiver_phone"),
        ({"meet": ""}, "meet"),
    ],
)
def test_a_request_that_makes_no_sense_is_shown_again(wrong: dict[str, object], field: str | None) -> None:
    made = units_world()
    page = reverse("ask_reinforcement", args=[made.city.communities[0].pk])
    reply = client_for(made.desk.user).post(page, said(**wrong))
    assert reply.status_code == 422
    assert reply.context["form"].errors[field or "__all__"]
    assert not Reinforcement.objects.exists()


def test_a_file_of_people_is_taken_whole_or_not_at_all() -> None:
    made = units_world()
    call = called(made, wants(made, heads=2))
    liaison, page = client_for(liaison_for(made, call).user), reverse("name_people", args=[call.pk])
    bad = SimpleUploadedFile("a.csv", "姓名,电话,技能\n王一,13911110001,驾驶\n王二,12,\n".encode())
    reply = liaison.post(page, {"file": bad})
    assert reply.status_code == 422
    assert [row for row, _, _ in reply.context["mend"]] == [3]
    assert not Deployed.objects.exists()
    good = SimpleUploadedFile("a.csv", "姓名,电话,技能\n王一,13911110001,驾驶\n王二,13911110002,\n".encode())
    assert liaison.post(page, {"file": good}).status_code == 302
    assert Deployed.objects.count() == 2
    more = liaison.post(page, {"text": "王三 13911110003"})
    assert more.status_code == 422
    assert "2 people are asked for" in more.content.decode()


def test_more_lines_than_are_taken_at_once_are_refused_and_none_of_them_is_kept() -> None:
    made = units_world()
    call = called(made, wants(made, heads=2))
    text = "王一 13911110001\n" * 5_001
    reply = client_for(liaison_for(made, call).user).post(reverse("name_people", args=[call.pk]), {"text": text})
    assert reply.status_code == 422
    assert "5000" in reply.content.decode()
    assert not Deployed.objects.exists()


@pytest.mark.parametrize("text", ["王一", "13911110001", "王一 13911110001 13911110002", "\x00 13911110001", "王一 12"])
def test_a_line_without_one_name_and_one_phone_is_shown_again(text: str) -> None:
    made = units_world()
    call = called(made, wants(made, heads=2))
    reply = client_for(liaison_for(made, call).user).post(reverse("name_people", args=[call.pk]), {"text": text})
    assert reply.status_code == 422
    assert not Deployed.objects.exists()


def test_who_is_named_elsewhere_is_told_by_name_to_the_liaison() -> None:
    made = units_world()
    call, _ = committed(made, wants(made, heads=1), 1)
    other = called(made, wants(made, heads=2))
    one = people(1)[0]
    reply = client_for(liaison_for(made, other).user).post(
        reverse("name_people", args=[other.pk]), {"text": f"{one.name} {one.phone}\n王新 13911110001"}, follow=True
    )
    assert f"left out: {one.name}" in reply.content.decode()
    assert call.people.get().state == "listed"


def test_a_liaison_swaps_takes_off_ticks_off_and_declines() -> None:
    made = units_world()
    call, listed = committed(made, wants(made, heads=3))
    liaison = client_for(liaison_for(made, call).user)
    swap, page = reverse("swap_person", args=[listed[0].pk]), reverse("unit_call", args=[call.pk])
    assert liaison.post(swap, {"text": "王一 13911110001\n王二 13911110002"}).status_code == 422
    assert liaison.post(swap, {"text": f"{people(2)[1].name} {people(2)[1].phone}"}).status_code == 422
    assert liaison.post(swap, {"text": "王一 13911110001"}).status_code == 302
    assert liaison.post(swap, {"text": "王二 13911110002"}).status_code == 422
    liaison.post(page, {"do": "off", "who": listed[1].pk})
    liaison.post(page, {"do": "arrive", "who": listed[2].pk})
    assert list(call.people.order_by("pk").values_list("state", flat=True)) == ["off", "off", "arrived", "listed"]
    second = called(made, wants(made, heads=1))
    page = reverse("unit_call", args=[second.pk])
    liaison = client_for(liaison_for(made, second).user)
    assert liaison.post(page, {"do": "commit"}).status_code == 302
    assert liaison.post(page, {"do": "decline", "reason": ""}).status_code == 422
    assert liaison.post(page, {"do": "decline", "reason": "都在值班"}).status_code == 302
    second.refresh_from_db()
    assert (second.state, second.reason) == ("declined", "都在值班")
    assert liaison.post(page, {"do": "off", "who": listed[1].pk}).status_code == 404


def test_a_liaison_says_whom_they_can_send_and_offers_unasked() -> None:
    made = units_world()
    liaison, page = client_for(made.liaisons[0].user), reverse("own_unit")
    liaison.post(page, {"do": "free", "anybody": 7, "skill_0": 2})
    free = UnitFree.objects.filter(organisation=made.units[0]).order_by("heads")
    assert list(free.values_list("skill", "heads")) == [(0, 2), (None, 7)]
    day = localtime(now()).strftime("%Y-%m-%dT%H:%M")
    assert liaison.post(page, {"do": "offer", "heads": 0, "since": day, "until": day}).status_code == 422
    later = localtime(now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    reply = liaison.post(page, {"do": "offer", "heads": 2, "since": day, "until": later})
    offer = Call.objects.get()
    assert reply["Location"] == reverse("unit_call", args=[offer.pk])
    assert liaison.get(page, {"unit": made.units[1].pk}).status_code == 404
    request = wants(made, heads=2, until=now() + timedelta(days=2))
    command = client_for(made.command.user)
    page = reverse("reinforcement", args=[request.pk])
    assert "offered by 第一机关" in command.get(page).content.decode()
    assert command.post(page, {"do": "take", "offer": "0"}).status_code == 404
    command.post(page, {"do": "take", "offer": offer.pk})
    offer.refresh_from_db()
    assert (offer.reinforcement_id, offer.state) == (request.pk, "asked")


def test_an_offer_is_taken_where_it_is_seen_for_a_request_of_that_time() -> None:
    made, at = units_world(), now()
    for number, liaison in enumerate(made.liaisons):
        times = {"since": at, "until": at + timedelta(days=9), "by": liaison, "at": at}
        answering.offer(made.city.event, made.units[number], heads=2, **times)
    first, second = Call.objects.order_by("pk")
    command, page = client_for(made.command.user), reverse("reinforcements", args=[made.city.street.pk])
    assert "No request that is short of people is for this time." in command.get(page).content.decode()
    request = wants(made, heads=2)
    late = wants(made, heads=2, since=at + timedelta(days=20), until=at + timedelta(days=21))
    shown = command.get(page)
    assert {offer.pk: [each.pk for each, _ in needy] for offer, needy in shown.context["offers"]} == {
        first.pk: [request.pk],
        second.pk: [request.pk],
    }
    assert f"Take them for {request.area.called}" in shown.content.decode()
    assert command.post(page, {"do": "take", "offer": first.pk, "for": "0"}).status_code == 404
    assert command.post(page, {"do": "take", "offer": first.pk, "for": late.pk})["Location"] == page
    reply = command.post(page, {"do": "take", "offer": first.pk, "for": request.pk})
    assert reply["Location"] == reverse("reinforcement", args=[request.pk])
    first.refresh_from_db()
    assert (first.reinforcement_id, first.state) == (request.pk, "asked")
    assert client_for(made.desk.user).post(page, {"do": "take"}).status_code in (403, 404)


def test_who_asked_reads_on_top_what_is_still_short_of_it() -> None:
    made = units_world()
    desk, page = client_for(made.desk.user), reverse("reinforcements", args=[made.city.communities[0].pk])
    request = wants(made, heads=2)
    assert "<strong>2</strong> people whom you asked for are not found yet" in desk.get(page).content.decode()
    called(made, request)
    assert "everybody whom you asked for is promised, or a unit is asked" in desk.get(page).content.decode()
    asking.end(request, by=made.desk, at=now())
    assert "nobody asks you for people" in desk.get(page).content.decode()


def test_who_asked_reads_on_top_of_the_request_who_is_not_promised_yet() -> None:
    made = units_world()
    request = wants(made, heads=2)
    desk, page = client_for(made.desk.user), reverse("reinforcement", args=[request.pk])
    assert "<strong>2</strong> are still short" in desk.get(page).content.decode()
    call = called(made, request)
    assert "<strong>2</strong> are asked for and not promised yet" in desk.get(page).content.decode()
    liaison = liaison_for(made, call)
    listing.name_people(call, people(2), by=liaison, at=now())
    answering.commit(call, by=liaison, at=now())
    assert "nobody is short" in desk.get(page).content.decode()


def test_what_waits_for_an_answer_stands_first_on_the_liaisons_page() -> None:
    made, at = units_world(), now()
    call = called(made, wants(made))
    liaison = liaison_for(made, call)
    answering.offer(
        made.city.event, call.organisation, heads=1, since=at, until=at + timedelta(days=1), by=liaison, at=at
    )
    shown = client_for(liaison.user).get(reverse("own_unit"))
    assert [each.state for each, *_ in shown.context["calls"]] == ["asked", "offered"]
    assert "Please answer by " in shown.content.decode()


def test_command_adds_a_unit_and_a_desk_does_not() -> None:
    made = units_world()
    page = reverse("units", args=[made.city.street.pk])
    command = client_for(made.command.user)
    assert command.post(page, {"name": "第三机关", "anybody": "x"}).status_code == 422
    assert command.post(page, {"name": " 第三  机关 ", "anybody": 4, "skill_2": 1}).status_code == 302
    unit = Organisation.objects.get(name="第三 机关")
    assert sum(unit.free.values_list("heads", flat=True)) == 5
    desk = client_for(made.desk.user)
    here = reverse("units", args=[made.city.communities[0].pk])
    assert desk.get(here).status_code == 200
    assert desk.post(here, {"name": "x"}).status_code == 404
    assert desk.get(page).status_code == 404


def test_the_office_of_a_unit_has_a_number_that_can_be_dialled_and_stays_where_none_is_said() -> None:
    made = units_world()
    command, page = client_for(made.command.user), reverse("units", args=[made.city.street.pk])
    assert command.post(page, {"name": "第一机关", "phone": "nobody"}).status_code == 422
    for said in ("028-6666 0001", ""):
        command.post(page, {"name": "第一机关", "phone": said, "anybody": 3})
        made.units[0].refresh_from_db()
        assert made.units[0].desk_phone == "028-6666 0001"
    assert 'href="tel:028-6666 0001"' in command.get(page).content.decode()
    assert TrailEntry.objects.filter(kind="organisation.phone").count() == 1


def test_decisions_that_come_too_late_are_told_and_change_nothing() -> None:
    made = units_world()
    request = wants(made, heads=3)
    plan, other = planned(made), planned(made)
    command = client_for(made.command.user)
    for each, words in ((plan, "Units were asked for 3 people"), (plan, "somebody was quicker")):
        reply = command.post(reverse("unit_plan", args=[each.pk]), follow=True)
        assert words in reply.content.decode()
    assert "for 0 people" in command.post(reverse("unit_plan", args=[other.pk]), follow=True).content.decode()
    desk, page = client_for(made.desk.user), reverse("reinforcement", args=[request.pk])
    assert "ended" in desk.post(page, {"do": "end"}, follow=True).content.decode()
    assert "ended already" in desk.post(page, {"do": "end"}, follow=True).content.decode()
    street = client_for(user_with_role("street", made.city.street).pk)
    assert "highest level" in street.post(page, {"do": "pass_on"}, follow=True).content.decode()
    begun = command.post(reverse("reinforcements", args=[made.city.street.pk]))
    assert begun.status_code == 302
    assert (
        "worked out here already"
        in command.post(reverse("reinforcements", args=[made.city.street.pk]), follow=True).content.decode()
    )


def test_an_answer_to_what_is_no_longer_asked_is_told() -> None:
    made = units_world()
    call, _ = committed(made, wants(made, heads=1), 1)
    liaison = client_for(liaison_for(made, call).user)
    reply = liaison.post(reverse("unit_call", args=[call.pk]), {"do": "commit"}, follow=True)
    assert "answered already" in reply.content.decode()
    with pytest.raises(answering.UnitAnswered):
        answering.commit(call, by=liaison_for(made, call), at=now())


def test_the_spreadsheet_to_fill_in_is_empty_but_for_examples() -> None:
    made = units_world()
    reply = client_for(made.liaisons[0].user).get(reverse("unit_template"))
    assert reply.content[:2] == b"PK"
    call = called(made, wants(made, heads=2))
    again = SimpleUploadedFile("a.xlsx", reply.content)
    page = reverse("name_people", args=[call.pk])
    assert client_for(liaison_for(made, call).user).post(page, {"file": again}).status_code == 422
    assert not Deployed.objects.exists()
