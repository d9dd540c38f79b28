"""Reading volunteers out of a pasted 接龙 or group text, by explicit rules; nothing is guessed.

A line is one person: `1. 张三 3栋1单元201 13800001234 会开车 晚上有空`. It has one mobile number, one door, one name;
what is left over is skills and times of the closed lists, or is left out by name. A line that lacks one of the three is
not understood: it is shown again, to be mended in place.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from linli.common.sheets import Row, cells
from linli.common.typed import is_readable
from linli.muster.columns import SKILLS
from linli.muster.volunteer_sheet import FREE

MOST_LINES = 1_000
MOST_LETTERS = 200  # of a line that can be one person

_NUMBER = re.compile(
    r"^\s*(?:[(（]?\d{1,4}\s*[)）.、．,，:：](?!\d)|\d{1,4}\s+(?=[\u3400-\u9fff])(?![栋幢号座楼])|[①-⑳•·*-])\s*"
)
_PHONE = re.compile(r"(?<![\d])(?:\+?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2})(?!\d)")
_DIGITS = re.compile(r"(?<!\d)(?:\d[ -]?){7,}")
_DOOR = re.compile(
    r"[0-9A-Za-z一二三四五六七八九十]{1,4}\s*(?:栋|幢|号楼|座)"
    r"(?:\s*[0-9A-Za-z一二三四五六七八九十]{1,3}\s*单元)?(?:\s*(?:[0-9]{1,3}\s*[层楼])?\s*[0-9]{1,5}[A-Za-z]?\s*[号室]?)?"
    r"|(?<!\d)\d{1,3}-(?:\d{1,2}-)?\d{2,5}(?!\d)"
)
_BETWEEN = re.compile(r"[\s,，、;；/／|。]+")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}(?:·[\u3400-\u9fff]{1,8})?")
_LABEL = re.compile(r"(?:姓名|名字|电话|手机|手机号|联系电话|楼栋|门牌|住址|地址|技能|特长|时间)\s*[:：]")
_AROUND = re.compile(r"^(?:我|本人)?(?:会|能|可以|可|懂|有|擅长)+|(?:有空|都有空|都行|可以|没问题|方便)$")
_SAID = {"开车": "驾驶", "车": "驾驶", "驾照": "驾驶", "做菜": "做饭", "医生": "医疗", "护士": "医疗", "英语": "翻译"}


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    Attributes:
        rows: numbered by their line, as the template of volunteers has them.
        mend: lines that are not understood, with what is missing ("name", "phone", "door", "length", "two").
        left_out: words that are none of the closed lists.
    """

    rows: list[Row] = field(default_factory=list)
    mend: list[tuple[int, str, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read(text: str) -> Read:
    """Read a pasted text line by line; it never raises, and no phone comes out that is not in its line."""
    found = Read()
    for number, said in enumerate(text.splitlines()[:MOST_LINES], 1):
        line = " ".join(unicodedata.normalize("NFKC", said).split())
        if not line or (line.startswith(("#", "接龙")) and not _PHONE.search(line)):
            continue
        row, missing, words = _line(number, line)
        found.left_out.extend(words)
        if row is not None:
            found.rows.append(row)
        else:
            found.mend.append((number, line, missing))
    return found


def _line(number: int, line: str) -> tuple[Row | None, str, list[str]]:
    """One person, or what is missing for one."""
    if len(line) > MOST_LETTERS or not is_readable(line):
        return None, "length", []
    rest = _LABEL.sub(" ", _NUMBER.sub("", line))
    phones = [match[1] for match in _PHONE.finditer(rest)]
    if len(phones) != 1:
        return None, "two" if phones else "phone", []
    rest = _PHONE.sub(" ", rest)
    if _DIGITS.search(rest):  # a second number, or one with a digit too many
        return None, "two", []
    door = _DOOR.search(rest)
    if door is None:
        return None, "door", []
    rest = f"{rest[: door.start()]} {rest[door.end() :]}"
    words = [word for word in _BETWEEN.split(rest) if word]
    name = next((word for word in words if _HAN_NAME.fullmatch(word) and _bit(word) is None), "")
    if not name:
        return None, "name", []
    words.remove(name)
    skills, free, left = _rest(words)
    said = {
        "name": name,
        "phone": re.sub(r"\D", "", phones[0]),
        "door": "".join(door[0].split()),
        "skills": skills,
        "free": free,
    }
    return Row(number, dict(said)), "", left


def _rest(words: list[str]) -> tuple[int, int, list[str]]:
    """Bits of skills, bits of times, and words that are neither."""
    skills = free = 0
    left = []
    for word in words:
        found = _bit(word)
        if found is None:
            left.append(word[:40])
        elif found[0] == "skills":
            skills |= 1 << found[1]
        else:
            free |= 1 << found[1]
    return skills, free, left


def _bit(word: str) -> tuple[str, int] | None:
    for each in _shorter(word):
        folded = cells.folded(_SAID.get(each, each))
        if folded in SKILLS:
            return "skills", SKILLS[folded]
        if folded in FREE:
            return "free", FREE[folded]
    return None


def _shorter(word: str) -> Iterator[str]:
    """A word as it stands, and without what people put around it: 会开车, 晚上有空."""
    yield word
    while (less := _AROUND.sub("", word, count=1)) != word:
        word = less
        if word:
            yield word
