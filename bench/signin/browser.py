"""One person's browser, as far as a load needs it: cookies, forms, following redirects, coming again when told to."""

import re
import time
from html import unescape
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from bench.installed import HOST

GIVES_UP_S = 60.0
_HIDDEN = re.compile(r"<input[^>]*type=\"hidden\"[^>]*>")
_PART = re.compile(r"(name|value)=\"([^\"]*)\"")


class Unexpected(Exception):
    """A page answered something that this way through the pages does not know."""


class Browser:
    """Opens pages of one site from one address, over one connection that stays open.

    Attributes:
        page: the text of the page that was opened last.
        at: its path.
        waits: how often it was told to come again.
    """

    def __init__(self, port: int, address: str, cookies: dict[str, str] | None = None) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=GIVES_UP_S)
        self._address = address
        self._cookies: dict[str, str] = dict(cookies or {})
        self.page, self.at, self.waits = "", "/", 0

    def get(self, path: str) -> None:
        """Open a page, and the one it leads to."""
        self._follow("GET", path, None)

    def post(self, **typed: str) -> None:
        """Send the form of the page that is open, with what was typed, and open the page it leads to."""
        self._follow("POST", self.at, self._filled(typed))

    def send(self, **typed: str) -> float:
        """Send the form of the page that is open, then open the page it leads to.

        Returns:
            The seconds from sending to the answer, without the page behind it.

        Raises:
            Unexpected: the form was not taken.
        """
        took, location = self.submit(**typed)
        self.get(location)
        return took

    def submit(self, **typed: str) -> tuple[float, str]:
        """Send the form of the page that is open, and stay there.

        Returns:
            The seconds from sending to the answer, and the path it leads to.

        Raises:
            Unexpected: the form was not taken.
        """
        form = self._filled(typed)
        began = time.perf_counter()
        status, location = self._once("POST", self.at, form)
        took = time.perf_counter() - began
        if status != 302:
            raise Unexpected(f"POST {self.at} answered {status}")
        return took, urlsplit(urljoin(self.at, location)).path

    def look(self, path: str) -> tuple[float, int]:
        """Ask for a page once, whatever it answers. Returns the seconds to the answer, and its status."""
        began = time.perf_counter()
        status, _ = self._once("GET", path, None)
        return time.perf_counter() - began, status

    def twin(self, port: int) -> "Browser":
        """The same phone with the same page open, over a connection of its own: for what is tapped twice at once."""
        made = Browser(port, self._address, self._cookies)
        made.page, made.at = self.page, self.at
        return made

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _filled(self, typed: dict[str, str]) -> bytes:
        hidden: dict[str, str] = {}
        for found in _HIDDEN.findall(self.page):
            parts = dict(_PART.findall(found))
            hidden.setdefault(parts.get("name", ""), unescape(parts.get("value", "")))
        return urlencode(hidden | typed).encode()

    def _follow(self, method: str, path: str, form: bytes | None) -> None:
        until = time.monotonic() + GIVES_UP_S
        while True:
            status, told = self._once(method, path, form)
            if status == 503 and time.monotonic() < until:
                self.waits += 1
                time.sleep(float(told))
            elif status == 302:
                method, path, form = "GET", urlsplit(urljoin(path, told)).path, None
            elif status == 200:
                self.at = path
                return
            else:
                raise Unexpected(f"{method} {path} answered {status}")

    def _asked(self, method: str, path: str, form: bytes | None, headers: dict[str, str]) -> HTTPResponse:
        """Ask over the open connection; over a new one where the server has closed it meanwhile, as browsers do."""
        try:
            self._connection.request(method, path, body=form, headers=headers)
            return self._connection.getresponse()
        except (RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            self._connection.request(method, path, body=form, headers=headers)
            return self._connection.getresponse()

    def _once(self, method: str, path: str, form: bytes | None) -> tuple[int, str]:
        """One request. Returns the status, and where it leads to, or for 503 after how many seconds to come again."""
        headers = {
            "Host": HOST,
            "X-Forwarded-For": self._address,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{HOST}{path}",
            "Accept-Language": "zh-CN",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._asked(method, path, form, headers)
        self.page = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        if answer.status == 503:
            return 503, answer.headers["Retry-After"]
        return answer.status, answer.headers.get("Location", "")
