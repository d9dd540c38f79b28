"""Statements that are written once do what Django's own do."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, Q

from linli.access.models import RoleGrant
from linli.common.clock import now
from linli.common.compiled import Compiled, Given, Insertion, OneOf
from linli.common.ids import uuid7
from linli.muster.models import SignUp
from linli.places.models import Area, Within
from tests.factories import FOUNDED, add_claim, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


def test_values_go_in_each_time_it_is_asked(django_assert_num_queries):
    first, second = (user_with_role("auditor") for _ in range(2))
    in_force = Compiled(
        lambda: RoleGrant.objects.filter(
            Q(until__isnull=True) | Q(until__gt=Given("at")), user=Given("user"), since__lte=Given("at")
        )
    )
    with django_assert_num_queries(3):
        assert [each.user_id for each in in_force.all(user=first.pk, at=now())] == [first.pk]
        assert in_force.first(user=second.pk, at=now()) == RoleGrant.objects.get(user=second)
    assert in_force.all(user=None, at=now()) == []
    assert in_force.first(user=first.pk, at=FOUNDED - timedelta(days=9999)) is None


def test_an_object_is_whole_with_what_it_refers_to(django_assert_num_queries):
    city = tiny_city()
    claims = [add_claim(city, name=name, phone="13800001234") for name in ("王小明", "李敏")]
    found = Compiled(
        lambda: SignUp.objects.select_related("event", "community").filter(pk=OneOf("ids")).order_by("made_at", "pk")
    )
    ids = [each.pk for each in claims]
    plain = list(SignUp.objects.select_related("event", "community").filter(pk__in=ids).order_by("made_at", "pk"))
    with django_assert_num_queries(1):
        same = found.all(ids=ids)
        assert [(each.event.name, each.community.called) for each in same] == [
            (each.event.name, each.community.called) for each in plain
        ]
    fields = [field.attname for field in SignUp._meta.concrete_fields]
    assert [[getattr(each, name) for name in fields] for each in same] == [
        [getattr(each, name) for name in fields] for each in plain
    ]
    assert found.all(ids=[]) == []


def test_what_the_database_stores_otherwise_is_turned_back():
    city = tiny_city()
    outline = {"type": "Polygon", "coordinates": [[[104.0, 30.0], [104.1, 30.0], [104.0, 30.1], [104.0, 30.0]]]}
    Area.objects.filter(pk=city.street.pk).update(outline=outline)
    assert Compiled(lambda: Area.objects.filter(pk=Given("pk"))).first(pk=city.street.pk).outline == outline


def test_a_period_is_compared_with_a_moment():
    city = tiny_city()
    inside = Compiled(
        lambda: Within.objects.filter(
            inner=Given("inner"), outer=OneOf("outers"), during__contains=Given("at", DateTimeField())
        )
    )
    asked = {"inner": city.communities[0].pk, "outers": [city.street.pk]}
    assert len(inside.all(**asked, at=now())) == 1
    assert inside.all(**asked, at=FOUNDED - timedelta(days=9999)) == []


def _claim_like(claim: SignUp, **other: object) -> SignUp:
    fields = {each.attname: getattr(claim, each.attname) for each in SignUp._meta.concrete_fields}
    return SignUp(**fields | other)


def test_a_row_is_written_as_django_writes_it_once_for_each_key(django_assert_num_queries):
    made = add_claim(tiny_city(), name="王小明", phone="13800001234")
    sign_ups = Insertion(SignUp)
    fresh = _claim_like(made, id=uuid7(), number="AAAA-2222")
    with django_assert_num_queries(2):
        assert sign_ups.add_unless_taken(fresh)
        assert not sign_ups.add_unless_taken(_claim_like(fresh, name="李敏"))
    assert not fresh._state.adding
    kept = SignUp.objects.get(pk=fresh.pk)
    assert {each.attname: getattr(kept, each.attname) for each in SignUp._meta.concrete_fields} == {
        each.attname: getattr(made, each.attname) for each in SignUp._meta.concrete_fields
    } | {"id": fresh.pk, "number": "AAAA-2222"}
    with pytest.raises(IntegrityError), transaction.atomic():
        sign_ups.add(_claim_like(made, id=uuid7()))  # its number is taken


def test_a_key_that_the_database_gives_is_on_the_row_afterwards():
    user = user_with_role("auditor")
    like = RoleGrant.objects.get(user=user)
    values = {
        each.attname: getattr(like, each.attname) for each in RoleGrant._meta.concrete_fields if each.name != "id"
    }
    grants = Insertion(RoleGrant)
    row = RoleGrant(**values)
    grants.add(row)
    assert RoleGrant.objects.get(pk=row.pk).role == "auditor"
    assert row.pk != like.pk
