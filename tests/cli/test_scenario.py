"""`linli scenario sweep`: both balances at the end, in the terminal's language."""

import pytest
from django.utils import translation

from linli.cli.scenario import told
from linli.rolls.past import Known, picture
from linli.scenarios.sweep import Swept
from tests.factories import add_resident, begin_sweep, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "lines"),
    [("zh-hans", ("  未联系上: 1", "  尚未上门: 1")), ("en", ("  Not reached: 1", "  Not yet visited: 1"))],
)
def test_how_people_and_doors_stand_is_told_in_the_terminals_language(language: str, lines: tuple[str, ...]) -> None:
    city = tiny_city()
    add_resident(city, name="王小明", phone="13800001234", building=0, door="502")
    sweep = begin_sweep(city.event, city.street, user_with_role("street", city.street))
    with translation.override(language):
        said = told(Swept(sweep, Known(seen=picture()), truly=1, found=0, left=0, doors_found=0))
    assert set(lines) <= set(said)
