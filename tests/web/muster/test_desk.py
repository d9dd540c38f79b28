"""The desk over HTTP: who waits, who they are, and the posters that bring more."""

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.muster import actions
from linli.muster.models import SignUp
from tests.factories import (
    SYSTEM,
    add_claim,
    add_resident,
    sign_in,
    user_with_role,
)
from tests.web.muster.said import PHONE, SAID, WANG, body, page_of

pytestmark = pytest.mark.django_db


def test_the_desk_sees_who_waits_masked_and_who_matches_nobody(client, city, desk):
    add_resident(city, name=WANG, phone=PHONE)
    add_claim(city, name=WANG, phone=PHONE)
    add_claim(city, name="陈生人", phone="13900000000", door="2栋1单元301")
    client.cookies["django_language"] = "en"
    text = body(client.get(reverse("sign_ups", args=[city.communities[0].pk])))
    assert "王**" in text
    assert "138****1234" in text
    assert "2栋1单元**" in text
    assert "Name and phone agree" in text
    assert "Matches nobody by phone" in text
    for claim in SignUp.objects.all():  # drawn by chance, they may hold a door's number
        text = text.replace(str(claim.pk), "").replace(claim.number, "")
    for secret in (WANG, PHONE, "陈生人", "单元301", "单元502"):
        assert secret not in text


def test_the_state_stands_in_the_url(client, city, desk):
    kept, aside = add_claim(city, name=WANG, phone=PHONE), add_claim(city, name="李敏", phone="13800005678")
    actions.decline(aside, by=SYSTEM, at=now())
    url = reverse("sign_ups", args=[city.communities[0].pk])
    for query, shown in (("", kept), ("?state=declined", aside), ("?state=nonsense", kept), ("?page=999", kept)):
        text = body(client.get(url + query))
        assert [claim.number in text for claim in (kept, aside)] == [claim == shown for claim in (kept, aside)]
    assert aside.number in body(client.get(url, {"number": aside.number}))
    assert client.get(url, {"number": "\x00%"}).status_code == 200


def test_a_long_list_is_turned_page_by_page_and_keeps_its_filter(client, city, desk):
    for row in range(51):
        add_claim(city, name=WANG, phone=f"138000{row:05}")
    text = body(client.get(reverse("sign_ups", args=[city.communities[0].pk])))
    assert text.count('<tr><th scope="row">') == 50
    assert "?state=claimed&amp;page=2" in text


def test_the_desk_confirms_as_the_person_it_saw(client, city, desk):
    person = add_resident(city, name=WANG, phone=PHONE)
    claim = add_claim(city, name=WANG, phone=PHONE)
    client.cookies["django_language"] = "en"
    text = body(client.get(reverse("sign_up_detail", args=[claim.pk])))
    assert "Confirm as 王** 1栋" in text
    assert WANG not in text
    assert PHONE not in text
    client.post(reverse("confirm_sign_up", args=[claim.pk]), {"person": person.pk})
    claim.refresh_from_db()
    assert (claim.state, claim.person_id, claim.decided_by) == ("confirmed", person.pk, desk.pk)
    assert claim.lives_at.dwelling.door == "502"


@pytest.mark.parametrize("posted", ["", "0", "999999", "x", str(10**30), "\x00"])
def test_only_one_of_those_shown_can_be_chosen(client, city, desk, posted):
    elsewhere = add_resident(city, name=WANG, phone=PHONE, community=1)
    claim = add_claim(city, name=WANG, phone=PHONE)
    for person in (posted, str(elsewhere.pk)):
        assert client.post(reverse("confirm_sign_up", args=[claim.pk]), {"person": person}).status_code == 404
    claim.refresh_from_db()
    assert claim.state == "claimed"


def test_new_to_the_register_and_set_aside(client, city, desk):
    new, aside = (add_claim(city, name=name, phone=PHONE, door="2栋301") for name in (WANG, "李敏"))
    client.post(reverse("confirm_sign_up", args=[new.pk]), {"person": "new"})
    client.post(reverse("decline_sign_up", args=[aside.pk]))
    new.refresh_from_db()
    aside.refresh_from_db()
    assert (new.state, new.matched, new.lives_at_id) == ("confirmed", False, city.buildings[1].pk)
    assert aside.state == "declined"
    told = client.post(reverse("confirm_sign_up", args=[aside.pk]), {"person": "new"}, follow=True)
    assert aside.number in body(told)
    assert 'role="alert"' in body(told)


def test_a_phone_is_shown_for_a_reason_only_and_on_record(client, city, desk):
    claim = add_claim(city, name=WANG, phone=PHONE)
    url = reverse("reveal_sign_up", args=[claim.pk])
    assert client.post(url, {"field": "phone"}).status_code == 422
    assert client.post(url, {"field": "name", "reason": "call"}).status_code == 422
    shown = client.post(url, {"field": "phone", "reason": "call"})
    assert PHONE in body(shown)
    assert "no-store" in shown["Cache-Control"]
    entry = TrailEntry.objects.get(kind="field.revealed")
    assert (entry.user, entry.subject, entry.facts) == (
        desk.pk,
        f"sign_up:{claim.pk}",
        {"field": "phone", "reason": "call"},
    )
    assert "502" in body(client.post(url, {"field": "door", "reason": "verify"}))


