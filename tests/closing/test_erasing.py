"""One person is forgotten: by their desk's word, the officer's and a second person's; a restored backup forgets too."""

import json
from dataclasses import replace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from linli.access.models import MailAddress, RoleGrant
from linli.closing import erasing, forgetting
from linli.closing.errors import (
    ConfirmedAlready,
    ErasureOver,
    ErasureUnderWay,
    MayNotConfirm,
    NothingBesideRegister,
    PartTaken,
)
from linli.closing.models import Erasure
from linli.closing.persons import OF_PERSON
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.custody import destroyed, keyring, secrets
from linli.custody.models import TrailEntry
from linli.desk.models import Entry
from linli.events.models import Event
from linli.ledger.models import Apart, MoveProposed, PaperLine, Said, SelfReported
from linli.muster.models import Placement, Proposal, SignUp
from linli.people.models import REGISTER, SERVICE, Household, Identity, Person, Stay, Volunteer
from linli.rolls import opening, proving, queries
from linli.rolls.models import Roll, Standing, StandingChange, State
from tests.closing import planted as plants
from tests.factories import add_resident, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
OVER, WITHDRAWN = Erasure.Ground.OVER, Erasure.Ground.WITHDRAWN
ALL, BUT_REGISTER = Erasure.Scope.ALL, Erasure.Scope.BUT_REGISTER
NOT_OF_A_PERSON = {
    "closing.Erasure": "the proof that it was done: a number that leads nowhere",
    "custody.TrailEntry": "ids only, six months, as the law on logs wants",
}


@pytest.fixture
def own_keyring(tmp_path, settings):
    """A keyring of the test's own for the list, and two copies of it. What is sealed stays under the process's keys."""
    secrets.unseal(secrets.seal("x"))
    secrets.index("x")  # keys are read once a process: before another keyring stands in
    copies = tuple((name, tmp_path / name) for name in ("office", "stick"))
    for _, folder in copies:
        folder.mkdir()
    settings.ENV = replace(settings.ENV, data_dir=tmp_path / "var", keyring_copies=copies)
    keyring.ensure(tmp_path / "var", old_data=False)
    return [keyring.folder(tmp_path / "var"), *(folder for _, folder in copies)]


@pytest.fixture
def planted(own_keyring):
    """Everything an event can leave of a person; the event goes on. Nothing was sealed under the list's keyring."""
    city = tiny_city()
    found = plants.plant(city)
    Event.objects.update(ended_at=None)
    return found


@pytest.fixture
def desk(planted):
    return user_with_role("community_desk", planted.city.communities[0])


def ask(planted, desk, *, person=None, scope=ALL, ground=OVER):
    community = planted.city.communities[0].pk
    return erasing.ask(person or planted.alone, community, scope=scope, ground=ground, by=caller_for(desk), at=now())


def decide(asked, planted):
    for who in (planted.officer, planted.second):
        asked = erasing.confirm(asked, by=caller_for(who), at=now())
    return asked


def test_every_table_that_knows_a_person_is_named():
    knows = set()
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if field.related_model in (Person, Volunteer) or field.name in ("person", "adds_to"):
                knows.add(model._meta.label)
    assert knows - set(OF_PERSON) == set(NOT_OF_A_PERSON)


def test_when_the_second_confirms_the_person_is_gone_everywhere(planted, desk, own_keyring):
    person = planted.alone
    asked = ask(planted, desk)
    before = forgetting.count(person, ALL)
    assert before["people.Identity"] == before["desk.Entry"] == before["access.MailAddress"] == 1
    erasing.confirm(asked, by=caller_for(planted.second), at=now())
    assert Person.objects.filter(pk=person).exists(), "one alone erases nobody"
    done = erasing.confirm(asked, by=caller_for(planted.officer), at=now())
    assert done.done_at is not None
    assert done.facts["rows"] == {model: rows for model, rows in before.items() if rows}
    assert not any(forgetting.count(person, ALL).values())
    for model in (Stay, Placement, Proposal, Volunteer, Identity, MailAddress, RoleGrant):
        assert not model.objects.filter(person=person).exists()
    assert not Entry.objects.exists()
    assert Person.objects.filter(pk=planted.both).exists()
    kinds = set(TrailEntry.objects.filter(subject=f"person:{person}").values_list("kind", flat=True))
    assert {"erasure.asked", "erasure.confirmed", "erasure.done"} <= kinds


