"""The groups of a cohort: the list, dividing people, an exchange, wishes, dates, the end."""

import random
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.group_dates import call_off_date, set_date
from courses.actions.group_wishes import ask_wishes, wish
from courses.actions.groups import end_group, exchange_member, free_members, save_division
from courses.dividing import divide, not_kept, wishes_kept
from courses.forms.groups import DivideForm, ExchangeForm, GroupDateForm, PlacesForm, WishesUntilForm, WishForm
from courses.models import Group, GroupDate, GroupExchange, GroupWish
from courses.permissions import Place, place_or_404
from courses.reading.groups import has_trainees, ones_of
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Part, Refused, Verb

SHOWN_EXCHANGES = 30


@login_required
@reads
def groups(request: SignedInRequest, cohort: str) -> HttpResponse:
    """All groups of the cohort, one's own first."""
    place = place_or_404(request.user, cohort, Verb.SEE_PEOPLE)
    seen = Group.objects.visible_to(request.user).current().filter(cohort=place.cohort)
    found = list(seen.select_related("activity").prefetch_related("members__person").order_by("kind", "activity", "title"))
    for group in found:
        group.here = sorted((one.person for one in group.members.all() if one.ended_at is None), key=lambda person: person.display_name)  # type: ignore[attr-defined]
    mine = [group for group in found if request.user in group.here]  # type: ignore[attr-defined]
    asked = getattr(place.cohort, "wishes_asked", None)
    context = {
        "cohort": place.cohort,
        "mine": mine,
        "others": [group for group in found if group not in mine],
        "forms": place.may(Verb.FORM_GROUPS),
        "asked": asked,
        "may_wish": place.part == Part.TRAINEE and asked is not None and not asked.is_over,
    }
    return render(request, "courses/groups.html", context)


@login_required
@reads_or_writes
def groups_divide(request: SignedInRequest, cohort: str) -> HttpResponse:
    """A plan that can be made again, changed by hand, and only then kept. Until then nothing is kept."""
    place = place_or_404(request.user, cohort, Verb.FORM_GROUPS)
    form = DivideForm(request.POST or None, cohort=place.cohort)
    context: dict[str, Any] = {"cohort": place.cohort, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "courses/groups_divide.html", context, status=422 if form.errors else 200)
    kind, activity = form.of_kind()
    members = free_members(place.cohort, kind, activity)
    ones = ones_of(place.cohort, members)
    wanted = PlacesForm(request.POST, members=members)
    if request.POST.get("act") in ("look", "save") and wanted.is_valid():
        plan = wanted.groups()
    else:
        seed = random.SystemRandom().randrange(2**31)
        plan = divide(ones, size=form.cleaned_data["size"], rules=form.rules(), seed=seed)
    if request.POST.get("act") == "save" and wanted.is_valid():
        fields = {"cohort": place.cohort, "kind": kind, "activity": activity, "client_id": form.cleaned_data["client_id"]}
        try:
            save_division(actor=request.user, groups=plan, **fields)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The groups stand. Everybody in them was told."))
            return redirect("courses:groups", place.cohort.slug)
    rules = form.rules()
    context |= {"members": members, "places": PlacesForm(members=members, groups=plan), "plan": _by_name(plan, members)}
    context |= {"not_kept": not_kept(ones, plan, rules), "wishes": wishes_kept(ones, plan) if rules.wishes else (0, 0)}
    if not members:
        context["nobody"] = not has_trainees(place.cohort)
    return render(request, "courses/groups_divide.html", context, status=422 if form.errors else 200)


def _by_name(plan: list[list[int]], members: list[Any]) -> list[list[str]]:
    names = {member.pk: member.person.display_name for member in members}
    return [[names[pk] for pk in group if pk in names] for group in plan]


