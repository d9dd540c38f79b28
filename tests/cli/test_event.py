"""`linli event` and `linli pack`: what they do, what they refuse, and their exit codes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import translation
from django.utils.timezone import localtime

from linli.cli import session
from linli.cli.event import event
from linli.cli.pack import pack
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.custody.models import TrailEntry
from linli.events import packs
from linli.events.models import Event
from tests.factories import TinyCity, tiny_city, user_with_role

Said = Callable[..., Result]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def city(db: None) -> TinyCity:
    return tiny_city()


@pytest.fixture
def said(city: TinyCity, monkeypatch: pytest.MonkeyPatch) -> Said:
    """The command, over the test's own database, which is there already; by an account of the city's role."""

    @contextmanager
    def there() -> Iterator[None]:
        yield

    monkeypatch.setattr(session, "database", there)
    chief = user_with_role("city", city.street).username

    def run(*words: str, by: str = chief) -> Result:
        return CliRunner().invoke(event, [*words, *([] if words[0] == "list" else ["--by", by])])

    return run


def code_of(result: Result) -> str:
    """The code with which `linli` ends, told by `main`."""
    assert isinstance(result.exception, LinliError), result.output
    return result.exception.code


def test_an_event_is_opened_listed_and_ended(said: Said, city: TinyCity) -> None:
    told = said("open", "十月疫情", "--name-en", "October outbreak", "--pack", "epidemic", "--exercise")
    assert told.exit_code == 0, told.output
    made = Event.objects.get(name="十月疫情")
    assert told.output.startswith(f"Event {made.pk} is open: 十月疫情, from ")
    assert (made.exercise, made.name_en, list(made.areas.all())) == (True, "October outbreak", [city.street])
    line = next(line for line in said("list").output.splitlines() if "十月疫情" in line)
    assert line.split()[:4] == [str(made.pk), "under", "way", "exercise"]
    assert "梧桐街道" in line
    assert said("end", str(made.pk)).exit_code == 0
    assert "十月疫情" not in said("list").output
    assert "十月疫情" in said("list", "--all").output
    assert code_of(said("end", str(made.pk))) == "event_ended"
    assert TrailEntry.objects.filter(subject=f"event:{made.pk}").count() == 2


def test_an_event_to_come_over_chosen_areas_is_called_off(said: Said, city: TinyCity) -> None:
    later = localtime(now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    area = str(city.communities[1].pk)
    assert said("open", "演练", "--pack", "epidemic", "--exercise", "--starts", later, "--area", area).exit_code == 0
    made = Event.objects.get(name="演练")
    assert (f"{localtime(made.started_at):%Y-%m-%d %H:%M}", list(made.areas.all())) == (later, [city.communities[1]])
    assert "to come" in next(line for line in said("list").output.splitlines() if "演练" in line)
    assert code_of(said("end", str(made.pk))) == "event_not_active"
    assert said("call-off", str(made.pk)).exit_code == 0
    assert not Event.objects.filter(name="演练").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("open", "九月疫情", "--pack", "epidemic", "--real"), "event_open_already"),
        (("open", "x", "--pack", "flood", "--real"), "pack_unknown"),
        (("open", " ", "--pack", "epidemic", "--real"), "event_name_missing"),
        (("open", "x", "--pack", "epidemic", "--real", "--area", "0"), "not_found"),
        (("open", "x", "--pack", "epidemic", "--real", "--starts", "2022-01-01"), "event_start_off"),
        (("end", "0"), "not_found"),
        (("call-off", "0"), "not_found"),
    ],
)
def test_what_is_refused_ends_with_its_code(said: Said, words: tuple[str, ...], code: str) -> None:
    before = Event.objects.count()
    assert code_of(said(*words)) == code
    assert Event.objects.count() == before


def test_it_is_real_or_an_exercise_and_somebody_says_which(said: Said) -> None:
    assert said("open", "x", "--pack", "epidemic").exit_code == 2


def test_only_who_decides_about_events_opens_one(said: Said, city: TinyCity) -> None:
    words = ("open", "x", "--pack", "epidemic", "--real", "--area", str(city.street.pk))
    assert code_of(said(*words, by="nobody")) == "no_such_account"
    assert code_of(said(*words, by=user_with_role("street", city.street).username)) == "not_decided_here"
    assert not Event.objects.filter(name="x").exists()


def test_packs_that_are_there_are_listed() -> None:
    told = CliRunner().invoke(pack, ["list"])
    assert told.exit_code == 0
    assert [line.split()[:2] for line in told.output.splitlines()] == [[p.code, p.version] for p in packs.shipped()]


def test_a_pack_without_a_mistake_is_said_to_have_none() -> None:
    told = CliRunner().invoke(pack, ["check", str(packs.SHIPPED / "epidemic.yaml")])
    assert (told.exit_code, told.output) == (0, "epidemic.yaml: nothing is wrong (epidemic, version 1).\n")


def test_every_mistake_of_a_pack_is_told_with_file_line_and_reason(tmp_path: Path) -> None:
    text = (packs.SHIPPED / "epidemic.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "mine.yaml"
    bad.write_text(
        text.replace("precedence: control ", "precedence: whatever ").replace("level: 1", "level: 7"), "utf-8"
    )
    told = CliRunner().invoke(pack, ["check", str(bad)])
    assert told.exit_code == 1
    lines = bad.read_text(encoding="utf-8").splitlines()
    for number in (next(n for n, line in enumerate(lines, 1) if key in line) for key in ("whatever", "level: 7")):
        assert f"mine.yaml, line {number}: " in told.output
    assert "[bad_pack]" in told.output


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"- 1\n- 2\n", b"a: [", b"code: *x"])
def test_what_is_no_pack_at_all_is_told_without_a_trace(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_bytes(content)
    told = CliRunner().invoke(pack, ["check", str(path)])
    assert told.exit_code == 1
    assert "mine.yaml, line " in told.output
    assert isinstance(told.exception, SystemExit)
