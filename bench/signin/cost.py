"""What each request of the evening costs: milliseconds of processor and round trips, `python -m bench signin-cost`.

The same ways through the same pages as `bench signin`, one person after the other, against the application in this
process: no queue and no other visitor is in it. One JSON line a request. On a busy machine the milliseconds grow too,
because what else runs takes the caches; compare two runs that were made one after the other.
"""

import json
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from bench.installed import installation
from bench.signin import ways
from bench.signin.browser import Browser
from bench.signin.city import City, made

WARM, PEOPLE = 10, 100
FIRST_PHONE = 18_000_000_000
_ID = re.compile(r"[0-9a-f-]{36}|\d+")


@dataclass
class Cost:
    """What one request cost, each time it was made.

    Attributes:
        python_ms, postgres_ms: processor time of the application and of its database session.
        round_trips: how often it waited for the database; looked at once, because looking costs.
    """

    python_ms: list[float] = field(default_factory=list)
    postgres_ms: list[float] = field(default_factory=list)
    round_trips: int = 0


@dataclass
class Answer:
    """An answer in the form in which a browser reads one."""

    status: int
    headers: Message
    body: bytes

    def read(self) -> bytes:
        """All of it."""
        return self.body


class Inside(Browser):
    """Asks the application in this process, and writes down what each answer cost.

    Attributes:
        costs: by request; may be exchanged between two of them.
        trace: count round trips instead.
    """

    def __init__(self, application: Any, address: str, costs: dict[str, Cost], *, trace: bool = False) -> None:
        super().__init__(0, address)
        self._application, self.costs, self.trace = application, costs, trace

    def _asked(self, method: str, path: str, form: bytes | None, headers: dict[str, str]) -> Any:
        cost = self.costs.setdefault(f"{method} {_ID.sub('N', path)}", Cost())
        environ = _environ(method, path, form or b"", headers)
        if self.trace:
            with _counted() as trips:
                answer = self._answered(environ)
            cost.round_trips = trips[0]
            return answer
        session, began = _session_ms(), time.thread_time()
        answer = self._answered(environ)
        cost.python_ms.append((time.thread_time() - began) * 1000)
        cost.postgres_ms.append(_session_ms() - session)
        return answer

    def _answered(self, environ: dict[str, Any]) -> Answer:
        said: list[Any] = []
        reply = self._application(environ, lambda status, headers: said.extend([status, headers]))
        body = b"".join(reply)
        reply.close()
        kept = Message()
        for name, value in said[1]:
            kept[name] = value
        return Answer(int(said[0].split()[0]), kept, body)


def main(size: str, seed: int, above: Path) -> int:
    """Print what each request costs, on a city of that size."""
    with installation(above, "signin-cost") as folder:
        for request, cost in measured(made(folder / size, size, seed)).items():
            _print(request, cost)
        from django.db import connections

        connections.close_all()
    return 0


def measured(city: City) -> dict[str, Cost]:
    """What each request costs, by its method and path, in the order of the ways."""
    import logging

    from linli.conf.wsgi import application

    logging.getLogger("linli.requests").handlers[:] = [logging.NullHandler()]  # its lines are made and not shown
    costs: dict[str, Cost] = {}
    for number, phone in enumerate(city.phones[: WARM + PEOPLE]):
        if number == WARM:
            costs.clear()
        last = number == WARM + PEOPLE - 1
        ways.by_code(Inside(application, ways.address(number), costs, trace=last), phone, _code_sent)
        _sign_up(Inside(application, ways.address(number), costs, trace=last), city, number)
    desk = city.desks[0]
    writes = Inside(application, ways.address(0), {})
    ways.by_password(writes, desk)
    for number in range(WARM + PEOPLE):
        writes.costs, writes.trace = (costs if number >= WARM else {}), number == WARM + PEOPLE - 1
        writes.get(f"/desk/{desk.community}/log/new/")
        writes.send(caller=f"测试{number} {FIRST_PHONE}", about="3栋2单元502", need="降压药", priority="P2")
    return costs


def _sign_up(browser: Browser, city: City, number: int) -> None:
    browser.get(f"/sign-up/{city.communities[number % len(city.communities)]}/")
    browser.send(name=f"测试{number}", phone=str(FIRST_PHONE + number), door="3栋2单元502")


def _code_sent(phone: str) -> str:
    """What the message says, without the worker."""
    from linli.access import codes
    from linli.access.models import OneTimeCode

    return codes.code_of(OneTimeCode.objects.latest("created_at"))


def _environ(method: str, path: str, form: bytes, headers: dict[str, str]) -> dict[str, Any]:
    said = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return said | {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(form)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(form),
    }


def _session_ms() -> float:
    """The processor time that the database has spent on this connection."""
    from django.db import connection

    if connection.connection is None:
        return 0.0
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


@contextmanager
def _counted() -> Iterator[list[int]]:
    """How often the database said that it is ready for the next."""
    from django.db import connection

    trips = [0]
    with tempfile.TemporaryFile() as seen:
        connection.ensure_connection()
        connection.connection.pgconn.trace(seen.fileno())
        try:
            yield trips
        finally:
            connection.connection.pgconn.untrace()
            seen.seek(0)
            trips[0] = sum(b"ReadyForQuery" in line for line in seen)


def _print(request: str, cost: Cost) -> None:
    line = {
        "bench": "signin-cost",
        "request": request,
        "python_ms": round(median(cost.python_ms), 2),
        "postgres_ms": round(median(cost.postgres_ms), 2),
        "round_trips": cost.round_trips,
    }
    print(json.dumps(line), flush=True)