def test_all_exact_matches_are_confirmed_with_one_button(client, city, desk):
    for row in range(3):
        add_resident(city, name=WANG, phone=f"1380000000{row}")
        add_claim(city, name=WANG, phone=f"1380000000{row}")
    add_claim(city, name="陈生人", phone="13900000000")
    client.cookies["django_language"] = "en"
    text = body(client.get(reverse("sign_ups", args=[city.communities[0].pk])))
    assert "Confirm 3 that match the register exactly" in text
    client.post(reverse("confirm_exact", args=[city.communities[0].pk]))
    assert SignUp.objects.filter(state="confirmed", matched=True).count() == 3
    assert SignUp.objects.filter(state="claimed").count() == 1


def test_another_communitys_desk_finds_nothing(client, city, desk):
    claim = add_claim(city, name=WANG, phone=PHONE, community=1)
    other = city.communities[1].pk
    for name in ("sign_ups", "desk_sign_up", "load_list"):
        assert client.get(reverse(name, args=[other])).status_code == 404
    assert client.get(reverse("sign_up_detail", args=[claim.pk])).status_code == 404
    for name, said in (
        ("confirm_sign_up", {"person": "new"}),
        ("decline_sign_up", {}),
        ("reveal_sign_up", {"field": "phone", "reason": "call"}),
    ):
        assert client.post(reverse(name, args=[claim.pk]), said).status_code == 404
    assert client.post(reverse("confirm_exact", args=[other])).status_code == 404
    claim.refresh_from_db()
    assert claim.state == "claimed"


def test_the_desk_signs_somebody_up_and_gets_a_number_to_tell(client, city, desk):
    url = reverse("desk_sign_up", args=[city.communities[0].pk])
    assert client.post(url, {**SAID, "phone": "1"}).status_code == 422
    reply = client.post(url, {**SAID, "skills": ["0"]}, follow=True)
    made = SignUp.objects.get()
    assert (made.way, made.skills, made.state) == ("desk", 1, "claimed")
    assert made.number in body(reply)
    assert DEVICE_COOKIE not in reply.cookies


def test_the_desk_prints_a_poster_for_each_way_of_signing_up(client, city, desk):
    community = city.communities[0]
    text = body(client.get(reverse("posters", args=[community.pk])))
    assert text.count("<svg") == 2
    assert text.count("九月疫情 · ") == 2  # a drill and a made-up city say so on each sheet
    assert "党员报到" in text
    assert "居民报到" in text
    for name in ("sign_up", "sign_up_members"):
        assert f"<code>http://testserver{reverse(name, args=[community.pk])}</code>" in text
    assert 'class="note note-warn"' not in text
    on_this_machine = body(client.get(reverse("posters", args=[community.pk]), headers={"Host": "127.0.0.1:8000"}))
    assert 'class="note note-warn"' in on_this_machine
    assert client.get(reverse("posters", args=[city.communities[1].pk])).status_code == 404


def test_the_desk_decides_one_after_the_other_without_the_list_between(client, city, desk):
    claims = [add_claim(city, name=WANG, phone=f"1380000{n:04}") for n in range(4)]
    listed = reverse("sign_ups", args=[city.communities[0].pk])
    first, second, third, fourth = (reverse("sign_up_detail", args=[claim.pk]) for claim in claims)
    text = body(client.get(listed))
    assert f'href="{first}" data-key="o"' in text
    assert f'href="{second}" data-key="j"' in body(client.get(first))
    # The second is left for later, the others decided; then it comes again, and at the end the list.
    assert client.post(reverse("confirm_sign_up", args=[claims[0].pk]), {"person": "new"}).url == second
    assert f'href="{third}" data-key="j"' in body(client.get(second))
    assert client.post(reverse("decline_sign_up", args=[claims[2].pk])).url == fourth
    assert client.post(reverse("decline_sign_up", args=[claims[3].pk])).url == second
    assert client.post(reverse("decline_sign_up", args=[claims[1].pk])).url == listed


def test_the_number_of_the_desk_stands_on_its_posters_and_on_my_page(client, city):
    community = city.communities[0]
    desk = Client()
    sign_in(desk, user_with_role("community_desk", community))
    posters = reverse("posters", args=[community.pk])
    assert desk.post(posters, {"phone": "no number"}).status_code == 422
    desk.post(posters, {"phone": "028-85123456"})
    assert "028-85123456" in desk.get(posters).content.decode()
    reply = client.post(page_of(city), SAID)
    assert 'href="tel:028-85123456"' in body(client.get(reply.url))
