"""Reading a unit's people: its own spreadsheet or the template, or lines pasted into a phone; nothing is guessed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation.trans_null import gettext_noop

from linli.common.errors import Invalid
from linli.common.sheets import Column, Template, cells
from linli.common.sheets.errors import TooManyRows
from linli.common.sheets.reading import read
from linli.common.typed import is_readable
from linli.muster.volunteer_sheet import SKILLS
from linli.people.rules import phone_digits

MOST = 5_000
_BETWEEN = re.compile(r"[\s,，、;；/／|。]+")
_NUMBER = re.compile(r"^\s*[(（]?\d{1,4}\s*[)）.、．,，:：]\s*(?!\d)")
_DIGITS = re.compile(r"\+?\d[\d-]{5,}\d")

TEMPLATE = Template(
    key="unit_people",
    title=gettext_noop("People a work unit sends"),
    says=gettext_noop("Whom your work unit sends, with a phone and skills. By the unit's liaison."),
    columns=(
        Column(
            "name",
            gettext_noop("Name"),
            gettext_noop("As it stands on the ID card."),
            cells.name(40),
            needed=True,
            also=("姓名", "名字", "full name"),
        ),
        Column(
            "phone",
            gettext_noop("Phone"),
            gettext_noop("So that the desk can call. As text."),
            phone_digits,
            needed=True,
            as_text=True,
            also=("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "mobile"),
        ),
        Column(
            "skills",
            gettext_noop("Skills"),
            gettext_noop("With commas between: 医疗 驾驶 心理 翻译 安保 物流 信息技术 助老 托幼 做饭 维修 文书."),
            cells.some_of(SKILLS),
            also=("技能", "特长", "专长", "skill"),
        ),
    ),
    examples=(
        {"name": "王小明", "phone": "13800001234", "skills": "驾驶，翻译"},
        {"name": "李敏", "phone": "13900005678", "skills": "cook"},
    ),
    most_rows=MOST,
)


@dataclass(frozen=True, slots=True)
class Named:
    """One person as a unit names them; `row` as the spreadsheet or the pasted text numbers it."""

    row: int
    name: str
    phone: str
    skills: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    Attributes:
        mend: rows that make no sense: number, what stood there (empty for a spreadsheet), and the sentence why.
    """

    named: list[Named] = field(default_factory=list)
    mend: list[tuple[int, str, str]] = field(default_factory=list)


def of_file(content: bytes) -> Read:
    """A spreadsheet's rows.

    Raises:
        Invalid: it is no such list at all.
    """
    sheet = read(TEMPLATE, content)
    named = [
        Named(row.number, row.text("name"), row.text("phone"), int(row.said.get("skills") or 0)) for row in sheet.rows
    ]
    return Read(named, [(each.row, TEMPLATE.titled(each.column), each.problem.told()) for each in sheet.rejected])


def of_text(text: str, wrong: str) -> Read:
    """Pasted lines, a person each: a name, a phone, and skills of the closed list. Other words are left out.

    Args:
        wrong: the sentence for a line that has not one name and one phone.

    Raises:
        TooManyRows: more lines than are taken at once; none of them is.
    """
    found, lines = Read(), text.splitlines()
    if len(lines) > MOST:
        raise TooManyRows(most=MOST)
    for number, said in enumerate(lines, 1):
        line = " ".join(unicodedata.normalize("NFKC", said).split())
        if not line:
            continue
        one = _line(number, line)
        if one is None:
            found.mend.append((number, line[:200], wrong))
        else:
            found.named.append(one)
    return found


def _line(number: int, line: str) -> Named | None:
    if len(line) > 200 or not is_readable(line):
        return None
    words = [word for word in _BETWEEN.split(_NUMBER.sub("", line)) if word]
    phones = [word for word in words if _DIGITS.fullmatch(word)]
    rest = [word for word in words if word not in phones and cells.folded(word) not in SKILLS]
    if len(phones) != 1 or not rest or len(rest[0]) > 40:
        return None
    name = rest[0] if not rest[0].isascii() else " ".join(_latin(rest))
    skills = 0
    for word in words:
        if cells.folded(word) in SKILLS:
            skills |= 1 << SKILLS[cells.folded(word)]
    try:
        return Named(number, name[:40], phone_digits(phones[0]), skills)
    except Invalid:
        return None


def _latin(words: Sequence[str]) -> list[str]:
    """The words of a name in Latin letters, up to the first of another script."""
    taken: list[str] = []
    for word in words:
        if not word.isascii():
            break
        taken.append(word)
    return taken
