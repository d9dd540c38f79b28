"""One phone: what the app asks and brings, over one connection from one address, and what it keeps meanwhile."""

import gzip
import json
import random
import time
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from uuid import uuid4

from bench.installed import HOST
from bench.sync.sealing import envelope
from linli.common.ids import uuid7

GIVES_UP_S = 60.0
AT_ONCE = 50  # envelopes in one request, as work.ts
NEW_PERSON = 0.1  # share of phones that met somebody whom no list knows
OVER = ("done", "refused", "conflict")


class NoSignal(Exception):
    """No answer, or none that the app would take: it asks again by itself."""


@dataclass
class Phone:
    """What lies on it.

    Attributes:
        number: its own. cookie: the secret that its QR left.
        lent: what it was lent and told with it. doors: those of its list. digests: of the list's parts.
        wrote: (body, envelope) of each thing that is written down. answers: state told of each key.
        busy: how often it was told to come again.
    """

    number: int
    cookie: str
    lent: dict[str, Any] = field(default_factory=dict)
    doors: list[dict[str, Any]] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    wrote: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    busy: int = 0
    csrf: str = ""
    device: str = field(default_factory=lambda: str(uuid4()))
    _cookies: dict[str, str] = field(default_factory=dict)

    def gets_doors(self, port: int) -> int:
        """Be lent the doors of the day. Returns the bytes of their list."""
        with closing(connection(port)) as line:
            self.says_hello(line)
            self.lent = self._asks(line, "POST", "/field/api/lease", {"device": self.device})
            return self.fetches(line)

    def says_hello(self, line: HTTPConnection) -> None:
        """Ask who one is."""
        self.csrf = self._asks(line, "GET", f"/field/api/hello?lease={self.lent.get('lease', '')}")["csrf"]

    def fetches(self, line: HTTPConnection) -> int:
        """Get what differs of the list. Returns its bytes."""
        known = ",".join(f"{part}:{digest}" for part, digest in self.digests.items())
        told = self._asks(line, "GET", f"/field/api/roster?v=1&lease={self.lent['lease']}&known={known}")
        fresh = [door for part in told["parts"].values() for door in part]
        gone = {door["i"] for door in fresh}
        self.doors = [door for door in self.doors if door["i"] not in gone] + fresh
        self.digests = told["digests"]
        return int(told["bytes"])

    def works(self, doors: list[dict[str, Any]], clash: dict[str, Any] | None, chance: random.Random) -> None:
        """Write down what was found at doors; at `clash` a colleague finds something else."""
        for door in doors:
            answered = bool(door["p"]) and chance.random() < 0.8
            result = "answered" if answered else chance.choice(["no_answer", "no_answer", "vacant", "refused"])
            said = [[person["i"], "here"] for person in door["p"]] if answered else []
            self._writes("finding", door, result=result, how="door", said=said, spoke=said[0][0] if said else None)
        if doors and chance.random() < NEW_PERSON:
            self._writes("person", doors[-1], name=f"新来{self.number}", phone="", guest=False)
        if clash is not None:
            self._writes("finding", clash, result="refused", how="door", said=[], spoke=None)

    def _writes(self, kind: str, door: dict[str, Any], **says: Any) -> None:
        body = {
            **says,
            "kind": kind,
            "key": str(uuid7()),
            "lease": self.lent["lease"],
            "author": self.lent["author"],
            "role": self.lent["role"],
            "at": int(time.time() * 1000),
            "offset": 0,
            "door": door["i"],
            "sweep": door["s"],
            "seen": door["r"]["i"] if door["r"] else None,
        }
        self.wrote.append((body, envelope(self.lent, body)))

    def sends(self, line: HTTPConnection, *, lost: str = "") -> None:
        """Send what is not answered for good yet.

        Args:
            lost: "before": the line breaks once it is sent; "after": once the server has answered, unheard.

        Raises:
            NoSignal: it broke.
        """
        waiting = [sealed for body, sealed in self.wrote if self.answers.get(body["key"]) not in OVER]
        for some in (waiting[at : at + AT_ONCE] for at in range(0, len(waiting), AT_ONCE)):
            if lost:
                self._request(line, "POST", "/field/api/outbox", {"envelopes": some})
                if lost == "after":
                    line.getresponse().read()
                raise NoSignal
            told = self._asks(line, "POST", "/field/api/outbox", {"envelopes": some})
            self.answers |= {each["key"]: each["state"] for each in told["answers"]}

    def differs(self, contested: Collection[int]) -> int:
        """How many doors do not stand in its list as it was told that they do; of `contested` a colleague's may."""
        listed = {door["i"]: door["r"] or {} for door in self.doors}
        done = [
            body
            for body, _ in self.wrote
            if body["kind"] == "finding" and self.answers[body["key"]] == "done" and body["door"] not in contested
        ]
        return sum(
            (listed[body["door"]].get("i"), listed[body["door"]].get("r")) != (body["key"], body["result"])
            for body in done
        )

    def _asks(self, line: HTTPConnection, method: str, path: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            self._request(line, method, path, said)
            reply = line.getresponse()
            read = reply.read()
        except (OSError, HTTPException) as problem:
            raise NoSignal from problem
        for text in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = text.partition(";")[0].partition("=")
            self._cookies[name] = value
        if reply.status == 503:
            self.busy += 1
            raise NoSignal
        if reply.status != 200:
            raise RuntimeError(f"{method} {path.partition('?')[0]} answered {reply.status}: {read[:200]!r}")
        plain = gzip.decompress(read) if reply.headers.get("Content-Encoding") == "gzip" else read
        return {**json.loads(plain), "bytes": len(read)}

    def _request(self, line: HTTPConnection, method: str, path: str, said: dict[str, Any] | None) -> None:
        headers = {
            "Host": HOST,
            "X-Forwarded-For": f"198.18.{self.number // 250 % 250}.{self.number % 250 + 1}",
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{HOST}/field/",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Sec-Fetch-Mode": "cors",
            "Cookie": "; ".join(
                f"{name}={value}" for name, value in {"linli_phone": self.cookie, **self._cookies}.items()
            ),
        }
        body = None
        if said is not None:
            body = json.dumps({"v": 1, **said}).encode()
            headers |= {"Content-Type": "application/json", "X-CSRFToken": self.csrf}
        line.request(method, path, body=body, headers=headers)


def connection(port: int) -> HTTPConnection:
    """A line of its own, as each phone has one."""
    return HTTPConnection("127.0.0.1", port, timeout=GIVES_UP_S)
