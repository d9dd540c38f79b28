"""What is looked at on a page that is open in a browser: axe, its edges, its words, its targets, its keyboard."""

from itertools import takewhile
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# What sticks out sideways of the window. Boxes that scroll sideways on purpose keep what is inside them.
STICKING_OUT = """() => [...document.querySelectorAll('body *')].filter(e => {
  if (e.closest('.rows, .bar nav, [data-map], dialog, .skip, [hidden], .sr-only')) return false;
  const box = e.getBoundingClientRect();
  if (!box.width || getComputedStyle(e).position === 'absolute') return false;
  return box.right > innerWidth + 1 || box.left < -1;
}).map(e => 'sticks out: ' + e.outerHTML.slice(0, 90))"""

# Words that leave the box they stand in, or are cut off by it.
CLIPPED = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    let box = node.parentElement;
    if (!box.offsetParent || box.closest('script, style, option, .skip, dialog, [hidden]')) continue;
    if (box.closest('.sr-only, [data-map]')) continue;
    const inline = e => getComputedStyle(e).display.startsWith('inline') && !e.matches('.btn, .state, .tool');
    while (inline(box)) box = box.parentElement;
    if (box.closest('thead') && innerWidth < 640) continue;  // said by data-label there
    range.selectNodeContents(node);
    const words = range.getBoundingClientRect(), edge = box.getBoundingClientRect();
    if (!words.width || !edge.width) continue;
    if (words.left < edge.left - 1 || words.right > edge.right + 1 || words.top < edge.top - 2 ||
        words.bottom > edge.bottom + 2) found.push('leaves its box: ' + node.data.trim().slice(0, 40));
    for (let up = box; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX === 'hidden' && up.scrollWidth > up.clientWidth + 1) {
        found.push('is cut off: ' + node.data.trim().slice(0, 40));
        break;
      }
    }
  }
  return found;
}"""

# All that does not fit the width of the window.
OVERFLOWING = f"""() => {{
  const wide = document.documentElement.scrollWidth - innerWidth;
  return [...(wide > 0 ? ['the page is ' + wide + ' px too wide'] : []), ...({STICKING_OUT})(), ...({CLIPPED})()];
}}"""

# Whatever a finger has to find. A link inside a sentence may be lower (WCAG 2.5.8); the target-size rule holds it.
TOO_SMALL = """() => [...document.querySelectorAll(
    'button, .btn, .tool, .bar a, summary, select, textarea, input:not([type=hidden]), .rows-cards tbody th a')]
  .map(e => e.matches('input[type=checkbox], input[type=radio]') ? e.closest('label') || e : e)
  .filter(e => e.offsetParent)
  .filter(e => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44)
  .map(e => 'is too small to touch: ' + e.outerHTML.slice(0, 90))"""

FRAME = """language => {
  const wrong = [], said = (true_, words) => { if (!true_) wrong.push(words); };
  said(document.documentElement.lang === language, 'says it is in ' + document.documentElement.lang);
  said(document.title.split(' · ')[0].trim(), 'has no title');
  const heads = [...document.querySelectorAll('h1')];
  said(heads.length === 1, 'has ' + heads.length + ' h1');
  said(heads.every(e => e.innerText.trim()), 'has an empty h1');
  const mark = [...document.querySelectorAll('.quiet .mark')].filter(e => e.offsetParent).map(e => e.innerText);
  const wanted = {'en': 'Synthetic', 'zh-Hans': '合成'}[language];
  said(mark.some(words => words.includes(wanted)), 'does not say that the city is synthetic');
  said(document.querySelector('main').innerText.trim().length > 8, 'shows nothing');
  const faulty = document.querySelector('.field.has-error input, .field.has-error textarea');
  const bar = document.querySelector('main > .actions');
  if (faulty && bar && bar.offsetParent && getComputedStyle(bar).position === 'sticky')
    said(faulty.getBoundingClientRect().bottom <= bar.getBoundingClientRect().top, 'hides the first faulty field');
  said(!/\\bNone\\b|\\{[{%]|%\\(|undefined|NaN/.test(document.body.innerText), 'shows a raw value');
  return wrong;
}"""

FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
  const within = (value, most) => Math.min(Math.max(value, 1), most - 1);
  const top = document.elementFromPoint(within(x, innerWidth), within(y, innerHeight));
  return {
    what: e.outerHTML.slice(0, 90),
    main: e.matches('main .btn-primary, main .btn-primary *'),
    skip: e.matches('.skip'),
    shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    bare: !top || e === top || e.contains(top) || top.contains(e),
  };
}"""

# Has axe look, and says what it holds against the page.
AXE_SAYS = """async options => {
  const said = (rule, node) => `axe ${rule}: ${node.html.slice(0, 90)} ${(node.failureSummary || '').slice(-110)}`;
  const found = await axe.run(document, options);
  return found.violations.flatMap(each => each.nodes.map(node => said(each.id, node)));
}"""

# Writes down where each Tab leads, once the key is up again: asked after each, a page takes twice as long to walk.
# The next Tab starts where the focus was last, so the focus goes to the page itself first.
WATCHED = f"""() => {{
  window.stops = [];
  addEventListener('keyup', pressed => {{ if (pressed.key === 'Tab') stops.push(({FOCUSED})()); }}, true);
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  scrollTo(0, 0);
  return [...document.querySelectorAll('main .btn-primary')].some(e => e.offsetParent);
}}"""
TABS, FAR, AT_ONCE = 60, 25, 5  # keys at most; enough without a main action; before anybody asks where they led


def overflow(page: Page) -> list[str]:
    """What does not fit the width of the window."""
    found: list[str] = page.evaluate(OVERFLOWING)
    return found


def axe(page: Page, *rules: str) -> list[str]:
    """What axe holds against the page by WCAG 2.2 AA, or by some rules only."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    only: dict[str, Any] = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    if not rules:
        options["rules"] = {"target-size": {"enabled": True}}
    found: list[str] = page.evaluate(AXE_SAYS, options)
    return found


def keyboard(page: Page) -> list[str]:
    """Tab through the page from its beginning: the skip link first, the main action reached, the focus always seen."""
    has_main = page.evaluate(WATCHED)
    stops = _stops(page, has_main)
    wrong = [f"the first stop is {at['what']}" for at in stops[:1] if not at["skip"]]
    for at in stops:
        if not at["shown"]:
            wrong.append(f"no focus is seen on {at['what']}")
        if not at["bare"]:
            wrong.append(f"the focus is hidden behind something on {at['what']}")
    if has_main and not any(at["main"] for at in stops):
        wrong.append("the main action cannot be reached")
    return wrong


def _stops(page: Page, has_main: bool) -> list[dict[str, Any]]:
    """Where each Tab led, until it left the page, or far enough; with a main action, until that was met."""
    stops: list[dict[str, Any] | None] = []
    while len(stops) < TABS:
        for _ in range(AT_ONCE):
            page.keyboard.press("Tab")
        met = page.evaluate("stops.splice(0)")
        stops += met
        # A key that the browser took for itself came up outside the page.
        if None in met or len(met) < AT_ONCE:
            break
        if len(stops) > FAR and (not has_main or any(at and at["main"] for at in stops)):
            break
    return list(takewhile(bool, stops))  # type: ignore[arg-type]
