"""No view streams rows past custody: read from the source, asked of every address, and refused by the last middleware.

A list that a page or a program is shown is paged; a file of people is made by ``custody.export`` alone. What else
leaves as a file has nobody in it and stands here, with the reason.
"""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import reverse

import linli
from linli.access.permit import rule_of
from linli.common.clock import now
from linli.common.ids import uuid7
from linli.custody import secrets
from linli.custody.declare import PERSONAL, SENSITIVE, declared
from linli.custody.export.files import marked
from linli.custody.roles import ROLES
from linli.desk.models import Entry
from linli.muster.models import Allocation, Placement, Proposal, SignUp
from linli.people.models import REGISTER, Identity, Person
from linli.web import grids
from linli.web.leaving import NOBODY_IN_IT, LeavesPastCustody, OneWayOutMiddleware, is_file
from linli.web.list_words import COLUMNS
from tests.factories import FOUNDED, place_in, sign_in
from tests.web.branches import Branch
from tests.web.test_endpoints import (
    OPERATIONS,
    PAGES,
    SAID,
    address,
    branches,  # noqa: F401 -- a fixture
    holder,
    key_of,
    muster_ids,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("branches")]
SOURCE = Path(linli.__file__).parent

# Views that answer with a file of nobody.
NOBODY_IN_THEM = {
    "template_file": "a form to fill in, with made-up examples",
    "trail_proof": "ids, numbers and codes of the trail, with what seals them",
    "trail_verifier": "a program",
    "area_map": "outlines and counts of areas",
    "field_worker": "the script that keeps the app on a phone: the same for everybody",
    "taps_worker": "the script that keeps a page on a phone: the same for everybody",
    "field_manifest": "how a phone puts the app on its first screen: the same for everybody",
    "notice_paper": "what is kept about people, of nobody in particular",
    "record_paper": "the declarations",
    "impact_paper": "the declarations",
    "print_door_codes": "addresses of doors, and codes that only take",
    "print_post_code": "a place, and a code that only starts and finishes duty there",
    "unit_template": "an empty spreadsheet with made up examples",
    "closing_certificate": "counts, hashes, and those who closed an event and stood by",
}
# Functions that name the header of an attachment, or an answer that is neither a page nor JSON.
MAY_ANSWER_WITH_A_FILE = {
    "custody/export/taking.py:_answer": "the one way out itself",
    "web/leaving.py:is_file": "looks for it, to refuse it",
    "web/imports/templates.py:template_file": NOBODY_IN_THEM["template_file"],
    "web/trail.py:proof": NOBODY_IN_THEM["trail_proof"],
    "web/trail.py:verifier": NOBODY_IN_THEM["trail_verifier"],
    "web/declared/blocks.py:paper": "the declarations, as the three papers above",
    "web/intake/paper.py:print_door_codes": NOBODY_IN_THEM["print_door_codes"],
    "web/hours/posters.py:print_post_code": NOBODY_IN_THEM["print_post_code"],
    "web/units/named.py:unit_template": NOBODY_IN_THEM["unit_template"],
    "web/certificates.py:closing_certificate": NOBODY_IN_THEM["closing_certificate"],
    "web/kept.py:worker_of": "the scripts of service workers: the same for everybody",
    "web/live.py:answer": "the map, under its digest; pages otherwise",
    "ops/handing.py:_answer": "the certificate of the office's own authority, to a phone",
}
# Modules that write a spreadsheet or a table.
MAY_WRITE_TABLES = {
    "custody/export/files.py": "the one way out itself",
    "custody/export/laying.py": "the one way out itself, into a form of an office's own",
    "common/sheets/writing.py": "forms to fill in, with made-up examples",
    "simulation/derive.py": "the made-up city's files",
    "simulation/store.py": "the made-up city's files",
}
# Modules of the rooms and faces that write a file to the disk. `ops` writes backups, `simulation` a made-up city.
MAY_WRITE_FILES = {
    "cli/keys.py": "the sealed keyring, for the safe",
    "cli/run.py": "to nowhere, when whoever listened has gone",
    "common/post.py": "short messages of a drill, which are sent to nobody",
    "custody/keyring.py": "keys",
    "custody/proof_files.py": NOBODY_IN_THEM["trail_proof"],
}
STREAMS = {"StreamingHttpResponse", "FileResponse"}
TABLES = {"xlsxwriter", "openpyxl", "xlwt", "pandas", "odf"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if "/migrations/" not in f"/{name}":
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[tuple[str, list[ast.AST]]]:
    """What stands in each function by its name, without the functions inside it; under "" what stands in none."""
    found: dict[str, list[ast.AST]] = {}

    def walk(node: ast.AST, inside: str) -> None:
        for each in ast.iter_child_nodes(node):
            within = each.name if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) else inside
            found.setdefault(within, []).append(each)
            walk(each, within)

    walk(tree, "")
    yield from found.items()


