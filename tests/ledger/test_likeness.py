"""Whether two entries may be one person: the rule by itself."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from linli.ledger.likeness import Known, alike, code

indexes = st.one_of(st.none(), st.sampled_from([b"1", b"2"]))
somebody = st.builds(
    Known,
    person=st.integers(1, 9),
    name=st.sampled_from(["", "王小明", "王晓明", "李四"]),
    sound=st.sampled_from(["", "wang xiao ming", "li si"]),
    born=st.one_of(st.none(), st.sampled_from([date(1980, 1, 1), date(2015, 5, 5)])),
    id_index=indexes,
    phone_index=indexes,
    dwelling=st.one_of(st.none(), st.integers(1, 3)),
    building=st.one_of(st.none(), st.integers(10, 11)),
)


def known(person, **more):
    said = {"name": "王小明", "sound": "wang xiao ming", "phone_index": b"1", "dwelling": 1, "building": 10}
    return Known(person, **said | more)


@given(somebody, somebody)
def test_it_does_not_matter_who_is_asked_first(one, other):
    assert alike(one, other) == alike(other, one)


@given(somebody, somebody)
def test_never_by_the_phone_alone_nor_against_a_number_or_a_birthday(one, other):
    reasons = set(alike(one, other))
    assert reasons not in ({"phone"}, {"name"}, {"door"}, {"building"}, {"sound"}, {"born"})
    if one.person == other.person:
        assert not reasons
    if one.id_index and other.id_index and one.id_index != other.id_index:
        assert not reasons
    if reasons and "id_no" not in reasons:
        assert reasons & {"name", "sound"}
        assert reasons & {"phone", "door", "born"}
        assert not (one.born and other.born and one.born != other.born)


def test_the_same_id_number_is_enough_by_itself():
    assert alike(known(1, id_index=b"1"), Known(2, name="李四", id_index=b"1")) == ("id_no",)


def test_a_family_on_one_phone_behind_one_door_is_not_one_person():
    assert alike(known(1), known(2, name="王小红", sound="wang xiao hong")) == ()


def test_one_name_wants_a_phone_or_a_door_beside_it():
    assert alike(known(1), known(2, dwelling=9, building=99)) == ("name", "phone")
    assert alike(known(1), known(2, phone_index=None)) == ("name", "door")
    assert alike(known(1), known(2, phone_index=None, dwelling=2)) == ()
    assert alike(known(1, born=date(1980, 1, 1)), known(2, phone_index=None, dwelling=2, born=date(1980, 1, 1))) == (
        "name",
        "building",
        "born",
    )


def test_names_that_only_sound_alike_want_both():
    other = {"name": "王晓明"}
    assert alike(known(1), known(2, **other)) == ("sound", "phone", "door")
    assert alike(known(1), known(2, **other, phone_index=None)) == ()
    assert alike(known(1), known(2, **other, dwelling=9, building=99)) == ()


@given(st.lists(st.sampled_from(["id_no", "name", "sound", "phone", "door", "building", "born"]), unique=True))
def test_a_code_fits_its_column(reasons):
    assert 0 < len(code(reasons)) <= 20
