"""The lists that a community of 8,000 brings: spreadsheets as the office has them, and a text from a group chat.

Everybody is made up. The columns are those of the templates that Linli hands out.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

COMMUNITY, GRIDS, MICROS = "大同社区", 20, 3
UNITS, FLOORS, DOORS = 3, 9, 2  # doors a floor; one building in each micro-grid
PEOPLE, VOLUNTEERS = 8_000, 60
EXPECTED = {"people": PEOPLE, "volunteers": VOLUNTEERS, "grid_workers_in": GRIDS}
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰红波辉玉梅建国华文"


@dataclass(frozen=True, slots=True)
class Lists:
    """Where each file lies, and the text to paste."""

    areas: Path
    staff: Path
    persons: Path
    volunteers: str


def written(folder: Path) -> Lists:
    """Write the files into a folder."""
    chance = random.Random(PEOPLE)
    made = Lists(folder / "areas.xlsx", folder / "staff.xlsx", folder / "persons.xlsx", _chat(chance))
    _write(made.areas, ["层级", "区域名称", "上级区域", "值班台电话"], _areas())
    _write(made.staff, ["姓名", "登录名", "角色", "区域"], _staff(chance))
    _write(made.persons, ["小区", "楼栋", "单元", "楼层", "门牌号", "微网格", "姓名", "性别", "电话"], _persons(chance))
    return made


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([head, *rows]):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)


def _areas() -> list[list[str]]:
    rows = [["社区", COMMUNITY, "", "028-85123456"]]
    for grid in range(1, GRIDS + 1):
        rows.append(["网格", f"第{grid}网格", COMMUNITY, ""])
        rows += [["微网格", f"第{grid}网格微{micro}", f"第{grid}网格", ""] for micro in range(1, MICROS + 1)]
    return rows


def _staff(chance: random.Random) -> list[list[str]]:
    workers = [[_name(chance), f"grid{grid}", "网格员", f"第{grid}网格"] for grid in range(1, GRIDS + 1)]
    return [["陈主任", "chen", "社区", COMMUNITY], *workers]


def _persons(chance: random.Random) -> list[list[str]]:
    homes = [
        ["大同苑", f"{building}栋", str(unit), str(floor), f"{floor}0{door}", f"第{grid}网格微{micro}"]
        for building, (grid, micro) in enumerate(((g, m) for g in range(1, GRIDS + 1) for m in range(1, MICROS + 1)), 1)
        for unit in range(1, UNITS + 1)
        for floor in range(1, FLOORS + 1)
        for door in range(1, DOORS + 1)
    ]
    # Everybody behind a door has another name: two of one name would need a birthday to be told apart.
    names = [family + given for family in _FAMILY for given in _GIVEN]
    behind = [chance.sample(names, -(-PEOPLE // len(homes))) for _ in homes]
    rows = []
    for number in range(PEOPLE):
        nth, home = divmod(number, len(homes))
        phone = f"139{20_000_000 + number}" if nth == 0 else ""
        rows.append([*homes[home], behind[home][nth], chance.choice("男女"), phone])
    return rows


def _chat(chance: random.Random) -> str:
    skills = ["会开车", "学过急救", "会做饭", "会修水电", "照顾过老人", ""]
    lines = ["#接龙 志愿者报名"]
    for number in range(1, VOLUNTEERS + 1):
        building, unit = chance.randint(1, GRIDS * MICROS), chance.randint(1, UNITS)
        door = f"{building}栋{unit}单元{chance.randint(1, FLOORS)}0{chance.randint(1, DOORS)}"
        free = chance.choice(["晚上有空", "周末有空", ""])
        lines.append(
            f"{number}. {_name(chance)} {door} 138{30_000_000 + number} {chance.choice(skills)} {free}".rstrip()
        )
    return "\n".join(lines)


def _name(chance: random.Random) -> str:
    return chance.choice(_FAMILY) + "".join(chance.sample(_GIVEN, 2))
