"""The phone of somebody placed, shown in full to the desk that calls them; written in the trail first."""

from datetime import datetime

from django.http import HttpRequest

from linli.access.callers import caller_of
from linli.common.errors import Invalid
from linli.muster import rosters
from linli.muster.models import Placement
from linli.muster.queries import claim_phone, placement_visible_to, sign_up_visible_to
from linli.people.reaching import numbers_of
from linli.web import reveals


def phone_of_placed(request: HttpRequest, at: datetime) -> tuple[int, str]:
    """The placement that a form names, by number, and the phone; empty where none is known.

    Raises:
        NotFound: it is none of the caller's. Invalid: nothing that can be shown was asked for, or no reason was said.
    """
    said = request.POST.get("placement", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    placement = placement_visible_to(caller_of(request), number, at)
    return placement.pk, reveal_phone(request, placement, at)


def reveal_phone(request: HttpRequest, placement: Placement, at: datetime) -> str:
    """The phone of whoever is placed: as they signed up, else as the register knows it."""
    someone = rosters.placed_people([placement], placement.event, at)[0]
    who = f"sign_up:{someone.sign_up}" if someone.sign_up is not None else f"person:{placement.person_id}"
    if request.POST.get("field") != "phone":  # before anything is written in the trail
        raise Invalid
    reveals.asked(request, subject=who, area=placement.grid_id)
    if someone.sign_up is not None:
        return claim_phone(sign_up_visible_to(caller_of(request), someone.sign_up))
    return numbers_of([placement.person_id]).get(placement.person_id, "")
