"""A volunteer on their phone: from "I am willing" to a certificate, by presses alone; and one who helps in two ways."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.common.db import from_on
from linli.duty.hours import posts
from linli.duty.models import Service
from linli.muster import actions
from linli.muster.models import Deployed, Free, Placement, SignUp
from linli.muster.units import answering, listing
from linli.muster.units.sheet import Named
from linli.notices.models import Told
from tests import pdfs
from tests.common.test_post import KEY, gateway
from tests.factories import SYSTEM, add_claim, add_resident, ask, caller_for, place_in, tiny_city, user_with_role
from tests.journeys.backstage import let_the_worker_work, let_time_pass
from tests.journeys.somebody import at_desk, at_hour, on_phone
from tests.muster.units.world import called, liaison_for, units_world, wants

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


@pytest.fixture
def sent(settings: Settings) -> Iterator[list[tuple[object, object, bytes]]]:
    """What a gateway of short messages has taken."""
    with gateway() as (url, got):
        settings.ENV = replace(settings.ENV, sms=f"{url}/send", sms_key=KEY, smtp=None)
        yield got  # type: ignore[misc]


def test_a_volunteer_is_placed_told_comes_serves_and_takes_the_certificate_home(
    browser: Browser,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    sent: list[tuple[object, object, bytes]],
) -> None:
    city, site = tiny_city(), live_server.url
    community, grid = city.communities[0], city.grids[0]
    add_resident(city, name="王小明", phone="13800001234", building=0, door="502")
    ask(city, grid=0, want=1, skills={1: 1})
    lead = user_with_role("community_desk", community, name="李值班")
    letters = posts.plain(posts.code_of(city.event, grid, by=caller_for(lead), at=now()))
    person, desk = on_phone(browser, site), at_desk(browser, site, lead)

    person.comes()
    person.follows("报到")
    person.follows(re.compile("青松社区"))
    person.fills(name="王小明", phone="138 0000 1234", door="1栋1单元502")
    person.presses("报到")
    person.reads_on_top("谢谢您！青松社区会给您打电话")
    person.ticks("驾驶")
    person.presses("保存我能做的")
    person.reads("您的特长已记下。")
    person.unfolds("我能服务的时间")
    person.ticks("上午")
    person.ticks("下午")
    person.presses("保存我的时间")
    person.reads("排班只会排在这些时间里")
    claim = SignUp.objects.get()
    assert claim.free == 1 << Free.MORNINGS | 1 << Free.AFTERNOONS

    desk.comes()
    desk.follows("报到")
    desk.follows(re.compile(claim.number))
    desk.presses(re.compile(r"确认为 王\*\*"))
    desk.reads("已确认")

    person.comes()
    person.follows("查看我的报到")
    person.reads_on_top("您已确认，接下来会编入网格")
    person.unfolds("我有一段时间不能来")
    person.fills(since=at_hour(now(), 24 * 20), until=at_hour(now(), 24 * 22))
    person.presses("告知不能来")
    person.reads("这段时间不会给您安排")

    desk.follows("编入方案")
    desk.presses("为青松社区计算编入方案")
    let_the_worker_work()
    desk.reads_on_top("青松社区拟编入 1 人")
    desk.presses("发布 1 条编入")
    let_the_worker_work()
    desk.reads_on_top("青松社区已发布 1 条编入")

    person.comes()
    person.follows(re.compile("通知：1 条新的"))
    person.reads_on_top("您有 1 条新通知")
    person.reads(f"您已编入{grid.name}")
    person.follows("我的报到和编入")
    person.reads_on_top(f"您已编入{grid.name}")
    person.reads("您来吗？", "驾驶")
    person.presses("我来")
    person.reads("谢谢，我们等您来。")
    assert Told.objects.get().read_at is not None
    assert Placement.objects.get().coming_at is not None

    person.follows("我的时长")
    person.follows("输入海报上的码")
    person.fills(code=f"{letters[:4]}-{letters[4:]}".lower())
    person.presses("继续")
    person.reads_on_top(f"签到：{grid.name}")
    person.presses("现在签到")
    person.reads("已签到，谢谢您。")
    let_time_pass(monkeypatch, 3 * HOUR)
    person.presses("现在签退")
    person.reads("已签退。时长等待确认。")

    served = Service.objects.get()
    person.follows("我的时长")
    person.follows(re.compile("的时长不对"))
    person.fills(since=at_hour(served.started_at, 0), until=at_hour(served.started_at, 2))
    person.presses("请值班台更正")
    person.reads("已提交值班台。原记录一并保留。")

    desk.comes()
    desk.follows(re.compile("^在岗人员"))
    desk.follows(re.compile("1 项待处理：时长"))
    desk.reads("本人填写")
    desk.page.get_by_label("原因（本人会看到）").first.fill("与海报旁的登记一致")
    desk.presses("更正并确认")
    desk.reads("已更正并确认。")
    served.refresh_from_db()
    assert served.state == Service.State.CORRECTED

    person.comes()
    person.follows("查看我的报到")
    person.follows("我的时长")
    person.reads("已确认")
    assert b"BEGIN:VEVENT" in person.downloads("把我的时间安排加到日历")
    person.unfolds("服务时长证明")
    person.follows("用验证码登录")
    person.fills(to="13800001234")
    sent.clear()
    person.presses("发送验证码")
    person.reads("138****1234")
    let_the_worker_work()
    texts = [json.loads(body)["text"] for _, _, body in sent]
    code = next(found[0] for each in texts if (found := re.search(r"\d{6}", each)))
    person.fills(code=code)
    person.presses("继续")
    person.presses(re.compile("^我是王"))
    person.comes()
    person.follows("查看我的报到")
    person.follows("我的时长")
    person.unfolds("服务时长证明")
    paper = pdfs.text(person.downloads("我的已确认时长证明（PDF）"))
    assert "王小明" in paper
    assert grid.name in paper


def test_unit_service_holds_while_it_lasts_and_the_place_at_home_returns(
    browser: Browser, live_server: LiveServer
) -> None:
    made, at = units_world(), now()
    city, site = made.city, live_server.url
    home = city.grids[2]
    known = add_resident(city, name="王小明", phone="13800001234", community=1)
    claim = add_claim(city, name="王小明", phone="13800001234", community=1)
    actions.confirm(claim, person=known, by=SYSTEM, at=at)
    place_in(city.event, known, home, from_on(at - HOUR, at + 240 * HOUR), coming_at=at)
    request = wants(made, heads=2, since=at, until=at + 72 * HOUR)
    call = called(made, request)
    liaison = liaison_for(made, call)
    listing.name_people(
        call, [Named(1, "王小明", "13800001234", 0), Named(2, "钱二", "13900000002", 0)], by=liaison, at=at
    )
    answering.commit(call, by=liaison, at=at)
    _, secret = start_device_session(claim.pk, at=at)
    person = on_phone(browser, site, cookies={DEVICE_COOKIE: secret})
    lead = user_with_role("community_desk", city.communities[0], name="李值班")
    desk = at_desk(browser, site, lead)

    person.comes()
    person.follows("查看我的报到")
    person.reads_on_top(f"您已编入{home.name}")

    desk.comes()
    desk.follows("增援")
    desk.follows(re.compile("^梧桐街道："))
    desk.ticks(re.compile("勾选.*王"))
    desk.presses("勾选的人已到达")
    desk.reads("1 人已到达。", "已到")

    person.comes()
    person.follows("查看我的报到")
    unit = call.organisation.name
    person.reads_on_top(f"您由{unit}派到青松社区")
    person.reads(f"之后您在{home.name}的编入恢复。")

    desk.ticks(re.compile("勾选.*王"))
    desk.presses("勾选的人返回")
    desk.reads("1 人返回，感谢。")

    person.comes()
    person.follows(re.compile("^通知：1 条新的"))
    person.reads("支援结束，谢谢您", "您在青松社区的支援已于")
    person.follows("首页")
    person.follows("查看我的报到")
    person.reads_on_top(f"您已编入{home.name}")
    person.sees_nothing_of(unit)
    assert Deployed.objects.get(person=known).state == Deployed.State.RELEASED
    here = Placement.objects.filter(person=known, during__contains=now())
    assert [each.grid_id for each in here] == [home.pk]
