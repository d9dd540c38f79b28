"""People of work units, from the desk that asks to the thanks: each of three in a browser of their own, in Chinese.

The desk and city command sit at 1280 px, the liaisons have a phone of 390 px.
"""

import re

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from linli.access.models import User
from linli.common.clock import now
from linli.common.db import from_on
from linli.events.models import EventArea, Zone
from linli.muster.models import Call, Deployed, Placement, Reinforcement, SignUp
from linli.muster.units import answering, listing
from linli.notices.models import Told
from linli.people.models import Organisation
from linli.places import actions as places
from linli.places.models import Area, Level
from tests.factories import FOUNDED, SYSTEM, TinyCity, ask, caller_for, tiny_city, user_with_role
from tests.journeys.backstage import let_the_worker_work
from tests.journeys.somebody import Somebody, at_desk, at_hour, on_phone
from tests.muster.units.test_pool import a_resident
from tests.muster.units.test_pool_repair import two_placed_of_three
from tests.muster.units.world import liaison_of, people, units_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "1. 赵志一 13900000001 驾驶\n2. 钱志二 13900000002\n3、孙志三，13900000003"


def unit(area: Area, name: str, speaks: str, free: dict[int | None, int], city: TinyCity) -> tuple[Organisation, User]:
    """A work unit that has said whom it can send, and its liaison."""
    made = Organisation.objects.create(name=name, area=area)
    liaison = liaison_of(made, name=speaks)
    answering.say_free(city.event, made, free, by=caller_for(liaison), at=now())
    return made, liaison


def asks(desk: Somebody, above: str, heads: int, *, drivers: int = 0) -> None:
    """Ask the level above for people, from the first page."""
    desk.comes()
    desk.follows("增援")
    desk.follows(f"向{above}要人")
    desk.fills(heads=str(heads), since=at_hour(now(), 1), until=at_hour(now(), 100), answer_by=at_hour(now(), 1))
    desk.fills(meet="青松社区东门", receiver="李值班", receiver_phone="028-8765 4321", bring="雨衣、水杯")
    if drivers:
        desk.unfolds("其中需要特长")
        desk.fills(skill_1=str(drivers))
    desk.presses(f"向{above}要人")
    desk.reads(f"已向{above}要人。")


def plans(command: Somebody, units: int) -> None:
    """Work out which units go, read the proof, and ask them."""
    command.comes()
    command.follows("增援")
    command.presses("算一算派哪些单位")
    command.reads_on_top("正在算派哪些单位")
    let_the_worker_work()
    command.reads("已证明：没有更好的单位组合。")
    command.presses(f"向 {units} 个单位要人")
    command.reads(re.compile(r"已向单位要 \d+ 人。"))


