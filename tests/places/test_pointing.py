"""Points of estates: read as people paste them, in a declared system, near their community, taken back."""

import pytest
from django.db import IntegrityError, transaction

from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.models import TrailEntry
from linli.places import pointing
from linli.places.errors import PointFarAway, PointMoved, PointUnreadable, SystemUnknown
from linli.places.models import Area, Building, Estate, PointSet
from tests.factories import LAT, LON, caller_for, tiny_city, user_with_role
from tests.places.distance import metres_between
from tests.places.test_coordinates import KNOWN

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "said",
    [
        "30.66, 104.06",
        "104.06,30.66",
        "30.66 104.06",
        "３０.６６，１０４.０６",
        "(104.06, 30.66)",
        "30.66°N, 104.06°E",
        "N30.66 E104.06",
        "东经104.06°，北纬30.66°",
        "北纬30.66度 东经104.06度",
        "104.06°, 30.66°",
        "30°39′36″N, 104°3′36″E",
        "104°3'36\"E 30°39'36\"N",
        "30.66、104.06",
    ],
)
def test_a_point_is_read_as_people_paste_it(said):
    assert pointing.read_point(said) == pytest.approx((104.06, 30.66))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "30.66",
        "天府广场",
        "30.66, 30.66",
        "104.06, 104.06",
        "0, 0",
        "52.5, 13.4",
        "30.66, 104.06, 5",
        "N104.06 E30.66",
    ],
)
def test_what_is_no_point_in_china_is_refused(said):
    with pytest.raises(PointUnreadable):
        pointing.read_point(said)


@pytest.mark.parametrize(("wgs84", "gcj02"), KNOWN)
def test_a_landmark_pasted_from_another_map_comes_out_where_it_is(wgs84, gcj02):
    for said in (f"{gcj02[1]}, {gcj02[0]}", f"{gcj02[0]},{gcj02[1]}"):
        assert metres_between(*pointing.converted(said, "gcj02"), *wgs84) < 1
    assert metres_between(*pointing.converted(f"{wgs84[0]},{wgs84[1]}", "wgs84"), *wgs84) < 1


def test_a_map_that_is_not_declared_is_refused():
    with pytest.raises(SystemUnknown):
        pointing.converted("30.66, 104.06", "utm")


@pytest.fixture
def city():
    found = tiny_city()
    Estate.objects.update(lon=None, lat=None)
    return found


@pytest.fixture
def by(city):
    return caller_for(user_with_role("community_desk", city.communities[0]))


def put(city, by, said=f"{LAT}, {LON}", place=None, system="wgs84"):
    return pointing.set_point(place or city.estates[0], said, system, community=city.communities[0], by=by, at=now())


def point_of(estate):
    return Estate.objects.values_list("lon", "lat").get(pk=estate.pk)


def test_a_point_is_kept_in_wgs84_and_stands_in_the_trail(city, by):
    made = put(city, by)
    assert point_of(city.estates[0]) == (LON, LAT)
    entry = TrailEntry.objects.get(kind="point.set")
    assert (entry.subject, entry.area, entry.facts) == (
        f"place:{city.estates[0].pk}",
        city.communities[0].pk,
        {"system": "wgs84", "set": made.pk},
    )


def test_a_point_outside_the_surroundings_is_refused_with_how_far(city, by):
    with pytest.raises(PointFarAway) as problem:
        put(city, by, f"{LAT + 1}, {LON}")
    assert (problem.value.facts["km"], problem.value.facts["area"]) == (111, city.communities[0].called)
    assert point_of(city.estates[0]) == (None, None)
    assert not PointSet.objects.exists()


def test_where_nothing_is_known_of_a_community_its_street_counts_and_else_any_point_is_taken(city, by):
    Area.objects.update(lon=None, lat=None)
    Area.objects.filter(pk=city.street.pk).update(
        outline={"type": "Polygon", "coordinates": [[[104.0, 30.6], [104.1, 30.6], [104.1, 30.7], [104.0, 30.6]]]}
    )
    put(city, by, "30.72, 104.05")  # two kilometres outside its outline
    Estate.objects.update(lon=None, lat=None)
    with pytest.raises(PointFarAway):
        put(city, by, "31.72, 104.05")
    Area.objects.update(outline=None)
    put(city, by, "31.72, 104.05")


