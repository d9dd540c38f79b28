"""From the button to the published placements, over HTTP."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.common.clock import now
from linli.common.db import from_on
from linli.muster import actions, jobs, runs
from linli.muster.models import Allocation, Placement
from linli.people.models import Skill
from linli.web.allocations import default_period
from linli.web.fields import MOMENT
from tests.factories import TinyCity, add_claim, add_resident, ask, caller_for, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def confirm(city: TinyCity, number: int, *, community: int = 0, skills: int = 0) -> None:
    name, phone = "王小明", f"1380000{number:04d}"
    person = add_resident(city, name=name, phone=phone, community=community, door=f"{100 + number}")
    claim = add_claim(city, name=name, phone=phone, community=community, skills=skills)
    desk = caller_for(user_with_role("community_desk", city.communities[community]))
    actions.confirm(claim, person=person, by=desk, at=now())


def period() -> dict[str, str]:
    return {name: moment.strftime(MOMENT) for name, moment in default_period(now()).items()}


def worked_out(city: TinyCity, *, community: int | None = None) -> Allocation:
    at = now()
    area = city.street if community is None else city.communities[community]
    by = caller_for(user_with_role("street" if community is None else "community_desk", area))
    run = runs.begin(city.event, area, during=from_on(at, at + timedelta(days=7)), by=by, at=at)
    jobs.work_out(run)
    run.refresh_from_db()
    return run


def test_the_button_starts_a_run_and_its_job_together(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    url = reverse("allocations", args=[city.communities[0].pk])
    assert "Work out a proposal for 青松社区" in client.get(url).content.decode()

    reply = client.post(url, period())

    run = Allocation.objects.get()
    assert reply.url == reverse("allocation", args=[run.pk])
    job = ProcrastinateJob.objects.get(task_name="muster.allocate")
    assert job.args == {"allocation_id": run.pk}
    assert run.during.upper - run.during.lower == timedelta(days=7)


def test_where_the_job_cannot_be_given_out_no_run_is_left_behind(
    client: Client, city: TinyCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, user_with_role("community_desk", city.communities[0]))

    def refuse(**arguments: object) -> None:
        raise ConnectionError("the queue is not there")

    monkeypatch.setattr(jobs.allocate, "defer", refuse)
    with pytest.raises(ConnectionError):
        client.post(reverse("allocations", args=[city.communities[0].pk]), period())
    assert not Allocation.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"since": "2022-09-02T08:00", "until": "2022-09-01T08:00"},
        {"since": "2022-09-02T08:00", "until": "2023-09-02T08:00"},
        {"since": "yesterday", "until": "tomorrow"},
        {},
    ],
)
def test_a_period_that_makes_no_sense_starts_nothing(client: Client, city: TinyCity, said: dict[str, str]) -> None:
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    reply = client.post(reverse("allocations", args=[city.communities[0].pk]), said)
    assert reply.status_code == 422
    assert "Nothing was saved yet" in reply.content.decode()
    assert not Allocation.objects.exists()


def test_a_second_press_of_the_button_is_told_that_one_is_under_way(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    url = reverse("allocations", args=[city.communities[0].pk])
    client.post(url, period())
    page = client.post(url, period(), follow=True).content.decode()
    assert "already under way" in page
    assert Allocation.objects.count() == 1


def test_who_waits_sees_how_far_it_is_and_then_that_it_is_ready(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=1)
    confirm(city, 1)
    sign_in(client, user_with_role("street", city.street))
    at = now()
    by = caller_for(user_with_role("street", city.street))
    run = runs.begin(city.event, city.street, during=from_on(at, at + timedelta(days=1)), by=by, at=at)
    progress = reverse("allocation_progress", args=[run.pk])
    assert f'hx-get="{progress}"' in client.get(reverse("allocation", args=[run.pk])).content.decode()
    Allocation.objects.filter(pk=run.pk).update(state="running", progress=0.42, step="solve")
    running = client.get(progress).content.decode()
    assert 'value="42"' in running
    assert "Working out who goes where" in running
    jobs.work_out(run)
    ready = client.get(progress).content.decode()
    assert "The proposal is ready." in ready
    assert "hx-get" not in ready


def test_a_proposal_is_told_in_plain_words_and_published_by_name(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=2, skills={Skill.MEDICAL: 1})
    ask(city, grid=2, want=1)
    for number in range(2):
        confirm(city, number)
    confirm(city, 3, community=1)
    run = worked_out(city)
    user = user_with_role("street", city.street)
    sign_in(client, user)

    page = client.get(reverse("allocation", args=[run.pk])).content.decode()
    assert "<strong>3</strong> people would be placed in 梧桐街道" in page
    assert "Proved: there is no better arrangement." in page
    assert "Medical work: 1 place stays empty" in page
    assert "Nobody who is placed already is moved." in page
    assert "Publish 3 placements" in page

    told = client.post(reverse("publish_allocation", args=[run.pk]), follow=True).content.decode()
    assert "Placements in 梧桐街道 are being published" in told
    assert ProcrastinateJob.objects.get(task_name="muster.publish").args == {"allocation_id": run.pk}
    assert not Placement.objects.exists(), "the job does it"
    jobs.publish(run.pk)
    told = client.get(reverse("allocation", args=[run.pk])).content.decode()
    assert "<strong>3</strong> placements published in 梧桐街道" in told
    assert client.get(reverse("allocation_progress", args=[run.pk])).headers["HX-Refresh"] == "true"
    assert Placement.objects.filter(published_by=user.pk).count() == 3
    again = client.post(reverse("publish_allocation", args=[run.pk]), follow=True).content.decode()
    assert "is not a finished proposal" in again
    assert Placement.objects.count() == 3


def test_a_publication_that_stopped_half_way_goes_on_when_pressed_again(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=1)
    ask(city, grid=2, want=1)
    confirm(city, 1)
    confirm(city, 2, community=1)
    run = worked_out(city)
    sign_in(client, user_with_role("street", city.street))
    client.post(reverse("publish_allocation", args=[run.pk]))
    url = reverse("allocation", args=[run.pk])
    assert "Carry on publishing" not in client.get(url).content.decode(), "a worker may still take it up"
    Allocation.objects.filter(pk=run.pk).update(published_at=now() - timedelta(minutes=2))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # a worker took the job up and died
    page = client.get(url).content.decode()
    assert "Publishing has stopped half way." in page
    assert "Carry on publishing" in page

    client.post(reverse("publish_allocation", args=[run.pk]))
    assert ProcrastinateJob.objects.filter(task_name="muster.publish").count() == 1
    jobs.publish(run.pk)
    jobs.publish(run.pk)
    assert Placement.objects.count() == 2
    run.refresh_from_db()
    assert run.state == Allocation.State.PUBLISHED


def test_what_is_short_and_who_is_unplaced_are_said_with_their_reasons(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=1)
    for number in range(3):
        confirm(city, number)
    sign_in(client, user_with_role("street", city.street))
    full = client.get(reverse("allocation", args=[worked_out(city).pk])).content.decode()
    assert "Every grid gets all it asks for." in full
    assert "2 people stay free: every grid within reach has all it can take." in full
    ask(city, grid=1, want=7)
    short = client.get(reverse("allocation", args=[worked_out(city).pk])).content.decode()
    assert "5 places in 1 of 2 grids stay empty" in short


def test_the_desk_reads_masked_names_and_the_street_counts(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=1)
    confirm(city, 1)
    mine = worked_out(city, community=0)
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    desk = client.get(reverse("allocation", args=[mine.pk])).content.decode()
    assert "王**" in desk
    assert "王小明" not in desk
    sign_in(client, user_with_role("street", city.street))
    street = client.get(reverse("allocation", args=[mine.pk])).content.decode()
    assert "王**" not in street
    assert city.grids[0].name in street
    sign_in(client, user_with_role("city", city.street))
    top = client.get(reverse("allocation", args=[mine.pk])).content.decode()
    assert city.grids[0].name not in top
    assert "By community" in top


def test_a_run_of_another_area_answers_as_if_it_did_not_exist(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=1)
    confirm(city, 1)
    run = worked_out(city)
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    assert client.get(reverse("allocation", args=[run.pk])).status_code == 404
    assert client.get(reverse("allocation_progress", args=[run.pk])).status_code == 404
    assert client.post(reverse("publish_allocation", args=[run.pk])).status_code == 404
    assert client.get(reverse("allocations", args=[city.street.pk])).status_code == 404
    assert not Placement.objects.exists()


def test_overtaken_lines_are_listed_afterwards(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=1)
    ask(city, grid=2, want=1)
    confirm(city, 1)
    confirm(city, 2, community=1)
    run = worked_out(city)
    ask(city, grid=0, want=4)
    sign_in(client, user_with_role("street", city.street))
    client.post(reverse("publish_allocation", args=[run.pk]))
    jobs.publish(run.pk)
    page = client.get(reverse("allocation", args=[run.pk])).content.decode()
    assert "<strong>1</strong> placement published" in page
    assert "1 line was not published, because the world had moved on:" in page
    assert "1 were meant for a grid that changed what it asks for" in page


def test_a_failed_run_says_what_to_do_with_its_code(client: Client, city: TinyCity) -> None:
    run = worked_out(city)
    sign_in(client, user_with_role("street", city.street))
    page = client.get(reverse("allocation", args=[run.pk])).content.decode()
    assert "There is nothing to place" in page
    assert "nothing_to_place" in page
    assert "Publish" not in page


def test_a_proposal_page_asks_as_often_for_one_person_as_for_ten(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=1)
    ask(city, grid=1, want=20)
    confirm(city, 1)
    few, many = worked_out(city, community=0), None
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    asked = _queries(client, few)
    for number in range(2, 11):
        confirm(city, number)
    many = worked_out(city, community=0)
    assert many.lines.count() == 10
    assert _queries(client, many) == asked


def _queries(client: Client, run: Allocation) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(reverse("allocation", args=[run.pk])).status_code == 200
    return len(caught)


def test_a_proposal_calls_areas_by_the_name_of_the_pages_language(client: Client, city: TinyCity) -> None:
    for area, latin in ((city.street, "Wutong Street"), (city.grids[0], "Qingsong grid 1")):
        type(area).objects.filter(pk=area.pk).update(name_latin=latin)
    ask(city, grid=0, want=2)
    confirm(city, 1)
    run = worked_out(city)
    sign_in(client, user_with_role("street", city.street))
    page = client.get(reverse("allocation", args=[run.pk])).content.decode()
    assert "placed in Wutong Street" in page
    assert ">Qingsong grid 1</a>" in page
    assert city.grids[0].name not in page
    assert "Wutong Street" in client.get(reverse("allocations", args=[city.street.pk])).content.decode()
