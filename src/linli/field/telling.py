"""What else a phone tells of a door: somebody new, a door nobody knew of, a move, something needed, a number shown."""

from linli.access.models import User
from linli.common.errors import Invalid
from linli.common.typed import tidied
from linli.custody import reveals
from linli.custody.roles import Reveal
from linli.events.models import Event
from linli.field import reading
from linli.field.reading import Item, Then
from linli.ledger import asks, doors, going, scope
from linli.ledger.arriving import Newcomer, arrive
from linli.ledger.cards import address
from linli.ledger.errors import DoorGone, NotYourDoor, SaidOfAStranger
from linli.ledger.going import BEHIND_A_DOOR, COUNTED_THERE, Going
from linli.ledger.models import MoveProposed
from linli.ledger.walking import community_of
from linli.people.models import Person
from linli.places.models import Building
from linli.places.rules import door_number

_MOST_PHONE = 40
_MOST_DOOR = 40
_MOST_DAY = 10
_MOST_CODE = 20


def new_person(item: Item, then: Then) -> int:
    """Somebody behind a door whom nobody knew of: kept by the event."""
    says = item.says
    door = reading.place(says.get("door"), then)
    if door not in scope.micro_grids_of([door], then.at):
        raise DoorGone
    name = says.get("name")
    if not isinstance(name, str):
        raise Invalid
    said = Newcomer(
        name=name,
        phone=tidied(reading.text(says.get("phone"), _MOST_PHONE)),
        dwelling=door,
        guest=says.get("guest") is True,
        since=reading.since(says.get("since"), then),
    )
    event = Event.objects.get(pk=then.lease.event)
    return arrive(said, event=event, fact=item.key, by=then.by, at=then.at).person.pk


def new_door(item: Item, then: Then) -> int:
    """A door nobody knew of, in a building of the author's. One that is known already stays as it is."""
    says = item.says
    building = Building.objects.filter(pk=reading.number(says.get("building"))).first()
    if building is None:
        raise DoorGone
    unit, floor = reading.small(says.get("unit")), reading.small(says.get("floor"))
    number = door_number(reading.text(says.get("number"), _MOST_DOOR), unit=unit, floor=floor)
    return doors.found_door(
        building,
        unit=unit,
        floor=floor,
        door=number,
        happened_at=then.happened,
        fact=item.key,
        by=then.by,
        at=then.at,
    ).pk


def move(item: Item, then: Then) -> None:
    """A move that was heard of: the desk of their home is told, as when a grid worker says it on a page."""
    says = item.says
    what = reading.choice(MoveProposed.What, says.get("what"))
    behind, there = says.get("to"), says.get("counted_in")
    going.propose(
        reading.person(says.get("person"), then),
        Going(
            what,
            reading.since(says.get("since"), then),
            reading.place(behind, then) if what in BEHIND_A_DOOR and behind is not None else None,
            reading.number(there) if what in COUNTED_THERE and there is not None else None,
            says.get("joins") is not False,
        ),
        key=item.key,
        by=then.by,
        at=then.at,
    )


def need(item: Item, then: Then) -> None:
    """Something is needed at a door: an entry in the duty log of its community."""
    says = item.says
    door = reading.place(says.get("door"), then)
    micro_grid = scope.micro_grids_of([door], then.at).get(door)
    if micro_grid is None or not scope.finds_in(then.by, micro_grid, then.at):
        raise NotYourDoor
    community = community_of(micro_grid, then.at)
    if community is None:
        raise DoorGone
    days = reading.small(says.get("days"))
    ask = asks.read(
        reading.text(says.get("need"), _MOST_CODE),
        "" if days is None else str(days),
        reading.text(says.get("on"), _MOST_DAY),
    )
    asks.ask_for(
        ask,
        community,
        door=address(door),
        told_by=User.objects.get(pk=then.lease.user_id).display_name,
        told_at=then.happened,
        key=item.key,
        by=then.by,
        at=then.at,
    )


def number_shown(item: Item, then: Then) -> None:
    """A number that lay on the phone was shown on it. It stands in the trail as of then, whatever became of them."""
    person = reading.person(item.says.get("person"), then)
    if not Person.objects.filter(pk=person).exists():
        raise SaidOfAStranger
    reveals.shown_without_signal(
        then.by,
        subject=f"person:{person}",
        field=Reveal.PHONE,
        reason=reading.text(item.says.get("reason"), _MOST_CODE),
        at=then.happened,
        area=next(iter(scope.belongs([person], then.at).get(person, ())), None),
    )
