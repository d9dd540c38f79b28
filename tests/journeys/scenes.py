"""Every page of the web face as somebody meets it: who opens it, at which address, and what they did there.

A page that has no scene here, and is not named in NOT_PAGES with the reason, fails ``test_every_page``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.encoding import iri_to_uri
from playwright.sync_api import Page

from linli.duty.models import HoursCertificate
from tests.journeys import files
from tests.journeys.world import World

# Addresses that show no page of their own, each with the reason.
NOT_PAGES = {
    "set_language": "sets a cookie and leads back",
    "enter": "signs in and leads to the first page; a spent link shows the error page (errors, below)",
    "confirm_sign_up": "takes a decision and leads back to the list",
    "decline_sign_up": "takes a decision and leads back to the list",
    "confirm_exact": "takes a decision and leads back to the list",
    "publish_allocation": "takes a decision and leads back to the proposal",
    "stay_away": "takes what a person says and leads back to their sign-up",
    "say_when": "takes what a person says and leads back to their sign-up",
    "say_coming": "takes what a person says and leads back to their sign-up",
    "say_cannot": "takes what a person says and leads back to their sign-up",
    "hear_coming": "takes down what the desk heard, and leads back",
    "withdraw": "takes a word back and leads back to the sign-up",
    "called_placed": "takes down a call and leads back to the call list",
    "reveal_placed": "shows the call list again, with the number (shown, below)",
    "change_post": "takes a decision and leads back to the post",
    "change_team": "takes a decision and leads back to the team",
    "end_placement": "takes a decision and leads back to the grid",
    "forget_device": "ends what a phone may open, and leads to the first page",
    "open_or_close_account": "takes a decision and leads back to the account",
    "first": "is gone once there is an administrator, as here: looked at in test_first_day",
    "reset_second_step": "takes a decision and leads back to the account",
    "end_grant": "takes a decision and leads back to the account",
    "withdraw_key": "takes a decision and leads back to the keys",
    "reveal_sign_up": "shows the page of the sign-up again, with what was asked for (phone shown, below)",
    "door_lived_in": "takes down how a door is lived in, and leads back to it",
    "reveal_door": "shows the page of the door again, with what was asked for (shown, below)",
    "reveal_person": "shows the page of the person again, with what was asked for (shown, below)",
    "change_needs": "takes down what somebody needs, and leads back to them",
    "take_move": "files a move and leads back to the list",
    "set_move_aside": "sets a move aside and leads back to the list",
    "print_post_code": "gives the poster (PDF)",
    "replace_post_code": "ends a code and leads back to the places",
    "my_certificate": "gives a file (PDF), and leads back to my hours where there are none",
    "my_number": "takes a number and leads back to my hours",
    "my_calendar": "gives a file (a calendar)",
    "desk_certificate": "gives a file (PDF), and leads back to the sign-up where there is none",
    "it_is_me": "takes who somebody says that they are, and leads back",
    "crew_hand_over": "lets somebody take a shift over, and leads back to the list",
    "crew_tap": "starts or finishes for somebody, and leads back to the list",
    "crew_phones": "shows the list again, with phones (phones shown, below)",
    "approve_hours": "approves hours and leads back to what waits",
    "decline_hours": "takes a decision and leads back to what waits",
    "finish_for": "takes down when somebody finished, and leads back to what waits",
    "decide_correction": "takes a decision and leads back to what waits",
    "print_door_codes": "gives the sheets (PDF)",
    "replace_door_codes": "ends codes and leads back to the buildings",
    "reveal_self_report": "shows the self-report again, with what was asked for (shown, below)",
    "part_people": "undoes a merge and leads back to the person",
    "close_entry": "closes an entry and leads back to the log; else shows the entry again (nothing done, below)",
    "take_entry": "takes an entry over and leads back to it",
    "reveal_entry": "shows the page of the entry again, with what was asked for (shown, below)",
    "show_known_number": "shows the page of the entry again, with the known number (number shown, below)",
    "called_back": "takes down that somebody was called back, and leads back to the entry",
    "take_over": "takes a hand-over over and leads back to the log",
    "call_off_hand_over": "calls a hand-over off and leads back to the log",
    "sweep_live": "a part of the sweep's page, asked for again while it is open",
    "end_sweep": "ends a sweep and leads back to it",
    "sweep_need": "opens an entry of the duty log and leads back to the door",
    "take_back_finding": "takes a finding back and leads back to the door",
    "duty_log_live": "a part of the log's page, asked for again while it is open",
    "emergency_words": "a part of the page of a new entry, asked for while somebody types",
    "lift_zone": "takes a decision and leads back to the zones",
    "unit_plan_progress": "a part of the plan's page, asked for again while it is worked out",
    "unit_template": "a file to fill in",
    "allocation_progress": "a part of the allocation's page, asked for again while it runs",
    "download_list": "gives a file to whoever asked for it, and leads back to the list where it may not leave",
    "print_sheet": "numbers a sheet and leads to it",
    "remove_report_form": "takes a form away and leads back to the forms",
    "sheet_file": "gives the paper (PDF) to whoever asked for it",
    "trail_proof": "gives a file (the proof), and shows nothing",
    "closing_progress": "a part of the closing's page, asked for again while the work goes on",
    "closing_certificate": "gives a file",
    "trail_verifier": "gives a program to keep",
    "area_live": "a part of the area's page, asked for again while it is open",
    "template_file": "a file to fill in",
    "notice_paper": "the notice as PDF",
    "record_paper": "the record of processing as PDF",
    "impact_paper": "the impact assessment as PDF",
    "area_map": "outlines for the map, as GeoJSON",
    "end_device": "ends what a phone may open, and leads back to the list of phones",
    "end_staff_phones": "ends what phones may open, and leads back to the account",
    "leave_phone": "ends what this phone may open, and leads to the first page",
    "undo_point": "takes a point back and leads back to the place",
    "end_devices": "ends what phones may open, and leads back to the desk's search",
    "end_claim_devices": "ends what phones may open, and leads back to the sign-up",
    "remove_mail": "takes an address away and leads back to the phones",
    "healthz": "tells a program that the process is alive, as JSON",
    "taps": "takes taps that a phone kept, as JSON",
    "taps_worker": "a script: what keeps the page of posts on the phone",
    "field_worker": "a script: what keeps the app on the phone",
    "field_manifest": "tells a phone how to put the app on its first screen",
    "field_hello": "tells the app who is signed in and what time it is, as JSON",
    "field_lend": "lends a phone its doors, as JSON",
    "field_give_up": "takes the doors back, as JSON",
    "field_roster": "the doors, as JSON for the app",
    "field_number": "shows the app one phone number, as JSON",
    "field_outbox": "takes what the app brings, as JSON",
    "readyz": "tells a program what is there, as JSON",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """One page in one state.

    Attributes:
        view: the name of the address. who: whose cookies the browser brings; nobody's where empty.
        args: keys of ``World.rows``, or attributes of ``World``, in the order of the address.
        does: what the person does there before anybody looks; `title` tells scenes of one view apart.
        status: of the first answer. lands: the view that a redirect ends at.
        at: the view whose page one starts from, where the page only answers a form.
    """

    view: str
    who: str = ""
    args: tuple[str, ...] = ()
    query: str = ""
    title: str = ""
    does: Callable[[Page], None] | None = field(default=None, compare=False)
    status: int = 200
    lands: str = ""
    at: str = ""

    def address(self, world: World) -> str:
        """The path, with its query."""
        rows = [world.rows[arg] if arg in world.rows else getattr(world, arg) for arg in self.args]
        return iri_to_uri(
            reverse(self.at or self.view, args=rows)
            + self.query.format(street=world.street, community=world.community, number=world.rows["number"])
        )

    def __str__(self) -> str:
        return " ".join(part for part in (self.view, self.title, f"({self.who or 'nobody'})") if part)


def _presses(selector: str) -> Callable[[Page], None]:
    return lambda page: _answered(page, page.locator(selector).first.click)


def _answered(page: Page, does: Callable[[], None]) -> None:
    """Press, and wait for the answer: the server's, not that of a browser which knows what may not be empty."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation():
        does()


