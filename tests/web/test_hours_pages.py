"""Pages of hours: a code on a phone, the leader's taps and phones, approving, and one's own hours."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.common.db import from_on
from linli.custody.models import TrailEntry
from linli.custody.reveals import LEADER_KIND
from linli.duty.hours import posts
from linli.duty.models import Correction, Service
from linli.muster import actions as muster
from linli.muster.errors import NotYoursToDecide
from linli.muster.models import Holding, NamedPost, SignUp
from linli.muster.teams import holding
from linli.people.models import Person
from tests.duty.served import HOUR, begin, placed, served
from tests.factories import SYSTEM, TinyCity, add_claim, caller_for, place_in, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def volunteer(
    city: TinyCity, *, name: str = "何晓燕", phone: str = "13900007700", at_work: bool = True
) -> tuple[Client, SignUp, Person]:
    """A phone, and the confirmed sign-up and person it speaks for; placed in the first grid."""
    claim, at = add_claim(city, name=name, phone=phone), now()
    muster.confirm(claim, person=None, by=SYSTEM, at=at)
    claim.refresh_from_db()
    assert claim.person is not None
    if at_work:
        place_in(city.event, claim.person, city.grids[0], from_on(at - timedelta(days=2), at + timedelta(days=2)))
    _, secret = start_device_session(claim.pk, person=claim.person.pk, at=at)
    client = Client()
    client.cookies[DEVICE_COOKIE] = secret
    return client, claim, claim.person


def post_page(city: TinyCity) -> str:
    by = caller_for(user_with_role("community_desk", city.communities[0]))
    letters = posts.code_of(city.event, city.grids[0], by=by, at=now())
    return reverse("at_post", args=[posts.plain(letters)])


def staff(role: str, area: object) -> Client:
    client = Client()
    sign_in(client, user_with_role(role, area))  # type: ignore[arg-type]
    return client


def form_of(client: Client, page: str) -> dict[str, object]:
    (one,) = client.get(page).context["standings"]
    said = {"person": one.own.person, "does": one.does, "once": one.once}
    return said | ({"service": one.current.pk} if one.current else {})


def test_a_code_starts_and_finishes_and_sending_it_again_changes_nothing(city: TinyCity) -> None:
    client, claim, person = volunteer(city)
    page = post_page(city)
    said = form_of(client, page)
    for _ in range(2):
        assert client.post(page, said)["Location"] == page
    begun = Service.objects.get(person=person)
    Service.objects.update(started_at=now() - HOUR)
    said = form_of(client, page)
    assert said["does"] == "finish"
    for _ in range(2):
        client.post(page, said)
    begun.refresh_from_db()
    assert (begun.state, begun.start_by, begun.finish_by) == (Service.State.WAITING, None, None)
    mine = client.get(reverse("my_hours", args=[claim.pk]))
    assert [line.service.pk for line in mine.context["lines"]] == [begun.pk]
    assert mine.context["waiting"] == 1


def test_looking_at_a_code_starts_nothing_and_a_stranger_is_told_whom_to_ask(city: TinyCity) -> None:
    client, _, person = volunteer(city, at_work=False)
    page = post_page(city)
    city.communities[0].desk_phone = "028-1234"
    city.communities[0].save()
    assert "028-1234" in client.get(page).content.decode()
    client.post(page, {"person": person.pk, "does": "start"})
    assert client.post(page, {"person": placed(city).pk, "does": "start"}).status_code == 404
    assert Client().get(page).status_code == 200
    assert Service.objects.count() == 0
    assert Client().get(reverse("at_post", args=["AAAAAAAA"])).status_code == 404
    assert Client().post(reverse("type_post"), {"code": "AAAA-AAAA"}).status_code == 422
    typed = page.strip("/").rpartition("/")[2].lower()
    assert Client().post(reverse("type_post"), {"code": f"{typed[:4]} {typed[4:]}"})["Location"] == page


def test_nobody_taps_finish_on_the_duty_of_another(city: TinyCity) -> None:
    client, _, person = volunteer(city)
    other = begin(city, placed(city), now() - HOUR)
    client.post(post_page(city), {"person": person.pk, "does": "finish", "service": other.pk})
    other.refresh_from_db()
    assert other.state == Service.State.ON_DUTY


def test_a_leader_taps_for_those_who_are_placed_and_reads_their_phones_once_on_record(city: TinyCity) -> None:
    _, _, person = volunteer(city)
    leader = staff("leader", city.grids[0])
    there, tap = reverse("crew", args=[city.grids[0].pk]), reverse("crew_tap", args=[city.grids[0].pk])
    assert "13900007700" not in leader.get(there).content.decode()
    for _ in range(2):
        leader.post(reverse("crew_phones", args=[city.grids[0].pk]))
    assert "13900007700" in leader.get(there).content.decode()
    assert TrailEntry.objects.filter(kind=LEADER_KIND).count() == 1
    assert "13900007700" not in staff("leader", city.grids[0]).get(there).content.decode()
    (row,) = leader.get(there).context["rows"]
    for _ in range(2):
        leader.post(tap, {"booking": row.booking.pk, "does": "start", "once": row.once})
    begun = Service.objects.get(person=person)
    assert begun.start_said == Service.Said.LEADER
    other = begin(city, placed(city, grid=2), now() - HOUR, grid=2)
    for service in (other.pk, 0):
        wrong = leader.post(tap, {"booking": row.booking.pk, "does": "finish", "service": service})
        assert wrong.status_code == 404
    leader.post(tap, {"booking": row.booking.pk, "does": "finish", "service": begun.pk})
    begun.refresh_from_db()
    assert begun.state == Service.State.WAITING


def test_whose_phone_a_leader_had_shown_reads_that_a_leader_saw_it(city: TinyCity) -> None:
    client, claim, _ = volunteer(city)
    elsewhere, other, _ = volunteer(city, name="何小燕", phone="13900007701", at_work=False)
    own = [(client, claim), (elsewhere, other)]
    leader = staff("leader", city.grids[0])
    leader.get(reverse("crew", args=[city.grids[0].pk]))
    seen = [browser.get(reverse("claim", args=[mine.pk])).context["shown"] for browser, mine in own]
    assert seen == [[], []]
    leader.post(reverse("crew_phones", args=[city.grids[0].pk]))
    first, second = (browser.get(reverse("claim", args=[mine.pk])).context["shown"] for browser, mine in own)
    assert [(row.what, row.why, row.who) for row in first] == [
        ("电话号码", "为联系编入其所在网格的人", [f"队长或网格长 · {city.grids[0].name}"])
    ]
    assert second == []


def test_a_leader_says_when_somebody_finished_who_forgot(city: TinyCity) -> None:
    leader, person, at = staff("leader", city.grids[0]), placed(city), now()
    begun = begin(city, person, at - 30 * HOUR)
    tap = reverse("crew_tap", args=[city.grids[0].pk])
    (row,) = leader.get(reverse("crew", args=[city.grids[0].pk])).context["rows"]
    said = {"booking": row.booking.pk, "does": "forgot", "service": begun.pk}
    assert leader.post(tap, said).status_code == 422
    ended = localtime(at - 26 * HOUR).strftime("%Y-%m-%dT%H:%M")
    leader.post(tap, said | {"finished": ended})
    begun.refresh_from_db()
    assert (begun.state, begun.finish_said) == (Service.State.WAITING, Service.Said.LATER)


def test_the_desk_approves_sets_aside_and_corrects(city: TinyCity) -> None:
    desk = staff("community_desk", city.communities[0])
    # yesterday at five: what was served lies in one day whatever the clock says now
    at = localtime(now() - timedelta(days=1)).replace(hour=17, minute=0, second=0, microsecond=0)
    client, claim, person = volunteer(city)
    first = served(city, person, at - 9 * HOUR, at - 8 * HOUR)
    second = served(city, placed(city, grid=1), at - 9 * HOUR, at - HOUR, grid=1)
    third = served(city, placed(city), at - 9 * HOUR, at - 8 * HOUR)
    there = [city.communities[0].pk]
    shown = desk.get(reverse("hours_waiting", args=there)).context["rows"]
    assert {row.line.service.pk: row.long for row in shown} == {first.pk: False, second.pk: True, third.pk: False}
    desk.post(reverse("approve_hours", args=there), {"hours": [first.pk]})
    desk.post(reverse("decline_hours", args=[*there, third.pk]), {"reason": "没有在岗"})
    desk.post(reverse("approve_hours", args=there), {"all": "1", "shown": [second.pk, third.pk]})
    states = dict(Service.objects.values_list("pk", "state"))
    assert states == {first.pk: "approved", second.pk: "approved", third.pk: "declined"}
    page = reverse("ask_correction", args=[claim.pk, first.pk])
    said = {
        name: localtime(moment).strftime("%Y-%m-%dT%H:%M")
        for name, moment in {"since": at - 9 * HOUR, "until": at - 5 * HOUR}.items()
    }
    said["once"] = client.get(page).context["form"]["once"].value()
    for _ in range(2):
        assert client.post(page, said)["Location"] == reverse("my_hours", args=[claim.pk])
    asked = Correction.objects.get()
    leads = staff("leader", city.grids[0])
    for who, where, waits in ((desk, there[0], 1), (leads, city.grids[0].pk, 0)):  # a correction is the desk's alone
        assert who.get(reverse("crew", args=[where])).context["waiting"] == waits
        page = who.get(reverse("hours_waiting", args=[where]))
        assert (page.context["n"], len(page.context["asked"])) == (waits, waits)
    decide = reverse("decide_correction", args=[*there, asked.pk])
    desk.post(decide, {"decision": "grant", "reason": " "})
    asked.refresh_from_db()
    assert asked.state == Correction.State.ASKED
    desk.post(decide, {"decision": "grant", "reason": "组长证实"})
    first.refresh_from_db()
    assert first.state == Service.State.CORRECTED
    mine = client.get(reverse("my_hours", args=[claim.pk]))
    assert (mine.context["total"], "组长证实" in mine.content.decode()) == ("4.0", True)


def test_who_forgot_says_when_it_ended(city: TinyCity) -> None:
    client, claim, person = volunteer(city)
    at = now()
    begun = begin(city, person, at - 20 * HOUR)
    there = reverse("finish_later", args=[claim.pk, begun.pk])
    for wrong in ("", "x", localtime(at - 22 * HOUR).strftime("%Y-%m-%dT%H:%M")):
        assert client.post(there, {"finished": wrong}).status_code == 422
    ended = localtime(at - 15 * HOUR).strftime("%Y-%m-%dT%H:%M")
    assert client.post(there, {"finished": ended}).status_code == 302
    other = begin(city, placed(city), at - 20 * HOUR)
    assert client.post(reverse("finish_later", args=[claim.pk, other.pk]), {"finished": ended}).status_code == 404


def test_a_poster_is_printed_and_replaced_and_holds_nobody(city: TinyCity) -> None:
    desk = staff("community_desk", city.communities[0])
    there = [city.communities[0].pk, city.grids[0].pk]
    reply = desk.post(reverse("print_post_code", args=there))
    assert (reply["Content-Type"], reply.content[:5]) == ("application/pdf", b"%PDF-")
    desk.post(reverse("replace_post_code", args=there))
    assert desk.post(reverse("print_post_code", args=there)).content != reply.content
    other = [city.communities[0].pk, city.grids[2].pk]
    assert desk.post(reverse("print_post_code", args=other)).status_code == 404


def test_a_leader_hands_a_shift_over_to_somebody_who_is_placed_there(city: TinyCity) -> None:
    (_, one_claim, one), (_, _, two) = volunteer(city), volunteer(city, name="罗成", phone="13900007701")
    SignUp.objects.update(fit_said_at=now())
    shift = _holds(city, one, now() + HOUR / 2)
    leader = staff("leader", city.grids[0])
    page, over = reverse("crew", args=[city.grids[0].pk]), reverse("crew_hand_over", args=[city.grids[0].pk])
    (told,) = leader.get(page).context["shifts"]
    assert (told.name, [name for _, name in told.others]) == (one_claim.name, ["罗成"])
    ((to, _),) = told.others
    elsewhere = staff("leader", city.grids[1])
    there = reverse("crew_hand_over", args=[city.grids[1].pk])
    for who, where in ((elsewhere, there), (elsewhere, over), (staff("grid_worker", city.grids[0]), over)):
        assert who.post(where, {"holding": shift.pk, "to": to}).status_code in (403, 404)
    assert Holding.objects.get().person_id == one.pk
    assert leader.post(over, {"holding": shift.pk, "to": to})["Location"] == f"{page}#posts"
    assert Holding.objects.get().person_id == two.pk
    entry = TrailEntry.objects.get(kind="post.handed_over")
    assert entry.subject == f"person:{one.pk}"
    masked = staff("community_desk", city.communities[0]).get(reverse("crew", args=[city.communities[0].pk]))
    assert [each.name for each in masked.context["shifts"]] == ["罗**"]


def test_a_leader_who_holds_a_post_hands_it_over_to_nobody_themselves(city: TinyCity) -> None:
    (_, _, one), (_, _, two) = volunteer(city), volunteer(city, name="罗成", phone="13900007701")
    SignUp.objects.update(fit_said_at=now())
    shift = _holds(city, one, now() + HOUR)
    by = caller_for(user_with_role("leader", city.grids[0]))
    with pytest.raises(NotYoursToDecide):
        holding.hand_over(shift, two.pk, by=replace(by, person=one.pk), at=now())
    with pytest.raises(NotYoursToDecide):
        holding.hand_over(shift, placed(city, grid=1).pk, by=by, at=now())
    holding.hand_over(shift, two.pk, by=by, at=now())
    assert Holding.objects.get().person_id == two.pk


def _holds(city: TinyCity, person: Person, since: datetime) -> Holding:
    """Somebody who holds a post for an hour."""
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    facts = {"kind": NamedPost.Kind.LEAD, "work": "gate", "name": "东门先锋岗", "by": desk, "at": now()}
    post = holding.name_post(city.event, city.communities[0], **facts)
    (given,) = holding.give(post, person.pk, [(since, since + HOUR)], by=desk, at=now())
    assert given.refused is None
    return Holding.objects.get(post=post)
