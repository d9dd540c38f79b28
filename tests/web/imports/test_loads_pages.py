"""The pages of lists that were loaded: overdue first; a review is kept with a day, or says what follows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from linli.common.clock import now
from linli.people import loads
from linli.people.loads import Basis
from linli.people.models import REGISTER, Load
from tests.factories import SYSTEM, sign_in, tiny_city, user_with_role

STANDING = Basis(REGISTER, "青松社区居委会", "居委会组织法规定的职责")


@pytest.fixture
def city(db):
    return tiny_city()


@pytest.fixture
def load(city):
    return loads.note("persons", city.communities[0], STANDING, 3, by=SYSTEM, at=now() - timedelta(days=400))


@pytest.fixture
def desk(city):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    return client


def review(client, load, **said):
    return client.post(reverse("review_load", args=[load.pk]), {"seen": "", **said})


def test_the_list_says_how_many_are_overdue_and_shows_owner_and_basis(desk, load):
    page = desk.get(reverse("loads")).content.decode()
    assert "<strong>1</strong> standing list should have been looked at again" in page
    assert STANDING.owner in page
    assert STANDING.legal_basis in desk.get(reverse("load", args=[load.pk])).content.decode()


def test_the_page_of_the_templates_says_that_a_list_is_overdue(desk, load):
    assert "1 is overdue" in desk.get(reverse("templates")).content.decode()
    loads.end(load, by=SYSTEM, at=now())
    page = desk.get(reverse("templates")).content.decode()
    assert reverse("loads") in page
    assert "overdue" not in page


def test_a_review_that_keeps_it_names_a_day(desk, load):
    again = localdate(now()) + timedelta(days=100)
    reply = review(desk, load, outcome="kept", until=again.isoformat())
    assert reply.status_code == 302
    assert Load.objects.get(pk=load.pk).review_by == again
    assert f"looked at again by {again.isoformat()}" in desk.get(reverse("load", args=[load.pk])).content.decode()


def test_a_review_that_ends_it_says_what_follows(desk, load):
    assert review(desk, load, outcome="ended").status_code == 302
    page = desk.get(reverse("load", args=[load.pk])).content.decode()
    assert "no longer needed" in page
    assert "everybody on it is still in Linli" in page
    assert '<form class="form"' not in page


@pytest.mark.parametrize(
    "said", [{}, {"outcome": "kept"}, {"outcome": "kept", "until": "2020-01-01"}, {"outcome": "x"}]
)
def test_a_review_that_makes_no_sense_is_asked_again_and_changes_nothing(desk, load, said):
    assert review(desk, load, **said).status_code == 422
    assert Load.objects.get(pk=load.pk).reviewed_at is None


def test_a_page_that_was_overtaken_changes_nothing_and_says_so(desk, load):
    until = (localdate(now()) + timedelta(days=100)).isoformat()
    review(desk, load, outcome="kept", until=until)
    reply = desk.post(reverse("review_load", args=[load.pk]), {"outcome": "ended", "seen": ""}, follow=True)
    assert "was reviewed since you opened it" in reply.content.decode()
    assert Load.objects.get(pk=load.pk).ended_at is None


def test_the_officer_reads_every_list_and_reviews_none(city, load):
    officer = Client(headers={"accept-language": "en"})
    sign_in(officer, user_with_role("privacy_officer"))
    page = officer.get(reverse("load", args=[load.pk])).content.decode()
    assert "overdue" in page
    assert reverse("review_load", args=[load.pk]) not in page
    assert review(officer, load, outcome="ended").status_code == 404