def test_a_liaison_answers_by_phone_and_sees_their_people_arrive_placed_and_thanked(
    browser: Browser, live_server: LiveServer
) -> None:
    city, site = tiny_city(), live_server.url
    community = city.communities[0]
    ask(city, grid=0, want=2, skills={1: 1})
    ask(city, grid=1, want=1)
    sends, zhou = unit(city.street, "市经济和信息化局", "周联络", {None: 3, 1: 1}, city)
    desk = at_desk(browser, site, user_with_role("community_desk", community, name="李值班"))
    command = at_desk(browser, site, user_with_role("city", city.street, name="指挥长"))
    liaison = on_phone(browser, site, zhou)

    asks(desk, "梧桐街道", 3, drivers=1)
    plans(command, 1)

    liaison.comes()
    liaison.follows("我的单位要派多少人")
    liaison.reads_on_top("有 1 个请求等您答复")
    liaison.follows("查看并答复")
    liaison.reads_on_top("去青松社区：3 人")
    liaison.reads("驾驶：1", "青松社区东门", "雨衣、水杯", "答复期限", "李值班")
    liaison.follows("填写名单")
    liaison.fills(text=LIST)
    liaison.presses("提交这份名单")
    liaison.reads("已报 3 人。")
    liaison.presses("答应派 3 人")
    liaison.reads("已答应派 3 人。")
    liaison.follows("换下孙志三，另派一人")
    liaison.fills(text="何替换 13900000009")
    liaison.presses("换成这个人")
    liaison.reads("何替换 代替 孙志三。")
    call = Call.objects.get()
    assert call.committed == call.people.filter(state="listed").count() == 3

    desk.comes()
    desk.follows("增援")
    desk.follows(re.compile("^梧桐街道："))
    for surname in "赵钱何":
        desk.ticks(re.compile(f"勾选.*{surname}"))
    desk.sees_nothing_of("志一", "13900000001")
    desk.presses("勾选的人已到达")
    desk.reads("3 人已到达。")
    desk.follows("把已到达的人编入网格")
    desk.presses("为青松社区计算编入方案")
    let_the_worker_work()
    desk.reads_on_top("青松社区拟编入 3 人")
    desk.presses("发布 3 条编入")
    let_the_worker_work()
    desk.reads_on_top("青松社区已发布 3 条编入")
    driver = Placement.objects.get(skill=1)
    assert driver.grid_id == city.grids[0].pk
    assert Placement.objects.count() == 3

    liaison.follows("我的单位")
    liaison.follows(re.compile("去青松社区"))
    liaison.reads("已到", city.grids[0].name, city.grids[1].name)

    desk.comes()
    desk.follows("增援")
    desk.follows(re.compile("^梧桐街道："))
    for surname in "赵钱何":
        desk.ticks(re.compile(f"勾选.*{surname}"))
    desk.presses("勾选的人返回")
    desk.reads("3 人返回，感谢。")

    liaison.follows("我的单位")
    liaison.follows(re.compile("去青松社区"))
    liaison.reads("已返回，感谢")
    states = list(Deployed.objects.exclude(state=Deployed.State.OFF).values_list("state", flat=True))
    assert states == [Deployed.State.RELEASED] * 3
    assert Told.objects.filter(notice__code="thanked").count() == 3
    assert not Placement.objects.filter(during__contains=now()).exists()
    assert not SignUp.objects.exists(), "the two pools are never mixed"
    assert sends.pk == call.organisation_id


def test_a_liaison_declines_with_a_reason_and_another_offers_people_unasked(
    browser: Browser, live_server: LiveServer
) -> None:
    city, site = tiny_city(), live_server.url
    _, zhou = unit(city.street, "市图书馆", "周联络", {None: 2}, city)
    _, wu = unit(city.street, "市档案馆", "吴联络", {}, city)
    desk = at_desk(browser, site, user_with_role("community_desk", city.communities[0], name="李值班"))
    command = at_desk(browser, site, user_with_role("city", city.street, name="指挥长"))
    declines, offers = on_phone(browser, site, zhou), on_phone(browser, site, wu)

    asks(desk, "梧桐街道", 2)
    plans(command, 1)
    desk.comes()
    desk.follows("增援")
    desk.follows(re.compile("^梧桐街道："))
    desk.reads("这个单位还没有人收到通知。", "请打电话联系周联络。")
    declines.comes()
    declines.follows("我的单位要派多少人")
    declines.follows("查看并答复")
    declines.unfolds("我们派不出人")
    declines.presses("答复派不出人")
    declines.reads("请简单说明您的单位为什么派不出人。")
    declines.fills(reason="人都在自己社区里了")
    declines.presses("答复派不出人")
    declines.reads("已知道您派不出人，谢谢答复。", "人都在自己社区里了")

    offers.comes()
    offers.follows("我的单位要派多少人")
    offers.reads_on_top("没有等您答复的请求")
    offers.unfolds("主动提供人手")
    offers.fills(heads="2", since=at_hour(now(), 0), until=at_hour(now(), 24 * 5))
    offers.presses("提供这些人")
    offers.reads_on_top("您主动提供 2 人")

    command.comes()
    command.follows("增援")
    command.reads("市档案馆")
    command.follows(re.compile("^青松社区："))
    command.reads("人都在自己社区里了")
    command.presses("采用市档案馆提供的 2 人")
    command.reads("已采用；请单位报名单。")

    offers.comes()
    offers.follows("我的单位要派多少人")
    offers.follows("查看并答复")
    offers.reads_on_top("去青松社区：2 人")
    asked = Call.objects.get(state=Call.State.ASKED)
    assert (asked.organisation.name, asked.offered) == ("市档案馆", True)
    assert Call.objects.get(state=Call.State.DECLINED).reason == "人都在自己社区里了"


