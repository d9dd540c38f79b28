"""The pages of a closing: what would go, two who confirm, the work, the certificate."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.closing import certificate, counting, words
from linli.closing.models import Closing, Debt, Line, Step
from linli.closing.tables import all_tables
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.events.models import Event
from linli.ledger.models import PaperSheet, Sweep
from linli.rolls.models import Roll
from tests.factories import add_claim, sign_in, tiny_city, user_with_role
from tests.pdfs import characters

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    city = tiny_city()
    add_claim(city, name="王小明", phone="13800001234")
    Event.objects.filter(pk=city.event.pk).update(ended_at=now() - timedelta(days=31))
    city.event.refresh_from_db()
    return city


def as_(role, area=None, language="en"):
    client = Client(headers={"accept-language": language})
    sign_in(client, user_with_role(role, area))
    return client


@pytest.fixture
def officer(city):
    return as_("privacy_officer")


@pytest.fixture
def second(city):
    return as_("city", city.street)


def page(client, city):
    return client.get(reverse("closing", args=[city.event.pk])).content.decode()


def post(client, city, **said):
    return client.post(reverse("closing", args=[city.event.pk]), said, follow=True).content.decode()


def test_the_list_says_where_each_stands(city, officer):
    assert "can be reviewed" in officer.get(reverse("closings")).content.decode()
    Event.objects.filter(pk=city.event.pk).update(ended_at=now())
    assert "grace period until" in officer.get(reverse("closings")).content.decode()
    Event.objects.filter(pk=city.event.pk).update(ended_at=None)
    assert "Events that have ended appear here" in officer.get(reverse("closings")).content.decode()


def test_an_event_under_way_is_said_to_be_so(city, officer):
    Event.objects.filter(pk=city.event.pk).update(ended_at=None)
    assert "has not ended" in page(officer, city)


def test_too_early_a_reason_is_asked_for(city, officer, second):
    Event.objects.filter(pk=city.event.pk).update(ended_at=now())
    assert "Open the review early" in page(officer, city)
    assert "Open the review early" not in page(second, city)
    assert officer.post(reverse("closing", args=[city.event.pk]), {"how": "open", "reason": " "}).status_code == 422
    assert not Closing.objects.exists()
    assert "would be destroyed" in post(officer, city, how="open", reason="演练")


def test_from_review_to_both_confirmations(city, officer, second):
    said = post(officer, city, how="open")
    assert "1</strong> row would be destroyed" in said
    digest = counting.review(city.event).digest
    assert digest in said
    said = post(officer, city, how="confirm", digest=digest, witnesses="公证处 赵\n审计 钱")
    assert "has to confirm as well" in said
    assert "Take my confirmation back" in said
    assert "has changed since" in post(second, city, how="confirm", digest="0" * 64)
    assert "can no longer be called off" in post(second, city, how="confirm", digest=digest)
    assert Closing.objects.get().witnesses == ["公证处 赵", "审计 钱"]
    assert "takes it up within a few minutes" in page(officer, city)


def test_too_many_witnesses_are_said_at_the_question(city, officer):
    post(officer, city, how="open")
    said = {"how": "confirm", "digest": counting.review(city.event).digest, "witnesses": "x\n" * 7}
    reply = officer.post(reverse("closing", args=[city.event.pk]), said)
    assert reply.status_code == 422
    assert "Write one witness a line" in reply.content.decode()


@pytest.fixture
def closing(city):
    """Both have confirmed."""
    found = Closing.objects.create(
        event=city.event,
        state="confirmed",
        opened_by=1,
        opened_at=now(),
        digest="a" * 64,
        officer_by=user_with_role("privacy_officer", name="数据保护官").pk,
        officer_at=now(),
        second_by=user_with_role("city", city.street, name="指挥长").pk,
        second_at=now(),
        witnesses=["公证处 赵"],
    )
    Line.objects.create(closing=found, model="muster.SignUp", destroyed=1, kept=0)
    Line.objects.create(closing=found, model="access.User", destroyed=0, kept=3)
    return found


FACTS = {
    Step.What.ROWS: {
        "transaction": "1",
        "people": 1,
        "sheets": {"printed": 3, "returned": 1, "destroyed": 1, "missing": 1},
    },
    Step.What.TABLES: {"tables": ["muster_signup"], "partition": "people_identity_event_1", "statistics": True},
    Step.What.LOG: {"seen": False},
    Step.What.BACKUP: {"folder": "/b/linli-2", "backup": "linli-2", "sha256": "b" * 64, "trail_link": None},
    Step.What.KEYS: {"unreadable": ["linli-1"], "copies": [{"name": "stick", "reached": False}]},
}


def finished(closing, env):
    for what, facts in FACTS.items():
        Step.objects.create(closing=closing, what=what, begun_at=now(), done_at=now(), facts=facts)
    Debt.objects.create(closing=closing, copy="stick", named_at=now())
    step = Step.objects.create(closing=closing, what=Step.What.CERTIFICATE, begun_at=now())
    certificate.finish(closing, step, env)
    return closing.certificates.get()


def test_what_stands_in_the_way_is_said_in_words(city, closing, officer):
    Step.objects.create(
        closing=closing, what=Step.What.LOG, begun_at=now(), failure="closing_log_held", facts={"why": {"n": "2"}}
    )
    said = page(officer, city)
    assert "still holds old files: 2." in said
    assert "Go on now" in said
    Step.objects.update(failure="some_code_of_old")
    assert "A step could not be done" in page(officer, city)
    part = officer.get(reverse("closing_progress", args=[city.event.pk]))
    assert (part.status_code, "HX-Refresh" in part) == (200, False)


def test_the_end_is_told_with_what_is_still_owed_and_taken_away_in_both_languages(city, closing, officer, settings):
    made = finished(closing, settings.ENV)
    said = page(officer, city)
    assert "1</strong> row was destroyed" in said
    assert "stick" in said
    assert "DATABASE_URL" in said
    address = reverse("closing_certificate", args=[city.event.pk, 1, "json"])
    kept = officer.get(address).json()
    assert kept == {"content": made.content, "sha256": made.digest}
    assert certificate.digest_of(kept["content"]) == kept["sha256"]
    assert made.content["destroyed"] == [{"model": "muster.SignUp", "rows": 1}]
    assert made.content["limits"] == ["log_not_seen", "copies_out_of_reach", "sealed_copies", "free_space"]
    assert made.content["sheets"] == {"printed": 3, "returned": 1, "destroyed": 1, "missing": 1}
    paper = reverse("closing_certificate", args=[city.event.pk, 1, "pdf"])
    assert set("销毁证明公证处赵合成数据") <= characters(as_("privacy_officer", language="zh-CN").get(paper).content)
    assert set("Synthetic city") - {" "} <= characters(officer.get(paper).content)
    assert TrailEntry.objects.filter(kind="closing.certificate_taken").count() == 3


def test_city_command_sees_the_end_but_takes_no_certificate(city, closing, second, settings):
    finished(closing, settings.ENV)
    assert "Certificate (PDF)" not in page(second, city)
    assert second.get(reverse("closing_certificate", args=[city.event.pk, 1, "pdf"])).status_code == 404


def test_a_certificate_that_is_none_is_not_there(city, closing, officer, settings):
    finished(closing, settings.ENV)
    for number, kind in ((2, "json"), (1, "xml")):
        assert officer.get(reverse("closing_certificate", args=[city.event.pk, number, kind])).status_code == 404


def test_the_certificate_names_no_resident(closing, settings):
    made = finished(closing, settings.ENV)
    assert "王小明" not in str(made.content)
    assert "13800001234" not in str(made.content)


def test_every_table_has_a_name_in_words():
    assert {table.model for table in all_tables()} == set(words.TABLES)
    assert set(words.STEPS) == set(Step.What)
    assert set(words.LIMITS) == set(certificate.Limit)


def test_an_ended_event_leads_to_its_closing(city, second):
    said = second.get(reverse("event", args=[city.event.pk])).content.decode()
    assert reverse("closing", args=[city.event.pk]) in said


def test_the_review_says_which_sheets_of_paper_are_missing(city, officer):
    rolls = [
        Roll.objects.create(
            event=city.event, area=city.street, of=of, question="sweep", part=-1, opened_at=now(), ready_at=now()
        )
        for of in (Roll.Of.DOORS, Roll.Of.PERSONS)
    ]
    sweep = Sweep.objects.create(doors=rolls[0], persons=rolls[1])
    for number, more in {
        "AAAAAAAA": {"printed_at": now()},
        "BBBBBBBB": {"printed_at": now(), "fate": "destroyed", "fate_at": now(), "fate_by": 1},
        "CCCCCCCC": {},
    }.items():
        PaperSheet.objects.create(
            number=number, sweep=sweep, micro_grid=city.micro_grids[0], asked_by=1, asked_at=now(), **more
        )
    post(officer, city, how="open")
    assert "1 numbered sheet of paper has not come back." in page(officer, city)