def answers_with_a_file(nodes: list[ast.AST]) -> bool:
    """Whether a piece of source names the header of attachments, or an answer of another kind than a page."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if "content-disposition" in node.value.lower():
                return True
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "HttpResponse":
            kinds = [each.value for each in node.keywords if each.arg in ("content_type", "headers")]
            kinds += node.args[1:2]
            if any(not (isinstance(each, ast.Constant) and "text/html" in str(each.value)) for each in kinds):
                return True
    return False


def test_only_custody_answers_with_a_file_of_people():
    found = {
        f"{name}:{inside}"
        for name, tree in modules()
        for inside, nodes in functions(tree)
        if answers_with_a_file(nodes)
    }
    assert found == set(MAY_ANSWER_WITH_A_FILE), "let custody.export make it, or say here why nobody is in it"


def test_nothing_streams_and_only_custody_writes_tables():
    streaming, writing = set(), set()
    for name, tree in modules():
        for node in ast.walk(tree):
            names = {alias.name.partition(".")[0] for alias in node.names} if isinstance(node, ast.Import) else set()
            if isinstance(node, ast.ImportFrom):
                names = {alias.name for alias in node.names} | {(node.module or "").partition(".")[0]}
            called = getattr(node, "attr", "") if isinstance(node, ast.Attribute) else ""
            if names & STREAMS or called in STREAMS:
                streaming.add(name)
            writes = called in ("writer", "DictWriter") and getattr(getattr(node, "value", None), "id", "") == "csv"
            if names & TABLES or writes:
                writing.add(name)
    assert streaming == set()
    assert writing == set(MAY_WRITE_TABLES), "let custody.export write it"


def writes_a_file(node: ast.AST) -> bool:
    """Whether a call opens a file to write to it."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    said = [*node.args, *(each.value for each in node.keywords)]
    modes = [each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    to_write = any(set(mode) <= set("rwxab+t") and set(mode) & set("wxa+") for mode in modes)
    flags = any("O_WRONLY" in ast.unparse(each) or "O_RDWR" in ast.unparse(each) for each in said)
    return name in ("write_text", "write_bytes") or (name in ("open", "fdopen") and (to_write or flags))


def test_rooms_and_faces_write_no_file_of_people():
    apart = ("ops/", "simulation/", "planning/")
    found = {name for name, tree in modules() if not name.startswith(apart) and any(map(writes_a_file, ast.walk(tree)))}
    assert found == set(MAY_WRITE_FILES), "let custody.export make it, or say here why nobody is in it"


def test_views_that_give_files_of_nobody_are_these():
    found = {name for name, pattern in PAGES.items() if hasattr(pattern.callback, NOBODY_IN_IT)}
    assert found == set(NOBODY_IN_THEM)
    assert all(getattr(PAGES[name].callback, NOBODY_IN_IT).strip() for name in found)


def test_the_refusal_stands_innermost():
    assert settings.MIDDLEWARE[-1] == "linli.web.leaving.OneWayOutMiddleware"


FILES = {
    "an attachment": HttpResponse("x", headers={"Content-Disposition": "attachment"}),
    "JSON to keep": JsonResponse({}, headers={"Content-Disposition": "attachment"}),
    "a table": HttpResponse("a,b", content_type="text/csv"),
    "a spreadsheet": HttpResponse(b"PK", content_type="application/vnd.ms-excel"),
    "text": HttpResponse("x", content_type="text/plain; charset=utf-8"),
    "lines": HttpResponse("{}", content_type="application/jsonl"),
    "no kind at all": HttpResponse("x", content_type=""),
    "a stream": StreamingHttpResponse(["x"]),
    "a file": FileResponse(iter([b"x"]), filename="people.html"),
}
PAGES_AND_JSON = {
    "a page": HttpResponse("<p>"),
    "JSON": JsonResponse({}),
    "nothing": HttpResponse(status=204, content_type=""),
    "what custody made": marked(HttpResponse("a,b", content_type="text/csv")),
}


@pytest.mark.parametrize("what", FILES)
def test_a_view_that_forgets_custody_breaks(what):
    reply = FILES[what]
    with pytest.raises(LeavesPastCustody):
        OneWayOutMiddleware(lambda _: reply)(RequestFactory().get("/x/"))


@pytest.mark.parametrize("what", PAGES_AND_JSON)
def test_pages_json_and_what_custody_made_pass(what):
    reply = PAGES_AND_JSON[what]
    assert OneWayOutMiddleware(lambda _: reply)(RequestFactory().get("/x/")) is reply


MARK = 20_000  # the last digits of the phones planted below, masked as 138****0000
MANY = 130
A_PAGE = 60  # a page of fifty, and whoever else the page is about


def answers(client: Client, name: str, here: str) -> Iterator[HttpResponseBase]:
    """What one address gives, read and then written to; what that changed is as it was afterwards."""
    cookies = client.cookies.copy()
    for ask in (client.get, client.post):
        with transaction.atomic():
            yield ask(here, SAID.get(name) if ask == client.post else None)
            transaction.set_rollback(True)
        client.cookies = cookies.copy()


@pytest.fixture
def crowded(branches) -> Branch:  # noqa: F811
    """A branch with many people in each list: signed up, confirmed, placed, proposed, in the duty log, registered."""
    own, at = branches[0], now()
    event, community, grid = own.run.event, own.areas["community"], own.areas["grid"]
    people = Person.objects.bulk_create(
        Person(counted_in=own.areas["micro_grid"], counted_since=FOUNDED) for _ in range(MANY)
    )
    phones = [f"138{number:08d}" for number in range(MARK, MARK + MANY)]
    sealed = secrets.seal_many(phones)
    index = secrets.index_many(phones)
    Identity.objects.bulk_create(
        Identity(
            person=person,
            holder=REGISTER,
            name="王小明",
            phone=sealed[at_],
            phone_index=index[at_],
            phone_tail=b"00000000",
        )
        for at_, person in enumerate(people)
    )
    for state, to in ((SignUp.State.CLAIMED, None), (SignUp.State.CONFIRMED, people)):
        SignUp.objects.bulk_create(
            SignUp(
                id=uuid7(),
                number=f"{state[:3]}{n}",
                event=event,
                community=community,
                way=SignUp.Way.PAGE,
                name="王小明",
                phone=sealed[n],
                phone_index=index[n],
                door="1栋1单元101",
                state=state,
                person=to[n] if to else None,
                made_at=at,
                decided_at=at if to else None,
            )
            for n in range(MANY)
        )
    for person in people:
        place_in(event, person, grid, own.run.during)
    Allocation.objects.filter(pk=own.run.pk).update(state=Allocation.State.PUBLISHED, published_by=1, published_at=at)
    Proposal.objects.bulk_create(
        Proposal(allocation=own.run, person=person, grid=grid, metres=1, demand_version=1, demand_generation=0)
        for person in people
    )
    caller = secrets.seal("王小明")
    Entry.objects.bulk_create(
        Entry(
            id=uuid7(),
            event=event,
            community=community,
            with_street=True,
            caller=caller,
            phone=sealed[n],
            phone_index=index[n],
            about=caller,
            need=caller,
            priority="P2",
            due_at=at + timedelta(hours=2),
            received_at=at,
            received_by=1,
            holder=1,
        )
        for n in range(MANY)
    )
    Allocation.objects.filter(pk=own.run.pk).update(summary=SUMMARY)
    return own


SUMMARY: dict[str, object] = {
    "placed_new": MANY,
    "pinned": 0,
    "grids_served": 1,
    "grids": 1,
    "short": 0,
    "grids_short": 0,
    "short_skills": {},
    "unplaced": {},
    "unavailable": 0,
    "elsewhere": 0,
    "metres_median": 1,
    "metres_most": 1,
    "estimated": 0,
    "certificate": "",
    "read_s": 0,
    "seconds": 0,
    "write_s": 0,
}
PHONE = re.compile(rb"(?:138\*{4}|138\d{4})(\d{4})")
LINK = re.compile(rb"/sign-ups/[0-9a-f-]{36}/")


def people_in(reply: HttpResponseBase) -> int:
    """How many of the planted people an answer shows, by their phones, masked or not, or by links to their sign-ups."""
    assert isinstance(reply, HttpResponse)
    return max(len(set(PHONE.findall(reply.content))), len(set(LINK.findall(reply.content))))


def test_no_address_gives_a_file_of_people_or_more_than_a_page_of_them(crowded):
    """Every page, asked and written to by every role that it opens to, in a place with many people."""
    wrong, shown = [], set()
    for role in sorted(ROLES):
        client = Client(raise_request_exception=True)
        sign_in(client, holder(role, crowded))
        for name, pattern in sorted(PAGES.items()):
            rule = rule_of(pattern.callback)
            if rule is None or not (rule.anonymous or rule.account or role in rule.roles):
                continue
            for reply in answers(client, name, address(name, pattern, crowded)):
                if is_file(reply) and name not in NOBODY_IN_THEM:
                    wrong.append(f"{role} got a file from {name}")
                elif is_file(reply) and b"1380002" in reply.getvalue():  # type: ignore[attr-defined]
                    wrong.append(f"{role} got people in the file of {name}")
                elif not is_file(reply) and people_in(reply) > A_PAGE:
                    wrong.append(f"{role} was shown {people_in(reply)} people at once by {name}")
                elif not is_file(reply) and people_in(reply) > 10:
                    shown.add(name)
    assert wrong == []
    assert shown >= {"sign_ups", "grid", "allocation", "duty_log", "duty_counts"}  # the test sees people where they are


def test_a_list_without_pages_would_be_seen(crowded, monkeypatch):
    monkeypatch.setattr(grids, "PEOPLE_A_PAGE", 10_000)
    client = Client()
    sign_in(client, holder("community_desk", crowded))
    assert people_in(client.get(reverse("grid", args=[crowded.areas["grid"].pk]))) >= MANY > A_PAGE


def test_a_proposal_is_read_grid_by_grid_and_page_by_page(crowded):
    client = Client()
    sign_in(client, holder("community_desk", crowded))
    here = reverse("allocation", args=[crowded.run.pk])
    seen: set[bytes] = set()
    for page in (1, 2, 3):
        reply = client.get(here, {"grid": crowded.areas["grid"].pk, "page": page})
        seen |= set(LINK.findall(reply.content))
    assert len(seen) == MANY
    assert f"?grid={crowded.areas['grid'].pk}" in client.get(here).content.decode()


def test_the_api_answers_json_of_one_thing_at_a_time(crowded, client):
    keys = {role: key_of(holder(role, crowded)) for role in sorted(ROLES)}
    places = {"area_id": crowded.areas["community"].pk, "sign_up_id": crowded.claim.pk, "allocation_id": crowded.run.pk}
    places |= {"sweep_id": crowded.sweep, "door_id": crowded.door, "report_id": crowded.report}
    places |= {"placement_id": crowded.placement, "team_id": crowded.team}
    places["booking_id"] = Placement.objects.get(pk=crowded.placement).booking_id
    places |= {"person_id": crowded.resident, "kept_id": crowded.neighbour, **muster_ids(crowded)}
    for method, path in sorted(OPERATIONS):
        for role in OPERATIONS[method, path].roles:
            reply = client.generic(method, path.format(**places), headers={"Authorization": f"Bearer {keys[role]}"})
            assert not is_file(reply), (method, path)
            assert people_in(reply) <= 1, (method, path)


def test_what_is_personal_and_typed_stands_behind_a_mask_in_every_list():
    """A column of text that a person typed, or of what is sealed, is masked unless a role reveals it."""
    bare = []
    for key, columns in COLUMNS.items():
        for column in columns:
            label, name = column.field
            field = declared()[label].fields[name]
            kind = apps.get_model(label)._meta.get_field(name)
            typed = kind.get_internal_type() in ("CharField", "BinaryField") and not kind.choices
            if field.sensitivity in (PERSONAL, SENSITIVE) and typed and column.masked is None:
                bare.append(f"{key}.{column.key}")
    assert bare == ["sign_ups.number"]  # what the person quotes; it opens nothing
