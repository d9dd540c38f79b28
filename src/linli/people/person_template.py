"""What the template of dwellings and persons asks: house first, then person."""

import re

from django.utils.translation.trans_null import gettext_noop

from linli.common.sheets import Column, Kept, Template, cells
from linli.common.sheets.errors import CellIsNumber
from linli.people.errors import BadIdNumber
from linli.people.models import Need
from linli.people.rules import id_number, phone_digits

STATES = {
    "owner": gettext_noop("lived in by its owner"),
    "rented": gettext_noop("rented out"),
    "vacant": gettext_noop("vacant"),
    "commercial": gettext_noop("commercial"),
    "collective": gettext_noop("a dormitory or institution"),
    "unknown": gettext_noop("not known"),
}
_STATES_ALSO = {"自住": "owner", "出租": "rented", "空置": "vacant", "空房": "vacant", "商用": "commercial"}
NEEDS = {
    Need.ELDER_ALONE: gettext_noop("elder living alone"),
    Need.DISABLED: gettext_noop("disabled"),
    Need.CARE_DEPENDENT: gettext_noop("depends on care"),
    Need.PREGNANT: gettext_noop("pregnant"),
    Need.DIALYSIS: gettext_noop("dialysis"),
    Need.CHEMO: gettext_noop("chemotherapy or radiotherapy"),
    Need.UNDER3: gettext_noop("under three years"),
    Need.CONTACT_DAILY: gettext_noop("asked every day"),
    Need.CONTACT_REGULAR: gettext_noop("asked every few days"),
}
# As offices write it. What is none of these is left out by name: a need is no free label.
_NEEDS_ALSO = {
    Need.ELDER_ALONE: ("独居老人", "独居", "孤寡老人"),
    Need.DISABLED: ("残疾人", "残疾", "残障"),
    Need.CARE_DEPENDENT: ("失能需照护", "失能", "半失能", "卧床", "需照护"),
    Need.PREGNANT: ("孕产妇", "孕妇", "产妇"),
    Need.DIALYSIS: ("透析", "血液透析", "血透"),
    Need.CHEMO: ("放化疗", "化疗", "放疗"),
    Need.UNDER3: ("三岁以下婴幼儿", "婴幼儿", "3岁以下", "三岁以下"),
    Need.CONTACT_DAILY: ("每日联系", "每天联系"),
    Need.CONTACT_REGULAR: ("定期联系", "经常联系"),
}
_NEED_NAMES = {
    cells.folded(name): int(need) for need, names in _NEEDS_ALSO.items() for name in (need.label, NEEDS[need], *names)
}
# A spreadsheet keeps fifteen digits of a number: the last three of an ID number became zeros.
_LOST_DIGITS = re.compile(r"[0-9]{15}000")
SEXES = {"f": gettext_noop("female"), "m": gettext_noop("male")}

HEAD, MEMBER = "head", "member"
_HEADS = {cells.folded(each) for each in (HEAD, "户主", "本人", "房主", "户主本人", "head of the household", "self")}


def relation(said: str) -> Kept:
    """Whether a household begins with a row; how exactly others are related is asked of nobody and not kept."""
    return Kept(HEAD if cells.folded(said) in _HEADS else MEMBER)


def number_of_id(said: str) -> str:
    """An ID number; one whose last digits a spreadsheet made zeros is called that, and never guessed at."""
    try:
        return id_number(said)
    except BadIdNumber as error:
        if _LOST_DIGITS.fullmatch(said):
            raise CellIsNumber from error
        raise


