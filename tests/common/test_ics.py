"""Calendars as other programs read them: folded, escaped, in UTC."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from linli.common.ics import Entry, calendar, escaped, folded

AT = datetime(2022, 9, 2, 8, tzinfo=UTC)


def unfolded(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_an_entry_says_when_where_and_which_it_is() -> None:
    since = datetime(2022, 9, 3, 8, tzinfo=timezone(timedelta(hours=8)))
    entry = Entry("booking-7@linli", since, since + timedelta(hours=4), "青松第1网格", "北门; 2,3栋", "一\n二", 5)
    lines = unfolded(calendar("我的", [entry], at=AT))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    wanted = (
        "UID:booking-7@linli",
        "SEQUENCE:5",
        "DTSTAMP:20220902T080000Z",
        "DTSTART:20220903T000000Z",
        "DTEND:20220903T040000Z",
        "SUMMARY:青松第1网格",
        "LOCATION:北门\\; 2\\,3栋",
        "DESCRIPTION:一\\n二",
        "TRANSP:OPAQUE",
    )
    assert [line for line in wanted if line not in lines] == []
    assert "TRANSP:TRANSPARENT" in unfolded(calendar("", [Entry("a", AT, AT, "b", busy=False)], at=AT))
    off = unfolded(calendar("", [Entry("a", AT, AT, "b", called_off=True)], at=AT))
    assert {"STATUS:CANCELLED", "TRANSP:TRANSPARENT"} <= set(off)


@given(st.text(max_size=300))
def test_no_line_is_too_long_or_broken_by_what_is_written(text: str) -> None:
    value = escaped(text)
    assert "\n" not in value
    assert "\r" not in value
    sent = folded(f"SUMMARY:{value}")
    assert sent.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in sent.split("\r\n"))
    assert sent.removesuffix("\r\n").replace("\r\n ", "") == f"SUMMARY:{value}"
