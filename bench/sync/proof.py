"""What the database holds of all that was sent: each thing exactly once, as its phone was told."""

from collections import Counter
from typing import Any
from uuid import UUID

Sent = list[tuple[str, dict[str, Any], str]]


def of(sweep: int, sent: Sent) -> dict[str, Any]:
    """Counts of what is wrong, each to be 0, and of what is there.

    Args:
        sent: of each thing the device that sent it, its body, and the last answer that its phone got.
    """
    from linli.field.models import Receipt
    from linli.ledger.models import Sweep
    from linli.rolls import proving

    kept = Counter((str(device), str(key)) for device, key in Receipt.objects.values_list("device", "key"))
    state = {str(key): kept_as for key, kept_as in Receipt.objects.values_list("key", "state")}
    of_these = {(device, body["key"]) for device, body, _ in sent}
    swept = Sweep.objects.select_related("doors__area", "persons__area").get(pk=sweep)
    return {
        "sent": len(sent),
        "receipts": sum(kept.values()),
        "lost": sum(1 for each in of_these if not kept[each]),
        "doubled": sum(n - 1 for n in kept.values()),
        "from_nowhere": sum(1 for each in kept if each not in of_these),
        "told_otherwise": sum(state.get(body["key"]) != answer for _, body, answer in sent),
        **_findings(sweep, [body for _, body, _ in sent], state),
        **_newcomers([body for _, body, _ in sent], state),
        "rolls_wrong": sum(len(proving.wrong_with(roll)) for roll in (swept.doors, swept.persons)),
    }


WRONG = (
    "lost",
    "doubled",
    "from_nowhere",
    "told_otherwise",
    "findings_wrong",
    "said_wrong",
    "newcomers_wrong",
    "rolls_wrong",
)


def holds(found: dict[str, Any]) -> bool:
    """Whether nothing is wrong, and something was sent at all."""
    return found["sent"] > 0 and not any(found[name] for name in WRONG)


def _findings(sweep: int, bodies: list[dict[str, Any]], state: dict[str, str]) -> dict[str, int]:
    """Findings and what was said of people: those that were done, as they were written, and no others."""
    from linli.ledger.models import Finding, Said

    done = [body for body in bodies if body["kind"] == "finding" and state.get(body["key"]) == "done"]
    written = {(UUID(each["key"]), each["door"], each["result"], each["author"]) for each in done}
    kept = set(Finding.objects.filter(sweep=sweep).values_list("pk", "dwelling", "result", "by"))
    said = {(UUID(each["key"]), person, how) for each in done for person, how in each["said"]}
    heard = list(Said.objects.filter(finding__sweep=sweep).values_list("finding", "person", "state"))
    return {
        "findings": len(kept),
        "findings_wrong": len(written ^ kept),
        "said": len(heard),
        "said_wrong": len(said ^ set(heard)) + len(heard) - len(set(heard)),
    }


def _newcomers(bodies: list[dict[str, Any]], state: dict[str, str]) -> dict[str, int]:
    """People whom no list knew: each written down once."""
    from linli.people.models import REGISTER, SERVICE, Identity

    new = [body for body in bodies if body["kind"] == "person" and state.get(body["key"]) == "done"]
    written = Counter(body["name"] for body in new)
    held = Identity.objects.exclude(holder__in=[REGISTER, SERVICE])
    kept = Counter(held.filter(name__startswith="新来").values_list("name", flat=True))
    return {"newcomers": sum(kept.values()), "newcomers_wrong": sum(((written - kept) + (kept - written)).values())}
