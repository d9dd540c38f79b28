"""The page of all parts, filled with the longest words it must bear, in both languages."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import path
from django.utils import translation

WEB = Path(__file__).parents[2] / "src" / "linli" / "web"
# The frame looks for these names; the house's own pages are not needed to draw it.
urlpatterns = [
    path("i18n/setlang/", lambda request: HttpResponse(), name="set_language"),
    path("sign-out/", lambda request: HttpResponse(), name="account_logout"),
    path("account/", lambda request: HttpResponse(), name="mfa_index"),
    path("sign-in/", lambda request: HttpResponse(), name="account_login"),
    path("notice/", lambda request: HttpResponse(), name="notice"),
]
AT = datetime(2022, 9, 2, 9, 30, tzinfo=UTC)

WORDS: dict[str, dict[str, str]] = {
    "zh-hans": {
        "answer_before": "成都市青羊区府南街道大同社区还有",
        "answer_after": "人未联系上，分布在第十二总网格的六个微网格里",
        "publish": "发布大同社区的 37 条调整",
        "list_link": "看名单",
        "lead": "这里写得下一段不短的话：谁、在哪里、做什么、什么时候做完，夹着 English words 和 139,300 这样的数字。",
        "note": "提示：今晚 20:00 交接班。",
        "note_good": "已完成：37 条调整都发布了。",
        "note_warn": "请注意：有 6 个网格还缺人。",
        "open": "未开始",
        "good": "已完成",
        "warn": "缺人",
        "bad": "已过时限",
        "map_label": "大同社区各网格的到岗情况",
        "grid": "网格",
        "placed": "已编入",
        "asked": "需要",
        "state": "状态",
        "name": "第{}一般网格（府南街道大同社区金沙园小区三期）",
        "attribution": "边界：示例数据，非真实边界",
        "person": "姓名",
        "folded": "技术数字",
        "empty": "这里会列出报到的人",
        "figure": "编入网格的志愿者",
        "means": "截至该时刻已发布、尚未撤回的编入人数，一个人只算一次",
        "unit": "人",
        "label": "您住在哪个小区、哪栋楼、哪个单元",
        "hint": "例如：金沙园 3 栋 2 单元",
        "error": "请写出小区的名字，楼栋和单元可以稍后补上。",
        "step": "正在检查每个网格的人数",
        "left": "还要大约 40 秒",
        "role": "大同社区值班台 · 李敏",
        "event": "成都市 2022 年 9 月全员核酸检测",
        "nav": "值班记录",
    },
    "en": {
        "answer_before": "In Datong community, Funan street, Qingyang district,",
        "answer_after": "people are not reached yet, in six micro-grids of head grid twelve",
        "publish": "Publish 37 changes of Datong community",
        "list_link": "See the list",
        "lead": "Room for a paragraph that is not short: who, where, what, by when, with 中文 in it and 139,300.",
        "note": "Note: hand-over tonight at 20:00.",
        "note_good": "Done: all 37 changes are published.",
        "note_warn": "Attention: 6 grids are still short of people.",
        "open": "Not started",
        "good": "Done",
        "warn": "Short of people",
        "bad": "Overdue",
        "map_label": "Staffing of the grids of Datong community",
        "grid": "Grid",
        "placed": "Placed",
        "asked": "Asked for",
        "state": "State",
        "name": "Grid {} (Jinshayuan estate phase three, Datong community, Funan)",
        "attribution": "Outlines: example data, no real boundary",
        "person": "name",
        "folded": "Technical figures",
        "empty": "The people who signed up will be here",
        "figure": "Volunteers placed in a grid",
        "means": "People with a published placement that is not withdrawn at that time, each counted once",
        "unit": "people",
        "label": "Which estate, building and unit entrance you live in",
        "hint": "For example: Jinshayuan, building 3, entrance 2",
        "error": "Write the name of the estate; building and entrance can follow later.",
        "step": "Checking the head count of every grid",
        "left": "about 40 seconds left",
        "role": "Datong community duty desk · Li Min",
        "event": "Chengdu city-wide testing, September 2022",
        "nav": "Duty log",
    },
}


def outlines(name: str) -> dict[str, Any]:
    """Nine squares as GeoJSON, one in each class of staffing and three without figures."""
    shares = [0.0, 0.3, 0.5, 0.8, 1.0, 1.0, None, None, None]
    features = []
    for at, share in enumerate(shares):
        west, south = 104.02 + 0.01 * (at % 3), 30.66 + 0.01 * (at // 3)
        ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01], [west, south]]
        facts = {"id": f"g{at}", "name": name.format(at + 1), "url": f"#g{at}", "staffing": share}
        facts |= {"asked": None, "placed": None} if share is None else {"asked": 10, "placed": round(share * 10)}
        features.append(
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": facts}
        )
    return {"type": "FeatureCollection", "features": features}


def _form(words: dict[str, str]) -> forms.Form:
    class Home(forms.Form):
        home = forms.CharField(
            label=words["label"], help_text=words["hint"], error_messages={"required": words["error"]}
        )
        skill = forms.ChoiceField(
            label=words["state"], choices=[("a", words["publish"]), ("b", words["lead"])], widget=forms.RadioSelect
        )

    return Home({"home": "", "skill": "a"})


def write(folder: Path) -> None:
    """Write the page of all parts in both languages and each shape, its outlines and the static files."""
    (folder / "static").symlink_to(WEB / "static")
    for language, words in WORDS.items():
        areas = outlines(words["name"])
        (folder / f"areas-{language}.geojson").write_text(json.dumps(areas), encoding="utf-8")
        rows = [feature["properties"] for feature in areas["features"]]
        figure = {"name": words["figure"], "value": 139300, "unit": words["unit"], "means": words["means"]}
        figure |= {"as_of": AT, "url": "#list"}
        context: dict[str, Any] = {
            "frame": SimpleNamespace(
                event_name=words["event"], as_of=AT, exercise=True, synthetic=True, signed_in_as=words["role"],
                nav=[{"url": "#", "label": words["nav"], "current": at == 0} for at in range(6)],
            ),
            "gallery": {**words, "src": f"areas-{language}.geojson", "rows": rows, "figures": [figure] * 3},
            "form": _form(words),
            "page": Paginator(range(60), 20).page(2),
            "job": {"url": f"job-{language}.html", "done": 4210, "total": 9310, "step": words["step"]},
        }  # fmt: skip
        with translation.override(language), override_settings(ROOT_URLCONF=__name__):
            later = {"job": {**context["job"], "done": 9000}}
            (folder / f"job-{language}.html").write_text(
                render_to_string("parts/progress.html", later), encoding="utf-8"
            )
            for shape in ("phone", "desk", "wall"):
                html = render_to_string("parts/gallery.html", {**context, "shape": shape})
                (folder / f"{shape}-{language}.html").write_text(html, encoding="utf-8")