def test_a_shortage_climbs_two_levels_and_the_briefing_counts_who_came(
    browser: Browser, live_server: LiveServer
) -> None:
    city, site = tiny_city(), live_server.url
    top = places.add_area(level=Level.CITY, name="蓉城", parent=None, by=SYSTEM, at=FOUNDED)
    district = places.add_area(level=Level.DISTRICT, name="青河区", parent=top, by=SYSTEM, at=FOUNDED)
    places.hang(city.street, district, by=SYSTEM, at=FOUNDED)
    EventArea.objects.update(area=top)
    unit(district, "青河区住建局", "郑联络", {None: 2}, city)
    unit(top, "市教育局", "王联络", {None: 3}, city)
    ask(city, grid=0, want=5)
    rows = {"basis": "第37号通告", "counted_from": now().date(), "declared_by": 1, "declared_at": now()}
    Zone.objects.create(
        event=city.event, place=city.grids[0].place, level=Zone.Risk.HIGH, during=from_on(now()), **rows
    )
    street = at_desk(browser, site, user_with_role("street", city.street, name="梧桐街道指挥部"))
    county = at_desk(browser, site, user_with_role("district", district, name="青河区指挥部"))
    command = at_desk(browser, site, user_with_role("city", top, name="指挥长"))

    asks(street, "青河区", 5)
    plans(county, 1)
    county.follows("梧桐街道")
    county.presses("向蓉城再要 3 人")
    county.reads("已向蓉城要人。")
    plans(command, 1)
    assert [each.heads for each in Reinforcement.objects.order_by("pk")] == [5, 3]
    assert sorted(Call.objects.values_list("heads", flat=True)) == [2, 3]

    for n, call in enumerate(Call.objects.select_related("organisation")):
        liaison = caller_for(User.objects.get(username=f"liaison{call.organisation_id}"))
        listing.name_people(call, people(call.heads, first=10 * n), by=liaison, at=now())
        answering.commit(call, by=liaison, at=now())
    street.comes()
    street.follows("增援")
    street.follows(re.compile("^青河区："))
    for box in street.page.locator('main [name="who"]').all():
        box.check()
    street.presses("勾选的人已到达")
    street.reads("5 人已到达。")
    street.follows("把已到达的人编入网格")
    street.presses("为梧桐街道计算编入方案")
    let_the_worker_work()
    street.presses("发布 5 条编入")
    let_the_worker_work()
    street.reads_on_top("梧桐街道已发布 5 条编入")

    command.comes()
    command.follows("通报")
    told = command.figures()
    assert (told["市级单位下沉"], told["县级单位下沉"]) == (3, 2)
    assert (told["选派人员的市级部门"], told["在风险区工作的下沉人员"]) == (1, 5)
    command.reads("下沉人员中有5人曾在中高风险区工作")
    command.comes()
    command.follows("增援")
    command.follows("下沉人员")
    command.reads("市教育局", "青河区住建局")

    command.comes()
    command.follows("风险区")
    command.reads("风险区需要的队伍")
    command.follows("青河区")
    command.follows("梧桐街道")
    command.reads("这些风险区的队伍")


def test_a_desk_has_somebody_of_a_work_unit_replaced_by_another_and_not_by_a_neighbour(
    browser: Browser, live_server: LiveServer
) -> None:
    made = units_world()
    (gone, stays), spare = two_placed_of_three(made)
    a_resident(made, 1)
    desk = at_desk(browser, live_server.url, User.objects.get(pk=made.desk.user))
    row = Placement.objects.get(person=gone)
    desk.comes()
    desk.follows("计算编入方案")
    desk.follows("替换来不了的人")
    desk.page.locator(f'[name="gone"][value="{row.pk}"]').check()
    desk.reads("由谁接替？", "与离开的人同类")
    desk.presses("替换1名来不了的人")
    let_the_worker_work()
    desk.reads("编入的是单位派来、已到达的人。", "离集合地")
    desk.presses("发布1项变动")
    let_the_worker_work()
    desk.reads_on_top("青松社区已发布1项变动")
    assert set(Placement.objects.filter(during__contains=now()).values_list("person", flat=True)) == {stays, spare}
