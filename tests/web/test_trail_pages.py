"""The trail as it may be read, the proof that is taken away, and what a person reads of it about themselves."""

import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.custody import history, proof_files, reveals, seals
from linli.custody.models import TrailEntry
from linli.custody.roles import Reveal
from linli.muster import actions
from tests.factories import SYSTEM, add_claim, add_resident, caller_for, sign_in, tiny_city, user_with_role


@pytest.fixture
def city(db):
    return tiny_city()


@pytest.fixture
def claim(city):
    """A sign-up whose phone the desk has had shown to call."""
    made = add_claim(city, name="王小明", phone="13800001234", door="3栋1单元502")
    desk = user_with_role("community_desk", city.communities[0], name="李值班")
    subject = f"sign_up:{made.pk}"
    reveals.reveal(caller_for(desk), subject=subject, field=Reveal.PHONE, reason="call", at=now())
    return made


def page(role, **query):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, user_with_role(role))
    return client, client.get(reverse("trail"), query)


def told(client, claim):
    _, secret = start_device_session(claim.pk, at=now())
    client.cookies[DEVICE_COOKIE] = secret
    return client.get(reverse("claim", args=[claim.pk])).content.decode()


def test_an_auditor_reads_ids_and_codes_and_no_contents(claim):
    _, reply = page("auditor")
    text = reply.content.decode()
    assert f"sign_up:{claim.pk}" in text
    assert "field.revealed" in text
    for contents in ("王小明", "13800001234", "3栋", "李值班"):
        assert contents not in text


def test_the_number_of_a_sign_up_finds_it_and_the_person_behind_it(city, claim):
    person = add_resident(city, name="王小明", phone="13800001234", building=3, unit=1, door="502")
    actions.confirm(claim, person=person, by=SYSTEM, at=now())
    _, reply = page("privacy_officer", about=claim.number.lower())
    assert reply.context["subject"] == f"sign_up:{claim.pk}"
    assert reply.context["others"] == [f"person:{person.pk}"]
    assert {row.subject for row in reply.context["rows"]} == {f"sign_up:{claim.pk}"}


def test_who_looks_after_data_protection_reads_one_person_at_a_time(city, claim):
    for about in ("", f"place:{city.street.pk}", "nonsense"):
        assert page("privacy_officer", about=about)[1].context["rows"] == []
    _, reply = page("privacy_officer", about=f"sign_up:{claim.pk}")
    assert reply.context["rows"]
    assert "Download the proof" not in reply.content.decode()


def test_a_long_trail_goes_on_on_the_next_page(city, monkeypatch):
    monkeypatch.setattr(history, "AT_ONCE", 3)
    ids = list(TrailEntry.objects.order_by("-pk").values_list("pk", flat=True))
    seen, before = [], ""
    while before is not None:
        context = page("auditor", before=before)[1].context
        seen += [row.pk for row in context["rows"] if row.pk <= ids[0]]
        before = context["older"]
    assert seen == ids
    assert page("auditor", before="x")[1].status_code == 200
    assert page("auditor", before="9" * 40)[1].status_code == 200


def test_an_auditor_takes_a_proof_away_and_it_holds_anywhere(claim, tmp_path):
    seals.seal(at=now())
    client, _ = page("auditor")
    reply = client.post(reverse("trail_proof"), {"subject": f"sign_up:{claim.pk}"})
    assert reply.status_code == 200
    (tmp_path / "proof").write_bytes(reply.content)
    (tmp_path / "check.py").write_bytes(client.get(reverse("trail_verifier")).content)
    alone = [sys.executable, "-I", "-S", "check.py", "proof"]
    done = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    taken = TrailEntry.objects.get(kind="trail.proof_taken")
    assert (taken.subject, taken.facts["entries"]) == (f"sign_up:{claim.pk}", 2)


def test_a_proof_too_long_for_a_page_says_how_to_get_it(claim, monkeypatch):
    seals.seal(at=now())
    monkeypatch.setattr(proof_files, "MOST_LINKS", 0)
    client, _ = page("auditor")
    reply = client.post(reverse("trail_proof"), {"subject": f"sign_up:{claim.pk}"})
    assert reply.status_code == 403
    assert f"linli trail proof --subject sign_up:{claim.pk}" in reply.content.decode()
    assert not TrailEntry.objects.filter(kind="trail.proof_taken").exists()


def test_a_subject_that_nothing_is_called_has_no_proof(claim):
    client, _ = page("auditor")
    assert client.post(reverse("trail_proof"), {"subject": "王小明"}).status_code == 404


def test_a_person_reads_who_saw_their_phone_when_and_why_by_role(city, claim):
    text = told(Client(headers={"accept-language": "en"}), claim)
    assert "Who saw what you wrote: 1 time<" in text
    assert "Phone number" in text
    assert f"Community desk · {city.communities[0].name}" in text
    assert "to call this person" in text
    assert "李值班" not in text


def test_a_person_whose_data_nobody_saw_reads_so(city):
    unseen = add_claim(city, name="赵六", phone="13800009999")
    assert "Who saw what you wrote: 0 times<" in told(Client(headers={"accept-language": "en"}), unseen)


def test_the_role_is_the_one_that_was_held_then(city, claim):
    from linli.access.models import RoleGrant

    RoleGrant.objects.filter(role="community_desk").update(until=now())
    text = told(Client(headers={"accept-language": "en"}), claim)
    assert f"Community desk · {city.communities[0].name}" in text


@pytest.mark.parametrize("role", ["auditor", "privacy_officer"])
def test_who_reads_the_trail_begins_there(city, role):
    client, _ = page(role)
    assert client.get("/")["Location"] == reverse("trail")
