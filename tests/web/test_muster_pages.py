"""The pages of signing up, over HTTP: a person's own, the desk's, and lists."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.models import DeviceSession
from linli.access.proofs import start_device_session
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.ids import uuid7
from linli.custody.models import TrailEntry
from linli.muster import actions
from linli.muster.models import Placement, SignUp
from linli.people.models import Skill
from linli.web.muster import own
from tests.factories import (
    STARTED,
    SYSTEM,
    add_claim,
    add_resident,
    caller_for,
    sign_in,
    tiny_city,
    user_with_role,
)

pytestmark = pytest.mark.django_db
WANG, PHONE = "王小明", "13800001234"
SAID = {"name": WANG, "phone": PHONE, "door": "1栋1单元502"}


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(client, city):
    user = user_with_role("community_desk", city.communities[0])
    sign_in(client, user)
    return user


def page_of(city, community=0):
    return reverse("sign_up", args=[city.communities[community].pk])


def body(reply):
    """The page's own part, without what differs from request to request."""
    text = re.search(r"<main.*</main>", reply.content.decode(), re.DOTALL)[0]
    return re.sub(r'name="(csrfmiddlewaretoken|once)" value="[^"]*"', "", text)


# Signing up.


def test_the_page_asks_three_questions_and_says_first_what_is_kept(client, city):
    reply = client.get(page_of(city))
    text = body(reply)
    asked = re.findall(r'<input(?![^>]*type="hidden")[^>]*name="(\w+)"', text)
    assert asked == ["name", "phone", "door"]
    assert text.index('id="notice"') < text.index('name="name"')
    assert len(re.findall(r"<label for=", text)) == 3


def test_the_answer_is_the_same_whether_or_not_the_register_knows_the_person(client, city):
    add_resident(city, name=WANG, phone=PHONE)
    answers = []
    for said in (SAID, {**SAID, "name": "陈生人", "phone": "13900000000"}):
        client.cookies.clear()
        reply = client.post(page_of(city), said)
        mine = SignUp.objects.get(pk=reply.url.split("/")[-2])
        shown = client.get(reply.url)
        told = body(shown).replace(mine.number, "NUMBER").replace(str(mine.pk), "ID")
        answers.append((reply.status_code, sorted(reply.cookies), shown.status_code, told))
        assert mine.number in body(shown)
    assert answers[0] == answers[1]
    assert answers[0][0] == 302


def test_signing_up_binds_this_device_for_thirty_days(client, city):
    reply = client.post(page_of(city), SAID)
    kept = reply.cookies[DEVICE_COOKIE]
    assert (kept["httponly"], kept["samesite"], kept["max-age"], kept["secure"]) == (True, "Lax", 30 * 86400, "")
    assert DeviceSession.objects.get().claim == SignUp.objects.get().pk
    assert client.get(reply.url).status_code == 200


def test_over_https_the_cookie_never_leaves_it(client, city):
    assert client.post(page_of(city), SAID, secure=True).cookies[DEVICE_COOKIE]["secure"]


def test_the_claim_opens_for_nobody_else(client, city, django_user_model):
    url = client.post(page_of(city), SAID).url
    client.cookies.clear()
    assert client.get(url).status_code == 404
    client.post(page_of(city), {**SAID, "name": "李敏"})
    assert client.get(url).status_code == 404
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    assert client.get(url).status_code == 404
    assert client.get(reverse("claim", args=[uuid7()])).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "长" * 41),
        ("name", "王\x00明"),
        ("phone", "123"),
        ("phone", "1" * 5000),
        ("phone", "手机"),
        ("door", " \u3000 "),
        ("door", "x" * 81),
        ("name", "\u202e"),
    ],
)
def test_what_is_wrong_stands_beside_its_question_and_nothing_typed_is_lost(client, city, field, value):
    reply = client.post(page_of(city), {**SAID, field: value})
    assert reply.status_code == 422
    text = body(reply)
    assert f'id="id_{field}_error"' in text
    assert 'role="alert"' in text
    for other, kept in SAID.items():
        if other != field:
            assert f'value="{kept}"' in text
    assert not SignUp.objects.exists()
    assert DEVICE_COOKIE not in reply.cookies


