"""Words that mean: dial first. The one closed list, in Chinese and English, and the pure rule that finds them.

Too often is better than too late: the numbers are shown beside the form, nothing is stopped, and a word that was
meant otherwise costs a glance.
"""

import re
import unicodedata
from dataclasses import dataclass

AMBULANCE, FIRE, POLICE = "120", "119", "110"
NUMBERS = (AMBULANCE, FIRE, POLICE)

_AMBULANCE_ZH = """
昏迷|晕倒|昏倒|晕过去|叫不醒|没反应|没有反应|没意识|没有意识|意识不清|休克|
没呼吸|没有呼吸|呼吸困难|喘不上气|喘不过气|憋气|窒息|噎住|噎着|呛住|心跳停|心脏病|心梗|胸痛|胸口痛|胸口疼|胸闷|
出血|流血|吐血|便血|抽搐|癫痫|中风|脑梗|分娩|临产|要生了|羊水|破水|早产|
中毒|服毒|农药|煤烟|溺水|落水|触电|烧伤|烫伤|骨折|摔伤|坠楼|跳楼|割腕|自杀|轻生
"""
_FIRE_ZH = """
着火|起火|失火|火灾|冒烟|浓烟|烧起来|爆炸|燃气|煤气|天然气|漏气|被困|困在|坍塌|倒塌|垮塌|掉进井|跳楼|轻生
"""
_POLICE_ZH = """
跳楼|轻生|自杀|家暴|打人|殴打|挨打|打架|持刀|砍人|捅人|杀人|抢劫|盗窃|小偷|入室|绑架|强奸|猥亵|虐待|威胁|走失|失踪
"""
_AMBULANCE_EN = """
unconscious|passed out|fainted|collapsed|unresponsive|not responding|not breathing|cannot breathe|can't breathe|
trouble breathing|short of breath|choking|heart attack|cardiac arrest|chest pain|chest pains|stroke|seizure|seizures|
convulsions|bleeding|haemorrhage|hemorrhage|in labour|in labor|giving birth|waters broke|water broke|poisoned|
poisoning|overdose|drowning|drowned|electrocuted|burned|burnt|scalded|broken bone|suicide|suicidal|jumped
"""
_FIRE_EN = """
fire|on fire|burning|flames|smoke|gas leak|smell of gas|smells of gas|gas|explosion|exploded|trapped|
stuck in the lift|stuck in the elevator|building collapsed|jump off
"""
_POLICE_EN = """
suicide|suicidal|jump off|kill himself|kill herself|kill themselves|domestic violence|violence|violent|beaten|beating|
hits her|hit her|assault|attacked|stabbed|knife|robbery|robbed|burglar|burglary|kidnapped|rape|raped|threatened|
missing child|missing person|gone missing
"""


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase for phrase in text.replace("\n", "").split("|") if phrase)


WORDS: dict[str, tuple[str, ...]] = {
    AMBULANCE: _phrases(_AMBULANCE_ZH) + _phrases(_AMBULANCE_EN),
    FIRE: _phrases(_FIRE_ZH) + _phrases(_FIRE_EN),
    POLICE: _phrases(_POLICE_ZH) + _phrases(_POLICE_EN),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A number to dial, and the words that say so, in the order of the list."""

    number: str
    words: tuple[str, ...]


def _pattern(word: str) -> re.Pattern[str]:
    """A Chinese word wherever it stands, an English one as whole words."""
    return re.compile(rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word))


_PATTERNS = {number: {word: _pattern(word) for word in words} for number, words in WORDS.items()}
_ASTRAY = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


def found(*texts: str) -> tuple[Hit, ...]:
    """Which numbers the words in some texts ask to dial: 120 first, then 119, then 110; empty where none does."""
    plain = [_folded(text) for text in texts]
    hits = []
    for number in NUMBERS:
        words = tuple(word for word, shape in _PATTERNS[number].items() if any(shape.search(text) for text in plain))
        if words:
            hits.append(Hit(number, words))
    return tuple(hits)


def _folded(text: str) -> str:
    """Widths and cases alike, one kind of apostrophe, single blanks, none between Chinese characters (着 火)."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    return " ".join(_ASTRAY.sub("", plain).split())
