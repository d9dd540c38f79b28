"""The article played on a whole small city: its open inputs go in, every figure of the briefing is counted."""

from pathlib import Path

import numpy as np
import pytest

from linli.access.actions import TERMINAL
from linli.command.queries import facts
from linli.command.record import texts
from linli.common.clock import now
from linli.muster.models import Allocation, Demand, Deployed, Placement, SignUp
from linli.people import register
from linli.places.models import Area, Level
from linli.scenarios import article
from linli.scenarios.city import FolderRegister
from linli.scenarios.errors import AlreadyPlayed
from linli.simulation import CityFolder
from linli.simulation.article import draw_article_inputs
from linli.simulation.units import draw_county_units, draw_departments

pytestmark = pytest.mark.django_db


def nothing_is_said(share: float, step: str) -> None:
    """Nobody watches."""


def loaded(datong: Path) -> CityFolder:
    folder = CityFolder(datong)
    register.load(FolderRegister(folder), synthetic=True, by=TERMINAL, at=now(), progress=nothing_is_said)
    return folder


def told(folder: CityFolder, seed: int) -> tuple[article.Played, dict[str, int], list[str]]:
    """A play to its end, its figures and its text in both languages."""
    done = article.play(folder, seed, publish=True, progress=nothing_is_said)
    known = facts(done.event, done.allocation.area, now())
    return done, {each.key: each.value for each in known.figures if each.part is None}, list(texts(known))


def test_the_briefing_counts_what_the_play_left_in_the_rows(datong: Path) -> None:
    folder = loaded(datong)
    inputs = draw_article_inputs(folder, 1)

    done, figures, (chinese, english) = told(folder, 1)

    assert done.allocation.state == Allocation.State.PUBLISHED
    assert done.allocation.proved
    everybody = len(inputs.sign_ups.name)
    assert figures["signed_up"] == SignUp.objects.filter(state="confirmed").count() == everybody, "nobody is dropped"
    assert figures["grids_asking"] == Demand.objects.filter(want__gt=0).count() == int(np.sum(inputs.asking.want > 0))
    placed = Placement.objects.filter(during__endswith__gt=now())  # a few of them serve their work unit meanwhile
    assert figures["people_placed"] == placed.count() > 0
    assert figures["grids_placed"] == placed.values("grid").distinct().count()
    came = Deployed.objects.filter(state=Deployed.State.ARRIVED)
    assert came.count() == len(draw_departments(folder, 1).person) + len(draw_county_units(folder, 1).person)
    assert set(came.values_list("call__reinforcement__area", flat=True)) <= set(
        Area.objects.filter(level=Level.COMMUNITY).values_list("pk", flat=True)
    )
    assert f"{figures['people_placed']:,} people have been placed in {figures['grids_placed']:,} grids" in english
    assert figures["deployed_city"] + figures["deployed_counties"] == came.count()
    at_risk = {area for area, level in inputs.zones.items() if level > 0}
    assert figures["deployed_in_zones"] == came.filter(call__reinforcement__area__in=at_risk).count() > 0
    assert f"{figures['deployed_in_zones']:,} of the people deployed worked in zones" in english
    assert "合成数据" in chinese
    unknown = SignUp.objects.filter(matched=False).count() / everybody
    assert 0.05 < unknown < 0.2, "about one in ten is unknown to the register, and kept"
    cannot = int((~inputs.sign_ups.available).sum())
    assert not Placement.objects.filter(person__volunteer__unavailable__isnull=False).exists()
    assert done.allocation.summary["unavailable"] == cannot

    with pytest.raises(AlreadyPlayed):
        article.play(folder, 2, publish=True, progress=nothing_is_said)


def test_another_seed_gives_its_own_figures(datong: Path) -> None:
    folder = loaded(datong)
    first = draw_article_inputs(folder, 1)
    _, figures, _ = told(folder, 2)
    second = draw_article_inputs(folder, 2)
    assert not np.array_equal(first.sign_ups.name, second.sign_ups.name)
    assert figures["grids_asking"] == int(np.sum(second.asking.want > 0))
    assert figures["people_placed"] == Placement.objects.filter(during__endswith__gt=now()).count() > 0
