"""Pages of sheets: who prints and types, what a wrong code, a line and a time are answered with."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.common.clock import now
from linli.ledger.models import Finding, PaperSheet
from linli.ledger.paper import codes
from linli.people.models import Identity
from linli.places.models import Dwelling
from tests.factories import add_resident, begin_sweep, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


def client_of(user):
    made = Client(headers={"accept-language": "en"})
    sign_in(made, user)
    return made


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(city):
    user = user_with_role("community_desk", city.communities[0])
    for n in range(2):
        add_resident(city, name=f"王{n}", phone=f"1380000120{n}", building=0, door=f"{n + 2}01")
    begin_sweep(city.event, city.communities[0], user)
    return client_of(user)


@pytest.fixture
def sheet(city, desk):
    page = reverse("print_sheet", args=[city.communities[0].pk])
    desk.post(page, {"micro_grid": city.micro_grids[0].pk})
    made = PaperSheet.objects.get()
    reply = desk.post(reverse("sheet_file", args=[made.number]))
    assert (reply.status_code, reply["Content-Type"]) == (200, "application/pdf")
    made.refresh_from_db()
    return made


def types(client, sheet, door=1, **said):
    return client.post(reverse("type_sheet", args=[sheet.number]) + f"?door={door}", said)


def test_the_same_form_sent_twice_is_one_sheet(city, desk):
    page = desk.get(reverse("sheets", args=[city.communities[0].pk]))
    once = page.context["micro_grids"][0][1]
    for _ in range(2):
        said = {"micro_grid": city.micro_grids[0].pk, "once": once}
        desk.post(reverse("print_sheet", args=[city.communities[0].pk]), said)
    assert PaperSheet.objects.count() == 1


def test_a_line_leads_to_the_next_door_and_the_last_one_to_the_sheet(desk, sheet):
    first = types(desk, sheet, result="A", people="*")
    assert first["Location"].endswith("?door=2")
    last = types(desk, sheet, 2, result="ｎ", how="p")
    assert last["Location"] == reverse("sheet", args=[sheet.number])
    assert {(each.result, each.how) for each in Finding.objects.all()} == {("answered", "door"), ("no_answer", "phone")}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"result": ""}, "Please type a letter"),
        ({"result": "x"}, "cannot be read"),
        ({"result": "2222A"}, "no code of a door"),
        ({"result": "a", "how": "z"}, "cannot be read"),
        ({"result": "a", "people": "7"}, "cannot be read"),
        ({"result": "n", "people": "1"}, "did not answer"),
        ({"result": "v", "how": "g"}, "has to be seen"),
        ({"result": "a", "when": "2019-01-01T08:00"}, "filled in after that"),
        ({"result": "a", "when": "2099-01-01T08:00"}, "filled in after that"),
    ],
)
def test_what_cannot_be_is_told_at_once_and_nothing_is_written(desk, sheet, said, sentence):
    reply = types(desk, sheet, **said)
    assert reply.status_code == 422
    assert sentence in reply.content.decode()
    assert not Finding.objects.exists()


def test_the_code_of_another_door_leads_to_it_and_keeps_the_time(desk, sheet):
    line = sheet.lines.get(n=2)
    PaperSheet.objects.update(printed_at=now() - timedelta(hours=3))
    when = (now() + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M")  # an hour ago, by the clock of the place
    reply = types(desk, sheet, result=codes.told(codes.code_of(line.dwelling_id)), when=when)
    assert reply["Location"].endswith("?" + f"door=2&when={when.replace(':', '%3A')}")
    types(desk, sheet, 2, result="r", when=when)
    assert Finding.objects.get().happened_at < now() - timedelta(minutes=59)


def test_what_was_typed_is_shown_and_taken_back(city, desk, sheet):
    types(desk, sheet, result="a", people="1")
    colleague = client_of(user_with_role("community_desk", city.communities[0]))
    assert "Typed already:" in colleague.get(reverse("type_sheet", args=[sheet.number]) + "?door=1").content.decode()
    otherwise = types(colleague, sheet, result="n")
    assert otherwise.status_code == 422
    assert "and otherwise" in otherwise.content.decode()
    types(colleague, sheet, take_back="1")
    assert types(colleague, sheet, result="n").status_code == 302
    assert [each.result for each in Finding.objects.filter(taken_back_at=None)] == ["no_answer"]


def test_a_grid_worker_prints_and_does_not_type(city, desk, sheet):
    worker = client_of(user_with_role("grid_worker", city.grids[0]))
    assert worker.get(reverse("sheets", args=[city.grids[0].pk])).status_code == 200
    assert worker.get(reverse("sheet", args=[sheet.number])).status_code == 200
    assert worker.get(reverse("type_sheet", args=[sheet.number])).status_code == 404
    assert worker.post(reverse("sheet", args=[sheet.number]), {"fate": "returned"}).status_code == 404
    assert worker.post(reverse("sheet_file", args=[sheet.number])).status_code == 404
    elsewhere = client_of(user_with_role("grid_worker", city.grids[1]))
    assert elsewhere.get(reverse("sheet", args=[sheet.number])).status_code == 404


def test_a_desk_ticks_a_sheet(desk, sheet):
    for fate in ("returned", "destroyed"):
        desk.post(reverse("sheet", args=[sheet.number]), {"fate": fate})
        sheet.refresh_from_db()
        assert sheet.fate == fate
    reply = desk.post(reverse("sheet", args=[sheet.number]), {"fate": "returned"}, follow=True)
    assert "is marked as destroyed" in reply.content.decode()


def test_no_spreadsheet_of_a_sheet_leaves(desk, sheet):
    page = desk.get(reverse("list_out", args=[sheet.number])).content.decode()
    assert "XLSX" not in page
    reply = desk.post(reverse("download_list", args=[sheet.number]), {"kind": "xlsx"})
    assert reply["Location"] == reverse("sheet", args=[sheet.number])


def test_people_on_the_blank_lines_are_typed_with_the_door(desk, sheet):
    reply = types(desk, sheet, result="a", people="1", name_1="王新", phone_1="13800005555", name_2="王小新")
    assert reply["Location"].endswith("?door=2")
    page = desk.get(reverse("type_sheet", args=[sheet.number]) + "?door=1").content.decode()
    assert "2 people new" in page
    assert "王新" not in page, "whoever is new is masked like everybody"
    assert Identity.objects.filter(name__in=["王新", "王小新"]).count() == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"result": "a", "name_1": "王新", "phone_1": "12"}, "phone_1"),
        ({"result": "a", "phone_1": "13800005555"}, "name_1"),
        ({"result": "n", "name_1": "王新"}, "people"),
    ],
)
def test_somebody_new_who_cannot_be_is_told_beside_the_field(desk, sheet, said, field):
    reply = types(desk, sheet, **said)
    assert reply.status_code == 422
    assert field in reply.context["form"].errors
    assert not Finding.objects.exists()


def test_somebody_new_who_may_be_known_already_is_said(desk, sheet, city):
    add_resident(city, name="王新", phone="13800005555", building=0, door="901")
    types(desk, sheet, result="a", name_1="王新", phone_1="13800005555")
    assert "They may be in the ledger already" in desk.get(reverse("sheet", args=[sheet.number])).content.decode()


def test_a_building_without_a_known_door_is_printed_blank_and_its_doors_typed_back(city, desk):
    here = reverse("sheets", args=[city.communities[0].pk])
    assert "1 building without a known door" in desk.get(here).content.decode()
    reply = desk.post(reverse("print_sheet", args=[city.communities[0].pk]), {"micro_grid": city.micro_grids[1].pk})
    blank = PaperSheet.objects.latest("asked_at")
    assert reply["Location"] == reverse("sheet", args=[blank.number])
    assert desk.post(reverse("sheet_file", args=[blank.number]))["Content-Type"] == "application/pdf"
    page = desk.get(reverse("type_sheet", args=[blank.number])).content.decode()
    assert "No door of this building was known when it was printed." in page
    wrong = types(desk, blank, result="a")
    assert (wrong.status_code, "door" in wrong.context["form"].errors) == (422, True)
    first = reverse("type_sheet", args=[blank.number]) + "?door=1"
    there = {"unit": "1", "floor": "2", "door": "202", "result": "a", "name_1": "王新"}
    assert desk.post(first, there)["Location"].endswith("?door=2")
    made = Dwelling.objects.get(building=city.buildings[1])
    assert (made.unit, made.floor, made.door) == (1, 2, "202")
    assert desk.post(first, there | {"door": "203", "result": "n"}).status_code == 422, "it is typed already"
    assert types(desk, blank, 2, result="1")["Location"].endswith("?door=1")
