"""The bench tells the memory of an installation's parts apart, and counts what each of them started."""

import subprocess
import sys

from bench.signin.memory import VISITORS, Memory

HOLDS = "kept = bytearray(b'x' * ({mib} << 20)); print('held', flush=True); input()  # the {part}"
STARTS = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])  # the {part}"


def test_each_part_is_counted_with_what_it_started_and_visitors_apart() -> None:
    began = [
        ["-c", STARTS.format(part="server"), HOLDS.format(mib=80, part="server's child")],
        ["-c", HOLDS.format(mib=40, part="database")],
        ["-c", HOLDS.format(mib=60, part="crowd")],
    ]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    started = [subprocess.Popen([sys.executable, *words], text=True, **pipes) for words in began]  # type: ignore[call-overload]
    try:
        for each in started:
            assert each.stdout.readline() == "held\n"
        with Memory({"server": "the server", "database": "the database"}) as memory:
            pass
    finally:
        for each in started:
            each.communicate("\n")
    assert 80 <= memory.apart["server"] < 140
    assert 40 <= memory.apart["database"] < 80
    assert memory.apart[VISITORS] >= 60
    assert memory.installation_mib == memory.apart["server"] + memory.apart["database"]
