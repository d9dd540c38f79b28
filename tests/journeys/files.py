"""Files that people of the scenes load, made as an office makes them."""

from uuid import uuid4

from linli.access import staff_sheet
from linli.muster import volunteer_sheet
from linli.people import person_template
from linli.places import area_sheet
from tests.sheets import filled, xlsx


def good_areas() -> bytes:
    """A grid more, below a community that is there; a column that nobody needs."""
    rows = [
        {"level": "community", "name": "青松社区", "parent": "梧桐街道"},
        {"level": "grid", "name": "青松第9网格", "parent": "青松社区", "党支部": "第三党支部"},
        {"level": "micro-grid", "name": "青松第9网格微1", "parent": "青松第9网格"},
    ]
    return filled(area_sheet.TEMPLATE, rows, more=["党支部"])


def areas_there() -> bytes:
    """What is there already."""
    return filled(area_sheet.TEMPLATE, [{"level": "community", "name": "青松社区", "parent": "梧桐街道"}])


def bad_areas() -> bytes:
    """An orphan, a circle, a level that is none; more than one page of them."""
    rows = [
        {"level": "grid", "name": "孤网格", "parent": "没有这个社区"},
        {"level": "grid", "name": "甲网格", "parent": "乙网格"},
        {"level": "grid", "name": "乙网格", "parent": "甲网格"},
        *({"level": "楼栋", "name": f"{number}栋", "parent": "青松社区", "phone": 85123456} for number in range(60)),
    ]
    return filled(area_sheet.TEMPLATE, rows)


def new_staff() -> bytes:
    """Two people who are new each time somebody looks, one with two roles."""
    one, two = (f"{name}.{uuid4().hex[:6]}" for name in ("zhang.wei", "li.min"))
    rows = [
        {"name": "张伟", "login": one, "role": "community desk", "area": "青松社区"},
        {"name": "张伟", "login": one, "role": "auditor"},
        {"name": "李敏", "login": two, "role": "street", "area": "梧桐街道", "until": "2030-06-30"},
    ]
    return filled(staff_sheet.TEMPLATE, rows, more=["政治面貌"])


def bad_staff() -> bytes:
    """A role where it cannot be, and somebody without a login name."""
    rows = [
        {"name": "张伟", "login": "zhang.wei", "role": "community desk", "area": "梧桐街道"},
        {"name": "李敏", "role": "street", "area": "梧桐街道"},
    ]
    return filled(staff_sheet.TEMPLATE, rows)


def good_volunteers() -> bytes:
    """Two people nobody has heard of, one sent by a school; a remark, and a skill that is none."""
    rows = [
        {"name": "赵一（党员）", "phone": "13900007771", "door": "3栋1单元201", "skills": "驾驶、飞行", "free": "晚上"},
        {"name": "钱二", "phone": "13900007772", "door": "3栋1单元202", "unit": "青松中学", "民族": "汉"},
    ]
    return filled(volunteer_sheet.TEMPLATE, rows, more=["民族"])


def bad_volunteers() -> bytes:
    """A phone that became a number, and one that is none."""
    rows = [
        {"name": "赵一", "phone": 13900007771, "door": "3栋1单元201"},
        {"name": "钱二", "phone": "12", "door": ""},
    ]
    return filled(volunteer_sheet.TEMPLATE, rows)


_HOME = {"estate": "柳苑", "building": "9栋", "unit": "2单元", "floor": "5", "door": "502", "micro": "青松第1网格微1"}


def good_persons() -> bytes:
    """A family and a vacant door in an estate that is new; somebody twice perhaps; a column that nobody needs."""
    rows = [
        _HOME | {"name": "王小明", "sex": "男", "born": "1980-05-06", "民族": "汉"},
        _HOME | {"name": "李敏", "phone": "13900007773", "needs": "透析、重点关注"},
        _HOME | {"door": "601", "floor": "6", "state": "空置"},
        _HOME | {"door": "701", "floor": "7", "name": "李敏", "phone": "13900007773"},
    ]
    return filled(person_template.TEMPLATE, rows, more=["民族"])


def own_persons() -> bytes:
    """A list of an office's own, with a column that nobody here knows, and a title over it."""
    head = ["小区", "楼栋号", "单元", "门牌编号", "居民姓名", "民族"]
    return xlsx([["青松社区居民台账"], head, ["柳苑", "9栋", "2单元", "502", "王小明", "汉"]])


def bad_persons() -> bytes:
    """ID numbers that a spreadsheet made numbers of, or that are none; a building that nobody holds."""
    rows = [
        _HOME | {"name": "王小明", "id_no": 510105198005061234},
        _HOME | {"name": "李敏", "id_no": "510105198005061234"},
        {"estate": "柳苑", "building": "8栋", "door": "101"},
    ]
    return filled(person_template.TEMPLATE, rows)


def another() -> bytes:
    """No template of ours."""
    return xlsx([["日期", "金额"], ["2022-09-02", 12]])
