"""Whoever forgot to finish duty is told once that they are asked when it ended."""

import pytest

from linli.common.clock import now
from linli.duty.hours import actions, jobs
from linli.duty.models import Service
from linli.muster import hearing
from linli.notices.models import Told
from linli.notices.telling import in_words
from tests.duty.served import HOUR, begin, placed
from tests.factories import SYSTEM, tiny_city

pytestmark = pytest.mark.django_db


def test_who_forgot_is_told_once_and_who_has_said_is_not_told() -> None:
    city, at = tiny_city(), now()
    forgetful, quick, here = placed(city), placed(city), placed(city)
    begin(city, forgetful, at - 20 * HOUR)
    answered = begin(city, quick, at - 20 * HOUR)
    begin(city, here, at - HOUR)
    assert hearing.tell_unfinished(at=at) == 0
    jobs.ask_forgotten(at=at)
    actions.finish(answered.pk, said=Service.Said.LATER, happened=at - 15 * HOUR, by=SYSTEM, at=at)
    assert [hearing.tell_unfinished(at=at) for _ in range(2)] == [1, 0]
    told = Told.objects.select_related("notice").get()
    assert told.person_id == forgetful.pk
    assert city.grids[0].name in in_words([told.notice])[told.notice_id].text
