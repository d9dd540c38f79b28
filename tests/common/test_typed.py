"""What nobody types is refused, and everything that people write is not."""

import pytest

from linli.common.errors import Unreadable
from linli.common.typed import check_readable, is_readable


@pytest.mark.parametrize("text", ["", "王小明", "a\tb\r\nc", "é", "👩‍⚕️", "𠮷野家", "\u202d138\u202c", "Ω"])
def test_what_people_write_is_readable(text):
    assert is_readable(text)
    check_readable("李", text)


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ufffd", chr(0xD83D), chr(0xDCFF)])
def test_what_nobody_types_is_refused_wherever_it_stands(bad):
    for text in (bad, f"王{bad}明", f"王{bad}"):
        assert not is_readable(text)
        with pytest.raises(Unreadable):
            check_readable("李", text)
