"""Hours in words: how many, how each end was said, and what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from linli.duty.hours import queries
from linli.duty.models import Correction, Service
from linli.places.names import place_names
from linli.web.words import event_name

STATE_WORDS = {
    Service.State.ON_DUTY: gettext_noop("on duty"),
    Service.State.WAITING: gettext_noop("to be approved"),
    Service.State.APPROVED: gettext_noop("approved"),
    Service.State.CORRECTED: gettext_noop("corrected and approved"),
    Service.State.DECLINED: gettext_noop("not counted"),
}
STYLES = {
    Service.State.APPROVED: "state-good",
    Service.State.CORRECTED: "state-good",
    Service.State.DECLINED: "state-bad",
    Service.State.WAITING: "state-warn",
}
SAID_WORDS = {
    Service.Said.CODE: gettext_noop("by the post's code"),
    Service.Said.LEADER: gettext_noop("by the leader's tap"),
    Service.Said.LATER: gettext_noop("said later"),
}
CORRECTION_WORDS = {
    Correction.State.ASKED: gettext_noop("waits for the desk"),
    Correction.State.GRANTED: gettext_noop("corrected"),
    Correction.State.REFUSED: gettext_noop("left as it was"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One duty as a page shows it.

    Attributes:
        hours: how many, in tenths after the point; empty while it is not finished.
        how: how start and finish were said. style: of the state, for the eye.
        asked: what was asked to be corrected, each with what became of it, in words.
    """

    service: Service
    place: str
    event: str
    hours: str
    how: str
    state: str
    style: str
    asked: list[tuple[Correction, str]]

    @property
    def open(self) -> bool:
        """Whether a correction waits."""
        return any(each.state == Correction.State.ASKED for each, _ in self.asked)


def lines_of(services: Collection[Service]) -> list[Line]:
    """Duties in words, in their order; two queries."""
    names = place_names({each.place_id for each in services})
    asked = queries.corrections_of([each.pk for each in services])
    return [_line(each, names, asked.get(each.pk, [])) for each in services]


def _line(service: Service, names: dict[int, str], asked: list[Correction]) -> Line:
    state = Service.State(service.state)
    return Line(
        service,
        names.get(service.place_id, ""),
        event_name(service.event),
        hours_told(queries.tenths_of(service)) if service.finished_at is not None else "",
        how_told(service),
        gettext(STATE_WORDS[state]),
        STYLES.get(state, ""),
        [(each, gettext(CORRECTION_WORDS[Correction.State(each.state)])) for each in asked],
    )


def how_told(service: Service) -> str:
    """How start and finish were said, and where a phone's clock could not be right."""
    parts = [gettext("start {how}").format(how=_said(service.start_said, clipped=service.start_clipped))]
    if service.finish_said:
        parts.append(gettext("finish {how}").format(how=_said(service.finish_said, clipped=service.finish_clipped)))
    return gettext(", ").join(parts)


def _said(said: str, *, clipped: bool) -> str:
    words, wrong = gettext(SAID_WORDS[Service.Said(said)]), gettext("the phone’s clock was wrong")
    return f"{words} ({wrong})" if clipped else words


def hours_told(tenths: int) -> str:
    """3.5: hours with one figure after the point."""
    return f"{tenths // 10}.{tenths % 10}"


def length_told(since: datetime, until: datetime) -> str:
    """3.5, of a time."""
    return hours_told(max(int((until - since).total_seconds()), 0) // 360)