def test_who_is_erased_is_no_longer_due_in_a_roll_call(planted, desk, own_keyring):
    by = caller_for(user_with_role("street", planted.city.street))
    Event.objects.update(ended_at=None)
    roll = opening.begin(planted.city.event, planted.city.street, Roll.Of.PERSONS, "sweep", by=by, at=now())
    opening.fill(roll.pk)
    roll.refresh_from_db()
    before = queries.balance(roll, planted.city.street.pk, now()).known
    decide(ask(planted, desk), planted)
    after = queries.balance(roll, planted.city.street.pk, now())
    assert (before - after.known, after.states[State.WITHDRAWN]) == (1, 1)
    assert not proving.wrong_with(roll)


def test_nothing_that_was_found_written_or_proposed_names_who_is_erased(planted, desk, own_keyring):
    decide(ask(planted, desk), planted)
    alone = planted.alone
    assert not Said.objects.filter(person=alone).exists()
    assert not MoveProposed.objects.filter(person=alone).exists()
    assert not SelfReported.objects.filter(person=alone).exists()
    assert not (Apart.objects.filter(lower=alone) | Apart.objects.filter(higher=alone)).exists()
    assert not PaperLine.objects.filter(persons__contains=[alone]).exists()
    assert PaperLine.objects.exists(), "the other doors of the sheet can still be typed"
    assert set(Standing.objects.filter(subject=alone, roll__of="persons").values_list("state", flat=True)) == {0}


def test_a_restored_backup_lets_nobody_be_due_who_was_erased_since(planted, own_keyring):
    """What the destruction list has a restored database call does the same as the erasure did."""
    roll = Roll.objects.get(of=Roll.Of.PERSONS)
    before = queries.balance(roll, roll.area_id, now())
    change = StandingChange.objects.filter(roll=roll, subject=planted.alone).count()
    for _ in range(2):  # the list is replayed whole: done twice, it is done once
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolls_forget(%s)", [[planted.alone]])
    after = queries.balance(roll, roll.area_id, now())
    assert (before.known - after.known, after.states[State.WITHDRAWN]) == (1, 1)
    assert not proving.wrong_with(roll).keys() - {"missing"}, "the person goes with the next line of the list"
    assert StandingChange.objects.filter(roll=roll, subject=planted.alone).count() == change + 1


def test_it_stands_on_the_destruction_list_of_every_copy_in_numbers_alone(planted, desk, own_keyring):
    decide(ask(planted, desk), planted)
    for place in own_keyring:
        lines = destroyed.rows(destroyed.lines([place]))
        tables = {line["table"] for line in lines}
        assert {"people_person", "people_identity", "people_stay", "muster_placement"} <= tables
        assert all(line["ids"] == [planted.alone] for line in lines if "by" in line)
        assert [(line["table"], line["ids"]) for line in lines if line.get("call") == "rolls_forget"] == [
            ("rolls_standing", [planted.alone])
        ]
        text = json.dumps(lines, ensure_ascii=False)
        assert plants.NAME not in text
        assert plants.PHONE not in text


def test_where_the_register_has_to_keep_somebody_it_keeps_its_own_fields(planted, desk):
    decide(ask(planted, desk, person=planted.both, scope=BUT_REGISTER, ground=WITHDRAWN), planted)
    assert plants.register_fields(planted) == plants.EXPECTED
    assert Stay.objects.filter(person=planted.both).exists()
    assert Household.objects.filter(stays__person=planted.both).exists()


