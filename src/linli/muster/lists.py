"""A list of people who will help, from a file: read whole, looked through row by row, taken all or nothing.

The first row names the columns: name, phone, door and, if there is one, skills; in English or Chinese, in any order.
Looking through changes nothing. A list that was taken may be sent again: who is there already is left alone.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.common.sheets.opening import Without, tables
from linli.custody import secrets
from linli.events.models import Event
from linli.muster import bulk, rules
from linli.muster.bulk import Claimed
from linli.muster.errors import FIELD_WORDS, BadList, SkillUnknown
from linli.muster.models import SignUp
from linli.people.models import Skill
from linli.people.rules import mask_of, phone_digits
from linli.places.models import Area

MOST_ROWS = 5_000
MOST_BYTES = 4 * 1024 * 1024
_LOOK_FOR_HEAD = 10
_PACKED = "muster.list"

COLUMNS = {
    "name": {"name", "full name", "姓名", "名字"},
    "phone": {
        "phone",
        "mobile",
        "phone number",
        "telephone",
        "电话",
        "手机",
        "手机号",
        "手机号码",
        "联系电话",
        "电话号码",
    },
    "door": {
        "door",
        "address",
        "building and door",
        "门牌",
        "楼栋门牌",
        "楼栋和门牌",
        "住址",
        "地址",
        "楼号门牌",
        "房号",
    },
    "skills": {"skills", "skill", "技能", "特长", "专长"},
}
NEEDED = ("name", "phone", "door")
SKILL_NAMES = {
    Skill.MEDICAL: {"medical", "医疗", "医护", "护理"},
    Skill.DRIVER: {"driver", "driving", "驾驶", "司机"},
    Skill.PSYCHOLOGIST: {"psychologist", "psychology", "心理", "心理咨询", "心理疏导"},
    Skill.INTERPRETER: {"interpreter", "translation", "languages", "翻译", "外语"},
    Skill.SECURITY: {"security", "安保", "保安"},
    Skill.LOGISTICS: {"logistics", "物流", "搬运", "后勤"},
    Skill.IT: {"it", "computers", "信息技术", "电脑", "计算机"},
    Skill.ELDER_CARE: {"elder_care", "elder care", "养老护理", "照顾老人", "助老"},
    Skill.CHILD_CARE: {"child_care", "child care", "照顾儿童", "托幼", "照顾孩子"},
    Skill.COOK: {"cook", "cooking", "做饭", "厨师", "烹饪"},
    Skill.REPAIR: {"repair", "维修", "修理"},
    Skill.ADMIN: {"admin", "office work", "行政", "文书", "登记"},
}
_SKILL_BY_NAME = {name: skill for skill, names in SKILL_NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class Rejected:
    """One cell that makes no sense.

    Attributes:
        row: as the spreadsheet numbers it, the head included.
        column: name, phone, door or skills.
        problem: what is wrong with it.
    """

    row: int
    column: str
    problem: Invalid

    @property
    def reason(self) -> str:
        """What is wrong, in the language that is active now."""
        return self.problem.told()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a list would do.

    Attributes:
        new: rows that would become sign-ups.
        there: how many are signed up in this community already; twice: how many stand in the list more than once.
        rejected: cells that make no sense; while there is one, nothing of the list is taken.
    """

    new: list[Claimed]
    there: int
    twice: int
    rejected: list[Rejected]


def look_through(content: bytes, event: Event, community: Area) -> Looked:
    """Read a file and say what it would do, changing nothing.

    Raises:
        BadList: it is no such list at all; the reason says what it is or lacks.
    """
    looked = look_at(_rows(content), event, community)
    if not (looked.new or looked.there or looked.rejected):
        raise BadList(why=gettext("It has a head, but no rows below it."))
    return looked


def look_at(rows: Iterable[tuple[int, dict[str, str]]], event: Event, community: Area) -> Looked:
    """Say what rows would do, each with its number and its cells by column, changing nothing."""
    known = {
        (name, bytes(index))
        for name, index in SignUp.objects.filter(event=event, community=community).values_list("name", "phone_index")
    }
    new: list[Claimed] = []
    rejected: list[Rejected] = []
    seen: set[tuple[str, bytes]] = set()
    there = twice = 0
    for number, cells in rows:
        row, wrong = _row(number, cells)
        rejected += wrong
        if row is None:
            continue
        mark = (row.name, secrets.index(row.phone))
        if mark in seen:
            twice += 1
        elif mark in known:
            there += 1
        else:
            new.append(row)
        seen.add(mark)
    return Looked(new, there, twice, rejected)


def take(event: Event, community: Area, rows: Sequence[Claimed], *, by: Caller, at: datetime) -> int:
    """Take the rows of a list that was looked through; returns how many sign-ups it made."""
    return len(bulk.take_list(event, community, rows, by=by, at=at))


