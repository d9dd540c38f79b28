"""What stands under no person and may be about one who asks to be erased: their desk looks through it and chooses.

Sign-ups that no desk confirmed, names in self-reports that wait, entries of the duty log, and what a phone brought and
nobody could take. They are found by phone, name and door, each of which somebody else may share, so nothing of it goes
unless the desk says that it is about them. What other desks keep is shown to none but them; see `elsewhere`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from linli.closing.looking import Kind, Sign, Trace, in_entries, in_held, in_self_reports, in_sign_ups, wanted
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.desk import queries as desk
from linli.desk.models import Entry
from linli.ledger import reported
from linli.ledger.models import SelfReported
from linli.muster import queries as muster
from linli.muster.models import SignUp
from linli.places.models import Level

__all__ = ["Elsewhere", "Kind", "Sign", "Trace", "chosen", "elsewhere", "found"]

# The communities in which somebody was ever counted, or serves.
_COMMUNITIES = """
SELECT DISTINCT w.outer_id FROM people_stay s
JOIN places_within w ON w.inner_id = s.counted_in_id AND upper_inf(w.during)
JOIN places_area a ON a.place_id = w.outer_id AND a.level = %(community)s
WHERE s.person_id = %(person)s
UNION SELECT v.community_id FROM people_volunteer v WHERE v.person_id = %(person)s AND v.community_id IS NOT NULL
"""


def found(caller: Caller, person_id: int) -> list[Trace]:
    """What the caller's desks keep that may be about a person; what is surest first, then the newest."""
    person = wanted(person_id)
    claims, entries = muster.sign_ups_within(caller), desk.entries_within(caller).exclude(person=person_id)
    traces = [*in_sign_ups(claims, person), *in_self_reports(reported.named_in_waiting(caller, now()), person)]
    traces += [*in_entries(entries, person), *in_held(caller, person)]
    return sorted(traces, key=lambda each: (each.sure, len(each.signs), each.at), reverse=True)


def chosen(caller: Caller, person_id: int, codes: Collection[str]) -> dict[str, list[str]]:
    """Those that the desk chose, as an erasure keeps them: ids by kind.

    Raises:
        Invalid: one of them is not among what was found.
    """
    known = {each.code: each for each in found(caller, person_id)} if codes else {}
    if not set(codes) <= set(known):
        raise Invalid
    return _by_kind([known[code] for code in set(codes)])


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other desks keep. Nobody here sees it.

    Attributes:
        goes: ids by kind of what has their name beside their phone or door, and waits for nobody any more.
        stays: how many have only one of the three, or are still open: somebody may be waiting for help.
    """

    goes: dict[str, list[str]]
    stays: int

    @property
    def many(self) -> int:
        """How many go."""
        return sum(len(keys) for keys in self.goes.values())


def elsewhere(caller: Caller, person_id: int) -> Elsewhere:
    """What desks other than the caller's keep that is about a person, or may be.

    By the phone's blind index and by door in every desk's log; by name too where the person ever lived or serves.
    """
    person, within = wanted(person_id), _communities(person_id)
    by_index = Q(phone_index__in=person.indexes)
    named = Q(name__in=person.names) & (Q(lives_at__in=person.doors) | Q(community__in=within))
    claims = SignUp.objects.filter(by_index | named).exclude(pk__in=muster.sign_ups_within(caller).values("pk"))
    entries = Entry.objects.filter(by_index | Q(place__in=person.doors) | Q(community__in=within))
    entries = entries.exclude(person=person_id).exclude(pk__in=desk.entries_within(caller).values("pk"))
    mine = [row.report_id for row in reported.named_in_waiting(caller, now())]
    alike = by_index | Q(name__in=person.names, report__dwelling__in=person.doors)
    named_at_doors = SelfReported.objects.select_related("report").filter(alike, report__decided_at__isnull=True)
    reports = in_self_reports(named_at_doors.exclude(report__in=mine), person)
    traces = [*in_sign_ups(claims, person), *in_entries(entries, person), *reports]
    goes = [each for each in traces if each.sure and not each.waits]
    return Elsewhere(_by_kind(goes), len(traces) - len(goes))


def _communities(person_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_COMMUNITIES, {"person": person_id, "community": Level.COMMUNITY})
        return [row[0] for row in cursor.fetchall()]


def _by_kind(traces: Collection[Trace]) -> dict[str, list[str]]:
    return {str(kind): sorted(str(each.key) for each in traces if each.kind is kind) for kind in Kind}