TEMPLATE = Template(
    key="persons",
    title=gettext_noop("Dwellings and persons"),
    says=gettext_noop("Every door, and who lives behind it. By the community desk, after the areas."),
    columns=(
        Column(
            "estate",
            gettext_noop("Estate"),
            gettext_noop("The estate or courtyard; a house that stands alone is one of its own."),
            cells.text(80),
            needed=True,
            also=("小区", "院落", "小区名称", "院落名称", "小区院落"),
        ),
        Column(
            "building",
            gettext_noop("Building"),
            gettext_noop("As it is called, such as 3栋."),
            cells.text(40),
            needed=True,
            also=("楼栋", "楼栋号", "楼号", "栋号", "幢", "幢号"),
        ),
        Column(
            "unit",
            gettext_noop("Staircase"),
            gettext_noop("Its number, where the building has several."),
            cells.number(0, 99),
            also=("单元", "单元号"),
        ),
        Column("floor", gettext_noop("Floor"), gettext_noop("Its number."), cells.number(-9, 150), also=("楼层", "层")),
        Column(
            "door",
            gettext_noop("Door"),
            gettext_noop("The number at the door."),
            cells.text(12),
            needed=True,
            also=("门牌", "门牌号", "房号", "户号", "房间号", "房屋号", "室号"),
        ),
        Column(
            "state",
            gettext_noop("How it is lived in"),
            gettext_noop("What is known of the door, not of the people."),
            cells.one_of(STATES, _STATES_ALSO),
            choices=tuple(STATES.values()),
            also=("房屋状态", "居住情况", "住房性质"),
        ),
        Column(
            "micro",
            gettext_noop("Micro-grid"),
            gettext_noop("Which micro-grid holds the building. Once a building is enough."),
            cells.text(200),
            also=("微网格", "所属微网格"),
        ),
        Column(
            "name",
            gettext_noop("Name"),
            gettext_noop("One row a person. Empty: the door alone."),
            cells.name(40),
            also=("姓名", "名字"),
        ),
        Column(
            "relation",
            gettext_noop("Relation to the head of the household"),
            gettext_noop(
                "Tells households behind one door apart: each 户主 begins one. How others are related is not kept."
            ),
            relation,
            also=("与户主关系", "与户主的关系", "户主关系", "家庭关系"),
        ),
        Column(
            "sex",
            gettext_noop("Sex"),
            gettext_noop("To send a helper whom the person may ask for."),
            cells.one_of(SEXES, {"女": "f", "男": "m"}),
            choices=tuple(SEXES.values()),
            also=("性别",),
        ),
        Column(
            "born",
            gettext_noop("Born"),
            gettext_noop("The day, to know who is a child or old."),
            cells.day,
            takes_date=True,
            also=("出生日期", "出生年月日", "生日"),
        ),
        Column(
            "phone",
            gettext_noop("Phone"),
            gettext_noop("So that the desk can call. As text."),
            phone_digits,
            as_text=True,
            also=("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "联系方式", "mobile", "telephone"),
        ),
        Column(
            "id_no",
            gettext_noop("ID number"),
            gettext_noop("Never required: only to tell two people of one name apart. As text, 18 characters."),
            number_of_id,
            as_text=True,
            also=("身份证", "身份证号", "身份证号码", "证件号码", "公民身份号码", "id", "idno"),
        ),
        Column(
            "needs",
            gettext_noop("Special help"),
            gettext_noop(
                "Only where it must not wait, with commas between: 独居老人 残疾人 失能需照护 孕产妇 透析 放化疗 "
                "三岁以下婴幼儿 每日联系 定期联系. Anything else is left out."
            ),
            cells.some_of(_NEED_NAMES),
            also=("特殊需要", "特殊需求", "需要", "重点人群", "特殊人群", "needs"),
        ),
    ),
    examples=(
        {
            "estate": "青松苑",
            "building": "3栋",
            "unit": "2",
            "floor": "5",
            "door": "502",
            "state": "lived in by its owner",
            "micro": "青松第1网格微1",
            "name": "王小明",
            "sex": "male",
            "born": "1980-05-06",
            "phone": "13800001234",
            "needs": "透析",
        },
        {"estate": "青松苑", "building": "3栋", "unit": "2", "floor": "6", "door": "601", "state": "vacant"},
    ),
    notes=(
        gettext_noop(
            "A door with several people has a row for each. A door without people has one row without a name."
        ),
        gettext_noop("People who are known behind the same door stay as they are."),
    ),
    most_rows=20_000,
)