def packed(rows: Sequence[Claimed], community: Area, by: Caller) -> str:
    """Rows as sealed text that a page carries from the look to the taking: nothing is stored in between."""
    content = {"is": _PACKED, "community": community.pk, "user": by.user, "rows": [asdict(row) for row in rows]}
    return secrets.seal(json.dumps(content, ensure_ascii=False)).hex()


def unpacked(text: str, community: Area, by: Caller) -> list[Claimed]:
    """The rows again, for the community and account they were packed for.

    Raises:
        BadList: the text was not made here for this desk, or was changed.
    """
    try:
        content = json.loads(secrets.unseal(bytes.fromhex(text)))
    except (ValueError, secrets.WrongKey) as error:
        raise BadList(why=gettext("Please choose the file again.")) from error
    # Phones and other things are sealed under the same key; only what was packed here is a list.
    if not isinstance(content, dict) or content.get("is") != _PACKED:
        raise BadList(why=gettext("Please choose the file again."))
    if (content["community"], content["user"]) != (community.pk, by.user):
        raise BadList(why=gettext("It was looked through for another community or by somebody else."))
    return [Claimed(**row) for row in content["rows"]]


def _row(number: int, cells: dict[str, str]) -> tuple[Claimed | None, list[Rejected]]:
    """One row as a claim, or what is wrong with each of its cells."""
    wrong: list[Rejected] = []
    kept: dict[str, str] = {}
    for column, most in (("name", 40), ("phone", 40), ("door", 80)):
        try:
            text = rules.cleaned(column, cells.get(column, ""), most=most)
            kept[column] = phone_digits(text) if column == "phone" else text
        except Invalid as problem:
            wrong.append(Rejected(number, column, problem))
    try:
        skills = skills_named(cells.get("skills", ""))
    except SkillUnknown as problem:
        wrong.append(Rejected(number, "skills", problem))
    if wrong:
        return None, wrong
    return Claimed(name=kept["name"], phone=kept["phone"], door=kept["door"], skills=skills), []


def skills_named(text: str) -> int:
    """The bit mask of skills named in one cell, separated by commas, semicolons or slashes.

    Raises:
        SkillUnknown: one of them is not on the list.
    """
    named = [each.strip() for each in re.split(r"[,，、;；/|\n]", text) if each.strip()]
    for each in named:
        if each.lower() not in _SKILL_BY_NAME:
            raise SkillUnknown(field="skills", skill=each[:40])
    return mask_of(_SKILL_BY_NAME[each.lower()] for each in named)


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows below the head with their spreadsheet numbers, empty ones left out."""
    if not content.strip():
        raise BadList(why=gettext("The file is empty."))
    if len(content) > MOST_BYTES:
        raise BadList(why=gettext("The file is larger than 4 MB."))
    table = _sheet(content) if content[:2] == b"PK" else _text(content)
    head_at, columns = _head(table)
    below = [(number, row) for number, row in enumerate(table[head_at + 1 :], head_at + 2) if any(map(str.strip, row))]
    if len(below) > MOST_ROWS:
        words = gettext("It has {rows} rows; at most {most} are taken at once.")
        raise BadList(why=words.format(rows=len(below), most=MOST_ROWS))
    for number, row in below:
        yield number, {name: row[at] for name, at in columns.items() if at < len(row)}


def _head(table: list[list[str]]) -> tuple[int, dict[str, int]]:
    """The row that names the columns, and where each stands. A title above it is passed over."""
    best: dict[str, int] = {}
    for at, row in enumerate(table[:_LOOK_FOR_HEAD]):
        found: dict[str, int] = {}
        for place, cell in enumerate(row):
            title = re.sub(r"[\s*:：]+", " ", cell).strip().lower()
            for column, titles in COLUMNS.items():
                if title in titles:
                    found.setdefault(column, place)
        if all(column in found for column in NEEDED):
            return at, found
        best = max(best, found, key=len)
    missing = [column for column in NEEDED if column not in best]
    words = gettext("Its first row has to name the columns. Missing: {columns}.")
    raise BadList(why=words.format(columns=", ".join(gettext(FIELD_WORDS[column]) for column in missing)))


def _sheet(content: bytes) -> list[list[str]]:
    """The first sheet of an XLSX file, every cell as text."""
    try:
        table = tables(content)[0]
    except (Invalid, IndexError) as error:
        raise BadList(why=gettext("The file cannot be read. Please save it as XLSX or CSV.")) from error
    return [[_cell(value) for value in row] for row in table.rows]


def _cell(value: object) -> str:
    """A cell as text: 13812341234.0 is a phone number that a spreadsheet took for a quantity."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return "" if isinstance(value, Without) else str(value)


def _text(content: bytes) -> list[list[str]]:
    """A CSV file in UTF-8 (with or without mark) or GB18030, separated by commas, semicolons or tabs."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadList(why=gettext("The file is neither XLSX nor text in UTF-8 or GB18030."))
    first = text.split("\n", 1)[0]
    separator = max(",;\t，", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise BadList(why=gettext("A quotation mark in the file is not closed.")) from error
