"""Closings from the terminal: where they stand, and going on with one."""

import pytest
from click.testing import CliRunner

from linli.cli import closing as cli
from linli.closing.models import Closing, Step
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.events.models import Event
from tests.closing import planted as plants
from tests.factories import tiny_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """The commands over the tests' database."""
    bare = {name: each.callback.__wrapped__ for name, each in cli.closing.commands.items()}
    for name, each in cli.closing.commands.items():
        monkeypatch.setattr(each, "callback", bare[name])
    return lambda *words: CliRunner().invoke(cli.closing, words)


def test_the_list_says_how_far_each_is_and_what_stands_in_the_way(run):
    planted = plants.plant(tiny_city())
    assert " -  " in run("list").output
    closing = plants.confirm(planted)
    Step.objects.create(closing=closing, what=1, begun_at=now(), done_at=now())
    Step.objects.create(closing=closing, what=2, begun_at=now(), failure="closing_held_up")
    said = run("list").output
    for word in ("confirmed", "1/6", "closing_held_up", planted.city.event.name):
        assert word in said


def test_nothing_goes_on_before_two_have_confirmed_or_without_a_closing(run):
    planted = plants.plant(tiny_city())
    assert isinstance(run("go-on", str(planted.city.event.pk)).exception, LinliError)
    Closing.objects.create(event=planted.city.event, opened_by=1, opened_at=now())
    said = run("go-on", str(planted.city.event.pk))
    assert (said.exit_code, "have not confirmed" in said.output) == (1, True)


def test_what_stands_in_the_way_is_said_with_its_code(run, monkeypatch):
    planted = plants.plant(tiny_city())
    closing = plants.confirm(planted)
    Step.objects.create(closing=closing, what=3, begun_at=now(), failure="closing_log_held", facts={"why": {"n": "2"}})
    monkeypatch.setattr(cli.work, "go_on", lambda *_: "closing_log_held")
    said = run("go-on", str(planted.city.event.pk)).exception
    assert isinstance(said, LinliError)
    assert (said.code, ": 2." in str(said)) == ("closing_log_held", True)
    assert Event.objects.filter(pk=planted.city.event.pk).exists()


def test_a_finished_one_is_said_to_be_so(run, monkeypatch):
    planted = plants.plant(tiny_city())
    plants.confirm(planted)
    monkeypatch.setattr(cli.work, "go_on", lambda *_: "")
    monkeypatch.setattr(cli.work, "settle", lambda *_: 0)
    assert "is done" in run("go-on", str(planted.city.event.pk)).output
