"""What became of a sign-up, on the phone that made it: my placement, a family's others, not coming after all."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.models import DeviceSession
from linli.common.clock import now
from linli.common.db import from_on
from linli.muster import actions
from linli.muster.models import SignUp
from linli.people.models import Skill
from tests.factories import (
    STARTED,
    SYSTEM,
    add_resident,
    caller_for,
    place_in,
    user_with_role,
)
from tests.web.muster.said import PHONE, SAID, WANG, body, page_of

pytestmark = pytest.mark.django_db


def test_skills_are_added_until_the_desk_has_decided(client, city):
    url = client.post(page_of(city), SAID).url
    assert client.post(url, {"skills": ["1", "3"]}).status_code == 302
    mine = SignUp.objects.get()
    assert mine.skills == 1 << Skill.DRIVER | 1 << Skill.INTERPRETER
    assert re.findall(r'value="(\d+)"[^>]*checked', body(client.get(url))) == ["1", "3"]
    assert client.post(url, {"skills": ["99"]}).status_code == 422
    actions.confirm(mine, person=None, by=SYSTEM, at=now())
    client.post(url, {"skills": ["5"]})
    mine.refresh_from_db()
    assert mine.skills == 1 << Skill.DRIVER | 1 << Skill.INTERPRETER
    assert 'name="skills"' not in body(client.get(url))


def test_my_placement_says_where_when_to_whom_and_why_here_and_names_nobody(client, city):
    other = add_resident(city, name="赵兰", phone="13800009999")
    url = client.post(page_of(city), SAID).url
    mine = actions.confirm(SignUp.objects.get(), person=None, by=SYSTEM, at=now())
    for person, metres in ((mine.person, 240), (other, 10)):
        why = {"here": [1, 3], "near": [city.grids[0].pk, 120, 2, 2, 400]}
        facts = {"skill": Skill.DRIVER, "metres": metres, "why": why}
        place_in(city.event, person, city.grids[1], from_on(STARTED), at=STARTED, **facts)
    client.cookies["django_language"] = "en"
    text = body(client.get(url))
    assert "This grid asked for 3 people." in text
    assert f"{city.grids[0].name} is nearer, 120 m from you, but there are already enough people there." in text
    assert "If you went there, at least 400 metres more would have to be walked in all." in text
    assert city.grids[1].name in text
    assert "1 September 2022, 18:00" in text  # Asia/Shanghai
    assert "The desk of 青松社区" in text
    assert "240 m from where you live, as the crow flies" in text
    assert "Driving" in text
    assert "赵" not in text


def test_an_estimated_distance_says_so(client, city):
    url = client.post(page_of(city), SAID).url
    mine = actions.confirm(SignUp.objects.get(), person=None, by=SYSTEM, at=now())
    place_in(city.event, mine.person, city.grids[0], from_on(STARTED), at=STARTED, metres=800, estimated=True)
    client.cookies["django_language"] = "en"
    assert "estimated" in body(client.get(url))


def test_a_family_signs_up_on_one_phone_and_each_claim_stays_open_there(client, city):
    first = client.post(page_of(city), SAID).url
    client.cookies["django_language"] = "en"
    assert "One person has signed up on this phone" in body(client.get(page_of(city)))
    second = client.post(page_of(city), {**SAID, "name": "李敏"}).url
    assert DeviceSession.objects.count() == 1
    listed = body(client.get(reverse("claims")))
    for url, masked in ((first, "王**"), (second, "李**")):
        assert client.get(url).status_code == 200
        assert url in listed
        assert masked in listed
    assert reverse("claims") in body(client.get("/"))
    for secret in (WANG, PHONE, "单元502"):
        assert secret not in listed


def test_a_phone_that_is_not_mine_forgets_the_sign_ups(client, city):
    url = client.post(page_of(city), SAID).url
    assert client.post(reverse("forget_device")).status_code == 302
    assert client.get(url).status_code == 404
    assert SignUp.objects.count() == 1


def test_one_claim_confirmed_says_nothing_on_the_others_page(client, city):
    client.post(page_of(city), SAID)
    second = client.post(page_of(city), {**SAID, "name": "李敏"}).url
    mine = actions.confirm(SignUp.objects.get(name=WANG), person=None, by=SYSTEM, at=now())
    place_in(city.event, mine.person, city.grids[1], from_on(STARTED), at=STARTED, metres=240)
    assert city.grids[1].name not in body(client.get(second))
    assert city.grids[1].name in body(client.get(reverse("claims")))


def confirmed_on_this_phone(client, city):
    """Somebody who signed up on this phone and was confirmed."""
    reply = client.post(page_of(city), SAID)
    mine = SignUp.objects.get(pk=reply.url.split("/")[-2])
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    return actions.confirm(mine, person=None, by=desk, at=now())


def test_who_cannot_come_says_so_on_their_own_phone_and_is_asked_for_no_reason(client, city):
    mine = confirmed_on_this_phone(client, city)
    assert 'id="away"' in body(client.get(reverse("claim", args=[mine.pk])))
    since, until = now() + timedelta(days=1), now() + timedelta(days=2)
    said = {"since": f"{since:%Y-%m-%dT%H:%M}", "until": f"{until:%Y-%m-%dT%H:%M}"}
    client.post(reverse("stay_away", args=[mine.pk]), said)
    assert mine.person.volunteer.unavailable.count() == 1
    reply = client.post(reverse("stay_away", args=[mine.pk]), {"since": "soon", "until": ""})
    assert (reply.status_code, 'value="soon"' in body(reply)) == (422, True)
    turned = {"since": said["until"], "until": said["since"]}
    reply = client.post(reverse("stay_away", args=[mine.pk]), turned)
    assert (reply.status_code, turned["since"] in body(reply)) == (422, True), "nothing typed is lost"
    assert mine.person.volunteer.unavailable.count() == 1


def test_a_sign_up_is_taken_back_on_the_phone_that_made_it_and_on_no_other(client, city):
    mine = confirmed_on_this_phone(client, city)
    assert Client().post(reverse("withdraw", args=[mine.pk])).status_code in (302, 403, 404)
    mine.refresh_from_db()
    assert mine.state == SignUp.State.CONFIRMED
    client.post(reverse("withdraw", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.state == SignUp.State.WITHDRAWN