def test_the_form_sent_twice_is_one_sign_up(client, city):
    once = client.get(page_of(city)).context["form"]["once"].value()
    first, second = (client.post(page_of(city), {**SAID, "once": once}).url for _ in range(2))
    assert first == second
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize("once", ["", "x", "a:b:c", "\x00", "9" * 3000])
def test_a_form_without_its_seal_still_signs_up(client, city, once):
    reply = client.post(page_of(city), {**SAID, "once": once})
    assert reply.status_code in (302, 422)
    assert SignUp.objects.count() == (1 if reply.status_code == 302 else 0)


def test_without_the_token_of_the_page_nothing_is_taken(city):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(page_of(city), SAID).status_code == 403
    assert not SignUp.objects.exists()


def test_a_flood_for_one_phone_is_told_to_wait(client, city):
    from linli.web.muster.own import MOST_FOR_ONE_PHONE

    for _ in range(MOST_FOR_ONE_PHONE):
        assert client.post(page_of(city), SAID).status_code == 302
    reply = client.post(page_of(city), SAID)
    assert reply.status_code == 422
    assert f'value="{WANG}"' in body(reply)
    assert SignUp.objects.count() == MOST_FOR_ONE_PHONE


@pytest.mark.parametrize("number", [0, 10**9, 2**63 - 1, 2**63, 10**30])
def test_a_community_that_is_none_is_not_found(client, city, number):
    assert client.get(f"/sign-up/{number}/").status_code == 404


def test_without_an_event_the_page_says_so(client, city):
    city.event.ended_at = now()
    city.event.save()
    reply = client.get(page_of(city))
    assert reply.status_code == 403
    assert "no_event_here" in reply.content.decode()


# Finding one's community.


def test_communities_are_found_from_the_street_down(client, city):
    text = body(client.get(reverse("choose_community")))
    assert all(community.name in text and page_of(city, row) in text for row, community in enumerate(city.communities))


@pytest.mark.parametrize(
    ("asked", "found"), [("青松", [0]), ("白桦苑", [1]), ("梧桐", [0, 1]), ("没有", []), ("%", [])]
)
def test_communities_are_found_by_their_own_name_an_estates_or_the_streets(client, city, asked, found):
    text = body(client.get(reverse("choose_community"), {"q": asked}))
    assert [row for row in (0, 1) if page_of(city, row) in text] == found


@pytest.mark.parametrize("junk", ["\x00", "x" * 5000, "'; --", "９", "²", str(10**30), "-1"])
def test_junk_in_the_address_is_no_error(client, city, junk):
    assert client.get(reverse("choose_community"), {"q": junk}).status_code == 200
    assert client.get(reverse("choose_community"), {"in": junk}).status_code == 200


# My sign-up.


def test_skills_are_added_until_the_desk_has_decided(client, city):
    url = client.post(page_of(city), SAID).url
    assert client.post(url, {"skills": ["1", "3"]}).status_code == 302
    mine = SignUp.objects.get()
    assert mine.skills == 1 << Skill.DRIVER | 1 << Skill.INTERPRETER
    assert re.findall(r'value="(\d+)"[^>]*checked', body(client.get(url))) == ["1", "3"]
    assert client.post(url, {"skills": ["99"]}).status_code == 200
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
        Placement.objects.create(
            event=city.event,
            person=person,
            grid=city.grids[1],
            skill=Skill.DRIVER,
            metres=metres,
            during=from_on(STARTED),
            published_by=1,
            published_at=STARTED,
        )
    client.cookies["django_language"] = "en"
    text = body(client.get(url))
    assert city.grids[1].name in text
    assert "1 September 2022, 18:00" in text  # Asia/Shanghai
    assert "The desk of 青松社区" in text
    assert "240 m from where you live, as the crow flies" in text
    assert "Driving" in text
    assert "赵" not in text


def test_an_estimated_distance_says_so(client, city):
    url = client.post(page_of(city), SAID).url
    mine = actions.confirm(SignUp.objects.get(), person=None, by=SYSTEM, at=now())
    Placement.objects.create(
        event=city.event,
        person=mine.person,
        grid=city.grids[0],
        metres=800,
        estimated=True,
        during=from_on(STARTED),
        published_by=1,
        published_at=STARTED,
    )
    client.cookies["django_language"] = "en"
    assert "estimated" in body(client.get(url))


