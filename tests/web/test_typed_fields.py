"""Every field that people type refuses what nobody types, with a sentence and nothing changed."""

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.models import ApiToken, User
from linli.access.proofs import issue_token
from linli.common.clock import now
from linli.common.errors import Unreadable
from linli.events.models import Event, Zone
from tests.factories import caller_for, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
BAD = ["\x1b", "\x7f", "\ufffd", "\x00"]


@pytest.fixture
def city():
    return tiny_city()


def signed_in(role, area=None):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, user_with_role(role, area))
    return client


def is_refused(reply):
    """A sentence: ours, or for a zero byte that of the form's own field."""
    text = reply.content.decode()
    return reply.status_code == 422 and (Unreadable().told() in text or "Null characters are not allowed" in text)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("field", ["display_name", "username"])
def test_the_names_of_an_account(city, field, bad):
    said = {"display_name": "张伟", "username": "zhang.wei"}
    before = User.objects.count()
    client = signed_in("administrator")
    assert is_refused(client.post(reverse("new_account"), {**said, field: said[field] + bad}))
    assert User.objects.count() == before + 1  # the administrator


@pytest.mark.parametrize("bad", BAD)
def test_the_name_of_a_key(city, bad):
    desk = user_with_role("community_desk", city.communities[0])
    with pytest.raises(Unreadable):  # its page, which asks for the password first, shows the sentence
        issue_token(desk, label=f"report{bad}", scopes=["read"], days=30, by=caller_for(desk), at=now())
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("bad", BAD)
def test_what_a_zone_rests_on(city, bad):
    client, page = signed_in("street", city.street), reverse("zones", args=[city.communities[0].pk])
    said = {"place": city.buildings[0].pk, "level": Zone.Risk.HIGH, "basis": f"Notice 7{bad}", "counted_from": ""}
    assert is_refused(client.post(page, said))
    assert not Zone.objects.exists()


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("field", ["name", "name_en"])
def test_the_names_of_an_event(city, field, bad):
    said = {"pack": "epidemic", "exercise": "no", "name": "十月疫情", "name_en": "October", "starts": "", "go": "1"}
    client = signed_in("city", city.street)
    reply = client.post(reverse("open_event"), {**said, field: said[field] + bad, "area": [city.street.pk]})
    assert is_refused(reply)
    assert Event.objects.get() == city.event
