"""Volunteers out of a pasted text: explicit rules, nothing guessed, nothing invented."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.muster import pasted
from linli.muster.models import Free
from linli.people.models import Skill

CHAIN = """#接龙
青松社区志愿者报名
1. 张三 3栋1单元201 13800001234 会开车 晚上有空
2、李敏，13900005678，2栋502，做饭/翻译
（3）王小明１３７００００１１１１ 5-2-1203 周末
4 赵六 12栋 138 0000 9999 喜欢唱歌
5. 钱七 3栋1单元
6. 3栋101 13800008888
7. 孙八 13800007777
8. 周九 3栋101 13800001111 13800002222
9. 吴十 3栋101 138000011112
"""


def test_a_chain_is_read_line_by_line_and_what_is_missing_is_said():
    found = pasted.read(CHAIN)
    assert [(row.number, row.said["name"], row.said["phone"], row.said["door"]) for row in found.rows] == [
        (3, "张三", "13800001234", "3栋1单元201"),
        (4, "李敏", "13900005678", "2栋502"),
        (5, "王小明", "13700001111", "5-2-1203"),
        (6, "赵六", "13800009999", "12栋"),
    ]
    assert [row.said["skills"] for row in found.rows] == [
        1 << Skill.DRIVER,
        1 << Skill.COOK | 1 << Skill.INTERPRETER,
        0,
        0,
    ]
    assert [row.said["free"] for row in found.rows] == [1 << Free.EVENINGS, 0, 1 << Free.WEEKENDS, 0]
    assert found.left_out == ["喜欢唱歌"]
    assert [(number, missing) for number, _, missing in found.mend] == [
        (2, "phone"),
        (7, "phone"),
        (8, "name"),
        (9, "door"),
        (10, "two"),
        (11, "phone"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "7.张三,3栋1单元201,13800001234",
        "张三／3栋1单元201／138-0000-1234",
        "⑧ 姓名：张三 电话：+86 13800001234 住址：3栋1单元201",
        "13800001234 张三 3栋1单元201",
        "１．张三　３栋１单元２０１　１３８００００１２３４",
    ],
)
def test_one_person_is_read_however_the_line_is_written(line):
    row = pasted.read(line).rows[0]
    assert (row.said["name"], row.said["phone"], row.said["door"]) == ("张三", "13800001234", "3栋1单元201")


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("张三 3栋201 1380000123", "phone"),
        ("张三 3栋201 12800001234", "phone"),
        ("张三 3栋201 138000012345", "phone"),
        ("张三 3栋201 13800001234 028-85123456", "two"),
        ("开车 3栋201 13800001234", "name"),
        ("张三 " * 100 + "13800001234", "length"),
    ],
)
def test_a_line_that_lacks_something_says_what(line, missing):
    found = pasted.read(line)
    assert (found.rows, [each for _, _, each in found.mend]) == ([], [missing])


LINES = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.text("0123456789０１３８ -+，、张三李敏栋单元号楼会开车晚上有空()（）.:：#接龙\n", max_size=60),
    ),
    max_size=6,
).map("\n".join)


@given(LINES)
@settings(max_examples=300)
def test_no_text_raises_and_no_phone_comes_out_that_is_not_in_its_line(text):
    found = pasted.read(text)
    lines = text.splitlines()
    for row in found.rows:
        line = unicodedata.normalize("NFKC", lines[row.number - 1])
        phone = row.said["phone"]
        assert re.fullmatch(r"1[3-9][0-9]{9}", phone)
        assert phone in re.sub(r"[- \s]", "", line)
        assert row.said["name"] in line
    numbers = [number for number, _, _ in found.mend] + [row.number for row in found.rows]
    assert len(numbers) == len(set(numbers))


@given(st.sampled_from("3456789"), st.text("0123456789", min_size=9, max_size=9), st.integers(1, 99))
@settings(max_examples=100)
def test_a_good_line_gives_its_own_phone_back(second, rest, building):
    phone = f"1{second}{rest}"
    row = pasted.read(f"{building}. 张三 {building}栋1单元201 {phone} 会开车").rows[0]
    assert (row.said["phone"], row.said["door"]) == (phone, f"{building}栋1单元201")
