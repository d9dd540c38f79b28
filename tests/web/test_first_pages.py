"""The pages of an empty Linli: one until there is an administrator, then what is missing, then the areas."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from linli.access import actions
from linli.access.models import FirstCode, RoleGrant, User
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.people.actions import begin_for_real
from linli.places import founding
from linli.places.models import Area, Level
from tests.factories import FOUNDED, STARTED, SYSTEM, add_claim, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
PASSWORD = "four unrelated words"
SAID = {"display_name": "李管理", "username": "root.li", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture(autouse=True)
def _no_tries_counted():
    cache.clear()


@pytest.fixture
def code():
    """An empty Linli as a first start leaves it, and what the terminal printed."""
    begin_for_real(by=SYSTEM, at=now())
    return actions.issue_first_code(at=now())


@pytest.fixture
def city_without():
    """A city that nobody is administrator of."""
    return tiny_city()


def english() -> Client:
    return Client(headers={"accept-language": "en"})


def text(reply) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", reply.content.decode())).replace("&#x27;", "'")


def visitor() -> Client:
    client = english()
    client.get(reverse("first"))
    return client


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/areas/1/", "/accounts/", "/nothing/", "/sign-up/", "/health/"])
def test_every_page_leads_to_the_first_one(code, path):
    for reply in (Client().get(path), Client().post(path)):
        assert (reply.status_code, reply["Location"]) == (302, reverse("first"))


def test_once_there_is_an_administrator_every_page_opens(code):
    client = Client()
    assert client.get("/sign-in/").status_code == 302
    user_with_role("administrator")
    FirstCode.objects.update(used_at=now())
    assert client.get("/sign-in/").status_code == 200


def test_without_an_administrator_a_code_made_later_leads_to_the_first_page(city_without):
    client = Client()
    assert client.get("/sign-in/").status_code == 200
    actions.issue_first_code(at=now())
    assert client.get("/sign-in/").status_code == 302


def test_what_stays_reachable(code, settings):
    assert Client().get("/healthz").status_code == 200
    assert Client().get(reverse("first")).status_code == 200
    assert Client().post(reverse("set_language"), {"language": "en", "next": "/first/"})["Location"] == "/first/"
    assert Client().get("/api/v1/areas/1").status_code == 401


def test_the_right_code_makes_the_administrator_who_goes_on_to_their_second_step(code):
    client = visitor()
    reply = client.post(reverse("first"), {"code": code, **SAID})
    assert (reply.status_code, reply["Location"]) == (302, reverse("mfa_index"))
    user = User.objects.get()
    assert (user.display_name, RoleGrant.objects.get().role) == ("李管理", "administrator")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200, "not asked again for a password just chosen"
    assert client.get(reverse("accounts")).status_code == 302, "no role counts before the second step"
    assert Client().get(reverse("first")).status_code == 404
    assert client.get("/").status_code == 200


def test_whoever_comes_second_is_told(code):
    first, second = visitor(), visitor()
    first.post(reverse("first"), {"code": code, **SAID})
    reply = second.post(reverse("first"), {"code": code, **SAID, "username": "late"})
    assert (reply.status_code, "There is an administrator already" in text(reply)) == (409, True)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"code": "ABCD-EFGH-JKMN"}, "This is not the code"),
        ({"code": ""}, "This field is required"),
        ({"again": "something else"}, "not the same"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"username": "a b"}, "Enter a valid username"),
        ({"display_name": "a\x01b"}, "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_made(code, said, told):
    reply = visitor().post(reverse("first"), {"code": code, **SAID, **said})
    assert reply.status_code == 422
    assert told in text(reply)
    assert not User.objects.exists()


def test_a_browser_tries_five_codes(code):
    client = visitor()
    for _ in range(5):
        client.post(reverse("first"), {"code": "ABCD-EFGH-JKMN", **SAID})
    reply = client.post(reverse("first"), {"code": code, **SAID})
    assert "linli first-code" in text(reply)
    assert not User.objects.exists()
    assert visitor().post(reverse("first"), {"code": code, **SAID}).status_code == 302


def test_a_browser_that_keeps_no_cookies_is_told(code):
    reply = english().post(reverse("first"), {"code": code, **SAID})
    assert (reply.status_code, "keeps no cookies" in text(reply)) == (403, True)


def test_the_code_and_the_password_are_on_no_page(code):
    reply = visitor().post(reverse("first"), {"code": "ABCD-EFGH-JKMN", **SAID})
    assert PASSWORD not in reply.content.decode()
    assert "no-store" in reply["Cache-Control"]


def administrator(name: str = "Admin") -> Client:
    client = english()
    sign_in(client, user_with_role("administrator", name=name))
    return client


def test_the_checklist_is_the_home_while_something_is_missing_and_never_on_a_demo():
    client = administrator()
    begin_for_real(by=SYSTEM, at=now())
    assert client.get("/")["Location"] == reverse("first_steps")
    page = text(client.get(reverse("first_steps")))
    assert "6 of 6 things are still missing" in page
    assert "Name the top area" in page
    assert "Make an account" in page
    assert "This PC and paper" in page
    assert "It cannot be opened by any phone" in page


def test_a_demo_leads_to_its_accounts_and_counts_from_its_rows():
    city, client = tiny_city(), administrator()
    add_claim(city, name="王小明", phone="13800001234")
    assert client.get("/")["Location"] == reverse("accounts")
    page = text(client.get(reverse("first_steps")))
    assert "梧桐街道: 1 street, 2 communities, 4 grids, 8 micro-grids" in page
    assert "0 confirmed, 1 waiting for a desk" in page
    assert "0 of 2 desks have a number" in page
    assert "王" not in page


def test_each_step_is_done_by_what_it_says_and_its_link_works():
    client = administrator()
    begin_for_real(by=SYSTEM, at=now())
    steps = {}

    def look() -> dict[str, object]:
        steps.clear()
        steps.update({step.title: step for step in client.get(reverse("first_steps")).context["steps"]})
        for step in steps.values():
            for url in filter(None, (step.url, step.sheet)):
                assert client.get(url.partition("#")[0], follow=True).status_code == 200, step
        return steps

    assert look()["Areas"].url == reverse("places")
    top = founding.name_top_area(level=Level.COMMUNITY, name="大同社区", by=SYSTEM, at=now())
    assert "without a grid: 大同社区" in look()["Areas"].todo
    founding.add_part(top, level=Level.GRID, name="一网格", by=SYSTEM, at=now())
    assert look()["Areas"].done
    staff = User.objects.create(username="chen", display_name="陈", created_at=FOUNDED)
    assert "city command" in look()["Staff"].todo
    assert f"linli access grant city LOGIN-NAME --area {top.pk}" == steps["Staff"].command
    actions.grant_role("city", user=staff, area=top.pk, by=actions.TERMINAL, at=now())
    assert "No desk yet: 大同社区" in look()["Staff"].todo
    assert "陈" in steps["Event"].todo
    actions.grant_role("community_desk", user=staff, area=top.pk, by=actions.TERMINAL, at=now())
    assert look()["Staff"].done
    client.post(reverse("place", args=[top.pk]), {"how": "phone", "phone": "028-85123456"})
    assert look()["Phones"].done
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert not look()["Staff"].done, "a closed account holds no desk"


def test_the_list_takes_as_many_queries_for_many_areas(django_assert_max_num_queries):
    top = founding.name_top_area(level=Level.STREET, name="街道", by=SYSTEM, at=now())
    for number in range(40):
        founding.add_part(top, level=Level.COMMUNITY, name=f"{number}社区", by=SYSTEM, at=now())
    client = administrator()
    with django_assert_max_num_queries(45):
        page = text(client.get(reverse("first_steps")))
    assert "…" in page


def test_the_top_area_is_named_then_its_parts():
    client = administrator()
    assert client.post(reverse("places"), {"level": "5", "name": "x"}).status_code == 422
    assert client.post(reverse("places"), {"level": "3", "name": " "}).status_code == 422
    made = client.post(reverse("places"), {"level": "3", "name": "梧桐街道", "name_latin": "Wutong"})
    top = Area.objects.get()
    assert made["Location"] == reverse("place", args=[top.pk])
    assert client.get(reverse("places"))["Location"] == reverse("place", args=[top.pk])
    late = client.post(reverse("places"), {"level": "3", "name": "另一个"})
    assert (late.status_code, "has its name already: Wutong" in text(late)) == (422, True)
    here = reverse("place", args=[top.pk])
    client.post(here, {"how": "part", "level": "4", "name": "青松社区"})
    again = client.post(here, {"how": "part", "level": "4", "name": "青松社区"})
    assert (again.status_code, "called 青松社区 already" in text(again)) == (422, True)
    assert client.post(here, {"how": "part", "level": "2", "name": "x"}).status_code == 422
    assert client.post(here, {"how": "phone", "phone": "1234567"}).status_code == 422, "a street has no desk"
    below = Area.objects.get(name="青松社区")
    there = reverse("place", args=[below.pk])
    assert client.post(there, {"how": "phone", "phone": "abc"}).status_code == 422
    client.post(there, {"how": "phone", "phone": "028-85123456"})
    client.post(there, {"how": "name", "name": "青松新社区", "name_latin": "Pine"})
    below.refresh_from_db()
    assert (below.desk_phone, below.name, below.name_latin) == ("028-85123456", "青松新社区", "Pine")
    assert client.post(there, {"how": "sideways"}).status_code == 422
    assert client.get(reverse("place", args=[10**12])).status_code == 404
    kinds = TrailEntry.objects.filter(kind__startswith="area.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["area.added", "area.added", "area.desk_phone", "area.renamed"]


def test_a_second_step_is_reset_from_the_account_with_its_reason():
    from allauth.mfa.models import Authenticator

    client = administrator()
    officer = User.objects.create(username="officer", display_name="Officer", created_at=STARTED)
    here = reverse("account", args=[officer.pk])
    assert "Reset the second step" not in text(client.get(here))
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": "00"})
    assert "Reset the second step of Officer" in text(client.get(here))
    away = reverse("reset_second_step", args=[officer.pk])
    assert "Please say why" in text(client.post(away, {"reason": "because"}, follow=True))
    assert "is taken away" in text(client.post(away, {"reason": "broken"}, follow=True))
    assert "There was no second step" in text(client.post(away, {"reason": "broken"}, follow=True))
    assert TrailEntry.objects.get(kind="second_step.reset").facts["reason"] == "broken"
