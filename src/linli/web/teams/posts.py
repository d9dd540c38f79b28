"""Named posts of a community: made, given for some hours on some days, handed over, taken back, closed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.events.queries import active_event
from linli.muster.models import NamedPost
from linli.muster.queries import community_of_desk
from linli.muster.teams import held, holding

MOST_DAYS = 14


class PostForm(forms.Form):
    """What a post is called, of which kind it is and what is done there."""

    name = forms.CharField(label=gettext_lazy("What it is called"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("Which kind of post"), widget=forms.RadioSelect)
    work = forms.ChoiceField(label=gettext_lazy("What is done there"))

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, pack_of(event).called(kind.value)) for kind in NamedPost.Kind]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["work"].choices = list(holding.works_of(event).items())  # type: ignore[attr-defined]


class ShiftForm(forms.Form):
    """Who holds a post, from when to when, and on how many days in a row."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who"), coerce=int)
    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.TimeField(label=gettext_lazy("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=gettext_lazy("Until"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    days = forms.IntegerField(label=gettext_lazy("Days in a row"), min_value=1, max_value=MOST_DAYS, initial=1)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def posts(request: HttpRequest, community_id: int) -> HttpResponse:
    """Posts of a community with who holds them this week; POST names another one."""
    me, at = caller_of(request), now()
    community = community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    form = PostForm(request.POST if request.method == "POST" else None, event=event)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        kind = NamedPost.Kind(said["kind"])
        try:
            made = holding.name_post(event, community, kind=kind, work=said["work"], name=said["name"], by=me, at=at)
        except LinliError as problem:
            form.add_error(None, problem.told())
        else:
            messages.success(request, gettext("{name} is named. Give its hours now.").format(name=made.name))
            return redirect("named_post", made.pk)
    rows = [
        {"post": each, "kind": pack_of(event).called(each.kind), "shifts": held.this_week(each, at)}
        for each in held.posts_of(me, event, community, at)
    ]
    context = {"community": community, "form": form, "rows": rows}
    return render(request, "teams/posts.html", context, status=422 if form.errors else 200)


@open_to("community_desk")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def named_post(request: HttpRequest, named_post_id: int) -> HttpResponse:
    """One post and its shifts; POST gives somebody hours there, and says of each day that it refuses why."""
    me, at = caller_of(request), now()
    post = held.post_visible_to(me, named_post_id, at)
    people = held.people_to_choose(me, post.event, post.community, at)
    form = ShiftForm(
        request.POST if request.method == "POST" else None, people=people, initial={"first": localdate(at)}
    )
    told: list[holding.Given] = []
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            times = holding.days(said["first"], said["begins"], said["ends"], said["days"], at=at)
            told = holding.give(post, said["person"], times, by=me, at=at)
        except LinliError as problem:
            form.add_error(None, problem.told())
        n = sum(each.refused is None for each in told)
        if told and n == len(told):
            words = ngettext("{n} shift is given.", "{n} shifts are given.", n)
            messages.success(request, words.format(n=n))
            return redirect("named_post", post.pk)
    context = {
        "post": post,
        "community": post.community,
        "kind": pack_of(post.event).called(post.kind),
        "work": holding.works_of(post.event).get(post.work, ""),
        "shifts": held.this_week(post, at),
        "people": people,
        "form": form,
        "given": sum(each.refused is None for each in told),
        "refused": [(each.since, each.refused.told()) for each in told if each.refused is not None],
    }
    return render(request, "teams/post.html", context, status=422 if form.errors or context["refused"] else 200)


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise NotFound
    return int(said)


def _hand_over(request: HttpRequest, post: NamedPost) -> str:
    me, at, person = caller_of(request), now(), _number(request, "person")
    if person not in dict(held.people_to_choose(me, post.event, post.community, at)):
        raise NotFound
    holding.hand_over(held.holding_of(post, _number(request, "holding")), person, by=me, at=at)
    return gettext("Handed over.")


def _end(request: HttpRequest, post: NamedPost) -> str:
    holding.end(held.holding_of(post, _number(request, "holding")), by=caller_of(request), at=now())
    return gettext("The shift is taken back.")


def _close(request: HttpRequest, post: NamedPost) -> str:
    holding.close(post, by=caller_of(request), at=now())
    return gettext("The post is closed.")


CHANGES: dict[str, Callable[[HttpRequest, NamedPost], str]] = {"hand_over": _hand_over, "end": _end, "close": _close}


@open_to("community_desk")
@require_POST
def change_post(request: HttpRequest, named_post_id: int) -> HttpResponse:
    """Hand a shift over, take it back, or close the post."""
    post = held.post_visible_to(caller_of(request), named_post_id, now())
    change = CHANGES.get(request.POST.get("what", ""))
    if change is None:
        raise NotFound
    try:
        messages.success(request, change(request, post))
    except NotFound:
        raise
    except LinliError as problem:
        messages.warning(request, problem.told())
    return redirect("named_post", post.pk)


urlpatterns = [
    path("communities/<int:community_id>/posts/", posts, name="posts"),
    path("posts/<int:named_post_id>/", named_post, name="named_post"),
    path("posts/<int:named_post_id>/change/", change_post, name="change_post"),
]
