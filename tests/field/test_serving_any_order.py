"""Whatever leaders tapped and in whatever order it is brought: no hours twice, nothing lost, every answer for good."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.common.ids import uuid7
from linli.duty.hours import actions
from linli.duty.models import Service
from linli.field import settling
from linli.field.models import Receipt
from tests.duty.served import HOUR, placed
from tests.factories import SYSTEM, caller_for, tiny_city, user_with_role
from tests.field.phone import Phone, brought

MINUTES = st.integers(1, 10 * 60)  # ago
CLOCKS = st.sampled_from([0, 0, 0, -9 * 365 * 24 * 60, 73 * 365 * 24 * 60])
TAP = st.fixed_dictionaries(
    {"phone": st.integers(0, 1), "does": st.sampled_from(["start", "finish"]), "ago": MINUTES, "clock": CLOCKS,
     "of": st.integers(0, 5), "code": st.booleans()}
)  # fmt: skip


class TestAnyOrder(TestCase):
    """Each example in a transaction of its own."""

    @settings(max_examples=25)
    @given(taps=st.lists(TAP, min_size=1, max_size=8), data=st.data())
    def test_hours_hold(self, taps: list[dict[str, Any]], data: st.DataObject) -> None:
        city, at = tiny_city(), now()
        person = placed(city).pk
        leaders = [user_with_role("leader", city.grids[0]) for _ in range(2)]
        phones = [Phone(caller_for(each), role="leader") for each in leaders]
        for phone in phones:
            phone.borrow(at=at - 11 * HOUR)
        envelopes = _written(phones, taps, person, at)
        keys = {each["key"] for each in envelopes}
        order = data.draw(st.permutations([*envelopes, *envelopes]))
        cut = data.draw(st.integers(0, len(order)))
        first: dict[str, tuple[str, str]] = {}
        for batch in (order[:cut], order[cut:]):
            _code(city, person, taps, at)
            for envelope, answer in zip(batch, brought(*batch), strict=True):
                assert first.setdefault(envelope["key"], answer) == answer
                assert answer[0] in {"done", "refused", "conflict"}
        assert Counter(str(key) for key in Receipt.objects.values_list("key", flat=True)) == Counter(keys)
        waiting = {str(each.key) for leader in leaders for each in settling.waiting_for(leader.pk)}
        assert waiting == {key for key, (state, _) in first.items() if state != "done"}
        rows = list(Service.objects.filter(person=person).order_by("started_at"))
        assert sum(each.finished_at is None for each in rows) <= 1
        times = [(each.started_at, each.finished_at) for each in rows]
        assert all(end is not None and end <= begin for (_, end), (begin, _) in pairwise(times))
        assert all(at - 12 * HOUR < each.started_at <= now() for each in rows)


def _written(phones: list[Phone], taps: list[dict[str, Any]], person: int, at: Any) -> list[dict[str, Any]]:
    """What the two phones wrote: a finish names one of the starts on the same phone, or one that never was."""
    starts: list[list[str]] = [[], []]
    made = []
    for tap in taps:
        phone, told = phones[tap["phone"]], at - timedelta(minutes=tap["ago"]) + timedelta(minutes=tap["clock"])
        key, own = uuid7(), starts[tap["phone"]]
        more = {}
        if tap["does"] == "start":
            own.append(str(key))
        else:
            more["of"] = own[tap["of"] % len(own)] if own else str(uuid7())
        made.append(phone.write(tap["does"], key=key, at=told, person=person, **more))
    return made


def _code(city: Any, person: int, taps: list[dict[str, Any]], at: Any) -> None:
    """Meanwhile they tap the post's code themselves, where there is a signal."""
    for tap in taps:
        if not tap["code"]:
            continue
        happened = at - timedelta(minutes=tap["ago"] // 2)
        current = Service.objects.filter(person=person, state=Service.State.ON_DUTY).first()
        facts: dict[str, Any] = {"said": Service.Said.CODE, "happened": happened, "by": SYSTEM, "at": now()}
        try:
            if current is None:
                actions.start(person, city.event, city.grids[0].pk, key=uuid7(), **facts)
            else:
                actions.finish(current.pk, **facts)
        except LinliError:
            continue