def _divides(page: Page) -> None:
    """Choose two who answer, and have the buildings divided between them."""
    for number in range(2):
        page.locator("#divide label.choice").nth(number).click()
    _answered(page, page.locator("#divide .btn").click)


def _stale_cover(page: Page) -> None:
    """Publish from a page that a colleague's has overtaken."""
    page.locator("#publish input[name=version]").evaluate("field => field.value = 'old'")
    _answered(page, page.locator("#publish .btn-primary").click)


TOO_LONG = {"begins": "06:00", "ends": "23:00"}


UNIT_LINES = "市档案馆 8\n市科技馆 驾驶 3 其他 12 联络员 吴静"
PASTE = "form[enctype] .btn-primary"


def _ticks_nobody(page: Page) -> None:
    """Take every tick away and form the team all the same."""
    page.evaluate("for (const box of document.querySelectorAll('input[name=member]')) box.checked = false")
    _answered(page, page.locator("#team .btn-primary").click)


def _fills(values: dict[str, str], press: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        for name, value in values.items():
            page.locator(f'[name="{name}"]').first.fill(value)
        _answered(page, page.locator(press).first.click)

    return does


def _checks_a_certificate(page: Page) -> None:
    page.locator("[name=code]").fill(HoursCertificate.objects.values_list("digest", flat=True)[0][:16])
    _answered(page, page.locator("[form=check]").click)


def _forgets_the_day(page: Page) -> None:
    page.locator("[name=finished]").first.fill("")
    _answered(page, page.locator("form[action$='/finish/'] button").first.click)


def _opens(selector: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        for each in page.locator(selector).all():
            each.locator("summary").first.click()

    return does


def _chooses(values: dict[str, str], press: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        for name, value in values.items():
            page.locator(f'[name="{name}"]').first.select_option(value)
        _answered(page, page.locator(press).first.click)

    return does


def _fills_in_details(values: dict[str, str], press: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        page.locator("details.panel summary").first.click()
        _fills(values, press)(page)

    return does


def _loads(text: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        _answered(page, lambda: page.locator("form[enctype] button").click())

    return does


def _loads_xlsx(content: Callable[[], bytes]) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        file = {"name": "名单.xlsx", "mimeType": kind, "buffer": content()}
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        _answered(page, lambda: page.locator("form[enctype] button").click())

    return does


def _loads_and_takes(content: Callable[[], bytes]) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        _loads_xlsx(content)(page)
        _answered(page, page.locator("main > .actions .btn-primary").click)

    return does


def _loads_standing(content: Callable[[], bytes]) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        page.locator('[name="basis"][value="standing"]').check()
        _loads_xlsx(content)(page)

    return does


def _reveals(page: Page) -> None:
    page.locator("details summary").first.click()
    _answered(page, page.locator("details[open] button").first.click)


def _reveals_by(what: str) -> Callable[[Page], None]:
    """Ask for one field to be shown, where a page has several to show."""

    def does(page: Page) -> None:
        panel = page.locator(f"details:has(input[value={what}])").first
        panel.locator("summary").click()
        _answered(page, panel.locator("button").first.click)

    return does


def _shows_a_number(page: Page) -> None:
    page.locator("#call-back summary").first.click()
    _answered(page, page.locator("#call-back details[open] button").first.click)


def _makes_a_link(page: Page) -> None:
    _opens("details")(page)
    _answered(page, page.locator('form[action$="/link/"] button').first.click)


def _says_nonsense_of_its_time(page: Page) -> None:
    _opens("#away")(page)
    _fills(LATER, "#away button")(page)


def _adds_a_part_without_a_name(page: Page) -> None:
    _opens("#part")(page)
    _answered(page, page.locator("#part button").click)


def _is_overtaken(page: Page) -> None:
    """Ask for what another desk changed while this page was open."""
    page.evaluate("document.querySelector('[name=version]').value = 0")
    _fills({"want": "7", "most": "9"}, MAIN)(page)


def _adds_nonsense(page: Page) -> None:
    _opens("details")(page)
    _fills({"to": "a@b"}, "#mail details button")(page)


def _prints(page: Page) -> None:
    _fills({"asked": "王小明"}, MAIN)(page)
    _answered(page, page.locator('form[action$="/code/"] button').first.click)


def _pastes_points(page: Page) -> None:
    page.locator('[name="system"][value="gcj02"]').check()
    _fills({"text": "青松苑, 30.67, 104.05\n没有这个小区, 30.67, 104.05"}, "#list button")(page)


def _pastes_a_wrong_point(page: Page) -> None:
    page.locator('[name="system"][value="gcj02"]').check()
    _fills({"point": "31.9, 104.05"}, "#point button")(page)


def _names_one_more(page: Page) -> None:
    page.locator('[name="name_1"]').fill("王小明")
    _answered(page, page.locator('button[name="more"]').click)


def _says_one_twice(page: Page) -> None:
    for group in page.locator("fieldset").all():
        group.locator("input").first.check()
    _answered(page, page.locator(MAIN).first.click)


def _finds_it_vacant_at_the_counter(page: Page) -> None:
    page.locator('input[name="how"][value="counter"]').check()
    _answered(page, page.locator('button[value="vacant"]').click)


def _comes_back_at_no_time(page: Page) -> None:
    page.locator("details:has(#id_back) summary").click()
    page.locator('input[name="back"][value="other"]').check()
    _answered(page, page.locator('button[value="no_answer"]').click)


def _adds_nobody(page: Page) -> None:
    page.locator('details:has(form[action$="/people/"]) summary').click()
    _answered(page, page.locator('form[action$="/people/"] button').click)


def _settled(page: Page) -> None:
    """Until the app has asked the server, and says what comes next."""
    page.locator("html[data-ready]").wait_for()
    page.locator("main .btn-primary, main .field-tabs, #choose").first.wait_for()


def _is_drawn(page: Page) -> None:
    page.locator("html[data-ready]").wait_for()


def _was_on_an_own_page(page: Page) -> None:
    """Which makes the phone keep taps; what a tap looks like then is in test_tapping_offline.py."""
    here = page.url
    page.goto(urljoin(here, "/post/"))
    page.wait_for_function("() => localStorage.getItem('linli-taps') === '1'")
    page.goto(here)
    page.get_by_label("Type the code on the poster").or_(page.get_by_label("输入海报上的码")).wait_for()


def _gets_doors(page: Page) -> None:
    _opens_with_a_pin(page)
    page.locator(".field-tabs").wait_for()


def _opens_with_a_pin(page: Page) -> None:
    """With a PIN of one's own; where an earlier scene got the list, it is opened again."""
    _settled(page)
    if page.locator("#again").count():
        page.fill("#again", "482917")
    page.fill("#pin", "482917")
    page.locator("main .btn-primary").click()


def _gets_people(page: Page) -> None:
    _opens_with_a_pin(page)
    page.locator(".field-led").first.wait_for()


def _looks_at_the_leaders_phone(page: Page) -> None:
    _gets_people(page)
    page.evaluate("location.hash = '#/more'")
    page.locator("main .back").wait_for()


def _opens_a_door(page: Page) -> None:
    _gets_doors(page)
    page.locator(".field-row").first.click()
    page.locator(".field-big").wait_for()
    for each in page.locator("main details summary").all():
        each.click()


def _goes_to(place: str) -> Callable[[Page], None]:
    def does(page: Page) -> None:
        _gets_doors(page)
        page.evaluate("to => { location.hash = to }", place)
        page.locator("main .back").wait_for()

    return does


def _writes_a_need_down(page: Page) -> None:
    _opens_a_door(page)
    page.locator(".field-two .btn").nth(2).click()
    page.locator(".note-good").wait_for()
    page.evaluate("location.hash = '#/last'")
    page.locator("section[data-key]").first.wait_for()


def _tells_of_a_move(page: Page) -> None:
    _gets_doors(page)
    page.locator(".field-tabs .btn").nth(1).click()
    page.locator(".field-row").first.click()
    page.locator(".field-big").wait_for()
    page.locator('details:has(a[href^="#/move/"])').evaluate("each => { each.open = true }")
    page.locator('a[href^="#/move/"]').first.click()
    page.locator('[name="what"]').first.check()
    page.locator("#to").wait_for()


def _offers_nobody(page: Page) -> None:
    page.locator("details:has([value=offer]) summary").click()
    page.locator("details:has([value=offer]) [name=heads]").fill("0")
    _presses("[value=offer]")(page)


def _declines_without_a_reason(page: Page) -> None:
    page.locator("details:has([value=decline]) summary").click()
    _presses("[value=decline]")(page)


def _locks(page: Page) -> None:
    _settled(page)
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

SCENES = (
    Scene("home"),
    Scene("home", "placed_person", title="signed up"),
    Scene("home", "administrator", title="who keeps the accounts", lands="accounts"),
    Scene("home", "desk", title="a role over an area", lands="area"),
    Scene("choose_community"),
    Scene("choose_community", query="?q=社区", title="found"),
    Scene("choose_community", query="?q=没有这个地方", title="not found"),
    Scene("sign_up", args=("community",)),
    Scene("sign_up", args=("community",), title="wrong", does=_fills({"name": "王", "phone": "12"}, ".btn-primary")),
    Scene("sign_up_members", args=("community",)),
    Scene("claims", "placed_person"),
    Scene("notices", "placed_person"),
    Scene("notices", "waiting_person", title="nothing yet"),
    Scene("claim", "waiting_person", ("waiting_claim",)),
    Scene("claim", "placed_person", ("placed_claim",), title="placed", does=_opens("details")),
    Scene("claim", "placed_person", ("placed_claim",), title="away wrong", does=_says_nonsense_of_its_time),
    Scene("claim", "late_person", ("late_claim",), title="confirmed"),
    Scene("claim", "withdrawn_person", ("withdrawn_claim",), title="taken back"),
    Scene("claim", "declined_person", ("declined_claim",), title="set aside"),
    Scene("ask_code"),
    Scene("ask_code", title="wrong", does=_fills({"to": "12345"}, ".btn-primary")),
    Scene("type_code", "asking_person", does=_opens("details")),
    Scene("type_code", "asking_person", title="wrong", does=_fills({"code": "1"}, ".btn-primary")),
    Scene("type_code", "late_asking_person", title="too old", status=403),
    Scene("type_code", "unlucky_person", title="not taken"),
    Scene("choose_person", "proved_person", does=_opens("details")),
    Scene("choose_person", "unknown_person", title="nobody"),
    Scene("type_paper"),
    Scene("type_paper", title="wrong", does=_fills({"code": "AAAA-AAAA"}, ".btn-primary")),
    Scene("use_paper", args=("paper_code",)),
    Scene("my_devices", "grandmother", does=_opens("details")),
    Scene("my_devices", "grid_worker", title="with a role"),
    Scene("my_devices", "helper", title="for another"),
    Scene("add_mail", "grandmother", title="wrong", at="my_devices", does=_adds_nonsense),
    Scene("find_person", "desk", ("community",)),
    Scene("find_person", "desk", ("community",), title="found", does=_fills({"asked": "王小明"}, MAIN)),
    Scene("find_person", "desk", ("community",), title="nobody", does=_fills({"asked": "没有"}, MAIN)),
    Scene("find_person", "desk", ("community",), title="wrong", does=_presses(MAIN)),
    Scene("print_code", "desk", ("community",), title="printed", at="find_person", does=_prints),
    Scene(
        "print_claim_code",
        "desk",
        ("waiting_claim",),
        at="sign_up_detail",
        does=_presses('form[action$="/code/"] button'),
    ),
    Scene("ledger", "desk"),
    Scene("ledger", "grid_worker", title="of a grid worker"),
    Scene("ledger", "desk", title="found", does=_fills({"q": "王小明"}, MAIN)),
    Scene("ledger", "desk", title="a door", does=_fills({"q": "1栋1单元801"}, MAIN)),
    Scene("ledger", "desk", title="nobody", does=_fills({"q": "没有"}, MAIN)),
    Scene("ledger", "desk", title="nonsense", does=_fills({"q": "***"}, MAIN)),
    Scene("without_door", "desk"),
    Scene("without_door", "desk_of_the_empty", title="nobody"),
    Scene("door_card", "desk", ("family_door",), does=_opens("details")),
    Scene("door_card", "grid_worker", ("family_door",), title="of a grid worker"),
    Scene("door_card", "desk", ("dormitory",), title="a dormitory"),
    Scene("door_card", "desk", ("family_door",), title="shown", does=_reveals_by("door")),
    Scene("new_person_behind", "desk", ("family_door",)),
    Scene("new_person_behind", "desk", ("family_door",), title="wrong", does=_fills({"phone": "12"}, MAIN)),
    Scene("new_person", "grid_worker"),
    Scene("new_person", "desk", title="wrong", does=_presses(MAIN)),
    Scene("person_card", "desk", ("mother",), does=_opens("details")),
    Scene("person_card", "grid_worker", ("child",), title="a child, of a grid worker"),
    Scene("person_card", "desk", ("child",), title="a child"),
    Scene("person_card", "desk", ("merged",), title="merged"),
    Scene("person_card", "desk", ("twin",), title="known twice"),
    Scene("person_card", "desk", ("mother",), title="shown", does=_reveals_by("phone")),
    Scene("move_person", "desk", ("mother",)),
    Scene("move_person", "grid_worker", ("mother",), title="of a grid worker"),
    Scene("move_person", "desk", ("mother",), title="wrong", does=_presses(MAIN)),
    Scene("self_report", args=("door_code",)),
    Scene("self_report", args=("door_code",), title="one more", does=_names_one_more),
    Scene("self_report", args=("door_code",), title="wrong", does=_fills({"phone": "12", "days": "x"}, MAIN)),
    Scene("self_report", args=("ended_code",), title="gone", status=404),
    Scene("self_reported", args=("door_code",), query="?asked=1"),
    Scene("door_codes", "desk", ("community",)),
    Scene("check_hours"),
    Scene("check_hours", title="wrong", does=_fills({"code": "0123"}, "[form=check]")),
    Scene("check_hours", title="ours", does=_checks_a_certificate),
    Scene("my_hours", "proved_server", ("served_claim",), title="proved", does=_opens("#certificate")),
    Scene("no_signal", does=_is_drawn),
    Scene("no_signal", "comer_person", title="to type a code", does=_was_on_an_own_page),
    Scene("type_post"),
    Scene("type_post", title="wrong", does=_fills({"code": "AAAA-AAAA"}, "[form=type]")),
    Scene("at_post", args=("post_code",), title="not signed in"),
    Scene("at_post", args=("old_post_code",), title="gone", status=404),
    Scene("at_post", "comer_person", ("post_code",), title="start"),
    Scene("at_post", "on_duty_person", ("post_code",), title="finish"),
    Scene("at_post", "forgetful_person", ("post_code",), title="forgot"),
    Scene("at_post", "placed_person", ("post_code",), title="not placed here"),
    Scene("my_hours", "served_person", ("served_claim",)),
    Scene("my_hours", "comer_person", ("comer_claim",), title="empty"),
    Scene("my_hours", "on_duty_person", ("on_duty_claim",), title="on duty"),
    Scene("my_hours", "forgetful_person", ("forgetful_claim",), title="forgot"),
    Scene("finish_later", "forgetful_person", ("forgetful_claim",), at="my_hours", does=_forgets_the_day),
    Scene("claim", "forgetful_person", ("forgetful_claim",), title="forgot to finish"),
    Scene("claim", "both_person", ("both_claim",), title="of a work unit too"),
    Scene("ask_correction", "served_person", ("served_claim", "waiting_service")),
    Scene(
        "ask_correction",
        "served_person",
        ("served_claim", "waiting_service"),
        title="the same",
        does=_presses("[form=correct]"),
    ),
    Scene("crew", "leading", ("grid",), does=_opens("main details")),
    Scene("crew", "desk", ("community",), title="of the desk"),
    Scene("crew", "desk_of_the_empty", ("empty_community",), title="empty"),
    Scene("crew", "leading", ("grid",), title="phones shown", does=_presses("form[action$='/phones/'] button")),
    Scene("hours_waiting", "desk", ("community",)),
    Scene("hours_waiting", "leading", ("grid",), title="of a leader"),
    Scene("hours_waiting", "leading_who_served", ("grid",), title="who may be this person"),
    Scene("hours_waiting", "desk_of_the_empty", ("empty_community",), title="empty"),
    Scene("hours_waiting", "desk", ("community",), title="nothing ticked", does=_presses(MAIN)),
    Scene("post_codes", "desk", ("community",)),
    Scene("self_reports", "desk"),
    Scene("self_reports", "grid_worker", title="of a grid worker"),
    Scene("self_reports", "desk_of_the_empty", title="empty"),
    Scene("decide_self_report", "desk", ("self_report",)),
    Scene("decide_self_report", "grid_worker", ("self_report",), title="of a grid worker"),
    Scene("decide_self_report", "desk", ("self_report",), title="shown", does=_reveals_by("phone")),
    Scene("decide_self_report", "desk", ("self_report",), title="one twice", does=_says_one_twice),
    Scene("at_the_counter", "desk"),
    Scene("at_the_counter", "desk", title="wrong", does=_fills({"door": "99-9-999", "name": "李"}, MAIN)),
    Scene("at_the_counter", "desk", title="which door", does=_fills({"door": "201", "name": "李"}, MAIN)),
    Scene("at_the_counter", "desk", title="may be known", does=_fills(KNOWN_AT_COUNTER, MAIN)),
    Scene("moves_proposed", "desk"),
    Scene("moves_proposed", "desk_of_the_empty", title="empty"),
    Scene("pairs", "desk"),
    Scene("pairs", "desk_of_the_empty", title="empty"),
    Scene("pair", "desk", ("mother", "again")),
    Scene("pair", "desk", ("merged", "twin"), title="merged"),
    Scene("sign_ups", "desk", ("community",)),
    Scene("sign_ups", "desk", ("community",), query="?state=confirmed", title="confirmed"),
    Scene("sign_ups", "desk", ("community",), query="?number=ZZZZ", title="not found"),
    Scene("sign_ups", "desk_of_the_empty", ("empty_community",), title="empty"),
    Scene("desk_sign_up", "desk", ("community",)),
    Scene("desk_sign_up", "desk", ("community",), title="wrong", does=_presses(MAIN)),
    Scene("posters", "desk", ("community",)),
    Scene("posters", "desk", ("community",), title="wrong", does=_fills({"phone": "abc"}, "main form button")),
    Scene("load_list", "desk", ("community",)),
    Scene("load_list", "desk", ("community",), title="looked through", does=_loads(GOOD_LIST)),
    Scene("load_list", "desk", ("community",), title="wrong", does=_loads(BAD_LIST)),
    Scene("sign_up_detail", "desk", ("waiting_claim",), does=_opens("details")),
    Scene("sign_up_detail", "desk", ("stranger_claim",), title="unknown"),
    Scene("sign_up_detail", "desk", ("placed_claim",), title="confirmed"),
    Scene("sign_up_detail", "desk", ("waiting_claim",), title="phone shown", does=_reveals),
    Scene("take_out_sign_ups", "desk", ("community",), query="?state=confirmed"),
    Scene("take_out_sign_ups", "desk", ("community",), title="wrong", does=_presses(MAIN)),
    Scene("take_out_sign_ups", "desk_of_the_empty", ("empty_community",), title="nobody"),
    Scene("take_out_placed", "desk", ("community",)),
    Scene("take_out_register", "desk", ("community",)),
    Scene("take_out_duty_log", "desk", ("community",)),
    Scene("take_out_duty_log", "street", ("street",), title="of the street"),
    Scene("list_out", "desk", ("list_form",), title="of a form"),
    Scene("report_forms", "desk"),
    Scene("report_forms", "desk_of_the_empty", title="none of its own"),
    Scene("add_report_form", "desk", ("community",)),
    Scene("add_report_form", "desk", ("community",), title="wrong", does=_presses("form[enctype] .btn-primary")),
    Scene("report_form", "desk", ("form_asked",), title="asked about"),
    Scene(
        "report_form",
        "desk",
        ("form_asked",),
        title="twice the same",
        does=_chooses({"means_2": "field:age", "means_4": "field:age"}, ".form .btn-primary"),
    ),
    Scene("report_form", "desk", ("form",), title="filled"),
    Scene("report_form", "desk", ("form_of_street",), title="of the street"),
    Scene("fill_report_form", "desk", ("form",)),
    Scene("fill_report_form", "desk", ("form",), query="?sweep=", title="without a sweep"),
    Scene("fill_report_form", "desk", ("form_of_numbers",), title="numbers"),
    Scene("report_form", "desk", ("form_of_doors",), title="every door"),
    Scene("fill_report_form", "desk", ("form_of_doors",), title="households"),
    Scene("fill_report_form", "desk", ("form_asked",), title="not explained", status=409),
    Scene("fill_report_form", "street", ("form_of_street",), title="not theirs"),
    Scene("sheets", "desk", ("community",)),
    Scene("sheets", "desk", ("community",), query="?code=2222A", title="mistyped", status=422),
    Scene("sheets", "grid_worker", ("worked",), title="of a grid worker"),
    Scene("sheets", "desk_of_the_empty", ("empty_community",), title="no sweep"),
    Scene("sheet", "desk", ("sheet_out",)),
    Scene("sheet", "grid_worker", ("sheet_ready",), title="ready"),
    Scene("sheet", "desk", ("sheet_waiting",), title="waits"),
    Scene("sheet", "desk", ("sheet_back",), title="back"),
    Scene("type_sheet", "desk", ("sheet_out",)),
    Scene("type_sheet", "desk", ("sheet_out",), title="wrong", does=_fills({"result": "x9", "people": "7"}, MAIN)),
    Scene("type_sheet", "desk", ("sheet_out",), query="?door=1", title="typed"),
    Scene("lists_out", "desk"),
    Scene("lists_out", "desk_of_the_empty", title="none yet"),
    Scene("list_out", "desk", ("list_ready",)),
    Scene("list_out", "desk", ("list_waiting",), title="waiting"),
    Scene("list_out", "desk", ("list_of_a_colleague",), title="to confirm"),
    Scene("list_out", "desk", ("list_declined",), title="declined"),
    Scene("my_data", "grandmother"),
    Scene("my_data", "waiting_person", title="only signed up"),
    Scene("my_data", "helper", title="for another"),
    Scene("field_app", does=_settled),
    Scene("field_app", "grid_worker", title="first time", does=_settled),
    Scene("field_app", "grid_worker", title="the doors", does=_gets_doors),
    Scene("field_app", "grid_worker", title="one door", does=_opens_a_door),
    Scene("field_app", "grid_worker", title="nothing to decide", does=_goes_to("#/tray")),
    Scene("field_app", "grid_worker", title="a door is missing", does=_goes_to("#/new-door")),
    Scene("field_app", "grid_worker", title="nothing written down", does=_goes_to("#/last")),
    Scene("field_app", "grid_worker", title="what was written down", does=_writes_a_need_down),
    Scene("field_app", "grid_worker", title="a move", does=_tells_of_a_move),
    Scene("field_app", "grid_worker", title="this phone", does=_goes_to("#/more")),
    Scene("field_app", "grid_worker", title="locked", does=_locks),
    Scene("field_app", "leading", title="a leader's first time", does=_settled),
    Scene("field_app", "leading", title="people who are led", does=_gets_people),
    Scene("field_app", "leading", title="a leader's phone", does=_looks_at_the_leaders_phone),
    Scene("emergency"),
    Scene("duty_log", "desk", ("community",)),
    Scene("duty_log", "desk", ("community",), query="?show=closed", title="closed"),
    Scene("duty_log", "desk_of_the_empty", ("empty_community",), title="empty"),
    Scene("new_entry", "desk", ("community",)),
    Scene("new_entry", "desk", ("community",), title="wrong", does=_fills({"need": "着火，有人昏迷"}, MAIN)),
    Scene("new_entry", "desk_elsewhere", ("quiet_community",), title="no event"),
    Scene("duty_entry", "desk", ("entry",), does=_opens("main details")),
    Scene("duty_entry", "desk", ("entry",), title="number shown", does=_shows_a_number),
    Scene("duty_entry", "desk", ("entry",), title="shown", does=_reveals),
    Scene("duty_entry", "desk", ("entry",), title="nothing done", does=_presses(MAIN)),
    Scene("duty_entry", "desk", ("danger",), title="a threat to life"),
    Scene("duty_entry", "desk", ("closed_entry",), title="closed"),
    Scene("hand_over", "desk", ("community",)),
    Scene("hand_over", "desk", ("community",), title="wrong", does=_presses(MAIN)),
    Scene("hand_over", "desk_of_the_empty", ("empty_community",), title="nothing open"),
    Scene("duty_counts", "street", ("street",)),
    Scene("duty_counts", "commander", ("community",), title="only counts"),
    Scene("sweeps", "desk", ("community",)),
    Scene("sweeps", "desk_elsewhere", ("quiet_community",), title="no event"),
    Scene("sweep", "desk", ("sweep", "community"), does=_opens("main details")),
    Scene("sweep", "desk", ("sweep", "micro_grid"), title="of a micro-grid"),
    Scene("sweep", "commander", ("sweep_of_the_street", "street"), title="only counts"),
    Scene("sweep", "desk_of_the_empty", ("sweep_being_made", "empty_community"), title="being made"),
    Scene("sweep", "desk", ("sweep_over", "long_grid"), title="over"),
    Scene("sweep_names", "desk", ("sweep", "community")),
    Scene("sweep_names", "desk", ("sweep", "community"), query="?of=doors&state=14", title="doors"),
    Scene("sweep_names", "desk", ("sweep", "community"), query="?state=2", title="nobody"),
    Scene("sweep_names", "grid_worker", ("sweep", "micro_grid"), title="of a grid worker"),
    Scene("sweep_changes", "desk", ("sweep", "community")),
    Scene(
        "sweep_changes",
        "desk",
        ("sweep", "community"),
        query="?of=doors&since=2000-01-01T00:00",
        title="too early",
        status=422,
    ),
    Scene("sweep_changes", "street", ("sweep", "community"), title="only counts"),
    Scene("worklist", "grid_worker"),
    Scene("worklist", "grid_worker", query="?kind=door", title="one kind"),
    Scene("worklist", "desk_elsewhere", title="none, at the desk"),
    Scene("worklist", "desk_who_serves", title="what one is told oneself"),
    Scene("worklists", "desk", ("community",)),
    Scene("worklists", "desk_elsewhere", ("quiet_community",), title="no grid worker"),
    Scene("worklist_of", "desk", ("community", "worker")),
    Scene("worklist_of", "desk", ("community", "the_desk"), title="where no grid worker is"),
    Scene("my_doors", "grid_worker"),
    Scene("my_doors", "desk_elsewhere", title="none"),
    Scene("sweep_doors", "grid_worker", ("sweep", "micro_grid")),
    Scene("sweep_doors", "grid_worker", ("sweep", "micro_grid"), query="?show=all", title="all"),
    Scene("sweep_doors", "desk", ("sweep", "community"), title="at the desk"),
    Scene("sweep_doors", "desk_of_the_empty", ("sweep_being_made", "empty_community"), title="being made"),
    Scene("sweep_new_door", "grid_worker", ("sweep", "micro_grid")),
    Scene("sweep_new_door", "grid_worker", ("sweep", "micro_grid"), title="wrong", does=_presses(MAIN)),
    Scene("sweep_door", "grid_worker", ("sweep", "door"), does=_opens("main details")),
    Scene("sweep_door", "desk", ("sweep", "full_door"), title="with several"),
    Scene("sweep_door", "desk", ("sweep", "bare_door"), title="nobody known"),
    Scene("sweep_door", "desk", ("sweep", "door"), title="wrong", does=_finds_it_vacant_at_the_counter),
    Scene("sweep_door", "grid_worker", ("sweep", "door"), title="no such time", does=_comes_back_at_no_time),
    Scene("sweep_door", "desk", ("sweep_over", "door_of_the_sweep_over"), title="over"),
    Scene("sweep_new_person", "grid_worker", ("sweep", "door"), title="wrong", at="sweep_door", does=_adds_nobody),
    Scene("area", "street", ("street",)),
    Scene("area", "desk", ("community",), title="grids"),
    Scene("area", "desk_of_the_empty", ("empty_community",), title="asks for nobody"),
    Scene("call_list", "desk", ("grid",), query="?minutes=0"),
    Scene("call_list", "desk", ("grid",), query="?minutes=0", title="shown", does=_presses("main [name=reason]")),
    Scene("call_list", "desk", ("grid",), query="?minutes=-1", title="minutes wrong", status=422),
    Scene("grid", "desk", ("grid",), does=_opens("details")),
    Scene("grid", "desk", ("grid",), title="overtaken", does=_is_overtaken),
    Scene("grid", "desk", ("long_grid",), title="long name"),
    Scene("grid", "street", ("grid",), title="no names"),
    Scene("grid", "desk_of_the_empty", ("empty_grid",), title="empty"),
    Scene("allocations", "desk", ("community",)),
    Scene("allocations", "desk", ("community",), title="wrong", does=_fills(LATER, MAIN)),
    Scene("silent", "desk", ("community",)),
    Scene("silent", "desk", ("community",), title="shown", does=_presses("main [name=reason]")),
    Scene("silent", "desk_of_the_empty", ("empty_community",), title="nobody to call"),
    Scene("replace_people", "desk", ("community",)),
    Scene("replace_people", "desk", ("community",), title="nobody ticked", does=_presses("main [data-ticks]")),
    Scene("replace_people", "street", ("street",), title="no names"),
    Scene(
        "replace_people", "desk_of_the_empty", ("empty_community",), title="nobody placed", does=_presses("main .btn")
    ),
    Scene("allocation", "desk", ("proposed",), does=_opens("details")),
    Scene("allocation", "desk", ("repair",), title="repair"),
    Scene("allocation", "street", ("repair",), title="repair, no names"),
    Scene("allocation", "desk", ("units_repair",), title="repair by people of work units"),
    Scene("allocation", "desk", ("published",), title="published"),
    Scene("allocation", "street", ("published",), title="no names"),
    Scene("allocation", "desk_of_the_empty", ("waiting",), title="waiting"),
    Scene("allocation", "desk_of_the_empty", ("running",), title="stopped"),
    Scene("allocation", "desk_of_the_empty", ("publishing",), title="being published"),
    Scene("allocation", "desk_of_the_empty", ("stopped",), title="half published"),
    Scene("allocation", "desk_of_the_empty", ("failed",), title="failed"),
    Scene("teams", "desk", ("community",)),
    Scene("teams", "street", ("street",), title="of a street"),
    Scene("teams", "desk_of_the_empty", ("empty_community",), title="none"),
    Scene("team", "desk", ("team",), does=_opens("details")),
    Scene("team", "desk", ("broken_team",), title="whose leader left"),
    Scene("team", "street", ("team",), title="no names"),
    Scene("form_team", "desk", ("community",)),
    Scene("form_team", "street", ("community",), title="no names"),
    Scene("form_team", "desk", ("community",), query="?size=0", title="wrong", status=422),
    Scene("form_team", "desk", ("community",), title="nobody ticked", does=_ticks_nobody),
    Scene("form_team", "desk_of_the_empty", ("empty_community",), title="nobody near"),
    Scene("responsibility", "desk", ("community",)),
    Scene("responsibility", "desk", ("grid",), title="divided", does=_divides),
    Scene("responsibility", "desk_of_the_empty", ("empty_community",), title="nobody placed"),
    Scene("responsibility_of_doors", "desk", ("community", "pointed_building")),
    Scene("responsibility_of_doors", "desk", ("community", "pointed_building"), title="wrong", does=_stale_cover),
    Scene("posts", "desk", ("community",)),
    Scene("posts", "desk", ("community",), title="wrong", does=_presses("#name .btn-primary")),
    Scene("posts", "desk_of_the_empty", ("empty_community",), title="none"),
    Scene("named_post", "desk", ("post",), does=_opens("details")),
    Scene("named_post", "desk", ("post",), title="wrong", does=_presses("#give .btn-primary")),
    Scene("named_post", "desk", ("post",), title="refused", does=_fills(TOO_LONG, "#give .btn-primary")),
    Scene("my_team", "placed_person", ("placed_claim",)),
    Scene("reinforcements", "commander", ("street",)),
    Scene("reinforcements", "desk", ("community",), title="asks"),
    Scene("reinforcements", "desk_of_the_empty", ("empty_community",), title="empty"),
    Scene("ask_reinforcement", "desk", ("community",), does=_opens("details")),
    Scene("ask_reinforcement", "desk", ("community",), title="wrong", does=_fills(NO_REQUEST, MAIN)),
    Scene("ask_reinforcement", "commander", ("street",), title="nobody above"),
    Scene("reinforcement", "desk", ("request_promised",)),
    Scene("reinforcement", "commander", ("request_declined",), title="declined, with an offer"),
    Scene("reinforcement", "desk", ("request_promised",), title="nobody ticked", does=_presses("main [value=arrive]")),
    Scene("unit_plan", "commander", ("unit_plan",)),
    Scene("unit_plan", "commander", ("unit_plan_promised",), title="asked"),
    Scene("unit_plan", "commander", ("unit_plan_waiting",), title="waiting"),
    Scene("unit_plan", "commander", ("unit_plan_failed",), title="failed"),
    Scene("protection", "desk", ("community",)),
    Scene("protection", "desk", ("community",), title="nobody ticked", does=_presses("#training .btn-primary")),
    Scene("protection", "desk_of_the_empty", ("empty_community",), title="empty"),
    Scene("deployed", "commander", ("street",)),
    Scene("deployed", "desk_of_the_empty", ("empty_community",), title="empty"),
    Scene("units", "commander", ("street",), does=_opens("details")),
    Scene("units", "commander", ("street",), title="wrong", does=_fills({"anybody": "-1"}, MAIN)),
    Scene("units", "desk", ("community",), title="none"),
    Scene("load_units", "commander", ("street",)),
    Scene("load_units", "commander", ("street",), title="looked through", does=_fills({"text": UNIT_LINES}, PASTE)),
    Scene("load_units", "commander", ("street",), title="wrong", does=_fills({"text": "市档案馆 许多人"}, PASTE)),
    Scene("load_units", "commander", ("street",), title="nothing", does=_presses(PASTE)),
    Scene("templates", "commander", title="of command"),
    Scene("own_unit", "liaison", does=_opens("details")),
    Scene("own_unit", "liaison", title="offer wrong", does=_offers_nobody),
    Scene("unit_call", "liaison", ("call_asked",), does=_opens("details")),
    Scene("unit_call", "liaison", ("call_asked",), title="no reason", does=_declines_without_a_reason),
    Scene("unit_call", "liaison", ("call_promised",), title="promised"),
    Scene("unit_call", "liaison", ("call_declined",), title="declined"),
    Scene("unit_call", "liaison", ("call_offered",), title="offered"),
    Scene("name_people", "liaison", ("call_asked",)),
    Scene("name_people", "liaison", ("call_asked",), title="wrong", does=_fills({"text": "没有电话的人"}, MAIN)),
    Scene("name_people", "liaison", ("call_asked",), title="nothing", does=_presses(MAIN)),
    Scene("swap_person", "liaison", ("deployed",)),
    Scene("swap_person", "liaison", ("deployed",), title="wrong", does=_fills({"text": "13800001234"}, MAIN)),
    Scene("briefing", "street", ("street",)),
    Scene("briefing", "press", ("street",), title="press"),
    Scene("briefing", "desk_of_the_empty", ("empty_community",), title="nothing yet"),
    Scene("saved_briefing", "press", ("briefing",)),
    Scene("zones", "street", ("street",), does=_opens(".rows details")),
    Scene("zones", "street", ("street",), title="wrong", does=_presses("#declare .btn-primary")),
    Scene("zones", "desk", ("community",), title="only read"),
    Scene("zones", "desk_of_the_empty", ("empty_community",), title="of another"),
    Scene("events", "commander"),
    Scene("open_event", "commander"),
    Scene("open_event", "commander", query="?area={street}&go=1", title="what"),
    Scene("event", "commander", ("event",)),
    Scene("start"),
    Scene("backups", "administrator"),
    Scene("health", "administrator"),
    Scene("event", "commander", ("event_over",), title="ended"),
    Scene("closings", "privacy_officer"),
    Scene("closing", "privacy_officer", ("event",), title="under way"),
    Scene("closing", "privacy_officer", ("event_left",), title="left as it is"),
    Scene(
        "closing",
        "privacy_officer",
        ("event_left",),
        title="no reason named",
        does=_fills_in_details({"reason": " "}, ".panel form button"),
    ),
    Scene("closing", "privacy_officer", ("event_ready",), title="may be reviewed"),
    Scene("closing", "commander", ("event_ready",), title="may be reviewed"),
    Scene("closing", "privacy_officer", ("event_reviewed",), title="confirmed by me"),
    Scene("closing", "commander", ("event_reviewed",), title="confirmed by the officer"),
    Scene(
        "closing",
        "commander",
        ("event_reviewed",),
        title="too many witnesses",
        does=_fills({"witnesses": "\n".join("甲乙丙丁戊己庚")}, "form.form button"),
    ),
    Scene("closing", "privacy_officer", ("event_still",), title="stands still"),
    Scene("closing", "privacy_officer", ("event_over",), title="finished"),
    Scene("ask_erasure", "desk", ("community", "person_declined")),
    Scene(
        "ask_erasure",
        "desk",
        ("community", "person_declined"),
        title="nothing chosen",
        does=_presses("form.form button"),
    ),
    Scene("erasures", "privacy_officer"),
    Scene("erasure", "privacy_officer", ("erasure_asked",), title="waits"),
    Scene("erasure", "privacy_officer", ("erasure_half",), title="confirmed by me"),
    Scene("erasure", "commander", ("erasure_declined",), title="declined"),
    Scene("erasure", "commander", ("erasure_erased",), title="erased"),
    Scene("trail", "auditor"),
    Scene("trail", "auditor", query="?about=place:{street}", title="about one"),
    Scene("trail", "auditor", query="?about=event:0", title="nothing"),
    Scene("trail", "privacy_officer", title="nobody yet"),
    Scene("trail", "privacy_officer", query="?about={number}", title="by a number"),
    Scene("notice"),
    Scene("notice", query="?community={community}", title="of a community"),
    Scene("declarations", "privacy_officer"),
    Scene("declared_room", "privacy_officer", ("room",)),
    Scene("impact", "privacy_officer"),
    Scene("templates", "administrator"),
    Scene("load_areas", "administrator"),
    Scene("load_areas", "administrator", title="looked through", does=_loads_xlsx(files.good_areas)),
    Scene("load_areas", "administrator", title="there already", does=_loads_xlsx(files.areas_there)),
    Scene("load_areas", "administrator", title="wrong", does=_loads_xlsx(files.bad_areas)),
    Scene("load_areas", "administrator", title="no such file", does=_loads_xlsx(files.another)),
    Scene("load_staff", "administrator"),
    Scene("load_staff", "administrator", title="looked through", does=_loads_xlsx(files.new_staff)),
    Scene("load_staff", "administrator", title="made", does=_loads_and_takes(files.new_staff)),
    Scene("load_staff", "administrator", title="wrong", does=_loads_xlsx(files.bad_staff)),
    Scene("first_steps", "administrator", does=_opens("details")),
    Scene("places", "administrator", does=_opens("details"), lands="place"),
    Scene("place", "administrator", ("street",), does=_opens("details")),
    Scene("place", "administrator", ("community",), title="a community", does=_opens("details")),
    Scene("place", "administrator", ("community",), title="wrong", does=_adds_a_part_without_a_name),
    Scene("templates", "desk", title="of the desk"),
    Scene("load_persons", "desk", ("community",)),
    Scene("load_persons", "desk", ("community",), title="looked through", does=_loads_xlsx(files.good_persons)),
    Scene("load_persons", "desk", ("community",), title="wrong", does=_loads_xlsx(files.bad_persons)),
    Scene("load_persons", "desk", ("community",), title="unknown column", does=_loads_xlsx(files.own_persons)),
    Scene("paste_volunteers", "desk", ("community",)),
    Scene("paste_volunteers", "desk", ("community",), title="empty", does=_presses(MAIN)),
    Scene("paste_volunteers", "desk", ("community",), title="to mend", does=_fills({"text": BAD_CHAIN}, MAIN)),
    Scene("paste_volunteers", "desk", ("community",), title="looked through", does=_fills({"text": CHAIN}, MAIN)),
    Scene("load_volunteers", "desk", ("community",)),
    Scene("load_volunteers", "desk", ("community",), title="looked through", does=_loads_xlsx(files.good_volunteers)),
    Scene("load_volunteers", "desk", ("community",), title="wrong", does=_loads_xlsx(files.bad_volunteers)),
    Scene("load_volunteers", "desk", ("community",), title="no basis", does=_loads_standing(files.good_volunteers)),
    Scene("home", "grid_worker", title="a role on a phone"),
    Scene("choose_pin", args=("qr",)),
    Scene("choose_pin", args=("qr",), title="wrong", does=_fills({"pin": "123456", "again": "123456"}, MAIN_OUT)),
    Scene("choose_pin", "idle_worker", args=("qr",), title="somebody else is here", status=409),
    Scene("choose_pin", "desk", args=("qr",), title="an officer is here", status=409),
    Scene("type_pin", "idle_worker", does=_opens("details")),
    Scene("type_pin", "idle_worker", title="wrong", does=_fills({"pin": "771350"}, MAIN_OUT)),
    Scene("type_pin", "worker_of_yesterday", title="role over", status=403),
    Scene("staff_phones", "desk"),
    Scene("staff_phones", "desk", query="?q=没有", title="nobody"),
    Scene("staff_phones", "desk_of_the_empty", title="empty"),
    Scene("phone_qr", "desk", at="account", args=("worker",), does=_presses('form[action$="/qr/"] button')),
    Scene("phone_cards", "desk", at="staff_phones", does=_presses('form[action$="/cards/"] button')),
    Scene("account", "desk", ("worker",), title="with a phone"),
    Scene("hand_over_doors", "desk", ("worker",), title="handing over"),
    Scene("hand_over_doors", "desk", ("worker",), title="handing over to nobody", does=_presses(MAIN)),
    Scene("loads", "desk"),
    Scene("loads", "privacy_officer", title="of all"),
    Scene("loads", "desk_of_the_empty", title="none yet"),
    Scene("load", "desk", ("load",)),
    Scene("load", "desk", ("overdue_load",), title="overdue"),
    Scene("load", "desk", ("event_load",), title="of the event"),
    Scene("load", "desk", ("ended_load",), title="no longer needed"),
    Scene("load", "privacy_officer", ("load",), title="only read"),
    Scene("review_load", "desk", ("load",), title="wrong", at="load", does=_presses(MAIN)),
    Scene("accounts", "administrator"),
    Scene("accounts", "administrator", query="?q=没有这个人", title="not found"),
    Scene("accounts", "street", title="of one's area"),
    Scene("new_account", "administrator"),
    Scene("new_account", "administrator", title="wrong", does=_presses(MAIN)),
    Scene("account", "administrator", ("account",), does=_opens("details")),
    Scene("account", "street", ("account",), title="by who gives the role"),
    Scene("sign_in_link", "administrator", ("account",), title="made", at="account", does=_makes_a_link),
    Scene("choose_password", args=("password_link",)),
    Scene("grant", "administrator"),
    Scene("grant", "administrator", query="?account=officer", title="which role"),
    Scene("grant", "administrator", query="?account=officer&role=community_desk", title="where"),
    Scene("grant", "administrator", query="?account=officer&role=auditor", title="how long"),
    Scene("grant", "administrator", query="?account=nobody", title="wrong", status=422),
    Scene("points", "desk", ("community",)),
    Scene("points", "desk", ("community",), query="?show=buildings", title="buildings"),
    Scene("points", "desk", ("community",), title="wrong", does=_presses(MAIN)),
    Scene("points", "desk", ("community",), title="looked through", does=_pastes_points),
    Scene("points", "administrator", ("empty_community",), title="all there"),
    Scene("all_points", "administrator"),
    Scene("point", "desk", ("community", "bare_estate")),
    Scene("point", "desk", ("community", "bare_estate"), title="wrong", does=_pastes_a_wrong_point),
    Scene("point", "desk", ("community", "pointed_building"), title="there"),
    Scene("open_in_browser", query="?next=/code/paper/"),
    Scene("grant", "desk", query="?new=1", title="somebody new"),
    Scene("grant", "desk", query="?new=1&role=keeper", title="somebody new, how long"),
    Scene("grant_requests", "administrator"),
    Scene("grant_request", "administrator", ("request",)),
    Scene("keys", "officer"),
    Scene("new_key", "officer"),
    Scene("new_key", "officer", title="wrong", does=_presses(MAIN)),
    Scene("new_key", "officer", title="made", does=_fills({"label": "值班大屏"}, MAIN)),
    Scene("account_login"),
    Scene("account_login", title="wrong", does=_fills({"login": "x", "password": "y"}, MAIN)),
    Scene("account_inactive"),
    Scene("account_logout", "desk"),
    Scene("mfa_authenticate", "half_way"),
    Scene("mfa_index", "newcomer", title="no second step"),
    Scene("mfa_index", "officer"),
    Scene("account_change_password", "officer"),
    Scene("account_change_password", "officer", title="wrong", does=_presses(MAIN)),
    Scene("account_reauthenticate", "officer"),
    Scene("mfa_reauthenticate", "officer"),
    Scene("mfa_reauthenticate_webauthn", "keyholder"),
    Scene("mfa_activate_totp", "newcomer"),
    Scene("mfa_activate_totp", "newcomer", title="wrong", does=_fills({"code": "1"}, MAIN)),
    Scene("mfa_deactivate_totp", "officer"),
    Scene("mfa_view_recovery_codes", "officer"),
    Scene("mfa_generate_recovery_codes", "officer"),
    Scene("mfa_list_webauthn", "keyholder"),
    Scene("mfa_add_webauthn", "officer"),
    Scene("mfa_remove_webauthn", "keyholder", ("passkey",)),
)

# Pages that no address of ours leads to: what is said where something is wrong.
ERRORS = (
    Scene("choose_password", args=("spent_link",), title="a spent link", status=403),
    Scene("claim", "desk", ("nobodys_claim",), title="not theirs to see", status=404),
    Scene("use_paper", args=("spent_link",), title="a spent paper", status=403),
    Scene("enter", args=("spent_link",), title="a spent link", status=403),
)


def page_names() -> list[str]:
    """Every address of the web face by its name; the API's are no pages."""

    def names(resolver: URLResolver | object) -> list[str]:
        found: list[str] = []
        for each in getattr(resolver, "url_patterns", []):
            if isinstance(each, URLResolver):
                found += [] if each.namespace else names(each)
            elif isinstance(each, URLPattern):
                found.append(each.name or str(each.pattern))
        return found

    return names(get_resolver())
