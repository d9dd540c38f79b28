"""Every operation of the API, called with whatever its description allows and with what it does not.

None breaks, and none answers what its description does not name. Each is called so often and no oftener, so that the
suite stays bounded; what to call is drawn anew from the same seed.
"""

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import booleans
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linli.access import digests
from linli.access.models import ApiToken, User
from linli.common.clock import now
from linli.common.db import from_on
from linli.ledger import doorcodes, selfreports
from linli.ledger.models import SelfReport, SelfReported
from linli.muster.models import Team
from linli.people.models import Household, Person
from linli.places.models import Dwelling
from tests.api import me_known as me
from tests.api import muster_known as muster
from tests.factories import (
    SYSTEM,
    TinyCity,
    add_claim,
    add_resident,
    ask,
    begin_sweep,
    caller_for,
    place_in,
    tiny_city,
    user_with_role,
)
from tests.muster.teams.world import formed, placed
from tests.muster.test_allocation import confirmed, planned

pytestmark = pytest.mark.django_db(transaction=True)
CALLS = 25
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def a_city() -> tuple[TinyCity, dict[str, object]]:
    """Somebody in it, somebody who signed up, a grid that asks; and what makes sense, by its name."""
    city = tiny_city()
    first, again = (add_resident(city, name="王小明", phone="13800001234") for _ in range(2))
    claim = add_claim(city, name="李小红", phone="13900001234")
    ask(city)
    confirmed(city, 1)
    run = planned(city, city.communities[0])
    placed = place_in(city.event, Person.objects.create(), city.grids[0], from_on(now(), now() + timedelta(days=1)))
    area = city.communities[0].pk
    at = now()
    known: dict[str, object] = {
        "area_id": area,
        "area": area,
        "community": area,
        "name": "张三",
        "phone": "13700001234",
    }
    known |= {
        "door": "1栋1单元502",
        "since": at.isoformat(),
        "until": (at + timedelta(days=1)).isoformat(),
        "skills": [],
    }
    known["sweep_id"] = begin_sweep(
        city.event, city.communities[0], user_with_role("community_desk", city.communities[0])
    ).pk
    known |= {"person": first.pk, "other": again.pk, "person_id": again.pk, "kept_id": first.pk}
    known["door_id"] = Household.objects.get(stays__person=first).dwelling_id
    known["placement_id"] = placed.pk
    known["report_id"] = str(report_at(city, Household.objects.get(stays__person=first).dwelling_id).pk)
    known |= {"booking": placed.booking_id, "booking_id": placed.booking_id, "does": "start", "services": [1]}
    known |= {"team_id": a_team(city).pk, "place": area, "size": 1, "kind": "rapid_team"}
    muster.number_far_away()
    known |= muster.of_posts(city) | muster.of_units(city)
    return city, known | {"sign_up_id": str(claim.pk), "allocation_id": run.pk}


def a_team(city: TinyCity) -> Team:
    """A team of one, and somebody near who is in none."""
    here, _ = (placed(city, number) for number in (21, 22))
    return formed(city, [here])


def report_at(city: TinyCity, door: int) -> SelfReport:
    """What somebody said through the code of a door."""
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    building = Dwelling.objects.get(pk=door).building
    printed = doorcodes.print_codes(city.event, building, skip=0, most=99, by=desk, at=now())
    found = doorcodes.door_of(next(letters for each, letters in printed if each.pk == door), now())
    said = selfreports.AtHome([("赵六", False)])
    return selfreports.report(found, said, device=b"x" * 32, key=None, by=SYSTEM, at=now())


def key_of(user: User) -> dict[str, str]:
    secret = digests.fresh_secret()
    ApiToken.objects.create(
        user=user,
        digest=digests.digest(secret),
        label="test",
        scopes=["read", "write"],
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    return {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}


def operations(site: str) -> list[Any]:
    described = schemathesis.openapi.from_url(f"{site}/api/v1/openapi.json", timeout=120)
    return [found.ok() for found in described.get_all_operations()]


def test_every_operation_answers_as_it_is_described(live_server: LiveServer) -> None:
    city, known = a_city()
    keys = {
        "desk": key_of(user_with_role("community_desk", city.communities[0])),
        "command": key_of(user_with_role("city", city.street)),
        "liaison": key_of(User.objects.get(grants__role="liaison")),
    }
    keys["phone"], own = me.of_me(city)
    fitting = muster.bodies(city, known) | me.of_desk(city) | own
    finding = {
        "door": Dwelling.objects.filter(building=city.buildings[0])[0].pk,
        "result": "no_answer",
        "how": "door",
        "happened_at": now().isoformat(),
    }
    finding |= {"said": [], "spoke": None, "back_at": None}
    word = {"id": str(SelfReported.objects.get().pk), "said": "new", "person": None}
    bodies = {"/findings": finding, "/decision": {"people": [word]}}
    answered = {
        operation.label: called(
            operation,
            keys[muster.who_calls(operation.label)],
            known | next((body for end, body in (fitting | bodies).items() if operation.label.endswith(end)), {}),
        )
        for operation in operations(live_server.url)
    }
    assert {k: v for k, v in answered.items() if not v & {200, 201, 202}} == {}


def called(operation: Any, headers: dict[str, str], known: dict[str, object]) -> set[int]:
    """Call one operation with what is drawn, half of the times with ids that are there; the codes it answered."""
    names, codes = _names(operation), set()

    @seed(20221129)
    @settings(
        max_examples=CALLS,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), there=booleans())
    def call(case: Any, there: bool) -> None:
        if there:
            case.path_parameters |= {name: known[name] for name in names if name in known}
            if isinstance(case.body, dict):
                case.body |= {name: known[name] for name in case.body if name in known}
        codes.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    call()
    return codes


def test_nobody_without_a_key_is_answered_anything_else(live_server: LiveServer) -> None:
    a_city()
    for operation in operations(live_server.url):
        reply = operation.Case(path_parameters=dict.fromkeys(_names(operation), 1)).call()
        assert reply.status_code == 401, operation.label


def _names(operation: Any) -> list[str]:
    return [each.name for each in operation.path_parameters]
