"""Nothing is stored that is not declared."""

import pytest

from linli.custody import declare as declarations
from linli.custody.declare import BadDeclaration, Field, Keep, declare, declared, gaps, stored_fields
from linli.custody.models import Spent
from linli.custody.roles import ROLES


def test_every_stored_model_and_field_is_declared_and_every_declared_one_is_stored():
    assert gaps() == []


def test_a_field_that_nobody_declared_is_named(monkeypatch):
    without = {label: each for label, each in declared().items() if label != "custody.Spent"}
    monkeypatch.setattr(declarations, "_declared", without)
    assert gaps() == ["custody.Spent is stored but not declared"]
    declare(Spent, basis=declarations.OPERATION, keep=Keep.ONE_DAY, id=declarations.ID, colour=Field("none"))
    assert "custody.Spent.bucket is stored but not declared" in gaps()
    assert "custody.Spent.colour is declared but not stored" in gaps()


def test_a_model_is_declared_once():
    with pytest.raises(BadDeclaration, match="twice"):
        declare(Spent, basis=declarations.OPERATION, keep=Keep.ONE_DAY)


def test_a_field_needs_a_purpose_and_readers_that_exist():
    with pytest.raises(BadDeclaration, match="purpose"):
        Field(purpose=" ")
    with pytest.raises(BadDeclaration, match="mayor"):
        Field(purpose="to look at it", readers=["mayor"])


def test_what_only_the_system_reads_is_shown_to_nobody():
    for each in declared().values():
        for name, field in each.fields.items():
            if field.sensitivity == declarations.SECRET:
                assert not field.readers, f"{each.label}.{name}"


def test_ids_and_phones_are_shown_in_full_to_no_role_above_the_street():
    for each in declared().values():
        for name, field in each.fields.items():
            if name in ("phone", "id_no"):
                assert set(field.readers) <= {key for key, role in ROLES.items() if role.reveals}, (
                    f"{each.label}.{name}"
                )


def test_a_field_about_somebody_says_what_it_tells_and_its_table_about_whom(monkeypatch):
    monkeypatch.setattr(
        declarations,
        "_declared",
        {label: each for label, each in declared().items() if label != "custody.Spent"},
    )
    told = {name: Field("to know it") for name in stored_fields(Spent)}
    told["bucket"] = Field("to know it", sensitivity=declarations.PERSONAL)
    declare(Spent, basis=declarations.OPERATION, keep=Keep.ONE_DAY, **told)
    assert gaps() == [
        "custody.Spent.bucket is about somebody and has no kind",
        "custody.Spent is about somebody and does not say about whom",
    ]
