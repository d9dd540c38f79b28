"""Calendars as RFC 5545 has them: written by hand, because one kind of entry is all there is.

Lines end in CRLF and are folded at 75 octets, never inside a character. Moments are in UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_MOST = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        uid: the same as long as it is the same entry, whatever changes in it.
        sequence: grows with every change. busy: whether it takes all the time it lasts.
        called_off: a calendar that holds it takes it away, or strikes it through.
    """

    uid: str
    since: datetime
    until: datetime
    title: str
    where: str = ""
    text: str = ""
    sequence: int = 0
    busy: bool = True
    called_off: bool = False


def calendar(name: str, entries: Sequence[Entry], *, at: datetime) -> bytes:
    """A calendar with some entries."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Linli//Linli//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        *[line for each in entries for line in _entry(each, at)],
        "END:VCALENDAR",
    ]
    return "".join(folded(line) for line in lines).encode()


def _entry(entry: Entry, at: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_moment(at)}",
        f"DTSTART:{_moment(entry.since)}",
        f"DTEND:{_moment(entry.until)}",
        f"SUMMARY:{escaped(entry.title)}",
        *([f"LOCATION:{escaped(entry.where)}"] if entry.where else []),
        *([f"DESCRIPTION:{escaped(entry.text)}"] if entry.text else []),
        f"TRANSP:{'OPAQUE' if entry.busy and not entry.called_off else 'TRANSPARENT'}",
        f"STATUS:{'CANCELLED' if entry.called_off else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as a value: no line break of its own ends the line it stands on."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> str:
    """A line as it is sent: at most 75 octets, going on after a blank."""
    parts, part, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _MOST:
            parts.append(part)
            part, size = " ", 1
        part, size = part + letter, size + octets
    return "\r\n".join([*parts, part]) + "\r\n"
