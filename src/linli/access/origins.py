"""By which address a browser came, and by which address people come: loopback, plain http, LINLI_URL."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from linli.conf.env import Env

ON_THIS_MACHINE = "localhost"  # browsers offer passkeys here without https, and to no bare number ever
# What each app says of itself. The browser app of QQ says MQQBrowser alone, and is a browser like any other.
_APPS = (("wechat", "MicroMessenger/"), ("alipay", "AlipayClient/"), ("qq", " QQ/"))
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED")


def host_of(request: HttpRequest) -> str:
    """The host a browser asked, without its port."""
    host = request.get_host()
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def on_loopback(request: HttpRequest) -> bool:
    """Whether a browser asked this machine by an address that only it understands."""
    return host_of(request) in (ON_THIS_MACHINE, "127.0.0.1", "[::1]")


def over_plain_network(request: HttpRequest) -> bool:
    """Whether others on the way can listen: no https, and it came from another machine or through a proxy."""
    if request.is_secure():
        return False
    env: Env = settings.ENV
    forwarded = any(name in request.META for name in _FORWARDED)
    return forwarded or not _is_loopback(request.META.get("REMOTE_ADDR", "")) or host_of(request) in env.names


def app_of(request: HttpRequest) -> str:
    """Inside which app a page is shown: "wechat", "alipay" or "qq"; empty in a browser of its own."""
    said = request.headers.get("User-Agent", "")
    return next((key for key, word in _APPS if word in said), "")


def public_address(request: HttpRequest, path: str) -> str:
    """The whole address of one of our pages, for links and pictures that go to other devices: by LINLI_URL if set."""
    env: Env = settings.ENV
    return env.url + path if env.url else request.build_absolute_uri(path)


def only_here(request: HttpRequest) -> bool:
    """Whether such an address opens on this machine only."""
    env: Env = settings.ENV
    return not env.names if env.url else on_loopback(request)


def _is_loopback(text: str) -> bool:
    try:
        found = ip_address(text)
    except ValueError:
        return True  # a socket of this machine has no number
    return found.is_loopback or bool(found.version == 6 and found.ipv4_mapped and found.ipv4_mapped.is_loopback)
