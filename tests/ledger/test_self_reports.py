"""A door's code takes and never tells; what it took counts once somebody has decided whom it is about."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.models import TrailEntry
from linli.desk import actions as desks
from linli.desk import queries as desk_queries
from linli.desk.models import Entry, Passing
from linli.ledger import deciding, doorcodes, reported, selfreports, sweeping
from linli.ledger.asks import Ask, Need
from linli.ledger.errors import (
    DoorCodeOld,
    NameMissing,
    NobodyNamed,
    NotAmongThose,
    NotYourDoor,
    SelfReportDecided,
    SelfReportSentAnew,
    TooManyNamed,
    TwiceTheSame,
)
from linli.ledger.models import DoorCode, Finding, Said, SelfReport, SelfReported
from linli.ledger.reported import Word
from linli.ledger.selfreports import AtHome
from linli.people.errors import BadPhone
from linli.people.models import Household, Identity, Stay
from linli.places.models import Dwelling
from linli.rolls.models import State
from linli.rolls.queries import balance
from tests.factories import add_resident, begin_sweep, caller_for, user_with_role

pytestmark = pytest.mark.django_db
PHONE, OTHER = b"p" * 32, b"q" * 32
NUMBER = "13800001234"


def door_behind(person):
    return Household.objects.get(stays__person=person).dwelling_id


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone=NUMBER, building=0, door="502")


@pytest.fixture
def letters(city, desk, person):
    return code_of(city, desk, door_behind(person))


@pytest.fixture
def door(letters):
    return doorcodes.door_of(letters, now())


def code_of(city, desk, door, building=0):
    printed = doorcodes.print_codes(city.event, city.buildings[building], skip=0, most=99, by=desk, at=now())
    return next(letters for dwelling, letters in printed if dwelling.pk == door)


def say(door, *names, device=PHONE, key=None, phone="", needs=(), guest=False):
    said = AtHome([(name, guest) for name in names], phone, needs)
    return selfreports.report(door, said, device=device, key=key, by=NOBODY, at=now())


def words(report, *chosen):
    rows = SelfReported.objects.filter(report=report).order_by("n")
    return dict(zip([row.pk for row in rows], chosen, strict=True))


def decide(report, by, *chosen):
    return deciding.decide(report.pk, words(report, *chosen), by=by, at=now())


def stands(sweep, area, persons=True):
    roll = sweep.persons if persons else sweep.doors
    return {State(state): number for state, number in balance(roll, area.pk, now()).parts if number}


# Codes


def test_a_code_says_nothing_of_its_door_and_stays_the_same_when_printed_again(city, desk, letters, door):
    assert code_of(city, desk, door.dwelling.pk) == letters
    assert len(letters) == doorcodes.LENGTH
    assert str(door.dwelling.pk) not in letters
    assert letters.encode() not in bytes(DoorCode.objects.get().digest)
    assert DoorCode.objects.count() == 1
    typed = "-".join([letters[:5], letters[5:]]).lower()
    assert doorcodes.door_of(f" {typed}", now()).dwelling == door.dwelling


def test_two_doors_have_two_codes_and_a_wrong_letter_leads_nowhere(city, desk, letters):
    other = add_resident(city, name="李四", phone="", building=0, door="503")
    assert code_of(city, desk, door_behind(other)) != letters
    wrong = letters[:-1] + next(each for each in doorcodes.LETTERS if each != letters[-1])
    for typed in (wrong, "", "x" * 300, letters[:-1], "２" * 20, "\x00" * 20):
        with pytest.raises(DoorCodeOld):
            doorcodes.door_of(typed, now())


def test_a_code_that_was_replaced_leads_to_the_desks_number_only(city, desk, letters, door):
    city.communities[0].desk_phone = "02887654321"
    city.communities[0].save()
    assert doorcodes.replace_codes(city.event, city.buildings[0], by=desk, at=now()) == 1
    with pytest.raises(DoorCodeOld) as told:
        doorcodes.door_of(letters, now())
    assert told.value.facts == {"phone": "02887654321"}
    again = code_of(city, desk, door.dwelling.pk)
    assert again != letters
    assert doorcodes.door_of(again, now()).dwelling == door.dwelling


def test_a_code_ends_with_its_event_and_with_its_door(city, letters, door):
    city.event.ended_at = now()
    city.event.save()
    with pytest.raises(DoorCodeOld):
        doorcodes.door_of(letters, now() + timedelta(seconds=1))
    city.event.ended_at = None
    city.event.save()
    doorcodes.door_of(letters, now())
    with connection.cursor() as cursor:  # no micro-grid holds it any more: it was taken out of the tree
        cursor.execute("DELETE FROM places_assigned WHERE place_id = %s", [city.buildings[0].pk])
    with pytest.raises(DoorCodeOld):
        doorcodes.door_of(letters, now())


def test_codes_are_printed_by_the_doors_own_desk(city, person, worker):
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    for by in (other, worker):
        with pytest.raises(NotYourDoor):
            doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=9, by=by, at=now())
    with pytest.raises(NotFound):
        doorcodes.community_to_print(other, city.communities[0].pk, now())


# Taking


def test_what_is_taken_changes_no_standing_and_nobodys_record(city, desk, door, person):
    sweep = begin_sweep(city.event, city.communities[0], desk)
    before = stands(sweep, city.communities[0]), stands(sweep, city.communities[0], persons=False)
    say(door, "王小明", "李敏", phone=NUMBER)
    assert (stands(sweep, city.communities[0]), stands(sweep, city.communities[0], persons=False)) == before
    assert Identity.objects.count() == 1
    assert not Finding.objects.exists()
    row = SelfReported.objects.get(n=1)
    assert NUMBER.encode() not in bytes(row.phone)
    assert TrailEntry.objects.get(kind="self_report.taken").facts == {"people": 2, "needs": 0}


def test_sent_twice_it_is_one_and_sent_anew_it_takes_the_place_of_ones_own_only(door):
    key = uuid4()
    first, again = say(door, "王小明", key=key), say(door, "王小明", key=key)
    others = say(door, "赵六", device=OTHER)
    assert again == first
    mended = say(door, "王小明", "李敏", key=key)
    assert set(SelfReport.objects.values_list("pk", flat=True)) == {mended.pk, others.pk}
    assert [row.name for row in mended.people.order_by("n")] == ["王小明", "李敏"]
    assert selfreports.reported_before(door, PHONE) == mended.said_at
    assert selfreports.reported_before(door, b"r" * 32) is None


def test_the_database_lets_one_report_of_a_phone_wait(door):
    say(door, "王小明")
    row = SelfReport.objects.get()
    row.pk = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("names", "more", "wrong"),
    [
        ([], {}, NobodyNamed),
        (["王"] * 13, {}, TooManyNamed),
        (["  "], {}, NameMissing),
        (["王\x00"], {}, NameMissing),
        (["王" * 41], {}, NameMissing),
        (["王"], {"phone": "12"}, BadPhone),
    ],
)
def test_what_makes_no_sense_is_told_and_not_taken(door, names, more, wrong):
    with pytest.raises(wrong):
        say(door, *names, **more)
    assert not SelfReport.objects.exists()


def test_a_need_stands_in_the_duty_log_at_once_and_nobody_has_it(city, desk, door):
    say(door, "王小明", phone=NUMBER, needs=[Ask(Need.MEDICINE, days=1), Ask(Need.FOOD)])
    entries = {entry.priority: entry for entry in desk_queries.open_entries(desk)}
    assert set(entries) == {"P1"}
    assert Entry.objects.count() == 2
    entry = Entry.objects.filter(received_by=None, holder=None).first()
    assert desk_queries.said(entry).caller == "王小明"
    assert desk_queries.said(entry).phone == NUMBER
    assert entry.place_id == door.dwelling.pk
    taken = desks.take(entry, by=desk, at=now())
    assert taken.holder == desk.user
    assert Passing.objects.get().given_by is None


def test_a_need_is_asked_once_until_it_is_closed_or_changes(city, desk, door):
    food = Ask(Need.FOOD)
    say(door, "王小明", needs=[food])
    say(door, "王小明", "李敏", needs=[food])
    assert Entry.objects.count() == 1
    say(door, "王小明", needs=[food, Ask(Need.MEDICINE, days=3)])
    say(door, "王小明", needs=[Ask(Need.MEDICINE, days=1)])
    assert Entry.objects.count() == 3
    entry = Entry.objects.filter(holder=None).earliest("received_at")
    closed = desks.close(entry, done="送到", by=desk, at=now())
    assert closed.holder == desk.user
    say(door, "王小明", needs=[Ask(Need.TREATMENT, on=date(2022, 9, 3))])
    assert Entry.objects.count() == 4


# Deciding


def test_whom_each_may_be_is_proposed_with_its_reasons_and_masked(city, desk, door, person):
    made = say(door, "王小明", "陌生人", phone=NUMBER)
    mate = add_resident(city, name="李敏", phone="", building=0, door="502")
    [known, new] = reported.report_visible_to(desk, made.pk, now()).people
    assert known.name == "王**"
    assert known.phone == "138****1234"
    assert [(each.line.person, each.why, each.moves) for each in known.candidates] == [
        (person.pk, ("name", "phone", "door"), False),
        (mate.pk, (), False),
    ]
    assert (known.proposed, new.proposed) == (str(person.pk), "new")
    assert {each.line.person for each in new.candidates} == {person.pk, mate.pk}
    assert reported.waiting(desk, now())[0].people == 2


def test_the_word_moves_both_balances_the_one_way_and_what_was_written_goes(city, desk, door, person):
    sweep = begin_sweep(city.event, city.communities[0], desk)
    made = say(door, "王小明", "李敏", phone=NUMBER)
    [finding] = decide(made, desk, person.pk, Word.NEW)
    assert (finding.how, finding.result, finding.happened_at) == ("self", "answered", made.said_at)
    assert stands(sweep, city.communities[0]) == {State.DONE: 2}
    assert stands(sweep, city.communities[0], persons=False) == {State.ANSWERED: 1}
    new = Identity.objects.get(holder=city.event.pk)
    assert (new.name, Stay.objects.get(person=new.person).kind) == ("李敏", "home")
    assert Said.objects.get(spoke=True).person == person
    rows = list(SelfReported.objects.order_by("n").values_list("outcome", "person", "name", "phone"))
    assert rows == [("known", person.pk, "", None), ("new", new.person_id, "", None)]
    assert TrailEntry.objects.get(kind="self_report.decided").facts == {"known": 1, "new": 1, "aside": 0}
    sweeping.take_back(finding, by=desk, at=now())
    assert stands(sweep, city.communities[0]) == {State.NOT_REACHED: 2}


def test_a_guest_is_counted_here_and_whoever_lived_elsewhere_moves_once(city, desk, door, person):
    sweep = begin_sweep(city.event, city.communities[0], desk)
    elsewhere = add_resident(city, name="赵强", phone="13900001111", building=2, door="301")
    sweep_known = sum(stands(sweep, city.communities[0]).values())
    made = say(door, "赵强", phone="13900001111", guest=True)
    [asked] = reported.report_visible_to(desk, made.pk, now()).people
    assert [(each.line.person, each.moves) for each in asked.candidates if each.why] == [(elsewhere.pk, True)]
    decide(made, desk, elsewhere.pk)
    stay = Stay.objects.filter(person=elsewhere).latest("since")
    assert (stay.kind, stay.counted_in_id) == ("guest", city.micro_grids[0].pk)
    assert sum(stands(sweep, city.communities[0]).values()) >= sweep_known
    assert stands(sweep, city.micro_grids[0])[State.DONE] == 1


def test_a_grid_worker_decides_and_moves_nobody_here_from_elsewhere(city, worker, door, person):
    add_resident(city, name="赵强", phone="13900001111", building=1, door="301")
    made = say(door, "赵强", phone="13900001111")
    [asked] = reported.report_visible_to(worker, made.pk, now()).people
    assert [each.line.person for each in asked.candidates] == [person.pk]
    decide(made, worker, Word.NEW)
    assert SelfReport.objects.get().decided_by == worker.user


def test_set_aside_counts_for_nobody(city, desk, door, person):
    sweep = begin_sweep(city.event, city.communities[0], desk)
    made = say(door, "恶作剧")
    assert decide(made, desk, Word.ASIDE) == []
    assert stands(sweep, city.communities[0]) == {State.NOT_REACHED: 1}
    assert not reported.waiting(desk, now())


def test_what_was_said_before_a_sweep_began_says_nothing_in_it(city, desk, door, person):
    made = say(door, "王小明")
    sweep = begin_sweep(city.event, city.communities[0], desk)
    assert decide(made, desk, person.pk) == []
    assert stands(sweep, city.communities[0]) == {State.NOT_REACHED: 1}


def test_nobody_decides_for_anothers_doors_or_twice_or_by_somebody_who_was_not_offered(city, desk, door, person):
    stranger = add_resident(city, name="陌路", phone="", building=3, door="101")
    made = say(door, "王小明", "李敏")
    other = caller_for(user_with_role("community_desk", city.communities[1]))
    assert reported.waiting(other, now()) == []
    with pytest.raises(NotFound):
        reported.report_visible_to(other, made.pk, now())
    with pytest.raises(NotFound):
        decide(made, other, Word.NEW, Word.NEW)
    with pytest.raises(NotAmongThose):
        decide(made, desk, stranger.pk, Word.NEW)
    with pytest.raises(NotAmongThose):
        deciding.decide(made.pk, {}, by=desk, at=now())
    with pytest.raises(TwiceTheSame):
        decide(made, desk, person.pk, person.pk)
    chosen = words(made, person.pk, Word.ASIDE)
    deciding.decide(made.pk, chosen, by=desk, at=now())
    with pytest.raises(SelfReportDecided):
        deciding.decide(made.pk, chosen, by=desk, at=now())
    with pytest.raises(SelfReportSentAnew):
        deciding.decide(uuid4(), {}, by=desk, at=now())


def test_after_the_word_the_same_phone_begins_a_new_report(city, desk, door, person):
    key = uuid4()
    made = say(door, "王小明", key=key)
    decide(made, desk, person.pk)
    assert say(door, "王小明", key=key) == made  # the reply was lost: the same again is the same
    later = say(door, "王小明", "李敏", key=key)
    assert later != made
    assert [each.id for each in reported.waiting(desk, now())] == [later.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_who_decide_at_once_one_is_told(city, desk, door, person, monkeypatch, guarded):
    """Without the lock on the report both see that it waits, and both write the newcomer down."""
    if not guarded:
        monkeypatch.setattr("linli.ledger.deciding.SelfReport.objects.select_for_update", SelfReport.objects.all)
    made = say(door, "李敏")
    chosen = words(made, Word.NEW)
    both, outcomes = threading.Barrier(2, timeout=20), []
    lock = deciding.lock_buildings_of

    def waits(places):
        if not guarded:  # both have looked by now
            both.wait()
        return lock(places)

    monkeypatch.setattr("linli.ledger.deciding.lock_buildings_of", waits)

    def decides():
        try:
            if guarded:
                both.wait()
            deciding.decide(made.pk, chosen, by=desk, at=now())
            outcomes.append("written")
        except SelfReportDecided:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=decides) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    newcomers = Identity.objects.filter(holder=city.event.pk, name="李敏").count()
    if guarded:
        assert (sorted(outcomes), newcomers) == (["told", "written"], 1)
    else:
        assert (outcomes, newcomers) == (["written", "written"], 2)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.booleans()), min_size=1, max_size=8))
def test_whatever_phones_say_and_desks_decide_both_balances_stay_whole(city, desk, door, person, steps):
    with transaction.atomic():
        sweep = begin_sweep(city.event, city.communities[0], desk)
        for name, known in steps:
            made = say(door, name, device=name.encode() * 8)
            if known:
                [asked] = reported.report_visible_to(desk, made.pk, now()).people
                proposed = asked.proposed
                decide(made, desk, int(proposed) if proposed.isdigit() else Word.NEW)
        whole = balance(sweep.persons, city.communities[0].pk, now())
        decided = {name for name, known in steps if known}
        assert whole.known == 1 + len(decided)
        assert dict(whole.parts)[State.DONE] == len(decided)
        assert Dwelling.objects.count() == sum(stands(sweep, city.communities[0], persons=False).values())
        transaction.set_rollback(True)


def test_a_sweep_that_ends_in_between_keeps_the_word_out_of_it_and_the_rest_is_written(city, desk, door, person):
    sweep = begin_sweep(city.event, city.communities[0], desk)
    made = say(door, "李敏")
    sweeping.close_sweep(sweep, by=desk, at=now())
    assert decide(made, desk, Word.NEW) == []
    assert Identity.objects.filter(holder=city.event.pk, name="李敏").count() == 1