def test_whom_only_the_register_knows_is_either_kept_or_erased(planted, desk):
    person = add_resident(planted.city, name="只在登记册", phone="13800000077", door="701")
    with pytest.raises(NothingBesideRegister):
        ask(planted, desk, person=person.pk, scope=BUT_REGISTER)
    decide(ask(planted, desk, person=person.pk), planted)
    assert not Identity.objects.filter(person=person.pk, holder=REGISTER).exists()
    assert not Person.objects.filter(pk=person.pk).exists()


def test_somebody_who_serves_goes_with_their_sign_up_and_phones(planted, desk):
    decide(ask(planted, desk, person=planted.volunteer, scope=BUT_REGISTER, ground=WITHDRAWN), planted)
    assert not SignUp.objects.filter(person=planted.volunteer).exists()
    assert not Identity.objects.filter(person=planted.volunteer, holder=SERVICE).exists()
    assert not Person.objects.filter(pk=planted.volunteer).exists(), "the register does not know them"


def test_another_desk_asks_for_nobody_here(planted):
    other = user_with_role("community_desk", planted.city.communities[1])
    with pytest.raises(NotFound):
        ask(planted, other)
    for role, area in (("street", planted.city.street), ("privacy_officer", None)):
        with pytest.raises(NotFound):
            ask(planted, user_with_role(role, area))


def test_asked_twice_it_is_asked_once(planted, desk):
    ask(planted, desk)
    with pytest.raises(ErasureUnderWay):
        ask(planted, desk)
    with pytest.raises(Invalid):
        ask(planted, desk, ground="because")


def test_two_people_decide_and_never_one_twice(planted, desk):
    asked = ask(planted, desk)
    erasing.confirm(asked, by=caller_for(planted.second), at=now())
    with pytest.raises(ConfirmedAlready):
        erasing.confirm(asked, by=caller_for(planted.second), at=now())
    with pytest.raises(PartTaken):
        erasing.confirm(asked, by=caller_for(user_with_role("city", planted.city.street)), at=now())
    for who in (desk, user_with_role("administrator")):
        with pytest.raises(MayNotConfirm):
            erasing.confirm(asked, by=caller_for(who), at=now())
        with pytest.raises(MayNotConfirm):
            erasing.decline(asked, by=caller_for(who), at=now())
    with pytest.raises(IntegrityError, match="erasure_two_people"), transaction.atomic():
        Erasure.objects.update(officer_by=planted.second.pk, officer_at=now())


def test_declined_it_is_over_and_may_be_asked_again(planted, desk):
    asked = ask(planted, desk)
    erasing.decline(asked, by=caller_for(planted.officer), at=now())
    for late in (erasing.confirm, erasing.decline):
        with pytest.raises(ErasureOver):
            late(asked, by=caller_for(planted.officer), at=now())
    assert ask(planted, desk).pk != asked.pk
    assert Person.objects.filter(pk=planted.alone).exists()


def test_a_list_that_cannot_be_written_erases_nobody(planted, desk, own_keyring, monkeypatch):
    from linli.custody.errors import KeyNotWritten

    asked = ask(planted, desk)
    erasing.confirm(asked, by=caller_for(planted.officer), at=now())

    def full(*_):
        raise KeyNotWritten(where="keyring", reason="full")

    monkeypatch.setattr(destroyed, "add", full)
    with pytest.raises(KeyNotWritten):
        erasing.confirm(asked, by=caller_for(planted.second), at=now())
    assert Person.objects.filter(pk=planted.alone).exists()
    assert Erasure.objects.get().done_at is None


def test_no_name_stands_in_what_is_kept_of_it(planted, desk):
    done = decide(ask(planted, desk), planted)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM closing_erasure e WHERE id = %s", [done.pk])
        assert plants.NAME not in cursor.fetchone()[0]
