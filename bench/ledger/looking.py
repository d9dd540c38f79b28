"""Desks look for people of their own community, by everything that the search page takes.

Whom they look for are people of the loaded city, drawn by the seed; each search is the page's: who is found, and
the line that tells of each. Communities are drawn as well, so the search is mostly cold for its people.
"""

import random
import time
from typing import Any

from bench.ledger import tell
from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody import secrets
from linli.ledger import search
from linli.ledger.lines import lines
from linli.people.models import Identity, Person
from linli.places import queries as places
from linli.places.models import Area, Dwelling, Level
from linli.scenarios.accounts import desk_of

COMMUNITIES = 60
A_COMMUNITY = 3  # people looked for by each desk
PROMISED_MS = 100


def looked_for(size: str, rng: random.Random) -> None:
    """One line for each way of looking."""
    every = list(Area.objects.filter(level=Level.COMMUNITY).order_by("pk"))
    waits: dict[str, list[float]] = {}
    missed: dict[str, int] = {}
    people = []
    for community in rng.sample(every, min(COMMUNITIES, len(every))):
        desk, there = desk_of(community), _people(community, rng)
        people.append(len(there))
        for person in rng.sample(there, min(A_COMMUNITY, len(there))):
            for way, words in _ways(person).items():
                took, found = _search(desk, words, person)
                waits.setdefault(way, []).append(took)
                missed[way] = missed.get(way, 0) + (not found)
    for way, each in waits.items():
        each.sort()
        tell(
            "search",
            size,
            by=way,
            asked=len(each),
            not_among_the_first=missed[way],
            p50_ms=round(1000 * each[len(each) // 2], 1),
            p95_ms=round(1000 * each[int(0.95 * len(each))], 1),
            promised_ms=PROMISED_MS,
        )
    tell("searched_in", size, communities=len(people), most_people=max(people, default=0))


def _people(community: Area, rng: random.Random) -> list[int]:
    micro = places.areas_below([community.pk], Level.MICRO_GRID, now()).values("pk")
    return list(Person.objects.filter(counted_in__in=micro).order_by("pk").values_list("pk", flat=True))


def _ways(person: int) -> dict[str, str]:
    """What a desk may type to find them, by what it is."""
    identity: Any = Identity.objects.filter(person_id=person, phone__isnull=False).first()
    if identity is None:
        return {}
    phone = secrets.unseal(identity.phone)
    ways = {
        "surname": identity.name[:1],
        "name": identity.name,
        "initials": "".join(syllable[0] for syllable in identity.name_key.split()),
        "phone tail": phone[-4:],
        "phone": phone,
    }
    door = _door(person)
    return ways | ({"door": door} if door else {})


def _door(person: int) -> str:
    stay: Any = Person.objects.get(pk=person).stays.order_by("-since").first()
    home = stay.home_id or (stay.household and stay.household.dwelling_id)
    return Dwelling.objects.get(pk=home).door if home else ""


def _search(desk: Caller, words: str, person: int) -> tuple[float, bool]:
    at = now()
    began = time.perf_counter()
    hits = search.search(desk, words, at)
    told = lines(hits.people, desk, at)
    took = time.perf_counter() - began
    return took, person in told or bool(hits.doors)
