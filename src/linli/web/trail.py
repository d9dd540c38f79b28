"""The trail as it may be read: ids, numbers and codes only, and the proof of one subject to take away."""

from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.custody import history, proof_files, trail
from linli.custody.roles import See, TakeOut, seeing, taking_out
from linli.muster.queries import subjects_behind
from linli.web.leaving import file_of_nobody
from linli.web.takeout.shapes import told

READERS = seeing(See.TRAIL, See.TRAIL_OF_PERSON)


@open_to(*READERS)
@never_cache
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Who did or saw what, the newest first; about one subject, or the sign-up that a number was quoted of."""
    caller = caller_of(request)
    said = request.GET.get("about", "").strip()[:80]
    subjects = subjects_behind(caller, said)
    subject = subjects[0] if subjects else said
    before = request.GET.get("before", "")
    rows, older = history.entries_seen_by(
        caller, subject=subject, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    context: dict[str, Any] = {
        "said": said,
        "subject": subject,
        "others": subjects[1:],
        "rows": rows,
        "lists": told(history.lists_seen_by(caller, [subject, *subjects]), now()) if subject else [],
        "older": older,
        "reads_all": caller.has(*seeing(See.TRAIL)),
        "takes_out": caller.has(*taking_out(TakeOut.PROOFS)),
    }
    return render(request, "trail/trail.html", context)


@open_to(*taking_out(TakeOut.PROOFS))
@file_of_nobody("ids, numbers and codes of the sealed trail")
@never_cache
@require_POST
def proof(request: HttpRequest) -> HttpResponse:
    """What proves the entries about one subject, as a file; that it was taken out stands in the trail too."""
    caller, at = caller_of(request), now()
    subject = trail.subject(request.POST.get("subject", ""))
    proof_files.require_short(subject)
    out = StringIO()
    kept = proof_files.write(out, subject=subject, at=at)
    trail.record("trail.proof_taken", who=caller, subject=subject, at=at, facts={"entries": kept.entries})
    reply = HttpResponse(out.getvalue(), content_type="application/jsonl; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{subject.replace(":", "-")}.jsonl"'
    return reply


@open_to(anonymous=True)
@file_of_nobody("a program")
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks a proof; whoever was handed one needs it."""
    reply = HttpResponse(proof_files.VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{proof_files.VERIFIER.name}"'
    return reply


urlpatterns = [
    path("trail/", entries, name="trail"),
    path("trail/proof/", proof, name="trail_proof"),
    path("trail/verify_proof.py", verifier, name="trail_verifier"),
]
