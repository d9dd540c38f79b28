"""Forms that offices require, over HTTP: brought, explained, filled and downloaded, and every way to be told no."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.access.models import User
from linli.custody.models import Export
from linli.ledger.models import ReportColumn, ReportFilling, ReportForm
from linli.places.models import Dwelling, Place
from tests.factories import TinyCity, add_resident, begin_sweep, caller_for, sign_in, tiny_city, user_with_role
from tests.ledger.forms_made import a_form, add, cells_of, of_cells

pytestmark = pytest.mark.django_db
SAID = {"name": "居民登记表", "required_by": "区统计局", "rows": "person"}


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def desk(city: TinyCity) -> User:
    return user_with_role("community_desk", city.communities[0], name="李值班")


@pytest.fixture
def here(desk: User) -> Client:
    return signed_in(desk)


def signed_in(user: User) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    sign_in(client, user)
    return client


def brings(client: Client, city: TinyCity, content: bytes, **said: str):
    file = SimpleUploadedFile("form.xlsx", content)
    return client.post(reverse("add_report_form", args=[city.communities[0].pk]), {**SAID, **said, "file": file})


def text(reply) -> str:
    return reply.content.decode()


def test_a_form_is_brought_explained_filled_and_downloaded(city, here):
    add_resident(city, name="王小明", phone="13800001234")
    assert "No form is filled from the ledger yet" in text(here.get(reverse("report_forms")))
    reply = brings(here, city, a_form(head=("姓名", "电话", "批次", "民族")))
    form = ReportForm.objects.get()
    page = reverse("report_form", args=[form.pk])
    assert (reply.status_code, reply.url) == (302, page)
    asked = text(here.get(page))
    assert "<strong>1</strong> column filled with?" in asked
    assert "This column stays empty, whoever requires it: 民族" in asked
    assert "1 column to explain" in text(here.get(reverse("report_forms")))
    reply = here.post(page, {"means_2": "constant", "text_2": "第一批"})
    assert (reply.status_code, reply.url) == (302, page)
    fill = reverse("fill_report_form", args=[form.pk])
    assert "<strong>1</strong> row is filled in" in text(here.get(fill))
    reply = here.post(fill, {"area": city.communities[0].pk, "sweep": "", "in_full": ["phone"]}, follow=True)
    assert "2 of 3 fields need no typing." in text(reply)
    assert "CSV" not in text(reply)
    made = ReportFilling.objects.get()
    file = here.post(reverse("download_list", args=[made.number]), {"kind": "xlsx"})
    assert file["Content-Disposition"] == f'attachment; filename="linli-{made.number}.xlsx"'
    assert cells_of(file.content)[3][:4] == ["王**", "13800001234", "第一批", ""]
    assert here.post(reverse("download_list", args=[made.number]), {"kind": "csv"}).status_code == 422
    assert "<strong>2</strong> of 3 fields needed no typing" in text(here.get(page))
    assert "2 of 3 fields" in text(here.get(reverse("report_forms")))
    assert "居民登记表" in text(here.get(reverse("lists_out")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (of_cells(("甲", "乙"), ("一", "二")), "No row of this form names a column that Linli knows."),
        ("姓名,电话".encode(), "This is no spreadsheet that can be read."),
    ],
    ids=["empty", "locked", "no head", "text"],
)
def test_a_file_that_is_no_form_is_told_and_what_was_typed_is_kept(city, here, content, words):
    reply = brings(here, city, content)
    assert reply.status_code == 422
    assert words in text(reply)
    assert "区统计局" in text(reply)
    assert not ReportForm.objects.exists()


def test_filled_rows_are_not_kept_and_that_is_said(city, here):
    reply = brings(here, city, a_form([("1", "王小明", "13800001234", "", "")]))
    assert "1 filled row of the file was not kept." in text(here.get(reply.url))


def test_nothing_said_is_told_and_so_is_a_name_twice(city, here):
    reply = here.post(reverse("add_report_form", args=[city.communities[0].pk]), {})
    assert reply.status_code == 422
    assert "Please say which office requires it." in text(reply)
    brings(here, city, a_form())
    reply = brings(here, city, a_form())
    assert reply.status_code == 422
    assert "There is a form of this name here already." in text(reply)


def test_what_makes_no_sense_changes_nothing_and_stays_on_the_page(city, desk, here):
    form = add(city.communities[0], caller_for(desk), a_form(head=("姓名", "电话", "联系方式二", "民族")))
    page = reverse("report_form", args=[form.pk])
    reply = here.post(page, {"means_2": "field:phone"})
    assert reply.status_code == 422
    assert "Two columns would be filled with the same: Phone." in text(reply)
    reply = here.post(page, {"means_2": "constant", "text_2": " "})
    assert "It is not clear what the column “联系方式二” is filled with." in text(reply)
    reply = here.post(page, {"means_3": "field:name"})
    assert (reply.status_code, "asks for what may be neither kept nor handed on" in text(reply)) == (403, True)
    for odd in ({"means_2": "nonsense"}, {"means_99": "by_hand"}, {"means_x": "by_hand", "means_²": "by_hand"}):
        assert here.post(page, odd).status_code in (302, 404, 422)
    assert form.columns.get(at=2).kind == ReportColumn.Kind.OPEN
    assert "Say it first." in text(here.get(reverse("fill_report_form", args=[form.pk])))


def test_a_form_of_the_street_is_filled_by_its_communities_and_changed_by_the_street(city, here):
    add_resident(city, name="王小明", phone="13800001234")
    street = user_with_role("street", city.street)
    form = add(city.street, caller_for(street))
    page, fill = (reverse(name, args=[form.pk]) for name in ("report_form", "fill_report_form"))
    shown = text(here.get(page))
    assert "Fill the form" in shown
    assert "Keep what the columns mean" not in shown
    assert here.post(page, {"means_4": "by_hand"}).status_code == 404
    assert here.post(reverse("remove_report_form", args=[form.pk])).status_code == 404
    assert "<strong>1</strong> row is filled in" in text(here.get(fill))
    theirs = signed_in(street)
    assert "Your role does not fill this form" in text(theirs.get(fill))
    assert theirs.post(fill, {"area": city.street.pk}).status_code == 200
    assert not Export.objects.exists()


def test_a_form_of_another_community_is_not_there(city, desk):
    form = add(city.communities[0], caller_for(desk))
    other = signed_in(user_with_role("community_desk", city.communities[1]))
    for name in ("report_form", "fill_report_form"):
        assert other.get(reverse(name, args=[form.pk])).status_code == 404
    assert other.post(reverse("remove_report_form", args=[form.pk])).status_code == 404
    assert other.get(reverse("add_report_form", args=[city.communities[0].pk])).status_code == 404
    assert form.name not in text(other.get(reverse("report_forms")))


def test_a_sweep_under_way_is_chosen_first_and_none_can_be(city, desk, here):
    add_resident(city, name="王小明", phone="13800001234")
    sweep = begin_sweep(city.event, city.communities[0], desk)
    form = add(city.communities[0], caller_for(desk), a_form(head=("姓名", "排查情况")))
    fill = reverse("fill_report_form", args=[form.pk])
    assert f'<option value="{sweep.pk}" selected>' in text(here.get(fill))
    assert "<dt>Typed by hand</dt>" not in text(here.get(fill))
    assert "<dt>Typed by hand</dt><dd>排查情况</dd>" in text(here.get(fill + "?sweep="))
    reply = here.post(fill, {"area": city.communities[0].pk, "sweep": sweep.pk})
    assert reply.status_code == 302
    assert Export.objects.get().event == city.event.pk


def test_a_form_is_taken_away_and_what_was_filled_can_still_be_had(city, desk, here):
    add_resident(city, name="王小明", phone="13800001234")
    form = add(city.communities[0], caller_for(desk))
    here.post(reverse("fill_report_form", args=[form.pk]), {"area": city.communities[0].pk})
    reply = here.post(reverse("remove_report_form", args=[form.pk]), follow=True)
    assert "“居民登记表” is taken away." in text(reply)
    assert here.get(reverse("report_form", args=[form.pk])).status_code == 404
    again = here.post(reverse("remove_report_form", args=[form.pk]), follow=True)
    assert "This form was removed meanwhile." in text(again)
    made = ReportFilling.objects.get()
    assert "居民登记表" in text(here.get(reverse("list_out", args=[made.number])))
    file = here.post(reverse("download_list", args=[made.number]), {"kind": "xlsx"})
    assert cells_of(io.BytesIO(file.content).getvalue())[3][1] == "王**"


def test_an_area_with_nobody_has_nothing_to_fill_in(city, desk, here):
    form = add(city.communities[0], caller_for(desk))
    assert "there is nothing to fill in" in text(here.get(reverse("fill_report_form", args=[form.pk])))


def test_a_form_of_households_says_how_many_people_are_in_it_and_which_doors_are_not(city, here):
    add_resident(city, name="王小明", phone="13800001234")
    head = ("户主", "电话", "家庭人数")
    reply = brings(here, city, a_form(head=head), rows="household")
    fill = reverse("fill_report_form", args=[ReportForm.objects.get().pk])
    assert "<dt>One row is</dt><dd>a household</dd>" in text(here.get(reply.url))
    shown = text(here.get(fill))
    assert "<dt>People in it</dt><dd>1</dd>" in shown
    assert "Doors where nobody is counted are not in this form." in shown
    brings(here, city, a_form(head=head), rows="every_door", name="一户一档")
    every = reverse("fill_report_form", args=[ReportForm.objects.get(rows="every_door").pk])
    assert "Somebody is counted behind every door." in text(here.get(every))
    house = city.buildings[0]
    place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=house.place)
    Dwelling.objects.create(place=place, building=house, unit=1, floor=3, door="301")
    shown = text(here.get(every))
    assert "<strong>2</strong> rows are filled in" in shown
    assert "1 row is a door where nobody is counted." in shown
    reply = here.post(every, {"area": city.communities[0].pk, "sweep": "", "in_full": ["phone"]}, follow=True)
    assert "3 of 6 fields need no typing." in text(reply)


def test_a_kind_of_rows_that_there_is_not_is_told(city, here):
    reply = brings(here, city, a_form(), rows="family")
    assert reply.status_code == 422
    assert not ReportForm.objects.exists()