@login_required
@reads_or_writes
def groups_exchange(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.FORM_GROUPS)
    form = ExchangeForm(request.POST or None, cohort=place.cohort)
    if request.method == "POST" and form.is_valid():
        try:
            exchange_member(actor=request.user, **form.exchange())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("courses:groups", place.cohort.slug)
    people = ("member__person", "swapped_with__person", "came_from", "went_to", "made_by")
    made = GroupExchange.objects.visible_to(request.user).filter(cohort=place.cohort).select_related(*people)[:SHOWN_EXCHANGES]
    context = {"cohort": place.cohort, "form": form, "exchanges": made}
    return render(request, "courses/groups_exchange.html", context, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def groups_wishes(request: SignedInRequest, cohort: str) -> HttpResponse:
    """One's own wish for trainees; for who forms groups all of them, and until when they are asked for."""
    place = place_or_404(request.user, cohort, Verb.SEE_PEOPLE)
    if place.may(Verb.FORM_GROUPS):
        return _wishes_of_all(request, place)
    mine = request.user.memberships.filter(cohort=place.cohort, ended_at=None, part=Part.TRAINEE).first()
    asked = getattr(place.cohort, "wishes_asked", None)
    if mine is None or asked is None:
        raise Http404
    own = GroupWish.objects.visible_to(request.user).filter(member=mine).prefetch_related("people").first()
    form = WishForm(request.POST or None, cohort=place.cohort, mine=mine, wish=own)
    if request.method == "POST" and form.is_valid():
        try:
            wish(actor=request.user, cohort=place.cohort, **form.wish())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Your wish is kept. You can change it until the day is over."))
            return redirect("courses:groups", place.cohort.slug)
    context = {"cohort": place.cohort, "form": form, "asked": asked, "own": own}
    return render(request, "courses/groups_wish.html", context, status=422 if form.errors else 200)


def _wishes_of_all(request: SignedInRequest, place: Place) -> HttpResponse:
    asked = getattr(place.cohort, "wishes_asked", None)
    form = WishesUntilForm(request.POST or None, initial={"until": asked.until if asked else None})
    if request.method == "POST" and form.is_valid():
        try:
            ask_wishes(actor=request.user, cohort=place.cohort, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("until", refusal.sentence)
        else:
            return redirect("courses:groups-wishes", place.cohort.slug)
    wishes = GroupWish.objects.visible_to(request.user).filter(member__cohort=place.cohort, member__ended_at=None)
    wishes = wishes.select_related("member__person").prefetch_related("people__person").order_by("member__person__display_name")
    context = {"cohort": place.cohort, "form": form, "asked": asked, "wishes": wishes}
    return render(request, "courses/groups_wishes.html", context, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def group_end(request: SignedInRequest, cohort: str, group: int) -> HttpResponse:
    """Asks once more before it ends."""
    place = place_or_404(request.user, cohort, Verb.FORM_GROUPS)
    found = _group_or_404(request, place, group)
    if request.method == "POST":
        end_group(actor=request.user, group=found)
        return redirect("courses:groups", place.cohort.slug)
    return render(request, "courses/group_end.html", {"cohort": place.cohort, "group": found})


@login_required
@reads_or_writes
def group_date_new(request: SignedInRequest, cohort: str, group: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.SEE_PEOPLE)
    found = _group_or_404(request, place, group)
    form = GroupDateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_date(actor=request.user, group=found, **form.date())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("group", place.cohort.slug, found.pk)
    context = {"cohort": place.cohort, "group": found, "form": form}
    return render(request, "courses/group_date_new.html", context, status=422 if form.errors else 200)


@login_required
@writes
def group_date_call_off(request: SignedInRequest, cohort: str, group: int, date: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.SEE_PEOPLE)
    dates = GroupDate.objects.visible_to(request.user).select_related("group__cohort")
    found = get_object_or_404(dates, pk=date, group=group, group__cohort=place.cohort)
    try:
        call_off_date(actor=request.user, date=found)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("group", place.cohort.slug, group)


def _group_or_404(request: SignedInRequest, place: Place, group: int) -> Group:
    found: Group = get_object_or_404(Group.objects.visible_to(request.user).current(), cohort=place.cohort, pk=group)
    found.cohort = place.cohort
    return found
