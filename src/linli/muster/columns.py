"""Columns that several templates of people share: who somebody is, how to call them, what they can do."""

from django.utils.translation.trans_null import gettext_noop

from linli.common.sheets import Column, cells
from linli.muster.lists import SKILL_NAMES
from linli.people.rules import phone_digits

SKILLS = {cells.folded(name): int(skill) for skill, names in SKILL_NAMES.items() for name in names}

NAME = Column(
    "name",
    gettext_noop("Name"),
    gettext_noop("As it stands on the ID card."),
    cells.name(40),
    needed=True,
    also=("姓名", "名字", "full name"),
)
PHONE = Column(
    "phone",
    gettext_noop("Phone"),
    gettext_noop("So that the desk can call. As text."),
    phone_digits,
    needed=True,
    as_text=True,
    also=("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "mobile"),
)
SKILL = Column(
    "skills",
    gettext_noop("Skills"),
    gettext_noop("With commas between: 医疗 驾驶 心理 翻译 安保 物流 信息技术 助老 托幼 做饭 维修 文书."),
    cells.some_of(SKILLS),
    also=("技能", "特长", "专长", "skill"),
)
