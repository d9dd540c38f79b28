"""A grid worker's phone, page by page: the QR, the PIN, a while unused, another phone, and the end of it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.access import actions, devices, phones
from linli.access.callers import PHONE_COOKIE, PIN_LASTS
from linli.access.models import DeviceSession, PaperCode, RoleGrant, User
from linli.common.clock import now
from tests.factories import caller_for, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
PIN = "482917"
TYPED = {"pin": PIN, "again": PIN}
LATER = PIN_LASTS + timedelta(seconds=1)


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def officer(city):
    return user_with_role("community_desk", city.communities[0])


@pytest.fixture
def desk(client, officer):
    sign_in(client, officer)
    return client


@pytest.fixture
def worker(city, officer):
    made = phones.make_worker("李敏", role="grid_worker", area=city.micro_grids[0].pk, by=caller_for(officer), at=now())
    return made.user


def shown(desk, worker):
    """The address that the QR of the desk's page holds."""
    page = desk.post(reverse("phone_qr", args=[worker.pk])).content.decode()
    return re.search(r"/sign-in/phone/[0-9A-Z]{8}/", page)[0]


def come_in(desk, worker):
    phone = Client(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 12) Mobile", HTTP_ACCEPT_LANGUAGE="en")
    reply = phone.post(shown(desk, worker), TYPED)
    assert (reply.status_code, reply["Location"]) == (302, "/")
    return phone


def leave_unused(worker, *, since=LATER):
    DeviceSession.objects.filter(user=worker).update(active_at=now() - since)


def test_the_page_after_the_qr_says_who_it_is_for_and_looking_uses_nothing_up(desk, worker):
    phone, address = Client(HTTP_ACCEPT_LANGUAGE="en"), shown(desk, worker)
    for _ in range(2):
        page = phone.get(address)
        assert page.status_code == 200
        assert "李敏, choose a PIN" in page.content.decode()
    assert PHONE_COOKIE not in phone.cookies


def test_coming_in_leads_home_to_ones_own_roles(city, desk, worker):
    phone = come_in(desk, worker)
    page = phone.get("/").content.decode()
    assert city.micro_grids[0].name in page
    assert "Grid worker" in page
    kept = phone.cookies[PHONE_COOKIE]
    assert (kept["httponly"], kept["samesite"]) == (True, "Lax")
    assert DeviceSession.objects.get().kind == "android"


@pytest.mark.parametrize("role", ["leader", "grid_worker", "keeper", "liaison"])
def test_every_such_role_has_a_home(city, role):
    phone = Client()
    user = user_with_role("administrator")
    sign_in(phone, user)
    area = city.communities[0].pk if role in ("keeper", "leader", "liaison") else city.micro_grids[0].pk
    unit = 1 if role == "liaison" else None
    made = phones.make_worker("周强", role=role, area=area, organisation=unit, by=caller_for(user), at=now())
    own = come_in(phone, made.user)
    assert own.get("/").status_code == 200


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"pin": "111111", "again": "111111"}, "These digits repeat"),
        ({"pin": "123456", "again": "123456"}, "These digits stand in a row"),
        ({"pin": "900131", "again": "900131"}, "This reads as a day"),
        ({"pin": "48291", "again": "48291"}, "A PIN has 6 to 12 digits"),
        ({"pin": PIN, "again": "482918"}, "The two PINs are not the same"),
        ({"pin": "", "again": ""}, "Please choose a PIN"),
    ],
)
def test_a_pin_that_will_not_do_is_told_why(desk, worker, said, told):
    phone, address = Client(HTTP_ACCEPT_LANGUAGE="en"), shown(desk, worker)
    page = phone.post(address, said)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert PIN not in page.content.decode()
    assert phone.post(address, TYPED).status_code == 302


def test_a_qr_opens_once(desk, worker):
    address = shown(desk, worker)
    assert Client().post(address, TYPED).status_code == 302
    for second in (Client().get(address), Client().post(address, TYPED)):
        assert second.status_code == 403


def test_the_letters_below_the_qr_lead_to_the_same_page(desk, worker):
    text = shown(desk, worker).split("/")[-2]
    reply = Client().post(reverse("type_paper"), {"code": f"{text[:4]}-{text[4:]}".lower()})
    assert reply["Location"] == reverse("choose_pin", args=[text])
    assert Client().get(reverse("use_paper", args=[text]))["Location"] == reverse("choose_pin", args=[text])


def test_after_a_while_unused_the_pin_is_asked_for_and_leads_on(desk, worker):
    phone = come_in(desk, worker)
    leave_unused(worker)
    asked = phone.get(reverse("my_devices"))
    assert (asked.status_code, asked["Location"]) == (302, f"{reverse('type_pin')}?next=/devices/")
    assert phone.get("/")["Location"] == reverse("type_pin")
    page = phone.get(asked["Location"])
    assert "李敏, type your PIN" in page.content.decode()
    assert phone.post(reverse("type_pin"), {"pin": PIN, "next": "/devices/"})["Location"] == "/devices/"
    assert phone.get(reverse("my_devices")).status_code == 200


