"""Sweeps over HTTP: figures that equal their names, doors written down once, and each role seeing its own."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from linli.access.models import RoleGrant
from linli.common import clock
from linli.common.clock import now
from linli.common.db import from_on
from linli.desk.models import Entry
from linli.events.models import Zone
from linli.ledger import recording, walking
from linli.ledger.models import Finding, Said, Sweep
from linli.people.models import Household, Identity
from linli.places.models import Dwelling
from linli.rolls.models import Standing, State
from linli.web import live as shared
from linli.web.sweeps import door as door_page
from linli.web.sweeps import doors as doors_page
from linli.web.templatetags import moments
from tests.factories import FOUNDED, add_resident, begin_sweep, caller_for, sign_in, tiny_city, user_with_role
from tests.web.muster.said import body

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(client, city):
    client.cookies["django_language"] = "en"
    user = user_with_role("community_desk", city.communities[0], name="Li Min")
    sign_in(client, user)
    return user


@pytest.fixture
def people(city):
    return [
        add_resident(city, name="王小明", phone=f"138000012{n:02}", building=n % 4, door=f"{n}01") for n in (1, 2, 5)
    ]


@pytest.fixture
def sweep(city, desk, people):
    return begin_sweep(city.event, city.communities[0], desk)


def door_of(person):
    return Household.objects.get(stays__person=person).dwelling_id


def page(name, sweep, place):
    return reverse(name, args=[sweep.pk, getattr(place, "pk", place)])


def answers(client, sweep, person, **more):
    address = page("sweep_door", sweep, door_of(person))
    once = client.get(address).context["form"]["once"].value()
    said = {f"p{person.pk}": "here", "how": "door", "result": "answered", "once": once}
    return client.post(address, {**said, **more})


def find(sweep, person, by, result=Finding.Result.NO_ANSWER, **more):
    said = recording.Found(uuid4(), door_of(person), result, Finding.How.DOOR, None, **more)
    return recording.record(sweep, said, by=caller_for(by), at=now())


# Beginning and ending.


def test_who_decides_begins_a_sweep_once_and_ends_it(client, city, desk, people):
    address = reverse("sweeps", args=[city.communities[0].pk])
    assert "Begin a sweep of" in body(client.get(address))
    begun = client.post(address)
    sweep = Sweep.objects.get()
    assert begun.url == page("sweep", sweep, city.communities[0])
    assert "are being made" in body(client.get(begun.url))
    again = client.post(address, follow=True)
    assert "already being asked" in body(again)
    assert Sweep.objects.count() == 1
    too_early = client.post(page("end_sweep", sweep, city.communities[0]), follow=True)
    assert "still being made" in body(too_early)


def test_an_ended_sweep_shows_its_figures_and_takes_nothing_more(client, city, desk, sweep, people):
    client.post(page("end_sweep", sweep, city.communities[0]))
    text = body(client.get(page("sweep", sweep, city.communities[0])))
    assert "the sweep is over" in text
    assert "End this sweep" not in text
    assert "the sweep is over" in body(client.get(page("sweep", sweep, city.communities[0])))
    assert "over" in body(answers_closed := client.get(page("sweep_door", sweep, door_of(people[0]))))
    assert 'name="result"' not in body(answers_closed)
    late = client.post(
        page("sweep_door", sweep, door_of(people[0])), {"how": "door", "result": "no_answer"}, follow=True
    )
    assert "This sweep is over" in body(late)
    assert not Finding.objects.exists()


# Figures and the names behind them.


def test_every_figure_equals_the_names_behind_it_also_when_the_world_went_on(client, city, desk, sweep, people):
    shown = client.get(page("sweep", sweep, city.communities[0])).content.decode()
    links = re.findall(r'href="([^"]*/names/[^"]*)"[^>]*>(\d+)</a>', shown)
    assert len(links) == 6  # not reached and not visited, of the community and of both its grids
    find(sweep, people[0], desk, Finding.Result.ANSWERED, said=[(people[0].pk, Said.State.HERE)])
    for address, number in links:
        reply = client.get(address.replace("&amp;", "&"))
        assert len(reply.context["rows"]) == int(number)


def test_the_same_figures_are_not_sent_twice(client, city, desk, sweep, people):
    shown = client.get(page("sweep", sweep, city.communities[0])).content.decode()
    live = re.search(r'hx-get="([^"]*live/[^"]*)"', shown)[1]
    assert client.get(live).status_code == 204
    find(sweep, people[0], desk)
    shared.forget_all()
    changed = client.get(live)
    assert changed.status_code == 200
    assert 'data-label="No answer"' in changed.content.decode()


def test_levels_above_see_counts_down_to_where_they_may_and_no_name(client, city, sweep, people):
    for role, area, grids in (("street", city.street, True), ("city", city.street, False)):
        sign_in(client, user_with_role(role, area))
        text = client.get(page("sweep", sweep, city.communities[0])).content.decode()
        assert "/names/" not in text
        assert (city.grids[0].name in text) is grids
        assert client.get(page("sweep_names", sweep, city.communities[0])).status_code == 404
        assert client.get(page("sweep", sweep, city.micro_grids[0])).status_code == 404


def test_names_are_masked_each_with_who_answers_and_what_to_do_next(client, city, desk, sweep, people):
    worker = user_with_role("grid_worker", city.micro_grids[1], name="Zhou Jie")
    Standing.objects.filter(subject=people[0].pk, roll=sweep.persons).update(owner=desk.pk)
    find(sweep, people[0], desk, Finding.Result.VACANT)
    reply = client.get(page("sweep_names", sweep, city.communities[0]))
    text, rows = body(reply), reply.context["rows"]
    assert "王小明" not in text
    assert "101" not in text.replace(str(people[0].pk), "")
    told = {row.subject: (row.owner, next_) for row, next_, _ in rows}
    assert told[people[0].pk] == ("Li Min", "Registered, but the door is vacant: ask who knows them")
    assert "Zhou Jie" in {owner for owner, _ in told.values()}
    assert all(next_ for _, next_ in told.values())
    RoleGrant.objects.filter(user=worker).update(until=now() - timedelta(seconds=1))
    assert "Zhou Jie" not in body(client.get(page("sweep_names", sweep, city.communities[0])))


@pytest.mark.parametrize("seen", ["", "x", "9:1:", "5:9:1", "1:99999999999999999999:", "2:9:4,3"])
def test_a_picture_that_was_cut_off_or_changed_means_now(client, city, desk, sweep, people, seen):
    reply = client.get(page("sweep_names", sweep, city.communities[0]), {"seen": seen})
    assert len(reply.context["rows"]) == 3
    assert client.get(page("sweep_names", sweep, city.communities[0]), {"state": "11"}).status_code == 404


# What changed.


def test_what_changed_is_explained_to_the_last_one_and_told_only_once(client, city, desk, sweep, people):
    address = page("sweep_changes", sweep, city.communities[0])
    find(sweep, people[0], desk, Finding.Result.ANSWERED, said=[(people[0].pk, Said.State.HERE)])
    client.post(page("sweep_new_person", sweep, door_of(people[0])), {"name": "Anna Berg"})
    first = client.get(address).context
    assert (first["told"].number, first["told"].found, first["unexplained"]) == (2, 1, 0)
    assert [str(row.cause) for row in first["rows"]] == ["something was found", "found, unknown before"]
    assert client.get(address).context["told"].number == 0  # nothing since it was looked at
    assert client.get(address, {"of": "doors"}).context["told"].number == 1


@pytest.mark.parametrize(
    ("since", "told"),
    [("x", "Enter a valid date"), ("2000-01-01T00:00", "ready"), ("2999-01-01T00:00", "still to come")],
)
def test_a_moment_that_makes_no_sense_is_told_beside_its_question(client, city, desk, sweep, since, told):
    reply = client.get(page("sweep_changes", sweep, city.communities[0]), {"since": since})
    assert reply.status_code == 422
    assert told in body(reply)


def test_a_difference_that_nothing_explains_is_shown_in_red_with_whom_to_call(client, city, desk, sweep, people):
    address = page("sweep_changes", sweep, city.communities[0])
    assert "Somebody was lost" not in body(client.get(address))
    with connection.cursor() as cursor:  # behind the back of the one way in which a standing changes
        cursor.execute("UPDATE rolls_counter SET s5 = s5 - 1 WHERE roll_id = %s AND s5 = 2", [sweep.persons_id])
    reply = client.get(address)
    assert reply.context["unexplained"] == 1
    assert "Somebody was lost" in body(reply)
    assert "Call the helpline now" in body(reply)


# From door to door.


def test_doors_come_in_walking_order_and_sink_once_they_have_answered(client, city, desk, people):
    for number, door in enumerate(("1001", "302", "101")):
        add_resident(city, name="李", phone="", building=0, door=door, unit=2 - number % 2)
    sweep = begin_sweep(city.event, city.communities[0], desk)
    address = page("sweep_doors", sweep, city.micro_grids[0])
    walk = [row["door"].called.split()[-1] for row in client.get(address).context["rows"]]
    assert walk == ["1栋1单元302", "1栋2单元101", "1栋2单元1001"]
    first = Dwelling.objects.get(door="302").pk
    client.post(page("sweep_door", sweep, first), {"how": "door", "result": "refused"})
    assert len(client.get(address).context["rows"]) == 2
    everything = [row["door"].place for row in client.get(address, {"show": "all"}).context["rows"]]
    assert everything[-1] == first


def test_what_is_pressed_twice_is_written_down_once(client, city, desk, sweep, people):
    once = client.get(page("sweep_door", sweep, door_of(people[0]))).context["form"]["once"].value()
    first, again = answers(client, sweep, people[0], once=once), answers(client, sweep, people[0], once=once)
    assert first.url == again.url == page("sweep_doors", sweep, city.communities[0]) + f"?last={door_of(people[0])}"
    assert Said.objects.get().state == "here"
    assert Standing.objects.get(subject=people[0].pk, roll=sweep.persons).state == State.DONE


def test_each_person_is_said_in_one_tap_and_whoever_was_not_spoken_of_stays_not_reached(
    client, city, desk, sweep, people
):
    other = add_resident(city, name="李", phone="", building=1, door="101")
    answers(client, sweep, people[0], **{f"p{people[0].pk}": "", f"p{other.pk}": "away"})
    assert not Said.objects.filter(person=people[0]).exists()
    assert Said.objects.get().state == "away"
    wrong = answers(client, sweep, people[0], spoke=str(people[0].pk), **{f"p{people[0].pk}": "away"})
    assert (wrong.status_code, Finding.objects.count()) == (422, 1)
    assert "please choose again" in body(wrong)


def test_a_finding_is_taken_back_and_stays_on_record(client, city, desk, sweep, people):
    answers(client, sweep, people[0])
    finding = Finding.objects.get()
    address = reverse("take_back_finding", args=[sweep.pk, door_of(people[0]), finding.pk])
    assert "counts no longer" in body(client.post(address, follow=True))
    assert Standing.objects.get(subject=people[0].pk, roll=sweep.persons).state == State.NOT_REACHED
    elsewhere = reverse("take_back_finding", args=[sweep.pk, door_of(people[1]), finding.pk])
    assert client.post(elsewhere).status_code == 404


# “Come back at six.”


def at_noon(monkeypatch):
    """It is 12:00 of tomorrow by the clock of the place, wherever a page asks."""
    noon = (localtime(now()) + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    for module in (clock, door_page, doors_page, moments, walking):
        monkeypatch.setattr(module, "now", lambda: noon)
    return noon


@pytest.mark.parametrize("result", ["no_answer", "answered", "refused"])
@pytest.mark.parametrize(("chosen", "hours"), [("two_hours", 2), ("evening", 7), ("tomorrow", 21), ("", 0)])
def test_when_they_asked_to_come_back_is_chosen_with_one_tap(
    client, desk, sweep, people, monkeypatch, result, chosen, hours
):
    noon = at_noon(monkeypatch)
    assert answers(client, sweep, people[0], result=result, back=chosen).status_code == 302
    assert Finding.objects.get().back_at == (noon + timedelta(hours=hours) if chosen else None)


def test_another_time_is_told_with_its_day_and_hour(client, city, desk, sweep, people, monkeypatch):
    noon = at_noon(monkeypatch)
    answers(client, sweep, people[0], result="refused", back="other", back_at=f"{noon.date()}T18:00")
    assert Finding.objects.get().back_at == noon.replace(hour=18)
    assert "They asked you to come back today 18:00" in body(client.get(page("sweep_door", sweep, door_of(people[0]))))
    rows = client.get(page("sweep_doors", sweep, city.communities[0])).context["rows"]
    assert (door_of(people[0]), "Come back today 18:00") in [(row["door"].place, row["next"]) for row in rows]
    # In walking order, though it has answered: 1栋 before 2栋 and 5栋.
    assert rows[0]["door"].place == door_of(people[0])
    answers(client, sweep, people[0])
    rows = client.get(page("sweep_doors", sweep, city.communities[0])).context["rows"]
    assert door_of(people[0]) not in [row["door"].place for row in rows]


@pytest.mark.parametrize(
    ("back", "typed", "field"),
    [
        ("other", "", "back_at"),
        ("other", "soon", "back_at"),
        ("other", "2001-01-01T10:00", "back_at"),
        ("", "2001-01-01T10:00", "back_at"),
        ("evening", "", "back"),
        ("x", "", "back"),
    ],
)
def test_a_time_that_cannot_be_is_told_beside_it_and_nothing_is_written(
    client, desk, sweep, people, monkeypatch, back, typed, field
):
    noon = at_noon(monkeypatch)
    for module in (clock, door_page, doors_page, moments, walking):
        monkeypatch.setattr(module, "now", lambda: noon.replace(hour=19, minute=1))
    reply = answers(client, sweep, people[0], result="no_answer", back=back, back_at=typed)
    assert (reply.status_code, list(reply.context["form"].errors)) == (422, [field])
    assert not Finding.objects.exists()
    said = {value for value, _ in client.get(reply.request["PATH_INFO"]).context["form"].fields["back"].choices}
    assert said == {"", "two_hours", "tomorrow", "other"}  # this evening is over


def test_of_a_vacant_door_no_time_is_kept(client, desk, sweep, people):
    answers(client, sweep, people[0], result="vacant", back="two_hours")
    assert Finding.objects.get().back_at is None


def test_where_all_answered_the_list_still_says_where_to_come_back(client, city, desk, sweep, people):
    for each in people[:2]:
        answers(client, sweep, each)
    answers(client, sweep, people[2], back="two_hours")
    listed = client.get(page("sweep_doors", sweep, city.communities[0]))
    assert "at <strong>1</strong> door they asked you to come back" in body(listed)
    assert [row["door"].place for row in listed.context["rows"]] == [door_of(people[2])]


def test_somebody_new_is_listed_and_a_wrong_number_is_told(client, city, desk, sweep, people):
    address = page("sweep_new_person", sweep, door_of(people[0]))
    wrong = client.post(address, {"name": "Anna Berg", "phone": "12"})
    assert (wrong.status_code, "Anna Berg" in body(wrong)) == (422, True)
    client.post(address, {"name": "Anna Berg", "phone": "13900001111"})
    assert Identity.objects.filter(holder=city.event.pk).count() == 1
    assert "A**" in body(client.get(page("sweep_door", sweep, door_of(people[0]))))


def test_a_door_that_is_known_already_is_opened_instead_of_added(client, city, desk, sweep, people):
    address = page("sweep_new_door", sweep, city.communities[0])
    said = {"building": city.buildings[0].pk, "unit": "1", "floor": "7", "door": "701"}
    made, again = client.post(address, said), client.post(address, said)
    assert made.url == again.url == page("sweep_door", sweep, Dwelling.objects.get(door="701").pk)
    assert client.post(address, {**said, "door": ""}).status_code == 422
    assert client.post(address, {**said, "building": city.buildings[4].pk}).status_code == 422


def test_one_tap_puts_what_is_needed_into_the_duty_log(client, city, desk, sweep, people):
    address = page("sweep_need", sweep, door_of(people[0]))
    client.post(address, {"need": "medicine", "days": "1"})
    entry = Entry.objects.get()
    assert (entry.priority, entry.place_id, entry.community_id) == ("P1", door_of(people[0]), city.communities[0].pk)
    assert "Please choose what is needed" in body(client.post(address, {"need": "x"}, follow=True))


def test_in_a_high_risk_zone_the_phone_comes_first_and_the_safety_rule_before_a_knock(
    client, city, desk, sweep, people
):
    place, at = city.buildings[1].place, now()
    facts = {"event": city.event, "place": place, "level": Zone.Risk.HIGH, "basis": "x", "declared_by": desk.pk}
    Zone.objects.create(**facts, counted_from=at.date(), during=from_on(at), declared_at=at)
    text = body(client.get(page("sweep_door", sweep, door_of(people[0]))))
    assert "ring them up first" in text
    assert "leave your post at once" in text
    rows = client.get(page("sweep_doors", sweep, city.communities[0])).context["rows"]
    told = {row["door"].place: row["next"] for row in rows}
    assert told[door_of(people[0])] == "Ring them up"
    assert told[door_of(people[1])] == "Knock at the door"


def test_a_grid_worker_finds_their_own_doors_and_no_others(client, city, desk, sweep, people):
    worker = user_with_role("grid_worker", city.micro_grids[1])
    sign_in(client, worker)
    mine = client.get(reverse("my_doors"))
    assert mine.url == page("sweep_doors", sweep, city.micro_grids[1])
    assert [row["door"].place for row in client.get(mine.url).context["rows"]] == [
        door_of(people[0]),
        door_of(people[2]),
    ]
    assert client.get(page("sweep_doors", sweep, city.micro_grids[2])).status_code == 404
    assert client.get(page("sweep_door", sweep, door_of(people[1]))).status_code == 404
    assert client.get(page("sweep", sweep, city.micro_grids[1])).status_code == 404
    RoleGrant.objects.create(user=worker, role="grid_worker", area=city.micro_grids[2].pk, since=FOUNDED)
    assert len(client.get(reverse("my_doors")).context["found"]) == 2


def test_a_grid_worker_reads_no_childs_name_and_their_desk_does(client, city, desk, sweep, people):
    Identity.objects.filter(person=people[0]).update(born=localdate(now()) - timedelta(days=9 * 365), name="陈小宝")
    pages = page("sweep_names", sweep, city.micro_grids[1]), page("sweep_door", sweep, door_of(people[0]))
    assert ["陈**" in body(client.get(each)) for each in pages] == [True, True]
    sign_in(client, user_with_role("grid_worker", city.micro_grids[1]))
    told = [body(client.get(each)) for each in pages]
    assert ["陈" in each for each in told] == [False, False]
    assert ["a child" in each for each in told] == [True, True]
    assert "王**" in told[0]  # of grown people, as before


def test_without_a_sweep_the_list_says_so(client, city, desk):
    assert "No sweep is under way" in body(client.get(reverse("my_doors")))


# Giving it to somebody by name.


def test_the_desk_ticks_lines_and_gives_them_to_somebody(client, city, desk, sweep, people):
    worker = user_with_role("grid_worker", city.grids[0], name="Wu Jing")
    address = page("sweep_names", sweep, city.micro_grids[1]) + "?of=doors&state=15"
    shown = client.get(address)
    assert [name for _, name in shown.context["workers"]] == ["Li Min", "Wu Jing"]
    door = door_of(people[0])
    reply = client.post(address, {"subject": [door, "x"], "to": worker.pk}, follow=True)
    assert reply.redirect_chain == [(address, 302)]
    assert "1 line is given: whoever answers for it stands beside it." in body(reply)
    assert Standing.objects.get(subject=door, roll=sweep.doors).owner == worker.pk
    client.post(address, {"subject": [door], "to": "0"})
    assert Standing.objects.get(subject=door, roll=sweep.doors).owner is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"to": "0"}, "Please tick at least one line."),
        ({"subject": ["1"], "to": ""}, "Please choose who is to answer for them."),
        ({"subject": ["1"], "to": "九"}, "Please choose who is to answer for them."),
    ],
)
def test_nothing_ticked_or_nobody_chosen_is_told(client, city, desk, sweep, people, said, told):
    reply = client.post(page("sweep_names", sweep, city.communities[0]), said, follow=True)
    assert told in body(reply)


def test_whoever_works_elsewhere_is_not_given_it(client, city, desk, sweep, people):
    elsewhere = user_with_role("grid_worker", city.grids[2])
    address = page("sweep_names", sweep, city.communities[0])
    reply = client.post(address, {"subject": [people[0].pk], "to": elsewhere.pk}, follow=True)
    assert "does not work where all of these are" in body(reply)
    assert not Standing.objects.filter(owner__isnull=False).exists()


def test_a_grid_worker_and_a_sweep_that_is_over_have_nothing_to_give(client, city, desk, sweep, people):
    address = page("sweep_names", sweep, city.micro_grids[1])
    client.post(page("end_sweep", sweep, city.communities[0]))
    assert client.get(address).context["gives"] is False
    sign_in(client, user_with_role("grid_worker", city.micro_grids[1]))
    assert client.get(address).context["gives"] is False
    client.post(address, {"subject": [people[0].pk], "to": "0"})
    assert not Standing.objects.filter(owner__isnull=False).exists()
