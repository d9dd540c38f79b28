"""The page from which staff phones fetch our authority's certificate: over plain http, for as long as it is needed.

Plain http is enough: whoever changes what is fetched changes its fingerprint, which each compares with the sheet or
the screen that the administrator shows. Nothing else is served here.
"""

from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import segno
from django.utils import translation
from django.utils.translation import gettext

from linli.ops.authority import Authority

CRT, PROFILE = "linli-ca.crt", "linli-ca.mobileconfig"
KINDS = {CRT: "application/x-x509-ca-cert", PROFILE: "application/x-apple-aspen-config"}
_STYLE = """
body { font: 18px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; max-width: 36rem; margin: 0 auto;
  padding: 16px; color-scheme: light dark } h1 { font-size: 1.5rem; line-height: 1.3 } h2 { font-size: 1.2rem }
h3 { font-size: 1.05rem }
a.go { display: block; padding: 12px 16px; margin: 12px 0; border-radius: 8px; background: #0b5c7a; color: #fff;
  text-align: center; min-height: 48px; box-sizing: border-box; text-decoration: none }
code { font-size: 1.1rem; overflow-wrap: anywhere } .mark { border: 2px solid; border-radius: 8px; padding: 12px }
nav { display: flex; gap: 24px } nav a { padding: 12px 0 } svg { background: #fff; max-width: 100%; height: auto }
"""


def server(own: Authority, site: str, *, port: int, bind: str = "0.0.0.0") -> ThreadingHTTPServer:  # noqa: S104
    """A server that hands the certificate out; `serve_forever` runs it. `site` is the address to open afterwards.

    Raises:
        OSError: it cannot listen there.
    """

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "linli", ""

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            name = path.lstrip("/")
            if name in KINDS:
                self._answer((own.folder / name).read_bytes(), KINDS[name], name)
            elif not name:
                said = "en" if "en" in query.split("&") else "zh-hans" if "zh" in query.split("&") else ""
                spoken = said or ("en" if self.headers.get("Accept-Language", "").startswith("en") else "zh-hans")
                self._answer(page(own, site, spoken).encode(), "text/html; charset=utf-8")
            else:
                self.send_error(404)

        def _answer(self, body: bytes, kind: str, file: str = "") -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            if file:
                self.send_header("Content-Disposition", f'attachment; filename="{file}"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Who fetched it is nobody's business."""

    return ThreadingHTTPServer((bind, port), Handler)


def page(own: Authority, site: str, language: str) -> str:
    """The page in one language, with the way to the other."""
    with translation.override(language):
        shown = "<br>".join(" ".join(own.fingerprint.split(":")[at : at + 8]) for at in range(0, 32, 8))
        lines = [
            f"<nav>{_link('/?zh', '中文')}{_link('/?en', 'English')}</nav>",
            _put("h1", gettext("Let this phone trust Linli in this office")),
            _put("p", gettext("Once for each phone. Three steps, about two minutes.")),
            _put("h2", "1. " + gettext("Compare")),
            _put(
                "p",
                gettext(
                    "These 32 pairs must be the same as on the sheet your administrator shows. If one differs, stop."
                ),
            ),
            f'<p class="mark"><code>{shown}</code></p>',
            _put("h2", "2. " + gettext("Install")),
            _device("Android", CRT, _android()),
            _device("iPhone, iPad", PROFILE, _ios()),
            _device("Windows", CRT, _windows()),
            _put("h2", "3. " + gettext("Open Linli")),
            _put(
                "p", gettext("In the browser of your phone, not inside WeChat: WeChat does not know this certificate.")
            ),
            f'<p><a class="go" href="{escape(site)}">{escape(site)}</a></p>',
            segno.make(site, error="m", micro=False).svg_inline(scale=6),
        ]
        title = escape(gettext("Certificate"))
    spoken = "zh-Hans" if language == "zh-hans" else language
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = "".join(lines)
    return f'<!doctype html><html lang="{spoken}"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>'


def _android() -> list[str]:
    return [
        gettext("Fetch the file with the button."),
        gettext("Settings → search for “CA certificate” → Install anyway → choose linli-ca.crt among the downloads."),
        gettext("Some phones ask for the screen lock first, or call it “Install from storage”."),
    ]


def _ios() -> list[str]:
    return [
        gettext("Open this page in Safari, fetch the file with the button, and allow it."),
        gettext("Settings → Profile downloaded → Install."),
        gettext("Settings → General → About → Certificate Trust Settings → switch “Linli” on."),
    ]


def _windows() -> list[str]:
    return [
        gettext("Fetch the file with the button, open it, and choose Install Certificate."),
        gettext(
            "Current user → Place all certificates in the following store → Trusted Root Certification Authorities."
        ),
    ]


def _device(name: str, file: str, steps: list[str]) -> str:
    listed = "".join(_put("li", step) for step in steps)
    fetch = gettext("Fetch {file}").format(file=file)
    return f'<h3>{name}</h3><p><a class="go" href="/{file}">{escape(fetch)}</a></p><ol>{listed}</ol>'


def _put(kind: str, text: str) -> str:
    return f"<{kind}>{escape(text)}</{kind}>"


def _link(to: str, text: str) -> str:
    return f'<a href="{to}">{text}</a>'
