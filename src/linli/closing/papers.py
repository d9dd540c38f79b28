"""A certificate as a file: the canonical JSON that its digest is of, and paper in the language that is active."""

from pathlib import Path
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from linli.closing import certificate, counting, words
from linli.closing.models import Certificate
from linli.common import pdf
from linli.custody import declare

SOURCE = Path(__file__).resolve().parent / "certificate.typ"


def as_json(found: Certificate) -> bytes:
    """The content and its digest, which is SHA-256 of the content spelled in the one way (docs/how-to)."""
    return counting.canonical({"content": found.content, "sha256": found.digest}).encode()


def paper(found: Certificate) -> bytes:
    """The certificate as PDF."""
    return pdf.render(SOURCE, facts(found))


def facts(found: Certificate) -> dict[str, Any]:
    """Every word and figure of the paper, in the language that is active now."""
    said = found.content
    chinese = (get_language() or "zh").startswith("zh")
    title = gettext("Certificate of destruction")
    return {
        "title": title,
        "language": "zh" if chinese else "en",
        "mark": gettext("Synthetic city") if said["synthetic"] else "",
        "foot": f"{title} {said['event']['id']}-{said['number']}",
        "facts": _facts(said, chinese=chinese),
        "sections": [
            _table(gettext("What was destroyed"), [gettext("Table"), gettext("Rows")], _destroyed(said)),
            _table(
                gettext("What was kept, and why"),
                [gettext("Table"), gettext("Rows"), gettext("Basis"), gettext("Kept")],
                _kept(said),
            ),
            _table(gettext("Numbered sheets of paper"), [gettext("Sheets"), gettext("How many")], _sheets(said)),
            _lines(gettext("Backups that nobody can read any more"), _unreadable(said)),
            _lines(gettext("Copies of the keyring"), _copies(said)),
            _lines(gettext("What this certificate cannot vouch for"), _limits(said)),
        ],
        "proof_title": gettext("To check it"),
        "proof": _proof(found),
        "sign": [gettext("Data protection officer"), gettext("Second person"), gettext("Witnesses")],
    }


def _table(title: str, heads: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": title, "heads": heads, "rows": rows, "lines": []}


def _lines(title: str, lines: list[str]) -> dict[str, Any]:
    return {"title": title, "heads": [], "rows": [], "lines": lines}


def _facts(said: dict[str, Any], *, chinese: bool) -> list[list[str]]:
    event, (officer, second) = said["event"], said["confirmed"]
    name = event["name"] if chinese or not event["name_en"] else event["name_en"]
    rows = [
        [gettext("Event"), name + (f" · {gettext('Exercise')}" if event["exercise"] else "")],
        [gettext("From – until"), f"{_at(event['started_at'])} – {_at(event['ended_at'])}"],
        [gettext("Data protection officer"), f"{officer['name']} · {_at(officer['at'])}"],
        [gettext("Second person"), f"{second['name']} · {_at(second['at'])}"],
        [gettext("Witnesses"), gettext(", ").join(said["witnesses"]) or "–"],
        [gettext("People known to this event alone"), f"{said['people_known_to_it_alone']:,}"],
        [gettext("Issued"), _at(said["made_at"])],
    ]
    if said["reviewed_early_because"]:
        rows.append([gettext("Reviewed before the grace period was over, because"), said["reviewed_early_because"]])
    return rows


def _destroyed(said: dict[str, Any]) -> list[list[str]]:
    return [[words.table_told(row["model"]), f"{row['rows']:,}"] for row in said["destroyed"]]


def _kept(said: dict[str, Any]) -> list[list[str]]:
    return [
        [words.table_told(row["model"]), f"{row['rows']:,}", declare.told(row["basis"]), declare.told(row["keep"])]
        for row in said["kept"]
    ]


def _sheets(said: dict[str, Any]) -> list[list[str]]:
    names = {
        "printed": gettext("printed"),
        "returned": gettext("brought back"),
        "destroyed": gettext("destroyed"),
        "missing": gettext("missing"),
    }
    return [[name, f"{said['sheets'][key]:,}"] for key, name in names.items()]


def _unreadable(said: dict[str, Any]) -> list[str]:
    return list(said["unreadable_backups"]) or [gettext("There were none.")]


def _copies(said: dict[str, Any]) -> list[str]:
    debts = {debt["copy"]: debt["settled_at"] for debt in said["debts"]}
    told = []
    for copy in said["keyring_copies"]:
        name = copy["name"]
        if name not in debts:
            told.append(gettext("{name}: reached, the old keys in it are destroyed").format(name=name))
        elif debts[name]:
            at = _at(debts[name])
            told.append(gettext("{name}: reached later, on {at}; the old keys are destroyed").format(name=name, at=at))
        else:
            told.append(gettext("{name}: out of reach; the old keys in it are still to be destroyed").format(name=name))
    return told or [gettext("There are none.")]


def _limits(said: dict[str, Any]) -> list[str]:
    return [gettext(words.LIMITS[certificate.Limit(code)]) for code in said["limits"]]


def _proof(found: Certificate) -> list[list[str]]:
    said = found.content
    return [
        [gettext("Digest of this certificate"), found.digest],
        [gettext("Digest of the review that was confirmed"), said["review"]],
        [gettext("New backup"), f"{said['backup']['backup']} · {said['backup']['sha256']}"],
        [gettext("Newest link of the trail in it"), said["backup"]["trail_link"] or "–"],
        [gettext("Digest of the destruction list"), said["destruction_list"]],
    ]


def _at(text: str | None) -> str:
    """A moment with its year: paper is read much later."""
    moment = parse_datetime(text) if text else None
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment is not None else "–"
