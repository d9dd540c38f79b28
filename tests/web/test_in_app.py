"""Inside WeChat, Alipay and QQ: known by what they say, sent to a browser for what they refuse."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from linli.access.adapter import passkeys_work
from linli.access.origins import app_of

ANDROID = (
    "Mozilla/5.0 (Linux; Android 12; M2102J2SC) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/92.0.4515.159"
)
INSIDE = {
    "wechat": f"{ANDROID} Mobile Safari/537.36 MicroMessenger/8.0.16.2040(0x28001056) WeChat/arm64 NetType/4G",
    "alipay": f"{ANDROID} MYWeb/0.11.0 UWS/3.22.2 UCBS/3.22.2 Mobile Safari/537.36 NebulaSDK/1.8 AlipayClient/10.2.76",
    "qq": f"{ANDROID} MQQBrowser/6.2 TBS/046007 Mobile Safari/537.36 V1_AND_SQ_8.8.80 QQ/8.8.80.7400 NetType/4G",
}
BROWSERS = (
    f"{ANDROID} Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 11; zh-cn) AppleWebKit/537.36 Chrome/89.0 MQQBrowser/12.8 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 15_4 like Mac OS X) AppleWebKit/605.1.15 Version/15.4 Mobile Safari/604.1",
    "",
)


@pytest.mark.parametrize("app", INSIDE)
def test_an_app_is_known_by_what_it_says(app):
    assert app_of(RequestFactory().get("/", HTTP_USER_AGENT=INSIDE[app])) == app


@pytest.mark.parametrize("said", BROWSERS)
def test_a_browser_is_no_app(said):
    assert app_of(RequestFactory().get("/", HTTP_USER_AGENT=said)) == ""


@pytest.mark.parametrize("app", INSIDE)
def test_no_passkey_is_offered_inside_an_app(app):
    said = {"HTTP_HOST": "localhost"}
    assert passkeys_work(RequestFactory().get("/", **said))
    assert not passkeys_work(RequestFactory().get("/", HTTP_USER_AGENT=INSIDE[app], **said))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("there", "opened"),
    [
        ("/code/paper/", "/code/paper/"),
        ("/a?b=c", "/a?b=c"),
        ("https://example.org/", "/"),
        ("//example.org/", "/"),
        ("/\\example.org", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_only_pages_of_ours_are_opened_elsewhere(there, opened):
    page = Client().get(reverse("open_in_browser"), {"next": there}, HTTP_USER_AGENT=INSIDE["wechat"])
    assert page.context["elsewhere"] == f"http://testserver{opened}"
    assert f'<code id="elsewhere">http://testserver{opened}</code>' in page.content.decode()