# The first page.


def test_the_first_page_has_one_thing_to_do(client, city):
    text = body(client.get("/"))
    assert text.count("btn-primary") == 1
    assert reverse("choose_community") in text
    url = client.post(page_of(city), SAID).url
    assert url in body(client.get("/"))


@pytest.mark.parametrize(("role", "name"), [("community_desk", "area"), ("street", "area"), ("press", "briefing")])
def test_the_first_page_leads_staff_to_their_work(client, city, role, name):
    area = city.communities[0] if role == "community_desk" else city.street
    sign_in(client, user_with_role(role, area))
    assert client.get("/").url == reverse(name, args=[area.pk])


# The desk.


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
    for secret in (WANG, PHONE, "陈生人", "301", "502"):
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


# Lists.


def upload(text, name="list.csv"):
    return {"file": SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())}


def test_a_list_is_shown_first_and_taken_then(client, city, desk):
    url = reverse("load_list", args=[city.communities[0].pk])
    good = f"姓名,电话,门牌,技能\n{WANG},{PHONE},1栋502,驾驶\n李敏,13800005678,2栋301,\n"
    looked = client.post(url, upload(good))
    assert looked.status_code == 200
    assert not SignUp.objects.exists()
    rows = re.search(r'name="rows" value="([0-9a-f]+)"', looked.content.decode())[1]
    assert client.post(url, {"rows": rows}).status_code == 302
    assert SignUp.objects.filter(way="list").count() == 2
    client.post(url, {"rows": rows})
    assert SignUp.objects.count() == 2


def test_rows_that_make_no_sense_are_named_and_cannot_be_taken(client, city, desk):
    url = reverse("load_list", args=[city.communities[0].pk])
    client.cookies["django_language"] = "en"
    looked = client.post(url, upload(f"姓名,电话,门牌\n{WANG},{PHONE},1栋502\n,12,2栋\n"))
    text = body(looked)
    assert 'name="rows"' not in text
    assert re.findall(r'class="num">(\d+)</th>', text) == ["3", "3"]
    assert "Please fill in: Name." in text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xff\xff", "姓名\n王".encode(), b"\x00" * 100])
def test_a_broken_file_is_refused_in_a_sentence(client, city, desk, content):
    reply = client.post(reverse("load_list", args=[city.communities[0].pk]), upload(content))
    assert reply.status_code == 422
    assert 'id="id_file_error"' in body(reply)


def test_no_file_and_foreign_rows_are_refused(client, city, desk):
    url = reverse("load_list", args=[city.communities[0].pk])
    assert client.post(url).status_code == 422
    assert 'role="alert"' in body(client.post(url, {"rows": "00ff"}, follow=True))
    assert not SignUp.objects.exists()


# A family with one phone.


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
    for secret in (WANG, PHONE, "502"):
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
    place = {"grid": city.grids[1], "metres": 240, "during": from_on(STARTED), "published_by": 1}
    Placement.objects.create(event=city.event, person=mine.person, published_at=STARTED, **place)
    assert city.grids[1].name not in body(client.get(second))
    assert city.grids[1].name in body(client.get(reverse("claims")))


# How often is too often.


def _anonymous_sign_up(client, city, number, **how):
    client.cookies.pop(DEVICE_COOKIE, None)
    return client.post(page_of(city), {**SAID, "phone": f"138{number:08}"}, **how)


def test_a_whole_building_signs_up_through_one_wifi(client, city, monkeypatch):
    assert own.MOST_FROM_ONE_ADDRESS >= 1_000
    monkeypatch.setattr(own, "MOST_FROM_ONE_ADDRESS", 3)
    replies = [_anonymous_sign_up(client, city, number).status_code for number in range(4)]
    assert replies == [302, 302, 302, 422]
    assert _anonymous_sign_up(client, city, 9, REMOTE_ADDR="203.0.113.7").status_code == 302


def test_one_device_is_counted_tightly(client, city):
    codes = [client.post(page_of(city), {**SAID, "phone": f"1380000{n:04}"}).status_code for n in range(13)]
    # The first has no device yet, so it makes one.
    assert codes == [302] * (own.MOST_FROM_ONE_DEVICE + 1) + [422, 422]


