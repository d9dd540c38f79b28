"""Doors as people say them, masked and compared."""

import pytest

from linli.places import doors


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("3栋2单元502", "3栋2单元**"),
        ("Building 3, unit 2, door 502", "Building 3, unit 2, **"),
        ("Apt 502, Unit 2, bldg. 3B", "bldg. 3B, unit 2, **"),
        ("Building No. 12 Room 1603", "Building No. 12, **"),
        ("Building 3, Unit 502", "Building 3, **"),
        ("Tower A 2201", "Tower A, **"),
        ("Block Wang", "B**"),
        ("3-2-502", "3-2-**"),
        ("3#502", "3#**"),
        ("三栋二单元502", "3栋2单元**"),
        ("十二号楼1603", "12号楼**"),
        ("二十一幢十单元一零二", "21幢10单元**"),
        ("十十栋", "10栋**"),
        ("502单元", "5**"),
        ("Flat 5", "F**"),
        ("３栋２单元５０２", "3栋2单元**"),
        ("12号楼1603", "12号楼**"),
        ("村口第三家", "村**"),
    ],
)
def test_a_door_is_masked_down_to_the_staircase(said, masked):
    assert doors.masked_door(said) == masked


@pytest.mark.parametrize(
    ("said", "building", "door", "agrees"),
    [
        ("3栋2单元502", "3栋", "502", True),
        ("3-2-502", "3栋", "502", True),
        ("三栋二单元502", "3栋", "502", True),
        ("Building 3, unit 2, door 502", "3栋", "502", True),
        ("13栋2单元502", "3栋", "502", False),
        ("3栋2单元1502", "3栋", "502", False),
        ("502", "3栋", "502", False),
    ],
)
def test_doors_agree_by_building_and_door(said, building, door, agrees):
    assert doors.door_agrees(said, building, door) is agrees
