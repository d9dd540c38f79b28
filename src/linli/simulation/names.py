"""Names for people and estates who do not exist, put together from short lists written for this purpose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linli.simulation.draws import Ints, weighted, whole

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁任沈"
    "姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向"
    "汤"
)
SURNAME_WEIGHTS = tuple(max(8, 700 // (rank + 6)) for rank in range(len(SURNAMES)))
BOYS = "伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢阳建亮成建峰国志文博子轩昊然睿哲晨铭泽瑞嘉"
GIRLS = "芳娜敏静丽艳娟霞秀燕玲桂英梅红兰萍洁婷雪慧莉琳倩颖佳蓉琴云凤珍淑华欣怡梦瑶思雨涵诗语桐若晴雅馨妍可"

ESTATE_HEADS = (
    "锦绣",
    "金沙",
    "翠湖",
    "芙蓉",
    "望江",
    "浣花",
    "百花",
    "银杏",
    "桂溪",
    "青竹",
    "丽景",
    "阳光",
    "春晓",
    "和平",
    "龙泉",
    "西苑",
    "东苑",
    "南苑",
    "北苑",
    "兰亭",
    "清水",
    "文苑",
    "书香",
    "天府",
    "安居",
    "新华",
    "幸福",
    "长青",
    "玉林",
    "双楠",
)
ESTATE_TAILS = ("家园", "花园", "小区", "苑", "新居", "名城", "雅居", "庭院", "公馆", "里")
VILLAGE_TAILS = ("院子", "林盘", "新村", "大院")
DEDICATED = ("学校", "医院", "商场", "市场", "写字楼", "产业园")


def codes(text: str) -> NDArray[np.uint32]:
    """The characters of a text as code points."""
    return np.array([ord(character) for character in text], dtype=np.uint32)


def surnames(rng: np.random.Generator, size: int) -> NDArray[np.uint32]:
    """Surnames as code points, common ones more often."""
    return codes(SURNAMES)[weighted(rng, SURNAME_WEIGHTS, size)]


def people(rng: np.random.Generator, family: NDArray[np.uint32], male: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Full names ('U3') from surnames: a given name of one character for 15 in 100, of two for the others."""
    size = len(family)
    letters = np.zeros((size, 3), dtype=np.uint32)
    letters[:, 0] = family
    for column in (1, 2):
        boys = codes(BOYS)[whole(rng, 0, len(BOYS) - 1, size)]
        girls = codes(GIRLS)[whole(rng, 0, len(GIRLS) - 1, size)]
        letters[:, column] = np.where(male, boys, girls)
    letters[whole(rng, 0, 99, size) < 15, 2] = 0
    return letters.view("U3").ravel()


def estates(rng: np.random.Generator, count: int, rural: bool) -> list[str]:
    """Names of the estates of one community, all different."""
    tails = VILLAGE_TAILS if rural else ESTATE_TAILS
    pairs = len(ESTATE_HEADS) * len(tails)
    start, step = int(whole(rng, 0, pairs - 1, 1)[0]), 7  # 7 divides neither 300 nor 120: every pair comes up once
    picked: Ints = (start + step * np.arange(count, dtype=np.int64)) % pairs
    rounds = (step * np.arange(count, dtype=np.int64)) // (step * pairs)
    return [
        ESTATE_HEADS[pair // len(tails)] + tails[pair % len(tails)] + ("" if lap == 0 else f"{lap + 1}期")
        for pair, lap in zip(picked.tolist(), rounds.tolist(), strict=True)
    ]
