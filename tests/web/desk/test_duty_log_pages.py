"""The duty log over HTTP: masked until revealed, kept where something is wrong, and dialled first."""

from datetime import timedelta

import pytest
from django.urls import reverse

from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.desk import actions, handing, queries
from linli.desk.models import Entry, HandOver
from tests.factories import add_resident, caller_for, note, sign_in, tiny_city, user_with_role
from tests.web.muster.said import body

pytestmark = pytest.mark.django_db
WANG, PHONE = "王小明", "13800001234"
SAID = {"caller": f"{WANG} {PHONE}", "about": "王小明 1栋1单元502", "need": "药只够到明天", "priority": "P2"}


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(client, city):
    client.cookies["django_language"] = "en"
    user = user_with_role("community_desk", city.communities[0], name="Li Min")
    sign_in(client, user)
    return user


def new(city, community=0):
    return reverse("new_entry", args=[city.communities[community].pk])


def page(entry, name="duty_entry"):
    return reverse(name, args=[entry.pk])


def log(city):
    return reverse("duty_log", args=[city.communities[0].pk])


def test_three_answers_make_an_entry_once_whoever_presses_twice(client, city, desk):
    once = client.get(new(city)).context["form"]["once"].value()
    first = client.post(new(city), {**SAID, "once": once})
    again = client.post(new(city), {**SAID, "once": once})
    assert (first.status_code, first.url) == (302, again.url)
    assert first.url == page(Entry.objects.get())


def test_nothing_typed_is_lost_where_an_answer_is_missing(client, city, desk):
    reply = client.post(new(city), {**SAID, "need": " "})
    text = body(reply)
    assert reply.status_code == 422
    assert "Please say what is needed." in text
    assert PHONE in text
    assert not Entry.objects.exists()
    assert "at most 500 characters" in body(client.post(new(city), {**SAID, "need": "药" * 501}))


@pytest.mark.parametrize("sent", [{"priority": "P0"}, {"priority": "x"}, {"caller": "\x00"}, {"once": "x"}, {}])
def test_an_unreadable_or_forged_answer_is_told_and_breaks_nothing(client, city, desk, sent):
    assert client.post(new(city), {**SAID, **sent}).status_code in (302, 422)


def test_lists_and_pages_show_masks_and_a_reveal_shows_once_what_was_asked_for(client, city, desk):
    entry = note(city, desk, need="药送到1栋1单元502")
    for address in (log(city), page(entry)):
        text = body(client.get(address)).replace(str(entry.pk), "")
        assert "王** 138****1234" in text
        assert "1栋1单元**" in text
        for secret in (WANG, PHONE, "单元502"):  # the number alone may be the id of an area
            assert secret not in text, address
    shown = body(client.post(page(entry, "reveal_entry"), {"field": "phone", "reason": "call"}))
    assert WANG in shown
    assert f"tel:{PHONE}" in shown
    assert "药送到1栋1单元502" in shown
    door = body(client.post(page(entry, "reveal_entry"), {"field": "door", "reason": "deliver"}))
    assert "王小明 1栋1单元502" in door
    assert PHONE not in door
    kinds = TrailEntry.objects.filter(subject=f"duty_entry:{entry.pk}", kind="field.revealed")
    assert [each.facts["field"] for each in kinds.order_by("pk")] == ["phone", "door"]
    assert PHONE not in body(client.get(page(entry)))


@pytest.mark.parametrize(
    "sent", [{}, {"field": "phone"}, {"field": "name", "reason": "call"}, {"field": "door", "reason": "x"}]
)
def test_a_reveal_without_field_or_reason_shows_nothing(client, city, desk, sent):
    reply = client.post(page(note(city, desk), "reveal_entry"), sent)
    assert reply.status_code in (403, 422)
    assert PHONE not in reply.content.decode()


def test_before_calling_back_the_rule_stands_there_and_of_the_register_a_masked_number_only(client, city, desk):
    person = add_resident(city, name=WANG, phone="13911112222")
    add_resident(city, name="陈邻居", phone="13933334444")
    entry = note(city, desk)
    text = body(client.get(page(entry)))
    assert "Confirm nothing about anybody to a caller" in text
    assert "139****2222" in text
    assert "name and door agree" in text
    assert "In the register" not in text
    for secret in ("13911112222", "陈", "青松苑"):
        assert secret not in text
    shown = body(client.post(page(entry, "show_known_number"), {"person": person.pk, "reason": "verify"}))
    assert "tel:13911112222" in shown
    assert "In the register" not in shown
    client.post(page(entry, "called_back"))
    after = body(client.get(page(entry)))
    assert "Li Min called the known number, and it was confirmed" in after
    assert "In the register: 王** 青松苑 1栋1单元**" in after
    assert "13911112222" not in after


