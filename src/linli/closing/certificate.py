"""The certificate: what was destroyed, what was kept and why, by whose word, and what Linli could not see."""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Max

from linli.access.models import User
from linli.closing import counting
from linli.closing.models import Certificate, Closing, Step
from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.conf.env import Env
from linli.custody import destroyed, keyring, trail
from linli.custody.declare import declared
from linli.people.queries import city_is_synthetic

FORMAT = 1
What = Step.What


class Limit(StrEnum):
    """What the certificate cannot vouch for."""

    LOG_NOT_SEEN = "log_not_seen"  # the database is run by somebody else: its log, replicas and copies are theirs
    STATISTICS = "statistics_not_rewritten"  # the role may not write the planner's statistics anew
    COPIES = "copies_out_of_reach"
    SEALED_COPIES = "sealed_copies"  # whether sealed keyrings lie in safes, Linli cannot know
    FREE_SPACE = "free_space"  # what a deleted file leaves on the disk until it is used again


@transaction.atomic
def finish(closing: Closing, step: Step, env: Env) -> None:
    """Issue the first certificate and end the closing, at one stroke."""
    issue(closing, env)
    at = now()
    Step.objects.filter(pk=step.pk).update(done_at=at, failure="")
    Closing.objects.filter(pk=closing.pk).update(state=Closing.State.FINISHED, finished_at=at)
    facts: dict[str, Any] = {"debts": closing.debts.filter(settled_at__isnull=True).count()}
    trail.record("closing.finished", who=NOBODY, subject=f"event:{closing.event_id}", at=at, facts=facts)


@transaction.atomic
def issue(closing: Closing, env: Env) -> Certificate:
    """Write down the next certificate of a closing."""
    Closing.objects.select_for_update().get(pk=closing.pk)
    number = (closing.certificates.aggregate(last=Max("number"))["last"] or 0) + 1
    content = _content(closing, number, env)
    made = Certificate.objects.create(
        closing=closing, number=number, content=content, digest=digest_of(content), made_at=now()
    )
    facts: dict[str, Any] = {"number": number, "digest": made.digest}
    trail.record("closing.certified", who=NOBODY, subject=f"event:{closing.event_id}", at=made.made_at, facts=facts)
    return made


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON: keys in order, nothing between, ASCII."""
    return hashlib.sha256(counting.canonical(content).encode()).hexdigest()


def _content(closing: Closing, number: int, env: Env) -> dict[str, Any]:
    event, facts = closing.event, {step.what: step.facts for step in closing.steps.all()}
    names = dict(User.objects.filter(pk__in=[closing.officer_by, closing.second_by]).values_list("pk", "display_name"))
    told, lines = declared(), list(closing.lines.order_by("pk"))
    debts = list(closing.debts.order_by("pk"))
    files, log, backup, keys = (facts[what] for what in (What.TABLES, What.LOG, What.BACKUP, What.KEYS))
    return {
        "linli_certificate": FORMAT,
        "number": number,
        "made_at": _told(now()),
        "synthetic": city_is_synthetic(),
        "event": {
            "id": event.pk,
            "name": event.name,
            "name_en": event.name_en,
            "pack": f"{event.pack} {event.pack_version}",
            "started_at": _told(event.started_at),
            "ended_at": _told(event.ended_at),
            "exercise": event.exercise,
        },
        "reviewed_early_because": closing.early_reason,
        "review": closing.digest,
        "confirmed": [
            {"part": "officer", "name": names.get(closing.officer_by or 0, ""), "at": _told(closing.officer_at)},
            {"part": "second", "name": names.get(closing.second_by or 0, ""), "at": _told(closing.second_at)},
        ],
        "witnesses": closing.witnesses,
        "people_known_to_it_alone": facts[What.ROWS]["people"],
        "sheets": facts[What.ROWS]["sheets"],
        "destroyed": [{"model": each.model, "rows": each.destroyed} for each in lines if each.destroyed],
        "kept": [
            {
                "model": each.model,
                "rows": each.kept,
                "basis": told[each.model].basis.value,
                "keep": told[each.model].keep.value,
            }
            for each in lines
            if each.kept
        ],
        "files": {"dropped": files["partition"], "written_anew": files["tables"]},
        "log": log,
        "backup": backup | {"folder": str(backup["folder"]).rpartition("/")[2]},
        "unreadable_backups": keys["unreadable"],
        "keyring_copies": keys["copies"],
        "debts": [
            {"copy": each.copy, "named_at": _told(each.named_at), "settled_at": _told(each.settled_at)}
            for each in debts
        ],
        "destruction_list": _list_digest(env),
        "limits": _limits(files, log, any(each.settled_at is None for each in debts)),
    }


def _limits(files: dict[str, Any], log: dict[str, Any], owing: bool) -> list[str]:
    limits = [] if log["seen"] else [Limit.LOG_NOT_SEEN]
    limits += [] if files["statistics"] else [Limit.STATISTICS]
    limits += [Limit.COPIES] if owing else []
    return [*limits, Limit.SEALED_COPIES, Limit.FREE_SPACE]


def _list_digest(env: Env) -> str:
    lines = destroyed.lines([keyring.folder(env.data_dir)])
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _told(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None