def test_a_stolen_cookie_does_nothing_after_the_idle_time(desk, worker):
    """Every address that is not everybody's, for reading and for writing."""
    thief = Client(HTTP_ACCEPT_LANGUAGE="en")
    thief.cookies[PHONE_COOKIE] = come_in(desk, worker).cookies[PHONE_COOKIE].value
    leave_unused(worker)
    assert thief.get(reverse("my_devices"))["Location"].startswith(reverse("type_pin"))
    device = DeviceSession.objects.get(user=worker)
    reply = thief.post(reverse("end_device", args=[device.pk]))
    assert (reply.status_code, "asks for your PIN" in reply.content.decode()) == (403, True)
    device.refresh_from_db()
    assert device.revoked_at is None


def test_what_a_page_asks_for_by_itself_keeps_no_phone_open(desk, worker):
    phone = come_in(desk, worker)
    before = now() - timedelta(minutes=5)
    DeviceSession.objects.filter(user=worker).update(active_at=before)
    phone.get("/", HTTP_HX_REQUEST="true")
    phone.get("/", HTTP_SEC_FETCH_MODE="cors")
    assert DeviceSession.objects.get(user=worker).active_at == before
    phone.get("/")
    assert DeviceSession.objects.get(user=worker).active_at > before


@pytest.mark.parametrize("there", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_pin_leads_to_our_own_pages_only(desk, worker, there):
    phone = come_in(desk, worker)
    leave_unused(worker)
    assert phone.post(reverse("type_pin"), {"pin": PIN, "next": there})["Location"] == "/"


def test_five_wrong_pins_and_the_phone_is_out(desk, worker):
    phone = come_in(desk, worker)
    leave_unused(worker)
    for left in (4, 3, 2, 1):
        page = phone.post(reverse("type_pin"), {"pin": "771350"})
        assert (page.status_code, f"Tries left: {left}" in page.content.decode()) == (422, True)
    for pin in ("771350", PIN):
        page = phone.post(reverse("type_pin"), {"pin": pin})
        assert (page.status_code, "This phone is signed out" in page.content.decode()) == (403, True)


def test_a_second_phone_needs_a_second_qr_and_both_are_listed(desk, worker):
    first, _ = come_in(desk, worker), come_in(desk, worker)
    page = first.get(reverse("my_devices")).content.decode()
    assert page.count("Sign that phone out") == page.count("Sign this phone out") == 1


def test_one_signs_ones_other_phone_out(desk, worker):
    first, second = come_in(desk, worker), come_in(desk, worker)
    other = devices.phones_of(worker.pk, now()).first()
    assert first.post(reverse("end_device", args=[other.pk]))["Location"] == reverse("my_devices")
    assert second.get("/", follow=True).status_code == 403


def test_signing_out_throws_the_secret_away(desk, worker):
    phone = come_in(desk, worker)
    phone.post(reverse("leave_phone"))
    assert phone.cookies[PHONE_COOKIE].value == ""
    assert not devices.phones_of(worker.pk, now()).exists()


def test_the_desk_ends_a_phone_and_the_administrator_too(city, desk, worker):
    phone = come_in(desk, worker)
    device = DeviceSession.objects.get(user=worker)
    desk.post(reverse("end_staff_phones", args=[worker.pk]), {"phone": str(device.pk)})
    assert phone.get("/", follow=True).status_code == 403
    come_in(desk, worker)
    admin = Client()
    sign_in(admin, user_with_role("administrator"))
    assert admin.post(reverse("end_staff_phones", args=[worker.pk])).status_code == 302
    assert not devices.phones_of(worker.pk, now()).exists()


@pytest.mark.parametrize("said", ["x", "0" * 32])
def test_a_phone_of_nobody_is_not_ended(desk, worker, said):
    come_in(desk, worker)
    assert desk.post(reverse("end_staff_phones", args=[worker.pk]), {"phone": said}).status_code == 404
    assert devices.phones_of(worker.pk, now()).count() == 1


def test_another_desk_sees_none_of_it(city, desk, worker):
    come_in(desk, worker)
    other = Client()
    sign_in(other, user_with_role("community_desk", city.communities[1]))
    for name in ("phone_qr", "end_staff_phones"):
        assert other.post(reverse(name, args=[worker.pk])).status_code == 404
    assert "李敏" not in other.get(reverse("staff_phones")).content.decode()


def test_the_end_of_the_role_is_the_end_of_the_phone(desk, officer, worker):
    phone = come_in(desk, worker)
    actions.revoke(RoleGrant.objects.get(user=worker), by=caller_for(officer), at=now())
    page = phone.get("/", follow=True)
    assert (page.status_code, "This phone is signed out" in page.content.decode()) == (403, True)


def test_a_role_that_ran_out_is_told(desk, worker):
    phone = come_in(desk, worker)
    RoleGrant.objects.filter(user=worker).update(until=now())
    page = phone.get("/", follow=True)
    assert (page.status_code, "has ended. Ask the desk." in page.content.decode()) == (403, True)


def test_on_a_phone_where_somebody_else_is_signed_in_they_sign_out_first(city, desk, officer, worker):
    phone = come_in(desk, worker)
    leave_unused(worker)  # locked or not
    other = phones.make_worker("王强", role="keeper", area=city.communities[0].pk, by=caller_for(officer), at=now())
    address = shown(desk, other.user)
    for reply in (phone.get(address), phone.post(address, TYPED)):
        assert (reply.status_code, "李敏 is signed in on this phone" in reply.content.decode()) == (409, True)
    back = phone.post(reverse("leave_phone"), {"code": address.split("/")[-2]})
    assert back["Location"] == address
    assert phone.post(address, TYPED).status_code == 302
    assert not devices.phones_of(worker.pk, now()).exists()


def test_in_a_browser_where_an_officer_is_signed_in_they_sign_out_first(desk, worker):
    address = shown(desk, worker)
    reply = desk.get(address)
    assert (reply.status_code, reverse("account_logout") in reply.content.decode()) == (409, True)


def test_a_phone_opens_no_page_of_passwords_and_second_steps(desk, worker):
    phone = come_in(desk, worker)
    for name in ("mfa_index", "account_change_password", "mfa_activate_totp", "keys"):
        assert phone.get(reverse(name)).status_code == 404


def test_a_phone_keeps_a_sign_up_of_its_own_apart(city, desk, worker):
    phone = come_in(desk, worker)
    session, secret = devices.start_device_session(None, person=41, at=now())
    phone.cookies["linli_device"] = secret
    page = phone.get(reverse("my_devices")).content.decode()
    assert page.count("Sign this phone out") == 2
    phone.post(reverse("end_device", args=[session.pk]))
    assert devices.phones_of(worker.pk, now()).count() == 1


def test_a_desk_makes_somebody_new_and_shows_them_the_qr(city, desk):
    said = {"new": "1", "role": "grid_worker", "area": city.micro_grids[0].pk}
    page = desk.get(reverse("grant"), said)
    assert "display_name" in page.content.decode()
    form = page.context["form"]
    said |= {"since": form["since"].value().isoformat(), "until": ""}
    assert desk.post(reverse("grant"), said).status_code == 422
    reply = desk.post(reverse("grant"), said | {"display_name": "周洁"}, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert "Show the QR for a phone of 周洁" in reply.content.decode()
    made = User.objects.get(display_name="周洁")
    assert RoleGrant.objects.get(user=made).area == city.micro_grids[0].pk


def test_somebody_new_is_given_no_role_that_needs_a_password(desk):
    page = desk.get(reverse("grant"), {"new": "1"}, HTTP_ACCEPT_LANGUAGE="en")
    roles = [words for words, _ in page.context["roles"]]
    assert roles == ["Team or grid leader", "Grid worker", "Site or gate keeper"]
    admin = Client()
    sign_in(admin, user_with_role("administrator"))
    assert admin.get(reverse("grant"), {"new": "1", "role": "community_desk"}).status_code == 404


def test_cards_are_printed_for_whoever_has_no_phone(city, desk, officer, worker):
    phones.make_worker("王强", role="keeper", area=city.communities[0].pk, by=caller_for(officer), at=now())
    come_in(desk, worker)
    page = desk.post(reverse("phone_cards"))
    assert [card.name for card in page.context["cards"]] == ["王强"]
    body = page.content.decode()
    assert city.communities[0].name in body
    assert PaperCode.objects.get(used_at=None).expires_at > now() + timedelta(minutes=100)
    come = Client().post(reverse("choose_pin", args=[page.context["cards"][0].text.replace("-", "")]), TYPED)
    assert come.status_code == 302
    assert desk.post(reverse("phone_cards"))["Location"] == reverse("staff_phones")


def test_the_list_takes_as_many_queries_for_ten_as_for_one(city, desk, officer, django_assert_max_num_queries):
    by = caller_for(officer)
    for number in range(10):
        phones.make_worker(f"网格员{number}", role="grid_worker", area=city.micro_grids[0].pk, by=by, at=now())
    with django_assert_max_num_queries(30):
        assert len(desk.get(reverse("staff_phones")).context["rows"]) == 10