def test_a_wrong_point_does_not_keep_the_right_one_out(city, by):
    Area.objects.update(lon=None, lat=None)
    put(city, by, "31.72, 104.05")
    put(city, by, f"{LAT}, {LON}")
    assert point_of(city.estates[0]) == (LON, LAT)


def test_points_are_taken_back_one_after_the_other(city, by):
    first, second = put(city, by), put(city, by, f"{LAT}, {LON + 0.001}")
    undo = {"community": city.communities[0], "by": by, "at": now()}
    with pytest.raises(PointMoved):
        pointing.undo_point(city.estates[0], first.pk, **undo)
    pointing.undo_point(city.estates[0], second.pk, **undo)
    assert point_of(city.estates[0]) == (LON, LAT)
    with pytest.raises(PointMoved):
        pointing.undo_point(city.estates[0], second.pk, **undo)
    pointing.undo_point(city.estates[0], first.pk, **undo)
    assert point_of(city.estates[0]) == (None, None)
    assert TrailEntry.objects.filter(kind="point.undone").count() == 2


def test_what_an_import_moved_since_is_not_taken_back(city, by):
    made = put(city, by)
    Estate.objects.update(lon=104.1)
    with pytest.raises(PointMoved):
        pointing.undo_point(city.estates[0], made.pk, community=city.communities[0], by=by, at=now())


def test_a_list_does_what_it_can_and_says_what_is_wrong_with_the_rest(city, by):
    estate, building = city.estates[0], city.buildings[0]
    Building.objects.update(lon=None, lat=None)
    text = f"""
    {estate.name}，{LAT}，{LON}
    {estate.name} {building.name}\t{LON},{LAT}
    没有这个小区, {LAT}, {LON}
    {estate.name}
    {estate.name}, 31.9, 104.05
    {city.estates[1].name}, {LAT}, {LON}
    """
    lines = pointing.read_lines(text, "wgs84", community=city.communities[0], at=now())
    assert [line.place for line in lines[:2]] == [estate, building]
    assert [line.problem.code for line in lines[2:]] == [
        "place_unknown",
        "point_unreadable",
        "point_far_away",
        "place_unknown",
    ]
    assert pointing.take_lines(lines, "wgs84", community=city.communities[0], by=by, at=now()) == 2
    assert point_of(estate) == (LON, LAT)
    assert Building.objects.values_list("lon", "lat").get(pk=building.pk) == (LON, LAT)


def test_a_name_that_two_buildings_have_is_told(city, by):
    Building.objects.filter(pk=city.buildings[1].pk).update(name=city.buildings[0].name)
    text = f"{city.estates[0].name}{city.buildings[0].name} {LAT} {LON}"
    (line,) = pointing.read_lines(text, "wgs84", community=city.communities[0], at=now())
    assert line.problem.code == "place_ambiguous"


def test_the_desk_of_another_community_and_its_estates_are_out_of_reach(city, by):
    with pytest.raises(NotFound):
        pointing.community_to_point(by, city.communities[1].pk, now())
    with pytest.raises(NotFound):
        pointing.place_to_point(city.communities[0], city.estates[1].pk, now())
    admin = caller_for(user_with_role("administrator"))
    assert pointing.community_to_point(admin, city.communities[1].pk, now()) == city.communities[1]


@pytest.mark.parametrize(
    "wrong", [{"system": "utm"}, {"lat": 91}, {"lon": 181}, {"before_lon": 1.0, "before_lat": None}]
)
def test_the_database_refuses_a_point_in_an_impossible_state(city, by, wrong):
    made = put(city, by)
    with pytest.raises(IntegrityError), transaction.atomic():
        PointSet.objects.filter(pk=made.pk).update(**wrong)
