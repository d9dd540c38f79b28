"""What somebody does on a page before anybody looks at it, and what they type there."""

from collections.abc import Callable
from urllib.parse import urljoin

from playwright.sync_api import Page

from linli.duty.models import HoursCertificate


def presses(selector: str) -> Callable[[Page], None]:
    return lambda page: answered(page, page.locator(selector).first.click)


def answered(page: Page, does: Callable[[], None]) -> None:
    """Press, and wait for the answer: the server's, not that of a browser which knows what may not be empty."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation():
        does()


def divides(page: Page) -> None:
    """Choose two who answer, and have the buildings divided between them."""
    for number in range(2):
        page.locator("#divide label.choice").nth(number).click()
    answered(page, page.locator("#divide .btn").click)


def stale_cover(page: Page) -> None:
    """Publish from a page that a colleague's has overtaken."""
    page.locator("#publish input[name=version]").evaluate("field => field.value = 'old'")
    answered(page, page.locator("#publish .btn-primary").click)


TOO_LONG = {"begins": "06:00", "ends": "23:00"}


UNIT_LINES = "市档案馆 8\n市科技馆 驾驶 3 其他 12 联络员 吴静"
PASTE = "form[enctype] .btn-primary"


def ticks_nobody(page: Page) -> None:
    """Take every tick away and form the team all the same."""
    page.evaluate("for (const box of document.querySelectorAll('input[name=member]')) box.checked = false")
    answered(page, page.locator("#team .btn-primary").click)