def test_called_back_before_any_number_was_shown_is_refused(client, city, desk):
    entry = note(city, desk)
    reply = client.post(page(entry, "called_back"), follow=True)
    assert "Have the known number shown and call it first." in body(reply)
    reply = client.post(page(entry, "show_known_number"), {"person": "x" * 30, "reason": "verify"}, follow=True)
    assert "The register has no such number" in body(reply)


def test_an_emergency_shows_whom_to_dial_while_typing_and_after(client, city, desk):
    typed = client.post(reverse("emergency_words"), {"need": "三楼着火，有人昏迷"})
    for number in ("120", "119"):
        assert f'href="tel:{number}"' in typed.content.decode()
    assert "tel:110" not in typed.content.decode()
    same = client.post(reverse("emergency_words"), {"need": "三楼着火，有人昏迷", "dials": "120,119"})
    assert same.status_code == 204
    gone = client.post(reverse("emergency_words"), {"need": "买菜", "dials": "120,119"})
    assert (gone.status_code, gone.content.strip()) == (200, b"")
    reply = client.post(new(city), {**SAID, "need": "三楼着火"}, follow=True)
    assert 'href="tel:119"' in body(reply)
    assert Entry.objects.get().priority == "P0"


@pytest.mark.parametrize("name", ["home", "account_login", "emergency"])
def test_the_numbers_stand_in_every_page_without_script(client, city, name):
    text = client.get(reverse(name)).content.decode()
    assert 'class="sos" href="#sos"' in text
    for number in ("120", "119", "110"):
        assert f'href="tel:{number}"' in text.partition('id="sos"')[2].partition("</section>")[0]


def test_an_entry_is_closed_with_what_was_done_and_the_second_is_told(client, city, desk):
    entry = note(city, desk)
    reply = client.post(page(entry, "close_entry"), {"done": " "})
    assert (reply.status_code, Entry.objects.get().closed_at) == (422, None)
    assert client.post(page(entry, "close_entry"), {"done": "17:20 送到"}).url == log(city)
    assert "17:20 送到" in body(client.get(page(entry)))
    again = client.post(page(entry, "close_entry"), {"done": "没人"}, follow=True)
    assert "Somebody has already closed this entry." in body(again)
    assert "17:20 送到" in body(again)
    assert entry.pk not in [row.entry.pk for row in client.get(log(city)).context.get("rows", [])]


def test_who_takes_over_what_somebody_else_has_taken_meanwhile_is_told(client, city, desk):
    zhou = user_with_role("community_desk", city.communities[0], name="Zhou")
    chen = user_with_role("community_desk", city.communities[0], name="Chen")
    entry = note(city, zhou)
    actions.take(entry, by=caller_for(chen), at=now())
    late = client.post(page(entry, "take_entry"), {"holder": zhou.pk}, follow=True)
    assert "Somebody else took this entry over just now." in body(late)
    mine = body(client.post(page(entry, "take_entry"), {"holder": chen.pk}, follow=True))
    assert "It is yours now." in mine
    assert "Li Min took it over from Chen" in mine


def test_the_log_lists_overdue_first_and_says_so(client, city, desk):
    note(city, desk, need="later", priority="P3")
    note(city, desk, need="sooner", priority="P1")
    note(city, desk, need="late", priority="P1", at=now() - timedelta(hours=1))
    text = body(client.get(log(city)))
    assert text.index(">late<") < text.index(">sooner<") < text.index(">later<")
    assert "1 is overdue." in text
    assert text.count('<span class="state state-bad">Overdue</span>') == 1


def test_what_becomes_overdue_rises_in_the_open_list_by_itself(client, city, desk):
    note(city, desk)
    shown = client.get(log(city)).content.decode()
    address = shown.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(address).status_code == 204
    Entry.objects.update(received_at=now() - timedelta(hours=3), due_at=now() - timedelta(minutes=1))
    reply = client.get(address)
    assert reply.status_code == 200
    assert "Overdue" in reply.content.decode()


def test_the_log_shows_mine_and_the_closed(client, city, desk):
    zhou = user_with_role("community_desk", city.communities[0])
    note(city, desk, need="mine")
    note(city, zhou, need="hers")
    actions.close(note(city, zhou, need="over"), done="ok", by=caller_for(zhou), at=now())
    for show, wanted in (("", {"mine", "hers"}), ("mine", {"mine"}), ("closed", {"over"}), ("x", {"mine", "hers"})):
        text = body(client.get(log(city), {"show": show}))
        assert {word for word in ("mine", "hers", "over") if f">{word}<" in text} == wanted, show
    assert client.get(log(city), {"page": "999"}).status_code == 200


