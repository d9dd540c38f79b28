"""Signing up: the same for everybody, three fields that may hold anything, and once for a form sent twice."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from linli.common.caller import NOBODY, Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.common.ids import uuid7
from linli.custody import secrets
from linli.muster import actions, queries
from linli.muster.errors import EventOver, FieldMissing, FieldTooLong, FieldUnreadable, NoEventHere
from linli.muster.models import SignUp
from linli.people.errors import BadPhone
from tests.factories import add_claim, add_resident, tiny_city

WANG, PHONE = "王小明", "13800001234"


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["１３８００００１２３４", "+86 138-0000-1234", " 138 0000 1234 "])
def test_full_width_digits_and_a_country_code_are_the_same_phone(phone):
    made = add_claim(tiny_city(), name=WANG, phone=phone)
    assert secrets.unseal(bytes(made.phone)) == PHONE
    assert bytes(made.phone_index) == secrets.index(PHONE)


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["12345", "手机", "١٣٨٠٠٠٠١٢٣٤", "1" * 16, ""])
def test_what_cannot_be_a_phone_is_refused_and_nothing_is_kept(phone):
    city = tiny_city()
    with pytest.raises((BadPhone, FieldMissing)):
        add_claim(city, name=WANG, phone=phone)
    assert not SignUp.objects.exists()


@pytest.mark.django_db
def test_too_long_a_name_is_refused_and_not_cut():
    city = tiny_city()
    with pytest.raises(FieldTooLong) as told:
        add_claim(city, name="长" * 41, phone=PHONE)
    assert told.value.facts == {"field": "name", "most": 40}
    assert add_claim(city, name="长" * 40, phone=PHONE).name == "长" * 40


@pytest.mark.django_db
def test_turned_writing_and_line_breaks_of_what_is_pasted_are_left_out():
    made = add_claim(tiny_city(), name="王\u202e小明", phone="\u202d138 0000 1234\u202c", door="1栋\r\n1单元\t502")
    assert (made.name, made.door, secrets.unseal(bytes(made.phone))) == (WANG, "1栋 1单元 502", PHONE)
    with pytest.raises(FieldMissing):
        add_claim(tiny_city(), name="\u202e", phone=PHONE)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["name", "phone", "door"])
@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x7f", "\ufffd", chr(0xD83D)])
def test_a_character_that_nobody_types_is_refused_with_a_sentence(field, bad):
    city = tiny_city()
    said = {"name": WANG, "phone": PHONE, "door": "1栋502"}
    with pytest.raises(FieldUnreadable) as told:
        add_claim(city, **{**said, field: said[field] + bad})
    assert told.value.facts == {"field": field}
    assert bad not in told.value.told()
    assert not SignUp.objects.exists()


@pytest.mark.django_db
def test_the_same_form_sent_twice_is_one_sign_up():
    city, key = tiny_city(), uuid7()
    said = {"name": WANG, "phone": PHONE, "door": "1栋502", "way": SignUp.Way.PAGE, "key": key, "by": NOBODY}
    first = actions.sign_up(city.event, city.communities[0], **said, at=now())
    second = actions.sign_up(city.event, city.communities[0], **said, at=now())
    assert (first.pk, second.pk, SignUp.objects.count()) == (key, key, 1)


@pytest.mark.django_db
def test_a_form_sent_again_with_other_answers_is_another_sign_up_and_leaves_the_first_alone():
    city, key = tiny_city(), uuid7()
    said = {"phone": PHONE, "door": "1栋502", "way": SignUp.Way.PAGE, "key": key, "by": NOBODY, "at": now()}
    first = actions.sign_up(city.event, city.communities[0], name=WANG, **said)
    other = actions.sign_up(city.event, city.communities[0], name="李敏", **said)
    assert first.pk != other.pk
    assert SignUp.objects.get(pk=key).name == WANG


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_is_one_sign_up_though_both_arrive_at_once():
    city, key = tiny_city(), uuid7()
    made = []

    def tap():
        try:
            said = {"name": WANG, "phone": PHONE, "door": "1栋502", "way": SignUp.Way.PAGE, "key": key}
            made.append(actions.sign_up(city.event, city.communities[0], **said, by=NOBODY, at=now()).pk)
        finally:
            connection.close()

    taps = [Thread(target=tap) for _ in range(4)]
    for each in taps:
        each.start()
    for each in taps:
        each.join()
    assert made == [key] * 4
    assert SignUp.objects.count() == 1


@pytest.mark.django_db
def test_nobody_signs_up_for_an_event_that_is_over():
    city = tiny_city()
    city.event.ended_at = now() - timedelta(days=1)
    city.event.save()
    with pytest.raises(EventOver):
        add_claim(city, name=WANG, phone=PHONE)
    with pytest.raises(NoEventHere):
        queries.community_to_sign_up(city.communities[0].pk, now())


@pytest.mark.django_db
def test_one_signs_up_in_communities_only():
    city = tiny_city()
    for area in (city.street, city.grids[0], city.micro_grids[0]):
        with pytest.raises(NotFound):
            queries.community_to_sign_up(area.pk, now())


@pytest.mark.django_db
def test_a_claim_opens_on_no_device_but_the_one_that_made_it():
    from linli.access.devices import start_device_session

    city = tiny_city()
    mine, other = add_claim(city, name=WANG, phone=PHONE), add_claim(city, name="李敏", phone="13800005678")
    session, _ = start_device_session(mine.pk, at=now())
    assert queries.own_sign_up(Caller(device=session.pk), mine.pk) == mine
    for caller, claim in ((Caller(device=session.pk), other), (NOBODY, mine), (Caller(user=1), mine)):
        with pytest.raises(NotFound):
            queries.own_sign_up(caller, claim.pk)


@pytest.mark.django_db
def test_the_desk_learns_of_no_resident_of_another_community():
    city = tiny_city()
    add_resident(city, name=WANG, phone=PHONE, community=1)
    assert queries.candidates_for(add_claim(city, name=WANG, phone=PHONE, community=0)) == []
    assert len(queries.candidates_for(add_claim(city, name=WANG, phone=PHONE, community=1))) == 1


@pytest.mark.django_db
def test_candidates_say_which_parts_agree_and_the_best_comes_first():
    city = tiny_city()
    mother = add_resident(city, name="赵兰", phone=PHONE, building=0, door="502")
    wang = add_resident(city, name=WANG, phone=PHONE, building=0, door="502")
    namesake = add_resident(city, name=WANG, phone="13900000000", building=2, door="101")
    found = queries.candidates_for(add_claim(city, name=WANG, phone=PHONE, door="1栋1单元502"))
    assert [each.person for each in found] == [wang.pk, mother.pk, namesake.pk]
    assert [(each.name_agrees, each.phone_agrees, each.door_agrees) for each in found] == [
        (True, True, True),
        (False, True, True),
        (True, False, False),
    ]
