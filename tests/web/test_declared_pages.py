"""The notice, the record of processing and the impact assessment: made from the declarations, leaving nothing out."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.custody import declare as declarations
from linli.custody import export, record
from linli.custody.declare import Kind, Sensitivity, Whose, declared, told, words
from linli.custody.export import LIVES, MOST_ALONE, PURPOSE_WORDS
from linli.places.actions import set_desk_phone
from linli.web.list_words import COLUMNS, list_name
from tests.factories import SYSTEM, add_claim, sign_in, tiny_city, user_with_role
from tests.pdfs import characters, pages

HAN = re.compile(r"[一-鿿]")


@pytest.fixture
def city(db):
    return tiny_city()


def reader(language="en", role=None):
    client = Client(headers={"accept-language": language})
    if role is not None:
        sign_in(client, user_with_role(role))
    return client


def text_of(client, name, query="", *args):
    reply = client.get(reverse(name, args=args) + query)
    assert reply.status_code == 200
    return reply.content.decode()


def test_every_declared_word_has_chinese():
    with override("zh-hans"):
        without = [word for word in words() if not HAN.search(told(word))]
    assert without == []


def test_the_record_shows_every_table_and_every_field_with_its_purpose():
    with override("zh-hans"):
        shown = {each.label: each for room in record.rooms() for each in room.tables}
        assert set(shown) == set(declared())
        for label, each in declared().items():
            assert (shown[label].basis, shown[label].keep) == (told(each.basis), told(each.keep))
            purposes = {column.name: column.purpose for column in shown[label].columns}
            assert purposes == {name: told(field.purpose) for name, field in each.fields.items()}


def test_every_room_of_ours_has_a_title_in_the_record():
    ours = {room.key for room in record.rooms()} - {record.OF_LIBRARIES}
    libraries = next(room for room in record.rooms() if room.key == record.OF_LIBRARIES)
    assert "people" in ours
    apps = {each.label.split(".")[0] for each in libraries.tables}
    assert apps == {"contenttypes", "auth", "sessions", "account", "mfa", "procrastinate"}, "name it in record.ROOMS"


def test_the_notice_names_every_kind_that_is_kept_about_anybody(city):
    with override("en"):
        page = text_of(reader(), "notice").replace("&#x27;", "'")
        for each in declared().values():
            for name, field in each.fields.items():
                if field.of_somebody:
                    assert told(field.kind) in page, f"{each.label}.{name}"


def test_the_notice_says_which_kinds_are_specially_protected(city):
    hard = {line.kind for group in record.groups() for line in group.lines if line.hard}
    assert hard == {Kind.ID_NO, Kind.NEEDS, Kind.ASKED}
    for each in declared().values():
        for field in each.fields.values():
            assert (field.sensitivity is not Sensitivity.SENSITIVE) or field.kind in hard


def test_the_notice_says_how_long_each_kind_is_kept():
    """What holds for most kinds first; what is kept otherwise with its kinds."""
    with override("en"):
        for group in record.groups():
            (_, unnamed), *others = group.keeps
            assert unnamed == ()
            assert all(kinds for _, kinds in others)
            tables = [each for each in declared().values() if each.whose is group.whose]
            assert {keep for keep, _ in group.keeps} == {told(each.keep) for each in tables}
        phone = next(group for group in record.groups() if group.whose is Whose.PHONE)
        assert dict(phone.keeps)["thirty days"] == (told(Kind.DEVICE),)


def test_the_notice_names_who_keeps_it_and_how_to_reach_them(city):
    community = city.communities[0]
    set_desk_phone(community, "028-8765 4321", by=SYSTEM, at=now())
    page = text_of(reader(), "notice", f"?community={community.pk}")
    assert community.called in page
    assert "028-8765 4321" in page


@pytest.mark.parametrize("query", ["?community=0", "?community=%E2%82%AC", f"?community={'9' * 30}", ""])
def test_the_notice_of_a_community_that_is_none_is_that_of_the_whole(city, query):
    assert city.street.called in text_of(reader(), "notice", query)


def test_an_empty_linli_has_a_notice_too(db):
    assert "your community" in text_of(reader(), "notice")


def test_the_notice_speaks_of_carriers_only_where_codes_are_sent(city, settings):
    assert "delivers it" not in text_of(reader(), "notice")
    settings.ENV = replace(settings.ENV, sms="drill")
    assert "delivers it" in text_of(reader(), "notice")


def test_the_notice_is_linked_before_the_first_field_of_whoever_is_asked(city, settings):
    """And from the foot of every page."""
    settings.ENV = replace(settings.ENV, sms="drill")
    claim = add_claim(city, name="王小明", phone="13800001234")
    community = claim.community.pk
    client = reader()
    _, secret = start_device_session(claim.pk, at=now())
    asked = [
        (client, "sign_up", [community]),
        (client, "sign_up_members", [community]),
        (client, "ask_code", []),
        (client, "claim", [claim.pk]),
    ]
    client.cookies[DEVICE_COOKIE] = secret
    desk = reader()
    sign_in(desk, user_with_role("community_desk", city.communities[0]))
    asked += [(desk, "desk_sign_up", [community]), (desk, "new_entry", [community])]
    for who, name, args in asked:
        page = text_of(who, name, "", *args).partition("<main")[2]
        field = re.search(r'<(input|textarea|select)(?![^>]*type="hidden")', page)
        link = page.find(reverse("notice"))
        assert field is not None, name
        assert 0 < link < field.start(), name
    assert reverse("notice") in text_of(reader(), "home").partition("<footer")[2]


@pytest.mark.parametrize(
    ("name", "role", "at_least"),
    [("notice_paper", None, 2), ("record_paper", "privacy_officer", 10), ("impact_paper", "privacy_officer", 2)],
)
def test_each_document_is_a_pdf_with_its_chinese_in_it(city, name, role, at_least):
    reply = reader("zh-hans", role).get(reverse(name))
    assert (reply.status_code, reply["Content-Type"]) == (200, "application/pdf")
    assert reply.content.startswith(b"%PDF-")
    assert pages(reply.content) >= at_least
    shown = characters(reply.content)
    with override("zh-hans"):
        for each in ("姓名", told(Kind.NEEDS), "数据申明", "合成城市"):
            assert set(HAN.findall(each)) <= shown, each
    english = reader("en", role).get(reverse(name)).content
    assert set("Linli") <= characters(english)
    assert english != reply.content


def test_page_and_paper_carry_the_digest_of_the_declarations(city):
    officer = reader("en", "privacy_officer")
    for name in ("notice", "declarations", "impact"):
        assert record.digest() in text_of(officer, name)
    assert record.digest() in text_of(officer, "declared_room", "", "people")


def test_the_digest_changes_with_a_purpose_and_not_with_the_language(monkeypatch):
    before = record.digest()
    with override("zh-hans"):
        assert record.digest() == before
    changed = dict(declared())
    person = changed["people.Person"]
    fields = person.fields | {"id": replace(person.fields["id"], purpose="to rank people")}
    changed["people.Person"] = replace(person, fields=fields)
    monkeypatch.setattr(declarations, "_declared", changed)
    assert record.digest() != before


def test_the_assessment_names_every_sensitive_field_and_whom_a_computer_decides_about(city):
    page = text_of(reader("en", "privacy_officer"), "impact")
    for each in declared().values():
        for name, field in each.fields.items():
            if field.sensitivity is Sensitivity.SENSITIVE:
                assert f"{each.label}.{name}" in page
    assert "muster.Proposal" in page
    assert "Children under 14" in page


def test_a_room_that_is_none_is_not_there(city):
    assert reader("en", "privacy_officer").get(reverse("declared_room", args=["nowhere"])).status_code == 404


def test_the_notice_tells_which_lists_leave_by_whom_what_for_and_by_which_rules(city):
    page = text_of(reader(), "notice").replace("&#x27;", "'")
    said = page.partition("Lists that leave Linli")[2].partition("<h2>")[0]
    assert "community desk, street, district." in said
    for each in (*PURPOSE_WORDS.values(), *(list_name(key) for key in COLUMNS)):
        assert each in said
    assert f"More than {MOST_ALONE} people within {LIVES.total_seconds() / 3600:.0f} hours" in said
    for each in ("who took it out, when and what for", "can be had for 24 hours", "your page shows each list"):
        assert each in said


def test_the_record_tells_of_each_list_who_takes_it_out_and_what_it_shows_in_full(city):
    page = text_of(reader("en", "privacy_officer"), "declarations")
    rows = page.partition("Lists that leave Linli")[2].partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")
    told = {
        name: [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", row)]
        for row in rows
        for name in re.findall(r'<th scope="row"[^>]*>(.*?)</th>', row)
    }
    assert set(told) == {list_name(key) for key in COLUMNS}
    assert told["People of the register"] == [
        "community desk",
        "Name, Phone, Building and door, Micro-grid",
        "Phone, Building and door",
    ]
    assert told["Duty log"][0] == "community desk, street"


def test_no_list_shows_a_name_in_full_but_the_duty_log_who_called():
    """As the notice says."""
    names = {
        f"{key}.{column.key}": column
        for key, columns in COLUMNS.items()
        for column in columns
        if declared()[column.field[0]].fields[column.field[1]].kind is Kind.NAME
    }
    assert all(column.masked is not None for column in names.values())
    assert {key for key, column in names.items() if column.reveal is not None} == {"duty_log.caller"}


def test_the_digest_changes_with_the_rules_of_lists_that_leave(monkeypatch):
    before = record.digest()
    monkeypatch.setattr(export, "MOST_ALONE", MOST_ALONE + 1)
    assert record.digest() != before