def test_handing_over_names_a_colleague_and_they_take_it(client, city, desk):
    address = reverse("hand_over", args=[city.communities[0].pk])
    assert "Nothing is open" in body(client.get(address))
    entry = note(city, desk)
    assert "Nobody else works at this desk" in body(client.get(address))
    zhou = user_with_role("community_desk", city.communities[0], name="Zhou")
    assert client.post(address, {"what": "mine"}).status_code == 422
    assert client.post(address, {"what": "mine", "to": desk.pk}).status_code == 422
    assert client.post(address, {"what": "mine", "to": zhou.pk}).url == log(city)
    assert "1 open entry waits for Zhou" in body(client.get(log(city)))
    again = client.post(address, {"what": "mine", "to": zhou.pk})
    assert "A hand-over already waits" in body(again)
    sign_in(client, zhou)
    assert "Li Min hands 1 open entry over to you" in body(client.get(log(city)))
    reply = client.post(reverse("take_over", args=[HandOver.objects.get().pk]), follow=True)
    assert "You have taken over 1 entry." in body(reply)
    assert Entry.objects.get().holder == zhou.pk
    assert "Zhou took it over from Li Min at a shift change" in body(client.get(page(entry)))
    twice = client.post(reverse("take_over", args=[HandOver.objects.get().pk]), follow=True)
    assert "taken over or called off already" in body(twice)


def test_two_colleagues_of_one_name_are_told_apart(client, city, desk):
    note(city, desk)
    for _ in range(2):
        user_with_role("community_desk", city.communities[0], name="Zhou")
    text = body(client.get(reverse("hand_over", args=[city.communities[0].pk])))
    assert text.count("Zhou (community_desk") == 2


def test_a_hand_over_is_called_off(client, city, desk):
    note(city, desk)
    zhou = user_with_role("community_desk", city.communities[0], name="Zhou")
    made = handing.offer(city.communities[0], to=zhou.pk, whole_desk=True, by=caller_for(desk), at=now())
    address = reverse("call_off_hand_over", args=[made.pk])
    assert "The hand-over is called off." in body(client.post(address, follow=True))
    assert "Called off" in body(client.get(reverse("hand_over", args=[city.communities[0].pk])))
    assert "taken over or called off already" in body(client.post(address, follow=True))


def test_the_street_reads_counts_and_what_it_holds_itself(client, city):
    client.cookies["django_language"] = "en"
    street = user_with_role("street", city.street, name="Street")
    desk = user_with_role("community_desk", city.communities[0])
    note(city, desk, need="hers", priority="P1", at=now() - timedelta(hours=1))
    sign_in(client, street)
    reply = client.post(new(city), {**SAID, "need": "ours"}, follow=True)
    assert "Open, and yours" in body(reply)
    text = body(client.get(reverse("duty_counts", args=[city.street.pk])))
    assert "<strong>2</strong> entries of the duty log are open, <strong>1</strong> overdue" in text
    assert ">ours<" in text
    assert ">hers<" not in text
    assert client.get(log(city)).status_code == 404
    mine = Entry.objects.get(with_street=True)
    assert client.post(page(mine, "close_entry"), {"done": "ok"}).url == page(mine)


def test_the_city_reads_counts_and_no_rows(client, city):
    client.cookies["django_language"] = "en"
    street = user_with_role("street", city.street)
    entry = note(city, street, need="ours")
    sign_in(client, user_with_role("city", city.street))
    text = body(client.get(reverse("duty_counts", args=[city.street.pk])))
    assert "<strong>1</strong> entry of the duty log is open" in text
    assert "ours" not in text
    assert client.get(page(entry)).status_code == 404
    assert client.get(new(city)).status_code == 404


def test_without_an_event_nothing_is_noted_but_what_is_open_stays(client, city, desk):
    entry = note(city, desk)
    type(city.event).objects.update(ended_at=now())
    assert "nothing can be noted yet" in body(client.get(new(city)))
    assert "nothing can be noted yet" in body(client.post(new(city), SAID))
    assert [each.pk for each in queries.open_entries(caller_for(desk))] == [entry.pk]
    assert client.post(page(entry, "close_entry"), {"done": "ok"}).status_code == 302


def test_the_log_is_one_tap_from_the_community_and_stands_in_the_navigation(client, city, desk):
    text = client.get(reverse("area", args=[city.communities[0].pk])).content.decode()
    assert text.count(f'href="{log(city)}"') == 2