@pytest.mark.parametrize(
    ("hosts", "remote", "forwarded", "counted"),
    [
        ((), "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (("linli.example",), "127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        (("linli.example",), "127.0.0.1", "", "127.0.0.1"),
        ((), "2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ((), "unix:", "", "unix:"),
    ],
)
def test_the_address_counted_is_the_one_the_proxy_saw(rf, settings, hosts, remote, forwarded, counted):
    settings.ENV = replace(settings.ENV, hosts=hosts)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert own.network_of(rf.post("/", REMOTE_ADDR=remote, headers=headers)) == counted


# The pack's other way of signing up.


def test_the_other_way_has_its_own_address_the_same_three_questions_and_the_packs_words(client, city):
    url = reverse("sign_up_members", args=[city.communities[0].pk])
    text = body(client.get(url))
    assert "党员报到" in text
    assert re.findall(r'<input(?![^>]*type="hidden")[^>]*name="(\w+)"', text) == ["name", "phone", "door"]
    assert "党员报到" not in body(client.get(page_of(city)))
    client.cookies["django_language"] = "en"
    assert "Member sign-up" in body(client.get(url))
    assert client.post(url, SAID).status_code == 302
    assert SignUp.objects.get().as_member
    client.post(page_of(city), {**SAID, "phone": "13900000001"})
    assert SignUp.objects.filter(as_member=True).count() == 1


def test_the_way_is_told_only_in_totals_of_five_and_never_of_a_person(client, city, desk):
    members = reverse("sign_up_members", args=[city.communities[0].pk])
    listed = reverse("sign_ups", args=[city.communities[0].pk])
    client.cookies["django_language"] = "en"

    def sign_up(number, url):
        client.cookies.pop(DEVICE_COOKIE, None)
        assert client.post(url, {**SAID, "phone": f"1380000{number:04}"}).status_code == 302

    for number in range(5):
        sign_up(number, page_of(city))
    for number in range(5, 9):
        sign_up(number, members)
    assert "member" not in body(client.get(listed))
    sign_up(9, members)
    text = body(client.get(listed))
    assert text.count("member") == 1
    assert "5 signed up as members" in text
    assert "member" not in text.partition("<table")[2]
    for claim in SignUp.objects.all():
        assert "member" not in body(client.get(reverse("sign_up_detail", args=[claim.pk])))
        _, secret = start_device_session(claim.pk, at=now())
        client.cookies[DEVICE_COOKIE] = secret
        assert "member" not in body(client.get(reverse("claim", args=[claim.pk])))
    assert not [entry for entry in TrailEntry.objects.all() if "member" in f"{entry.kind} {entry.facts}"]


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


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (0, "Nobody of the list is signed up here yet."),
        (1, "One person of the list is signed up here already and stays as they are."),
        (2, "2 people of the list are signed up here already and stay as they are."),
    ],
)
def test_a_list_says_in_words_who_is_there_already(client, city, desk, there, told):
    rows = [("王小明", "13800001234"), ("李敏", "13800005678"), ("赵兰", "13800009999")]
    for name, phone in rows[:there]:
        add_claim(city, name=name, phone=phone)
    table = "\n".join(["姓名,电话,门牌", *(f"{name},{phone},1栋" for name, phone in rows)])
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile("list.csv", table.encode())
    text = body(client.post(reverse("load_list", args=[city.communities[0].pk]), {"file": file}))
    assert told in text
    assert "<strong>0</strong>" not in text


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


# Not coming after all.


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
    client.post(reverse("stay_away", args=[mine.pk]), {"since": "soon", "until": ""})
    assert mine.person.volunteer.unavailable.count() == 1


def test_a_sign_up_is_taken_back_on_the_phone_that_made_it_and_on_no_other(client, city):
    mine = confirmed_on_this_phone(client, city)
    assert Client().post(reverse("withdraw", args=[mine.pk])).status_code in (302, 403, 404)
    mine.refresh_from_db()
    assert mine.state == SignUp.State.CONFIRMED
    client.post(reverse("withdraw", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.state == SignUp.State.WITHDRAWN


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
