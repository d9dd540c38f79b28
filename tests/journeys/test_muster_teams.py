"""Whoever leads, on a phone; the desk that forms teams, names posts, gives out buildings and repairs, at 1280 px."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.custody.reveals import LEADER_KIND
from linli.duty.models import Service
from linli.events.models import Zone
from linli.muster.models import Allocation, Holding, Member, Placement, Responsibility, SignUp, Team
from linli.muster.teams import holding
from linli.notices.models import Told
from tests.duty.served import HOUR, served
from tests.factories import ask, tiny_city, user_with_role
from tests.journeys.backstage import let_the_worker_work, let_time_pass
from tests.journeys.somebody import Somebody, at_desk, on_phone
from tests.muster.teams.test_posts import named
from tests.muster.teams.world import desk_of, formed, placed, zone_over
from tests.muster.test_allocation import confirmed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def of_person(browser: Browser, site: str, placement: Placement) -> Somebody:
    """Somebody who is placed, with the phone they signed up on."""
    claim = SignUp.objects.get(person=placement.person_id)
    return on_phone(browser, site, cookies={DEVICE_COOKIE: start_device_session(claim.pk, at=now())[1]})


def test_a_leader_dials_taps_and_hands_the_post_over(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, site, at = tiny_city(), live_server.url, now()
    one, two = placed(city, 1, days_ago=1), placed(city, 2, days_ago=1)
    SignUp.objects.update(fit_said_at=at)
    post = named(city)
    told = holding.give(post, one.person_id, [(at, at + 2 * HOUR)], by=desk_of(city), at=at)
    assert [each.refused for each in told] == [None]
    leader = on_phone(browser, site, user_with_role("leader", city.grids[0], name="唐丽"))

    leader.comes()
    leader.follows("在岗人员：签到、签退")
    leader.reads("王1", "王2", "东门先锋岗")
    leader.sees_nothing_of("13800000001")
    leader.presses(re.compile("显示 2 人的电话"))
    leader.reads("13800000001", "13800000002")
    assert TrailEntry.objects.filter(kind=LEADER_KIND).count() == 1

    leader.presses("王1签到")
    leader.reads("起在岗")
    leader.unfolds("换下王1")
    leader.chooses("谁来接班", "王2")
    leader.presses("移交这一班")
    leader.reads("已移交。", "换下王2")
    let_time_pass(monkeypatch, HOUR)
    leader.presses("王1签退")
    leader.reads("1 项待处理：时长")
    assert Service.objects.get().state == Service.State.WAITING
    holds = {each.person_id: each.during for each in Holding.objects.filter(post=post)}
    assert holds[two.person_id].upper == at + 2 * HOUR
    assert one.person_id not in holds or holds[one.person_id].upper <= holds[two.person_id].lower


def test_a_team_leader_leaves_and_the_deputy_leads(browser: Browser, live_server: LiveServer) -> None:
    city, site = tiny_city(), live_server.url
    first, second, third = (placed(city, n, days_ago=9 - n) for n in (1, 2, 3))
    team = formed(city, [first, second, third])
    leader, deputy = of_person(browser, site, first), of_person(browser, site, second)
    desk = at_desk(browser, site, user_with_role("community_desk", city.communities[0], name="李值班"))

    leader.comes()
    leader.follows("查看我的报到")
    leader.follows(re.compile("突击队"))
    leader.reads_on_top(re.compile("您是 突击队.* 的队长"))
    leader.follows("我的报到")
    leader.unfolds("我还是不能参加")
    leader.presses("撤回我的报到")
    leader.reads_on_top("您已撤回报到")

    desk.comes()
    desk.follows("队伍")
    desk.follows(re.compile("突击队"))
    desk.reads("王**")
    desk.presses("就这样补齐")
    desk.reads("队伍已补齐，1 人退出。")

    deputy.comes()
    deputy.follows("查看我的报到")
    deputy.follows(re.compile("突击队"))
    deputy.reads_on_top(re.compile("您是 突击队.* 的队长"))
    deputy.reads("王2", "王3")
    deputy.sees_nothing_of("王1")
    now_in = Member.objects.filter(team=team, during__contains=now())
    assert now_in.get(role=Member.Role.LEADER).person_id == second.person_id
    assert now_in.count() == 2


def test_a_raised_zone_proposes_a_team_and_the_desk_names_posts_and_gives_out_every_building(
    browser: Browser, live_server: LiveServer
) -> None:
    city, site = tiny_city(), live_server.url
    community = city.communities[0]
    for number in range(1, 4):
        placed(city, number)
    ask(city, grid=1, want=3)
    near = [placed(city, number, grid=1) for number in range(4, 9)]
    SignUp.objects.update(fit_said_at=now())
    zone_over(city, city.grids[0].place, Zone.Risk.HIGH)
    desk = at_desk(browser, site, user_with_role("community_desk", community, name="李值班"))

    desk.comes()
    desk.follows("风险区")
    desk.reads("这些风险区的队伍", re.compile(r"\d+ 人"))
    desk.follows("查看 青松社区 的组队建议")
    desk.reads_on_top("6")
    desk.presses("组建这支队伍")
    desk.reads("队伍已组建。")
    team = Team.objects.get()
    assert team.place_id == city.grids[0].pk
    desk.unfolds("再让人加入")
    desk.reads(city.grids[1].name)
    desk.page.locator("#join [name=member]").first.check()
    desk.presses("让 1 人加入队伍")
    desk.reads("1 人加入队伍。")
    assert Member.objects.filter(team=team, during__contains=now()).count() == 7

    desk.follows(re.compile("^青松社区 ?的队伍"))
    desk.follows("岗位")
    desk.fills(name="东门先锋岗")
    desk.page.locator('[name="kind"]').first.check()
    desk.presses("命名这个岗位")
    desk.reads("东门先锋岗 已命名。请安排时段。")
    desk.fills(first=f"{localdate(now()) + timedelta(days=1)}", begins="08:00", ends="12:00", days="2")
    desk.presses("安排这些时段")
    desk.reads("已安排 2 班。")
    assert Holding.objects.count() == 2

    desk.follows(re.compile("岗位"))
    desk.follows(re.compile("^青松社区 ?的队伍"))
    desk.follows("责任区")
    desk.reads_on_top("4")
    for box in desk.page.locator("#divide [name=who]").all()[:2]:
        box.check()
    desk.presses("分给他们")
    desk.reads("已划分，尚未发布")
    desk.presses("发布责任人")
    desk.reads("已发布：4 栋楼换了责任人。")
    desk.reads_on_top("青松社区：每栋楼都有人负责")
    given = Responsibility.objects.filter(during__contains=now())
    assert sorted(given.values_list("place", flat=True)) == sorted(each.pk for each in city.buildings[:4])
    assert len(near) == 5


def test_whoever_is_silent_is_called_and_replaced_and_hours_are_approved(
    browser: Browser, live_server: LiveServer
) -> None:
    city, site, at = tiny_city(), live_server.url, now()
    ask(city, grid=0, want=2)
    quiet, comes = placed(city, 1, days_ago=1), placed(city, 2, days_ago=1)
    Placement.objects.update(answer_by=at - HOUR)
    Placement.objects.filter(pk=comes.pk).update(coming_at=at - 2 * HOUR)
    spare = confirmed(city, 3)
    served(city, comes.person, at - 5 * HOUR, at - 2 * HOUR)
    desk = at_desk(browser, site, user_with_role("community_desk", city.communities[0], name="李值班"))

    desk.comes()
    desk.follows(re.compile("这里有 1 名已编入的人还没答复来不来"))
    desk.reads_on_top("青松社区：1 人还没答复来不来")
    desk.presses("为打电话显示 王** 的电话（留有记录）")
    desk.reads("13800000001")
    desk.ticks("王**来不了")
    desk.presses("替换1名来不了的人")
    let_the_worker_work()
    desk.reads("谁调动，为什么", f"请到{city.grids[0].name}", "离家")
    desk.presses("发布1项变动")
    let_the_worker_work()
    desk.reads_on_top("青松社区已发布1项变动")
    here = Placement.objects.filter(grid=city.grids[0], during__endswith__gt=now())
    assert set(here.values_list("person", flat=True)) == {comes.person_id, spare.pk}
    assert Told.objects.filter(notice__code="placed", person=spare).exists()
    assert Allocation.objects.get().kind == "repair"

    desk.comes()
    desk.follows(re.compile("^在岗人员"))
    desk.follows("1 项待处理：时长")
    desk.presses(re.compile("^全部确认本页 1 次"))
    desk.reads("已确认 1 次服务时长。")
    assert Service.objects.get().state == Service.State.APPROVED
    assert quiet.person_id not in set(here.values_list("person", flat=True))
