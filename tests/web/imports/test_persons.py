"""Dwellings and persons over HTTP: looked through, taken on a stated basis, in one's own community alone."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.common.sheets.opening import tables
from linli.custody.models import Heading, Held, TrailEntry
from linli.people.models import REGISTER, Identity, Load
from linli.people.person_template import TEMPLATE
from linli.places.models import Area
from tests.factories import sign_in, tiny_city, user_with_role
from tests.sheets import filled, xlsx

pytestmark = pytest.mark.django_db

WANG = {"estate": "柳苑", "building": "9栋", "door": "502", "micro": "青松第1网格微1", "name": "王小明"}


@pytest.mark.parametrize("basis", ["event", "standing"])
def test_people_are_taken_on_the_basis_that_was_stated(client, basis):
    city = tiny_city()
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    client.cookies["django_language"] = "en"
    url = reverse("load_persons", args=[city.communities[0].pk])
    file = SimpleUploadedFile("p.xlsx", filled(TEMPLATE, [WANG | {"民族": "汉"}], more=["民族"]))
    said = {"file": file, "basis": basis, "owner": "居委会", "legal_basis": "法定职责"}
    looked = client.post(url, said).content.decode()
    assert "Would be made: 1 estate, 1 building, 1 door, 1 person." in looked
    assert "the column “民族” with 1 filled cell" in looked
    assert not Identity.objects.exists()
    key = re.search(r'name="held" value="([0-9a-f-]+)"', looked)[1]
    client.post(url, {"held": key})
    holder = REGISTER if basis == "standing" else city.event.pk
    assert Identity.objects.get().holder == holder
    assert (Load.objects.get().holder, Load.objects.get().owner) == (holder, "居委会" if basis == "standing" else "")
    assert not Held.objects.exists()
    other = reverse("load_persons", args=[city.communities[1].pk])
    assert client.get(other).status_code == 404


@pytest.fixture
def desk(client):
    city = tiny_city()
    sign_in(client, user_with_role("community_desk", city.communities[0], name="李值班"))
    client.cookies["django_language"] = "en"
    return client, reverse("load_persons", args=[city.communities[0].pk])


def load(desk, content, **said):
    client, url = desk
    file = SimpleUploadedFile("p.xlsx", content)
    return client.post(url, {"file": file, "basis": "event", **said}).content.decode()


def key_in(page, name="held"):
    return re.search(rf'name="{name}" value="([0-9a-f-]+)"', page)[1]


BAD = WANG | {"name": "李敏（上访户）", "door": "503", "phone": 13800001234, "id_no": "110105194912310000"}
ELSEWHERE = WANG | {"name": "陈刚", "door": "504", "micro": "白桦第1网格微1", "state": "空置"}


def mended_file(desk, page, change=lambda row: row):
    """The rows to mend as they come, and as somebody sends them back."""
    client, url = desk
    reply = client.post(url, {"mend": key_in(page, "mend")})
    assert reply["Content-Disposition"] == 'attachment; filename="linli-persons-to-mend.xlsx"'
    rows = [list(row) for row in tables(reply.content)[0].rows]
    return rows, xlsx([rows[0], *rows[1:4], *map(change, rows[4:])])


def test_rejected_rows_come_back_with_their_cells_and_reasons_and_go_in_mended_with_the_others(desk):
    client, url = desk
    page = load(desk, filled(TEMPLATE, [WANG, BAD, ELSEWHERE]))
    assert "<strong>2</strong> rows cannot be taken" in page

    def mended(row):
        good = {"李敏": {"phone": "13800001234", "id_no": ""}, "陈刚": {"micro": "青松第1网格微1"}}[
            row[head.index("Name")]
        ]
        titles = {"phone": "Phone", "id_no": "ID number", "micro": "Micro-grid"}
        for key, value in good.items():
            row[head.index(titles[key])] = value
        return row

    rows, _ = mended_file(desk, page)
    head = rows[3]
    assert [row[0] for row in rows[4:]] == ["3", "4"]
    assert "Phone: The spreadsheet took this for a quantity" in rows[4][1]
    assert "Micro-grid: 白桦第1网格微1 is no micro-grid of this community." in rows[5][1]
    assert [rows[4][head.index(each)] for each in ("Name", "Door", "Phone", "ID number")] == [
        "李敏",
        "503",
        "13800001234",
        "110105194912310000",
    ]
    assert rows[5][head.index("How it is lived in")] == "空置"
    assert "上访户" not in str(rows)
    assert TrailEntry.objects.get(kind="rows.handed_back").facts == {"template": "persons", "rows": 2}
    _, back = mended_file(desk, page, mended)
    again = client.post(url, {"joins": key_in(page, "joins"), "file": SimpleUploadedFile("m.xlsx", back)})
    assert "Would be made: 1 estate, 1 building, 3 doors, 3 people." in again.content.decode()
    client.post(url, {"held": key_in(again.content.decode())})
    assert set(Identity.objects.values_list("name", flat=True)) == {"王小明", "李敏", "陈刚"}
    assert "Everything in this file is there already" in load(desk, back)


def test_rows_that_do_not_come_back_stay_rejected_and_another_file_is_not_taken_for_them(desk):
    client, url = desk
    page = load(desk, filled(TEMPLATE, [WANG, BAD, ELSEWHERE]))
    rows, _ = mended_file(desk, page)
    half = xlsx([rows[3], [*rows[5][:1], "", *rows[5][2:]]])
    again = client.post(url, {"joins": key_in(page, "joins"), "file": SimpleUploadedFile("m.xlsx", half)})
    assert "<strong>2</strong> rows cannot be taken" in again.content.decode()
    other = SimpleUploadedFile("m.xlsx", filled(TEMPLATE, [WANG]))
    refused = client.post(url, {"joins": key_in(again.content.decode(), "joins"), "file": other}, follow=True)
    assert "These are not the rows to mend" in refused.content.decode()
    assert "<strong>2</strong> rows cannot be taken" in refused.content.decode()


def test_a_file_with_rejected_rows_is_not_taken_in_part_whatever_is_sent(desk):
    client, url = desk
    page = load(desk, filled(TEMPLATE, [WANG, BAD]))
    assert "1</strong> row cannot be taken" in client.post(url, {"held": key_in(page, "mend")}).content.decode()
    assert not Identity.objects.exists()


def test_rows_to_mend_go_to_whom_they_came_from_alone(desk):
    client, url = desk
    page = load(desk, filled(TEMPLATE, [WANG, BAD]))
    city_desk = user_with_role("community_desk", Area.objects.get(name="青松社区"), name="王值班")
    sign_in(client, city_desk)
    reply = client.post(url, {"mend": key_in(page, "mend")})
    assert (reply.status_code, reply["Location"]) == (302, url)
    assert not TrailEntry.objects.filter(kind="rows.handed_back").exists()


def test_an_unknown_column_is_asked_about_once_and_known_from_then_on(desk):
    head = ["小区", "楼栋", "门牌编号", "微网格", "姓名", "宠物", "民族"]
    content = xlsx([head, ["柳苑", "9栋", "502", "青松第1网格微1", "王小明", "狗", "汉"]])
    page = load(desk, content)
    assert "Missing: Door" in page
    assert re.findall(r"Which of our columns is “(.+?)”", page) == ["门牌编号", "宠物"]
    page = load(desk, content, title=["门牌编号", "宠物"], means=["door", "-"])
    assert "Would be made: 1 estate, 1 building, 1 door, 1 person." in page
    assert "Which of our columns" not in page
    assert "the column “宠物” with 1 filled cell" in page
    assert dict(Heading.objects.values_list("heading", "column")) == {"门牌编号": "door", "宠物": ""}
    page = load(desk, content, title=["门牌编号", "宠\0物"], means=["no such column", "door"])
    assert dict(Heading.objects.values_list("heading", "column")) == {"门牌编号": "door", "宠物": ""}