def fills(values: dict[str, str], press: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        for name, value in values.items():
            page.locator(f'[name="{name}"]').first.fill(value)
        answered(page, page.locator(press).first.click)

    return does


def checks_a_certificate(page: Page) -> None:
    page.locator("[name=code]").fill(HoursCertificate.objects.values_list("digest", flat=True)[0][:16])
    answered(page, page.locator("[form=check]").click)


def forgets_the_day(page: Page) -> None:
    page.locator("[name=finished]").first.fill("")
    answered(page, page.locator("form[action$='/finish/'] button").first.click)


def opens(selector: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        for each in page.locator(selector).all():
            each.locator("summary").first.click()

    return does


def chooses(values: dict[str, str], press: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        for name, value in values.items():
            page.locator(f'[name="{name}"]').first.select_option(value)
        answered(page, page.locator(press).first.click)

    return does


def fills_in_details(values: dict[str, str], press: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        page.locator("details.panel summary").first.click()
        fills(values, press)(page)

    return does


def loads(text: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        answered(page, lambda: page.locator("form[enctype] button").click())

    return does


def loads_xlsx(content: Callable[[], bytes]) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        file = {"name": "名单.xlsx", "mimeType": kind, "buffer": content()}
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        answered(page, lambda: page.locator("form[enctype] button").click())

    return does


def loads_and_takes(content: Callable[[], bytes]) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        loads_xlsx(content)(page)
        answered(page, page.locator("main > .actions .btn-primary").click)

    return does


def loads_standing(content: Callable[[], bytes]) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        page.locator('[name="basis"][value="standing"]').check()
        loads_xlsx(content)(page)

    return does


def reveals(page: Page) -> None:
    page.locator("details summary").first.click()
    answered(page, page.locator("details[open] button").first.click)


def reveals_by(what: str) -> Callable[[Page], None]:
    """Ask for one field to be shown, where a page has several to show."""

    def does(page: Page) -> None:
        panel = page.locator(f"details:has(input[value={what}])").first
        panel.locator("summary").click()
        answered(page, panel.locator("button").first.click)

    return does


def shows_a_number(page: Page) -> None:
    page.locator("#call-back summary").first.click()
    answered(page, page.locator("#call-back details[open] button").first.click)


def makes_a_link(page: Page) -> None:
    opens("details")(page)
    answered(page, page.locator('form[action$="/link/"] button').first.click)


def says_nonsense_of_its_time(page: Page) -> None:
    opens("#away")(page)
    fills(LATER, "#away button")(page)


def adds_a_part_without_a_name(page: Page) -> None:
    opens("#part")(page)
    answered(page, page.locator("#part button").click)


def is_overtaken(page: Page) -> None:
    """Ask for what another desk changed while this page was open."""
    page.evaluate("document.querySelector('[name=version]').value = 0")
    fills({"want": "7", "most": "9"}, MAIN)(page)


def adds_nonsense(page: Page) -> None:
    opens("details")(page)
    fills({"to": "a@b"}, "#mail details button")(page)


def prints(page: Page) -> None:
    fills({"asked": "王小明"}, MAIN)(page)
    answered(page, page.locator('form[action$="/code/"] button').first.click)


def pastes_points(page: Page) -> None:
    page.locator('[name="system"][value="gcj02"]').check()
    fills({"text": "青松苑, 30.67, 104.05\n没有这个小区, 30.67, 104.05"}, "#list button")(page)


def pastes_a_wrong_point(page: Page) -> None:
    page.locator('[name="system"][value="gcj02"]').check()
    fills({"point": "31.9, 104.05"}, "#point button")(page)


def names_one_more(page: Page) -> None:
    page.locator('[name="name_1"]').fill("王小明")
    answered(page, page.locator('button[name="more"]').click)


def says_one_twice(page: Page) -> None:
    for group in page.locator("fieldset").all():
        group.locator("input").first.check()
    answered(page, page.locator(MAIN).first.click)


def finds_it_vacant_at_the_counter(page: Page) -> None:
    page.locator('input[name="how"][value="counter"]').check()
    answered(page, page.locator('button[value="vacant"]').click)


def comes_back_at_no_time(page: Page) -> None:
    page.locator("details:has(#id_back) summary").click()
    page.locator('input[name="back"][value="other"]').check()
    answered(page, page.locator('button[value="no_answer"]').click)


def adds_nobody(page: Page) -> None:
    page.locator('details:has(form[action$="/people/"]) summary').click()
    answered(page, page.locator('form[action$="/people/"] button').click)


def settled(page: Page) -> None:
    """Until the app has asked the server, and says what comes next."""
    page.locator("html[data-ready]").wait_for()
    page.locator("main .btn-primary, main .field-tabs, #choose").first.wait_for()


def is_drawn(page: Page) -> None:
    page.locator("html[data-ready]").wait_for()


def was_on_an_own_page(page: Page) -> None:
    """Which makes the phone keep taps; what a tap looks like then is in test_tapping_offline.py."""
    here = page.url
    page.goto(urljoin(here, "/post/"))
    page.wait_for_function("() => localStorage.getItem('linli-taps') === '1'")
    page.goto(here)
    page.get_by_label("Type the code on the poster").or_(page.get_by_label("输入海报上的码")).wait_for()


def gets_doors(page: Page) -> None:
    opens_with_a_pin(page)
    page.locator(".field-tabs").wait_for()


def opens_with_a_pin(page: Page) -> None:
    """With a PIN of one's own; where an earlier scene got the list, it is opened again."""
    settled(page)
    if page.locator("#again").count():
        page.fill("#again", "482917")
    page.fill("#pin", "482917")
    page.locator("main .btn-primary").click()


def gets_people(page: Page) -> None:
    opens_with_a_pin(page)
    page.locator(".field-led").first.wait_for()


def looks_at_the_leaders_phone(page: Page) -> None:
    gets_people(page)
    page.evaluate("location.hash = '#/more'")
    page.locator("main .back").wait_for()


def opens_a_door(page: Page) -> None:
    gets_doors(page)
    page.locator(".field-row").first.click()
    page.locator(".field-big").wait_for()
    for each in page.locator("main details summary").all():
        each.click()


def goes_to(place: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        gets_doors(page)
        page.evaluate("to => { location.hash = to }", place)
        page.locator("main .back").wait_for()

    return does


def writes_a_need_down(page: Page) -> None:
    opens_a_door(page)
    page.locator(".field-two .btn").nth(2).click()
    page.locator(".note-good").wait_for()
    page.evaluate("location.hash = '#/last'")
    page.locator("section[data-key]").first.wait_for()


def tells_of_a_move(page: Page) -> None:
    gets_doors(page)
    page.locator(".field-tabs .btn").nth(1).click()
    page.locator(".field-row").first.click()
    page.locator(".field-big").wait_for()
    page.locator('details:has(a[href^="#/move/"])').evaluate("each => { each.open = true }")
    page.locator('a[href^="#/move/"]').first.click()
    page.locator('[name="what"]').first.check()
    page.locator("#to").wait_for()


def offers_nobody(page: Page) -> None:
    page.locator("details:has([value=offer]) summary").click()
    page.locator("details:has([value=offer]) [name=heads]").fill("0")
    presses("[value=offer]")(page)


def declines_without_a_reason(page: Page) -> None:
    page.locator("details:has([value=decline]) summary").click()
    presses("[value=decline]")(page)


def locks(page: Page) -> None:
    settled(page)
    page.locator("main details summary").click()


MAIN = "main form .btn-primary"
KNOWN_AT_COUNTER = {"door": "1栋1单元801", "name": "欧阳春花", "phone": "13866661234"}
MAIN_OUT = "main > .actions .btn-primary"
GOOD_LIST = "name,phone,door,skills\n赵一,13900001111,3栋1单元201,\n钱二,13900002222,3栋1单元202,\n"
BAD_LIST = "name,phone,door,skills\n赵一,123,3栋1单元201,\n,13900002222,3栋1单元202,飞行\n"
CHAIN = "1. 赵一 3栋1单元201 13900007771 会开车 晚上有空\n2. 钱二 3栋1单元202 13900007772 喜欢唱歌"
BAD_CHAIN = f"#接龙\n{CHAIN}\n3. 孙三 3栋1单元203 139000077\n4. 李四 13900007774"
NO_REQUEST = {"heads": "0", "until": "2022-09-01T08:00", "receiver_phone": "1"}
LATER = {"since": "2026-09-02T08:00", "until": "2026-09-01T08:00"}
