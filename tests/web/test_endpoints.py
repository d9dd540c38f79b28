"""Every address × every role × own and other area, generated from the rules that stand at the views.

A page or an operation without a stated rule fails; so does one whose arguments nobody has registered below. A record
outside one's area answers as if it did not exist, to reading and to writing.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from linli.access import digests
from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import ApiToken, RoleGrant, User
from linli.access.permit import rule_of
from linli.api.urls import api
from linli.common.clock import now
from linli.custody.roles import ROLES, Decide, See, deciding, seeing
from linli.duty.models import Booking
from linli.muster.models import (
    Call,
    Member,
    Placement,
)
from linli.places.models import Estate
from tests.factories import FOUNDED, built_once, sign_in
from tests.web.branches import Branch, two_branches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("branches")]

# Addresses that state no rule of ours, each with the reason.
NOT_OURS = {
    "set_language": "Django's own: sets the language cookie of whoever asks, and shows nothing",
    "api-1:openapi-json": "the description of the API, which holds no row",
    "api-1:api-root": "answers that there is nothing: the description has its own address",
}
# Addresses that answer otherwise than with a page to whom they are open, each with the reason.
ANSWERS = {
    "enter": (403, "a made-up link is spent"),
    "choose_password": (403, "a made-up link is spent"),
    "use_paper": (403, "a made-up code is spent"),
    "choose_pin": (403, "a made-up code is spent"),
    "type_pin": (403, "no phone came in here by a QR"),
    "first": (404, "somebody is administrator here"),
    "readyz": (503, "no worker runs beside these tests"),
    "mfa_authenticate": (302, "the first step comes first, and whoever has taken it needs no second one"),
    "take_over": (403, "it was offered to somebody else by name"),
    "crew_tap": (404, "nobody is named to tap for"),
    "crew_hand_over": (404, "no shift is named that somebody holds there"),
    "call_off_hand_over": (403, "it lies between two others"),
    "emergency_words": (204, "nothing was typed, so there is nothing new to show"),
    "closing_progress": (404, "no closing was begun for this event"),
    "closing_certificate": (404, "nothing was destroyed, so there is no certificate"),
    "erasure": (404, "nobody has asked to be erased"),
    "withdraw_key": (404, "nobody here has that key"),
    "sheet_file": (404, "only whoever asked for a sheet gets its paper, and a colleague asked for this one"),
    "download_list": (404, "only whoever asked for a list gets it, and a colleague asked for this one"),
    "mfa_deactivate_totp": (404, "nobody here has set the app up"),
    "mfa_view_recovery_codes": (404, "nobody here has codes on paper"),
}
# What has to be said for a page that only writes to be able to answer.
SAID = {"confirm_sign_up": {"person": "new"}, "reveal_sign_up": {"field": "phone", "reason": "call"}}
SAID["trail_proof"] = {"subject": "sign_up:1"}
SAID |= {"undo_point": {"set": "1"}}  # of somebody else's: told, and nothing happens
SAID["reveal_placed"] = {"field": "phone", "reason": "call"}
SAID["it_is_me"] = {"apart": "1"}
SAID["change_post"] = {"what": "close"}
SAID["change_team"] = {"what": "release"}
SAID["download_list"] = {"kind": "csv"}
SAID |= {"print_sheet": {"micro_grid": "0"}, "sheet": {"fate": "returned"}, "type_sheet": {"result": "a"}}
SAID |= {"reveal_entry": {"field": "phone", "reason": "call"}}
SAID |= {"reveal_person": {"field": "phone", "reason": "call"}, "reveal_door": {"field": "door", "reason": "deliver"}}
SAID |= {"reveal_self_report": {"field": "phone", "reason": "call"}, "print_door_codes": {"part": "1"}}
SAID |= {"decline_hours": {"reason": "test"}, "decide_correction": {"decision": "grant", "reason": "test"}}
SAID |= {"check_hours": {"code": "0123456789abcdef"}}
SAID |= {"crew_tap": {"does": "start"}, "finish_for": {"finished": "2022-09-02T10:00"}}
SAID |= {"take_entry": {"holder": "0"}}  # somebody else was quicker: one role takes nothing from the next one
OPEN = {200, 302, 405, 409, 422}
DOORS = {reverse(name) for name in ("account_login", "mfa_authenticate", "mfa_index")}


OF_A_GRID = {
    "grid",
    "call_list",
    "sweep_names",
    "sweep_doors",
    "sweep_new_door",
    "sheets",
    "print_sheet",
    "crew",
    "crew_tap",
    "crew_hand_over",
    "crew_phones",
    "hours_waiting",
    "approve_hours",
    "decline_hours",
    "finish_for",
}  # grid workers open these too
ARGS = {
    "area_id": lambda branch, name: branch.areas["grid" if name in OF_A_GRID else "community"].pk,
    "community_id": lambda branch, _: branch.areas["community"].pk,
    "sign_up_id": lambda branch, _: branch.claim.pk,
    "allocation_id": lambda branch, _: branch.run.pk,
    "briefing_id": lambda branch, _: branch.briefing,
    "zone_id": lambda branch, _: branch.zone.pk,
    "placement_id": lambda branch, _: branch.placement,
    "entry_id": lambda branch, _: branch.entry.pk,
    "hand_over_id": lambda branch, _: branch.hand_over.pk,
    "event_id": lambda branch, _: branch.event,
    "user_id": lambda branch, _: branch.account.pk,
    "place_id": lambda branch, name: (
        Estate.objects.get(community=branch.areas["community"]).pk
        if name in ("point", "undo_point")
        else branch.areas["community"].pk
    ),
    "request_id": lambda branch, _: branch.waiting.pk,
    "key_id": lambda *_: 1,
    "sweep_id": lambda branch, _: branch.sweep,
    "door_id": lambda branch, _: branch.door,
    "finding_id": lambda branch, _: branch.finding,
    "device_id": lambda *_: uuid4(),
    "address_id": lambda *_: 1,
    "person_id": lambda branch, _: branch.resident,
    "sheet_number": lambda branch, _: branch.sheet,
    "form_id": lambda branch, _: branch.form,
    "list_number": lambda branch, _: branch.list_out,
    "resident_id": lambda branch, _: branch.resident,
    "other_id": lambda branch, _: branch.neighbour,
    "move_id": lambda branch, _: branch.move,
    "text": lambda *_: "AAAAAAAA",
    "token": lambda *_: "a" * 43,
    "pk": lambda *_: 1,
    "load_id": lambda branch, _: branch.load,
    "building_id": lambda branch, _: branch.building,
    "door_code": lambda branch, _: branch.code,
    "report_id": lambda branch, _: branch.report,
    "team_id": lambda branch, _: branch.team,
    "reinforcement_id": lambda branch, _: branch.units.request,
    "unit_plan_id": lambda branch, _: branch.units.plan,
    "call_id": lambda branch, _: branch.units.call,
    "deployed_id": lambda branch, _: branch.units.deployed,
    "named_post_id": lambda branch, _: branch.named_post,
    "template": lambda *_: "areas",
    "number": lambda *_: 1,
    "erasure_id": lambda *_: 1,
    "kind": lambda *_: "json",
    "room": lambda *_: "people",
    "post_code": lambda branch, _: branch.post,
    "service_id": lambda branch, _: branch.service,
    "correction_id": lambda branch, _: branch.correction,
}
SCOPED = {"area_id", "community_id", "sign_up_id", "allocation_id", "briefing_id", "zone_id", "user_id"}
SCOPED |= {"placement_id", "entry_id", "hand_over_id", "load_id", "list_number", "sweep_id", "door_id"}
SCOPED |= {"team_id", "named_post_id", "resident_id", "move_id", "sheet_number", "form_id", "report_id"}
SCOPED |= {"resident_id", "move_id", "sheet_number", "form_id", "report_id", "service_id", "correction_id"}
SCOPED |= {"reinforcement_id", "unit_plan_id", "call_id", "deployed_id"}
# Roles without an area, for which there is no other area.
EVERYWHERE = {"city", *(key for key, role in ROLES.items() if not role.levels)}


def _patterns(resolver: URLResolver, space: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            found += _patterns(each, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            found.append((f"{space}{each.name}", each))
    return found


ALL = _patterns(get_resolver())
PAGES = {name: each for name, each in ALL if name not in NOT_OURS and not name.startswith("api-1:")}
OPERATIONS = {
    (method, f"/api/v1{path}"): rule_of(operation.view_func)
    for _, router in api._routers
    for path, at in router.path_operations.items()
    for operation in at.operations
    for method in operation.methods
}
# Operations whose rule is narrower where these tests ask, each with the roles that are left and the reason.
NARROWER = {
    # Asked of a community here, whose parts are grids: the city's counts end above them.
    ("GET", "/api/v1/areas/{area_id}/parts"): seeing(See.COUNTS_TO_GRID),
    # Of a community's units here, which are the district's to ask: the city asks its own.
    ("POST", "/api/v1/areas/{area_id}/unit-plans"): deciding(Decide.COUNTY_UNITS),
    ("POST", "/api/v1/unit-plans/{unit_plan_id}/publication"): deciding(Decide.COUNTY_UNITS),
    ("POST", "/api/v1/units/{unit_id}/free"): deciding(Decide.COUNTY_UNITS, Decide.OWN_LIST),
    # Asked of the street here, so that its desk passes nothing on.
    ("POST", "/api/v1/reinforcements/{reinforcement_id}/upward"): ("street", "district", "city"),
    # No account here has said which person works under it; tests/api/test_me.py has one that did.
    ("GET", "/api/v1/me/sign-ups/{sign_up_id}"): (),
    ("GET", "/api/v1/me/sign-ups/{sign_up_id}/hours"): (),
    # The run here is no repair, and has come to no proposal.
    ("GET", "/api/v1/allocations/{allocation_id}/lines"): (),
    ("GET", "/api/v1/allocations/{allocation_id}/repair"): (),
    # No offer lies here, so that there is nothing to take for anybody.
    ("POST", "/api/v1/reinforcements/{reinforcement_id}/offers"): (),
}
# Operations that name nothing, so that there is no other area to ask of: each answers of whoever asks.
OWN = {("GET", f"/api/v1/{what}") for what in ("worklist", "self-reports", "units", "calls")}
OWN |= {("GET", "/api/v1/me/sign-ups"), ("GET", "/api/v1/me/notices"), ("POST", "/api/v1/me/notices/read")}


@pytest.fixture(scope="module")
def branches(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Branch, Branch]]:
    """Own and other, built once: each test begins from them and leaves nothing in them."""
    yield from built_once(django_db_blocker, two_branches)


WHERE = {"leader": "grid", "grid_worker": "grid", "keeper": "community", "liaison": "street", "press": "district"}
WHERE |= {"community_desk": "community", "street": "street", "district": "district", "city": "city"}


def holder(role: str, own: Branch) -> User:
    """A demo account with one role over its area of the own branch."""
    user = User.objects.create(username=f"holder_{role}", display_name=role, demo=True, created_at=FOUNDED)
    area = own.areas[WHERE[role]].pk if role in WHERE else None
    RoleGrant.objects.create(
        user=user, role=role, area=area, organisation=1 if role == "liaison" else None, since=FOUNDED
    )
    return user


def address(name: str, pattern: URLPattern, branch: Branch) -> str:
    return reverse(name, kwargs={arg: ARGS[arg](branch, name) for arg in pattern.pattern.converters})


def test_every_page_states_its_rule():
    without = [name for name, pattern in PAGES.items() if rule_of(pattern.callback) is None]
    assert without == []


def test_every_operation_states_its_rule_and_none_is_left_out():
    described = {(how.upper(), path) for path, ways in api.get_openapi_schema()["paths"].items() for how in ways}
    assert set(OPERATIONS) == described
    assert [each for each, rule in OPERATIONS.items() if rule is None] == []


def test_what_needs_no_rule_is_there():
    assert set(NOT_OURS) <= {name for name, _ in ALL}


def test_every_role_has_its_place_in_these_tests():
    assert {role for role, row in ROLES.items() if row.levels} == set(WHERE)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_to_its_roles_in_their_own_area_and_to_nobody_else(branches, name):
    wrong = {}
    for role in sorted(ROLES):
        client = Client()
        sign_in(client, holder(role, branches[0]))
        if said := list(_wrong_for(client, role, name, *branches)):
            wrong[role] = said
    assert wrong == {}


def _is_open(name: str, reply: HttpResponse) -> bool:
    """Whether somebody came in: being sent to sign in, or to the second step, is to stand before the door."""
    if name in ANSWERS:
        return reply.status_code == ANSWERS[name][0]
    sent = reply.headers.get("Location", "").partition("?")[0]
    return reply.status_code in OPEN and sent not in DOORS


def _wrong_for(client: Client, role: str, name: str, own: Branch, other: Branch) -> Iterator[str]:
    """What one role gets from one page that its rule does not say."""
    pattern, rule = PAGES[name], rule_of(PAGES[name].callback)
    here, there = address(name, pattern, own), address(name, pattern, other)
    if not (rule.anonymous or rule.account or role in rule.roles):
        found = (client.get(here).status_code, client.post(here).status_code)
        if found != (404, 404):
            yield f"is no role of this page and got {found}"
        return
    reply = client.get(here)
    reply = client.post(here, SAID.get(name)) if reply.status_code == 405 else reply
    if not _is_open(name, reply):
        yield f"got {reply.status_code} {reply.headers.get('Location', '')} in their own area"
    if SCOPED & set(pattern.pattern.converters) and not rule.anonymous and role not in EVERYWHERE:
        # A page that only reads, or only writes, may say so (405) before it looks at the record.
        found = {client.get(there).status_code, client.post(there).status_code}
        if 404 not in found or not found <= {404, 405}:
            yield f"got {found} in another area"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_who_has_not_signed_in_is_asked_to_and_changes_nothing(branches, client, name):
    pattern, rule = PAGES[name], rule_of(PAGES[name].callback)
    here = address(name, pattern, branches[0])
    if rule.anonymous:
        assert _is_open(name, client.get(here))
        return
    reply = client.get(here)
    if rule.roles or rule.account:
        assert (reply.status_code, reply["Location"].partition("?")[0]) == (302, reverse("account_login"))
    else:  # only a bound device opens it: signing in would not
        assert reply.status_code == 404
    assert client.post(here).status_code == 404


def test_a_device_opens_its_own_claim_and_no_other(branches, client):
    own, other = branches
    _, secret = start_device_session(own.claim.pk, at=now())
    client.cookies[DEVICE_COOKIE] = secret
    assert client.get(reverse("claim", args=[own.claim.pk])).status_code == 200
    for unknown in (other.claim.pk, uuid4()):
        assert client.get(reverse("claim", args=[unknown])).status_code == 404


def test_a_role_without_its_second_factor_opens_nothing(branches, client):
    own, _ = branches
    user = holder("community_desk", own)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    reply = client.get(reverse("sign_ups", args=[own.areas["community"].pk]))
    assert (reply.status_code, reply.url) == (302, reverse("mfa_index"))
    assert client.post(reverse("sign_up_detail", args=[own.claim.pk])).status_code == 302


def called(client: Client, method: str, path: str, branch: Branch, key: str | None) -> int:
    community = branch.areas["community"].pk
    ids = {"area_id": community, "sign_up_id": branch.claim.pk, "allocation_id": branch.run.pk}
    ids |= {"sweep_id": branch.sweep, "door_id": branch.door, "person_id": branch.resident, "kept_id": branch.neighbour}
    ids |= {"report_id": branch.report, "placement_id": branch.placement, "team_id": branch.team}
    ids |= muster_ids(branch)
    if "/hours/" in path:
        grid = branch.areas["grid"].pk
        ids |= {"area_id": grid, "booking_id": Booking.objects.get(place=grid).pk}
    if path.endswith("/demand"):
        ids["area_id"] = branch.areas["grid"].pk
    filled = path.format(**ids)
    said = {"community": community, "name": "李", "phone": "13900000001", "door": "1栋", "area": community}
    said |= {"since": now().isoformat(), "until": (now() + timedelta(days=1)).isoformat()}
    said |= {"person": branch.resident, "other": branch.neighbour, "what": "away", "kind": "rapid_team"}
    if path.endswith("/moves"):
        said["door"] = None  # a number there, where a sign-up says it in words
    if path.endswith("/decision"):
        said = {"people": []}
    if path.endswith("/findings"):
        said = {"id": str(uuid4()), "door": branch.door, "result": "no_answer", "how": "door"}
        said |= {"happened_at": now().isoformat()}
    if "/hours/" in path and path.endswith("/taps"):
        said = {"id": str(uuid4()), "booking": ids["booking_id"], "does": "start"}
    if path.endswith("/approvals"):
        said = {"services": [branch.service]}
    said |= _said_of_muster(path, branch)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = {"data": said, "content_type": "application/json"} if method == "POST" else {}
    return getattr(client, method.lower())(filled, headers=headers, **body).status_code


def muster_ids(branch: Branch) -> dict[str, object]:
    """Numbers of posts, shifts, requests and work units in addresses of the API."""
    units = branch.units
    return {
        "community_id": branch.areas["community"].pk,
        "named_post_id": branch.named_post,
        "holding_id": branch.shift,
        "reinforcement_id": units.request,
        "unit_plan_id": units.plan,
        "call_id": units.call,
        "deployed_id": units.deployed,
        "unit_id": Call.objects.get(pk=units.call).organisation_id,
        "building_id": branch.building,
        "member_id": Member.objects.get(team=branch.team).pk,
        "service_id": branch.service,
        "correction_id": branch.correction,
        "post_code": branch.post,
    }


def _said_of_muster(path: str, branch: Branch) -> dict[str, object]:
    """What bodies about posts and work units say, where it is something else than anywhere else."""
    at, until = now(), (now() + timedelta(days=1)).isoformat()
    if path.endswith("/reinforcements"):
        people = {"heads": 1, "meet": "门口", "receiver": "李", "receiver_phone": "02812345678"}
        return people | {"answer_by": (at + timedelta(hours=1)).isoformat()}
    last = path.rpartition("/")[2]
    if last == "members":
        return {"placements": [branch.placement]}
    if "/me/" in path:
        mine = {"taps": {"id": str(uuid4()), "sign_up": str(branch.claim.pk), "does": "start"}}
        mine |= {"corrections": {"id": str(uuid4())}, "skills": {"skills": []}, "volunteer-number": {"number": ""}}
        mine |= {"when": {"free": [], "only_inside": False}, "read": {"notices": [1]}}
        mine |= {"finish": {"finished_at": at.isoformat()}}
        return mine.get(last, {})
    if "/hours/" in path and last == "hand-over":
        return {"holding": branch.shift, "booking": Placement.objects.get(pk=branch.placement).booking_id}
    return {
        "posts": {"kind": "lead_post", "work": "gate", "name": "西门"},
        "shifts": {"placement": branch.placement, "first": "2022-09-02", "begins": "08:00", "ends": "09:00"},
        "hand-over": {"placement": branch.placement},
        "trainings": {"work": "sampling", "placements": [branch.placement], "until": until[:10]},
        "policies": {"name": "意外险", "until": until[:10]},
        "responsibility": {"version": "0" * 16, "buildings": [{"place": branch.building}]},
        "{building_id}": {"version": "0" * 16, "doors": [{"place": branch.door}]},
        "repairs": {"empty": True},
        "demand": {"want": 1},
        "confirmation": {"person": None},
        "list": {"rows": [{"name": "赵志一", "phone": "13900000001", "door": "1栋"}]},
        "decline": {"reason": "忙"},
        "finish": {"finished_at": at.isoformat()},
        "{correction_id}": {"granted": True, "reason": "是"},
        "{member_id}": {"does": "lead"},
        "mend": {"leader": None, "deputy": None},
        "division": {"among": [{"team": branch.team}]},
        "units": {"units": [{"name": "单位"}]},
        "free": {"free": [{"heads": 1}]},
        "offers": {"heads": 1, "offer": 1},
        "people": {"lines": ["赵志一 13900000001"]},
        "refusal": {"reason": "忙"},
        "swap": {"line": "赵志一 13900000001"},
        "arrivals": {"deployed": [branch.units.deployed]},
        "releases": {"deployed": [branch.units.deployed]},
    }.get(last, {})


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_an_operation_opens_to_its_roles_in_their_own_area_and_to_nobody_else(branches, client, method, path):
    own, other = branches
    wrong, opens = {}, NARROWER.get((method, path), OPERATIONS[method, path].roles)
    for role in sorted(ROLES):
        key = key_of(holder(role, own))
        if role not in opens:
            found, may = called(client, method, path, own, key), {403, 404}
        elif (
            role != "city" and (method, path) not in OWN and (there := called(client, method, path, other, key)) != 404
        ):
            found, may = there, {404}
        else:
            found, may = called(client, method, path, own, key), OPEN
        if found not in may:
            wrong[role] = found
    assert wrong == {}


def key_of(user: User) -> str:
    secret = digests.fresh_secret()
    ApiToken.objects.create(
        user=user,
        digest=digests.digest(secret),
        label="test",
        scopes=["read", "write"],
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    return secret


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
@pytest.mark.parametrize("key", [None, "x", "a" * 43])
def test_an_operation_without_a_good_key_answers_401(branches, client, method, path, key):
    assert called(client, method, path, branches[0], key) == 401


def test_the_api_counts_grids_only_for_roles_that_see_them(branches, client):
    own, _ = branches
    grid, micro = own.areas["grid"].pk, own.areas["micro_grid"].pk
    keys = {role: key_of(holder(role, own)) for role in ("community_desk", "city")}
    for role, found in (("community_desk", 200), ("city", 404)):
        for path in (f"areas/{grid}", f"areas/{micro}", f"areas/{own.areas['community'].pk}/parts"):
            headers = {"Authorization": f"Bearer {keys[role]}"}
            assert client.get(f"/api/v1/{path}", headers=headers).status_code == found, (role, path)
    street, headers = own.areas["street"].pk, {"Authorization": f"Bearer {keys['city']}"}
    assert client.get(f"/api/v1/areas/{street}/parts", headers=headers).status_code == 200
