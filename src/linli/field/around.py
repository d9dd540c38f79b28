"""What a phone needs beside its doors: buildings where a door may be missing, where people may be counted, names."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.access.models import User
from linli.ledger import whereto
from linli.ledger.models import Sweep
from linli.places.models import Area, Assigned, Building


@dataclass(frozen=True, slots=True)
class Around:
    """As the app reads it, under the digest of its own bytes."""

    digest: str
    says: dict[str, Any]


def of(
    grids: Collection[Area], sweeps: Mapping[int, Sweep], doors: Collection[Mapping[str, Any]], at: datetime
) -> Around:
    """Buildings that the micro-grids hold, with the sweep that is open there; micro-grids of the street; names of
    colleagues who were at the doors. A fixed number of queries.

    buildings: i: id. e, n: estate, name. s: the sweep. places: i: id. n: name. by: account and name.
    """
    held = dict(
        Assigned.objects.filter(micro_grid__in=[each.pk for each in grids], during__contains=at).values_list(
            "place", "micro_grid"
        )
    )
    buildings = Building.objects.select_related("estate").filter(pk__in=held).order_by("estate__name", "name", "pk")
    users = {door["r"]["by"] for door in doors if door["r"] is not None}
    first = min((each.pk for each in grids), default=None)
    near = whereto.near(first, at) if first is not None else []
    says = {
        "buildings": [
            {
                "i": each.pk,
                "e": each.estate.name if each.estate is not None else "",
                "n": each.name,
                "s": sweeps[held[each.pk]].pk if held[each.pk] in sweeps else None,
            }
            for each in buildings
        ],
        "places": [{"i": each.pk, "n": each.called} for each in near],
        "by": {str(pk): name for pk, name in User.objects.filter(pk__in=users).values_list("pk", "display_name")},
    }
    return Around(hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()[:16], says)
