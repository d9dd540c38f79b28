"""One JSON line for each request, and nothing of what people typed in any log of a real run."""

import http.cookiejar
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from linli.common import logs
from tests.ops.conftest import soon

NAME, PHONE, DOOR = "柳暗花", "13912345678", "7栋7单元7707"
TOKEN = "Marker" + "t" * 37
PLANTED = (NAME, urllib.parse.quote(NAME), PHONE, DOOR, TOKEN, "marker-agent", "marker-query", "marker.host")

CITY = """
import django; django.setup()
from tests.factories import tiny_city
print(tiny_city().communities[0].pk)
"""
BREAKS = f"""
import os, django; django.setup()
import logging, psycopg
from django.db import connection
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as there:
    there.execute("CREATE TABLE planted (name text PRIMARY KEY CHECK (length(name) < 5), phone text)")
    there.execute("INSERT INTO planted VALUES ('{NAME}', '{PHONE}')")
    for name in ("{NAME}", "{NAME}{DOOR}"):
        try:
            there.execute(f"INSERT INTO planted VALUES ('{{name}}', '{PHONE}')")
        except psycopg.Error as error:
            logging.getLogger("linli.test").error("a row was refused", exc_info=error)
            logging.getLogger("another").error(f"it said {{error}}")
"""


def line(record: logging.LogRecord) -> dict[str, object]:
    return dict(json.loads(logs.JsonLines().format(record)))


def test_a_message_that_is_not_ours_is_told_unfilled_and_an_exception_without_its_words() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "x.py", 7, "Gone: %s", (f"/enter/{TOKEN}/",), None)
    assert line(record)["message"] == "Gone: %s"
    record = logging.LogRecord("django.security", logging.ERROR, "/a/x.py", 7, f"bad host {NAME}", (), None)
    assert (line(record)["logged_at"], NAME in json.dumps(line(record), ensure_ascii=False)) == ("x:7", False)
    try:
        raise ValueError(f"Key (phone)=({PHONE}) exists")
    except ValueError:
        record = logging.LogRecord("linli.x", logging.ERROR, "x.py", 7, "job %s", (3,), sys.exc_info())
    said = line(record)
    assert (said["message"], said["error"], PHONE in json.dumps(said)) == ("job 3", "ValueError", False)
    assert "test_logs.py" in str(said["passed"])


@pytest.mark.django_db
def test_each_request_is_one_line_with_the_name_of_its_route(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "linli.requests")
    client = Client()
    replies = [client.get(f"/enter/{TOKEN}/?q=marker-query"), client.get("/sign-ups/none/"), client.get("/healthz")]
    replies.append(client.generic("MARKER", "/"))
    told = [record.facts for record in caplog.records if record.name == "linli.requests"]  # type: ignore[attr-defined]
    assert [row["route"] for row in told] == ["enter", None, "healthz", "home"]
    assert [row["status"] for row in told] == [reply.status_code for reply in replies]
    assert [row["method"] for row in told] == ["GET", "GET", "GET", "OTHER"]
    assert all(set(row) == {"method", "route", "status", "ms"} and row["ms"] >= 0 for row in told)
    assert len({reply[logs.REQUEST_ID_HEADER] for reply in replies}) == len(replies)


@pytest.fixture
def real_run(data_dir: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """`linli run` over an empty Linli that has its administrator: its address, and what commands beside it need."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"LINLI_DATA": str(data_dir), "LINLI_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    running = subprocess.Popen(
        [sys.executable, "-m", "linli", "run", "--city", "none"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert running.stdout is not None
    said = ""
    for each in running.stdout:
        said += each
        if "is ready" in each:
            break
    assert "is ready" in said, said
    command = [sys.executable, "-m", "linli", "access", "administrator", "root.li", "--name", "Root"]
    subprocess.run(command, env=environ, check=True, capture_output=True, timeout=120)
    yield f"http://127.0.0.1:{port}", environ
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)


def beside(environ: dict[str, str], script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "linli", "db", "beside", sys.executable, "-c", script],
        env=environ
        | {
            "DJANGO_SETTINGS_MODULE": "linli.conf.settings",
            "PYTHONPATH": os.pathsep.join([os.getcwd(), environ.get("PYTHONPATH", "")]),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with (Path(environ["LINLI_DATA"]) / "beside.log").open("a", encoding="utf-8") as log:
        log.write(done.stderr)
    return done.stdout


def ask(opener: urllib.request.OpenerDirector, url: str, form: dict[str, str] | None = None, **headers: str) -> str:
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    asked = urllib.request.Request(url, data, {"User-Agent": "marker-agent", "Referer": url, **headers})
    try:
        with opener.open(asked, timeout=30) as reply:
            return str(reply.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.read().decode()


def posted(opener: urllib.request.OpenerDirector, url: str, **form: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', ask(opener, url))
    assert found is not None
    return ask(opener, url, {"csrfmiddlewaretoken": found[1], **form})


def test_nothing_that_was_typed_or_carried_is_in_any_log_of_a_real_run(
    real_run: tuple[str, dict[str, str]], data_dir: Path
) -> None:
    site, environ = real_run
    community = beside(environ, CITY).strip()
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(jar)
    posted(opener, f"{site}/sign-up/{community}/", name=NAME, phone=PHONE, door=DOOR)
    posted(opener, f"{site}/sign-up/{community}/", name=NAME, phone="12", door=DOOR)
    posted(opener, f"{site}/sign-in/", login=NAME, password=PHONE)
    ask(opener, f"{site}/enter/{TOKEN}/")
    ask(opener, f"{site}/sign-in/first/{TOKEN}/?x=marker-query")
    ask(opener, f"{site}/nothing/{urllib.parse.quote(NAME)}/")
    ask(opener, f"{site}/", {"name": NAME})
    ask(opener, f"{site}/", Host="marker.host")
    ask(opener, f"{site}/api/v1/areas/{community}", Authorization=f"Bearer {TOKEN}", Cookie=f"linli_device={TOKEN}")
    beside(environ, BREAKS)
    stored = "from django.db import connection as c; k = c.cursor(); k.execute('SELECT count(*) FROM muster_signup')"
    assert beside(environ, f"import django; django.setup(); {stored}; print(k.fetchone()[0])").strip() == "1"

    written = data_dir / "web.log"
    assert soon(lambda: '"route": "enter"' in written.read_text(encoding="utf-8"))
    lines = [json.loads(each) for each in written.read_text(encoding="utf-8").splitlines()]
    routes = {each["route"] for each in lines if each["logger"] == "linli.requests"}
    assert {"sign_up", "account_login", "enter", "choose_password", "home", None} <= routes
    found = sorted(data_dir.rglob("*.log*"))
    assert {"web.log", "worker.log", "postgres.log", "beside.log"} <= {path.name for path in found}
    assert "a row was refused" in (data_dir / "beside.log").read_text(encoding="utf-8")
    assert "violates" in (data_dir / "postgres.log").read_text(encoding="utf-8")
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert [marker for marker in PLANTED if marker in text] == [], path.name
        unquoted = json.dumps(NAME)[1:-1]
        assert unquoted not in text, path.name
