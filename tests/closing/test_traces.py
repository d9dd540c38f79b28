"""What stands under nobody and is about one who asks: found by phone, name and door, chosen by their desk, erased."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.access.devices import start_device_session
from linli.access.models import DeviceSession
from linli.closing import erasing, forgetting, traces
from linli.closing.errors import NothingBesideRegister
from linli.closing.models import Erasure
from linli.closing.traces import Kind, Sign
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.custody import destroyed, export, secrets
from linli.custody.models import ExportRows
from linli.desk import actions as desking
from linli.desk import queries as desks
from linli.desk.models import Entry, Passing
from linli.field import leases
from linli.field.models import Receipt
from linli.ledger import deciding, doorcodes, selfreports
from linli.ledger.models import SelfReported
from linli.muster import takeout
from linli.muster.models import SignUp
from linli.people.models import Stay
from tests.closing.test_erasing import own_keyring  # noqa: F401 (a fixture)
from tests.factories import SYSTEM, add_claim, add_resident, caller_for, note, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
NAME, PHONE = "王小明", "13800001234"
OTHER, OTHERS_PHONE = "陈大力", "13900004321"


@pytest.fixture
def city(own_keyring):  # noqa: F811
    return tiny_city()


@pytest.fixture
def person(city):
    return add_resident(city, name=NAME, phone=PHONE)


@pytest.fixture
def desk(city):
    return user_with_role("community_desk", city.communities[0])


def found(desk, person):
    return {each.key: each for each in traces.found(caller_for(desk), person.pk)}


def ask(city, desk, person, also, scope=Erasure.Scope.ALL):
    here = city.communities[0].pk
    by, said = caller_for(desk), {"scope": scope, "ground": "withdrawn"}
    return erasing.ask(person.pk, here, **said, also=[each.code for each in also], by=by, at=now())


def decide(city, asked):
    for role, area in (("privacy_officer", None), ("city", city.street)):
        asked = erasing.confirm(asked, by=caller_for(user_with_role(role, area)), at=now())
    return asked


@pytest.mark.parametrize(
    ("said", "signs"),
    [
        ({"name": NAME, "phone": PHONE}, {Sign.PHONE, Sign.NAME, Sign.DOOR}),
        ({"name": NAME, "phone": PHONE, "door": "9栋1单元101"}, {Sign.PHONE, Sign.NAME}),
        ({"name": NAME, "phone": OTHERS_PHONE, "door": "9栋1单元101"}, {Sign.NAME}),
        ({"name": OTHER, "phone": PHONE, "door": "9栋1单元101"}, {Sign.PHONE}),
        ({"name": OTHER, "phone": OTHERS_PHONE}, None),
    ],
)
def test_a_sign_up_that_no_desk_confirmed_is_found_by_phone_or_name(city, desk, person, said, signs):
    claim = add_claim(city, **said)
    one = found(desk, person).get(claim.pk)
    assert (set(one.signs) if one else None) == signs
    if one is not None:
        assert (one.kind, one.waits, one.sure) == (Kind.SIGN_UP, True, Sign.NAME in signs and len(signs) > 1)
        assert said["name"] not in one.words
        assert said["phone"] not in one.words


@pytest.mark.parametrize(
    ("said", "kind", "signs"),
    [
        ({"caller": f"{NAME} {PHONE}", "about": "3号门口"}, Kind.CALLER, {Sign.PHONE, Sign.NAME}),
        ({"caller": OTHER, "about": f"{NAME} 9栋"}, Kind.ENTRY, {Sign.NAME}),
        ({"caller": OTHER, "about": "青松苑1栋1单元502"}, Kind.ENTRY, {Sign.DOOR}),
        (
            {"caller": OTHER, "about": "9栋", "need": f"回电 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}"},
            Kind.ENTRY,
            {Sign.PHONE},
        ),
        ({"caller": OTHER, "about": f"{NAME} 青松苑1栋1单元502"}, Kind.ENTRY, {Sign.NAME, Sign.DOOR}),
        ({"caller": f"{OTHER} {OTHERS_PHONE}", "about": "9栋"}, None, None),
    ],
)
def test_words_in_the_duty_log_are_found_by_phone_name_or_door(city, desk, person, said, kind, signs):
    entry = note(city, desk, **said)
    one = found(desk, person).get(entry.pk)
    assert (one and one.kind, set(one.signs) if one else None) == (kind, signs)
    if one is not None:
        assert NAME not in one.words
        assert PHONE not in one.words


def test_what_another_desk_has_noted_is_not_shown_here(city, desk, person):
    other = user_with_role("community_desk", city.communities[1])
    note(city, other, community=1, caller=f"{NAME} {PHONE}", about=NAME)
    add_claim(city, name=NAME, phone=PHONE, community=1)
    assert found(desk, person) == {}


def test_what_another_desk_has_noted_goes_unseen_where_it_is_sure_and_waits_for_nobody(city, desk, person):
    other = user_with_role("community_desk", city.communities[1])
    by = caller_for(other)

    def noted(close=True, **said):
        entry = note(city, other, community=1, **said)
        if close:
            desking.close(entry, done="已办", by=by, at=now())
        return entry

    about = noted(caller=OTHER, about=f"{NAME} 青松苑1栋1单元502")
    Entry.objects.filter(pk=about.pk).update(place=Stay.objects.get(person=person).household.dwelling_id)
    called = noted(caller=f"{NAME} {PHONE}", about="9栋")
    open_yet = noted(close=False, caller=f"{NAME} {PHONE}", about="9栋")
    of_the_family = noted(caller=f"{OTHER} {PHONE}", about="9栋")
    claim = add_claim(city, name=NAME, phone=PHONE, community=1)
    SignUp.objects.filter(pk=claim.pk).update(state="declined", decided_at=now())
    waits = add_claim(city, name=NAME, phone=PHONE, community=1)
    kept = traces.elsewhere(caller_for(desk), person.pk)
    goes = {"sign_up": [str(claim.pk)], "entry": [str(about.pk)], "caller": [str(called.pk)]}
    assert kept.goes == goes | {"self_report": [], "held": []}
    assert kept.stays == 3
    done = decide(city, ask(city, desk, person, []))
    assert (done.facts["elsewhere"], done.facts["left"]) == (3, 3)
    assert set(SignUp.objects.values_list("pk", flat=True)) == {waits.pk}
    assert set(Entry.objects.values_list("pk", flat=True)) == {called.pk, open_yet.pk, of_the_family.pk}
    assert desks.said(Entry.objects.get(pk=called.pk)).caller == ""


def test_by_name_alone_other_logs_are_searched_only_where_the_person_ever_lived(city, desk, person):
    other = user_with_role("community_desk", city.communities[1])
    note(city, other, community=1, caller=OTHER, about=NAME)
    assert traces.elsewhere(caller_for(desk), person.pk).stays == 0
    stay = Stay.objects.get(person=person)
    Stay.objects.create(
        person=person,
        since=stay.since - timedelta(days=1),
        kind="home",
        counted_in=city.micro_grids[4],
        recorded_at=now(),
    )
    assert traces.elsewhere(caller_for(desk), person.pk).stays == 1


@pytest.mark.parametrize(
    ("name", "phone", "signs"),
    [(NAME, PHONE, {Sign.PHONE, Sign.NAME, Sign.DOOR}), (OTHER, "", {Sign.DOOR})],
)
def test_what_a_phone_brought_and_nobody_took_is_found_behind_the_desks_own_doors(
    city, desk, person, name, phone, signs
):
    household = Stay.objects.get(person=person).household
    receipt = refused(city, name=name, phone=phone, door=household.dwelling_id)
    one = found(desk, person)[receipt.pk]
    assert (one.kind, one.signs, one.waits) == (Kind.HELD, signs, True)
    assert name not in one.words
    assert found(user_with_role("community_desk", city.communities[1]), person) == {}
    done = decide(city, ask(city, desk, person, [one]))
    assert done.facts["rows"]["field.Receipt"] == 1
    assert not Receipt.objects.exists()


def refused(city, **says):
    lease, _ = leases.start(uuid4(), by=caller_for(user_with_role("grid_worker", city.micro_grids[0])), at=now())
    return Receipt.objects.create(
        device=lease.device,
        key=uuid4(),
        lease=lease,
        digest=b"d" * 32,
        state="refused",
        code="name_missing",
        held=secrets.seal(json.dumps({"kind": "person", **says}, ensure_ascii=False)),
        happened_at=now(),
        clipped=False,
        recorded_at=now(),
    )


def test_what_the_desk_chose_goes_with_the_person_and_the_rest_stays(city, desk, person, own_keyring):  # noqa: F811
    own, of_the_family = add_claim(city, name=NAME, phone=PHONE), add_claim(city, name=OTHER, phone=PHONE)
    start_device_session(own.pk, at=now())
    about = note(city, desk, caller=OTHER, about=f"{NAME} 9栋", need=f"{NAME}要药")
    Passing.objects.create(entry=about, given_by=desk.pk, to=desk.pk + 1, at=now())
    called = note(city, desk, caller=f"{NAME} {PHONE}", about="3号门口", need="门口有积水")
    namesake = note(city, desk, caller=OTHER, about=f"{NAME} 8栋")
    listed = takeout.sign_ups(caller_for(desk), city.communities[0].pk, "claimed", now())
    export.ask(listed, columns=["name"], purpose="call", by=caller_for(desk), at=now())
    offered = found(desk, person)
    asked = ask(city, desk, person, [offered[each.pk] for each in (own, about, called)])
    counted = forgetting.count(person.pk, asked.scope, asked.traces)
    assert (counted["muster.SignUp"], counted["desk.Entry"], counted["desk.Passing"]) == (1, 1, 1)
    assert counted["access.DeviceSession"] == counted["custody.ExportRows"] == 1
    assert forgetting.blanked(asked) == 1
    done = decide(city, asked)
    assert done.facts["rows"] == {model: rows for model, rows in counted.items() if rows}
    assert (done.facts["blanked"], forgetting.blanked(done)) == (1, 1)
    assert set(SignUp.objects.values_list("pk", flat=True)) == {of_the_family.pk}
    assert set(Entry.objects.values_list("pk", flat=True)) == {called.pk, namesake.pk}
    assert not DeviceSession.objects.exists()
    assert not ExportRows.objects.exists(), "rows of a list that left, with them in it"
    called.refresh_from_db()
    said = desks.said(called)
    assert (said.caller, said.phone, called.phone_index, said.need) == ("", None, None, "门口有积水")
    lines = destroyed.rows(destroyed.lines([own_keyring[0]]))
    assert {"table": "muster_signup", "ids": [str(own.pk)]}.items() <= next(
        line for line in lines if line["table"] == "muster_signup" and "by" not in line
    ).items()
    blank = next(line for line in lines if "set" in line)
    assert (blank["table"], blank["ids"]) == ("desk_entry", [str(called.pk)])
    assert blank["set"] == {"caller": "", "phone": None, "phone_index": None}
    assert not any(word in json.dumps(lines, ensure_ascii=False) for word in (NAME, PHONE))


def test_a_sign_up_that_was_confirmed_for_somebody_else_since_stays(city, desk, person):
    claim = add_claim(city, name=NAME, phone=PHONE)
    asked = ask(city, desk, person, [found(desk, person)[claim.pk]])
    other = add_resident(city, name=NAME, phone=OTHERS_PHONE, door="701")
    SignUp.objects.filter(pk=claim.pk).update(person=other, state="confirmed", decided_at=now())
    decide(city, asked)
    assert SignUp.objects.filter(pk=claim.pk).exists()


def test_only_what_was_found_can_be_chosen(city, desk, person):
    entry = note(city, desk, caller=OTHER, about="9栋")
    with pytest.raises(Invalid):
        erasing.ask(
            person.pk,
            city.communities[0].pk,
            scope="all",
            ground="over",
            also=[f"entry:{entry.pk}"],
            by=caller_for(desk),
            at=now(),
        )


def test_whom_only_the_register_knows_may_be_kept_there_where_they_left_a_trace(city, desk, person):
    with pytest.raises(NothingBesideRegister):
        ask(city, desk, person, [], Erasure.Scope.BUT_REGISTER)
    called = note(city, desk, caller=f"{NAME} {PHONE}", about="3号门口")
    decide(city, ask(city, desk, person, [found(desk, person)[called.pk]], Erasure.Scope.BUT_REGISTER))
    assert desks.said(Entry.objects.get()).caller == ""


def test_the_desk_ticks_on_the_page_and_the_two_see_numbers_alone(city, desk, person, client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    claim = add_claim(city, name=NAME, phone=PHONE)
    called = note(city, desk, caller=f"{NAME} {PHONE}", about="3号门口")
    sign_in(client, desk)
    address = reverse("ask_erasure", args=[city.communities[0].pk, person.pk])
    page = client.get(address).content.decode()
    for code in (f"sign_up:{claim.pk}", f"caller:{called.pk}"):
        assert f'value="{code}"' in page
    assert page.count("checked") == 2
    assert "same phone, same name" in page
    assert NAME not in page
    said = {"scope": "all", "ground": "withdrawn", "also": [f"sign_up:{claim.pk}", f"caller:{called.pk}"]}
    assert client.post(address, said).status_code == 302
    asked = Erasure.objects.get()
    for role, area in (("privacy_officer", None), ("city", city.street)):
        sign_in(client, user_with_role(role, area))
        page = client.get(reverse("erasure", args=[asked.pk])).content.decode()
        assert "Sign-ups" in page
        assert "In 1 entry of the duty log about somebody else" in page
        assert "王" not in page
        client.post(reverse("erasure", args=[asked.pk]), {"how": "confirm"})
    page = client.get(reverse("erasure", args=[asked.pk])).content.decode()
    assert "were taken out" in page
    sign_in(client, desk)
    assert "erased at their wish" in client.get(reverse("duty_log", args=[city.communities[0].pk])).content.decode()
    page = client.get(reverse("duty_entry", args=[called.pk])).content.decode()
    assert "erased at their wish" in page


def test_a_blind_index_of_the_phone_is_left_nowhere(city, desk, person):
    own = add_claim(city, name=NAME, phone=PHONE)
    called = note(city, desk, caller=f"{NAME} {PHONE}", about="3号门口")
    offered = found(desk, person)
    decide(city, ask(city, desk, person, [offered[own.pk], offered[called.pk]]))
    index = secrets.index(PHONE)
    assert not SignUp.objects.filter(phone_index=index).exists()
    assert not Entry.objects.filter(phone_index=index).exists()


def test_a_name_in_a_self_report_that_waits_is_found_and_goes_alone(city, desk, person, own_keyring):  # noqa: F811
    by = caller_for(desk)
    printed = doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=9, by=by, at=now())
    door = doorcodes.door_of(printed[0][1], now())
    at_home = selfreports.AtHome([(NAME, False), (OTHER, False)], PHONE)
    made = selfreports.report(door, at_home, device=b"x" * 32, key=None, by=SYSTEM, at=now())
    rows = {row.name: row for row in made.people.all()}
    one, mate = found(desk, person)[rows[NAME].pk], found(desk, person)[rows[OTHER].pk]
    assert (one.kind, one.signs, one.sure) == (Kind.SELF_REPORT, {Sign.PHONE, Sign.NAME, Sign.DOOR}, True)
    assert (mate.signs, mate.sure) == ({Sign.DOOR}, False)
    assert NAME not in one.words
    assert PHONE not in one.words
    decide(city, ask(city, desk, person, [one]))
    assert [row.name for row in SelfReported.objects.all()] == [OTHER]
    assert str(rows[NAME].pk) in "\n".join(destroyed.lines([own_keyring[0]]))


def test_a_self_report_that_waits_at_another_desk_is_counted_and_stays_with_it(city, desk, person):
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    add_resident(city, name=OTHER, phone=OTHERS_PHONE, community=1)
    printed = doorcodes.print_codes(city.event, city.buildings[4], skip=0, most=9, by=other, at=now())
    door = doorcodes.door_of(printed[0][1], now())
    for names in ([(NAME, True), (OTHER, False)], [(OTHER, False)]):
        at_home = selfreports.AtHome(names, PHONE if len(names) > 1 else OTHERS_PHONE)
        selfreports.report(door, at_home, device=uuid4().bytes * 2, key=None, by=SYSTEM, at=now())
    kept = traces.elsewhere(caller_for(desk), person.pk)
    assert (kept.many, kept.stays) == (0, 1)
    assert traces.elsewhere(other, person.pk).stays == 0, "their own desk sees it and chooses"


def test_who_a_self_report_turned_out_to_be_goes_with_them(city, desk, person):
    by = caller_for(desk)
    printed = doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=9, by=by, at=now())
    door = doorcodes.door_of(printed[0][1], now())
    at_home = selfreports.AtHome([(NAME, False)], PHONE)
    made = selfreports.report(door, at_home, device=b"x" * 32, key=None, by=SYSTEM, at=now())
    deciding.decide(made.pk, {made.people.get().pk: person.pk}, by=by, at=now())
    decide(city, ask(city, desk, person, []))
    assert not SelfReported.objects.exists()
