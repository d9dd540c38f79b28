"""What stands on a screen instead of a name, a number or a door, until it is revealed."""


def mask_name(name: str) -> str:
    """王小明 → 王**; Anna Berg → A**. The number of stars says nothing about the length."""
    return f"{name.strip()[:1]}**" if name.strip() else ""


def mask_middle(name: str) -> str:
    """王小明 → 王*明, 王明 → *明, Anna Berg → A*g: for one family among themselves, whose names begin alike."""
    letters = name.strip()
    return f"{letters[0] if len(letters) > 2 else ''}*{letters[-1]}" if len(letters) > 1 else letters and "*"


def mask_phone(phone: str) -> str:
    """13812341234 → 138****1234; a short number shows its last two digits only."""
    digits = phone.strip()
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) > 4 else "****" if digits else ""


def mask_mail(address: str) -> str:
    """wang@example.org → w***@example.org."""
    name, at, host = address.strip().rpartition("@")
    return f"{name[:1]}***@{host}" if at and name else ""


def mask_id(id_no: str) -> str:
    """Only the last two characters of an ID number: enough to tell two apart, too little to use."""
    return f"{'*' * 6}{id_no.strip()[-2:]}" if len(id_no.strip()) > 4 else "******" if id_no.strip() else ""


def mask_door(building: str, unit: int | None) -> str:
    """The way to the staircase, not to the door: 3栋2单元**; one named in Latin letters: Building 3, unit 2, **."""
    if building.isascii() and building:
        return f"{building}, unit {unit}, **" if unit is not None else f"{building}, **"
    return f"{building}{unit}单元**" if unit is not None else f"{building}**"
