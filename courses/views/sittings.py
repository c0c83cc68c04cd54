"""Sittings and days that come into a cohort's plan or go out of it, and another clock for the course. Everything is shown before it is
saved, as when dates move (courses.views.planning)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.plans import PlanHasMoved, rename_sitting
from courses.forms.sittings import AddBlockForm, AddDayForm, AddSittingForm, DoubleForm, NameForm, RemoveForm, ZoneForm
from courses.models import Sitting
from courses.permissions import place_or_404
from courses.planning import (
    Plan,
    Proposal,
    add_block,
    add_day,
    add_sitting,
    change_zone,
    double_minutes,
    outline_of_programme,
    remove_sittings,
)
from courses.planning.words import day_words, hours_words
from courses.views.planning import conflict, move_page, one_of, taken_out
from lms.http import SignedInRequest, reads_or_writes
from lms.permissions import Refused, Verb


@login_required
@reads_or_writes
def sitting_add(request: SignedInRequest, cohort: str, block: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    found = one_of(plan.blocks, block)
    form = AddSittingForm.of(request.POST or None, plan, found, request.GET.get("day", ""))

    def propose(plan: Plan) -> Proposal:
        data = form.cleaned_data
        done_in_it = tuple(data.get("activities", ()))
        return add_sitting(plan, found, data["title"], data["day"], data["begins"], data["ends"], done_in_it)

    save = _("Add this sitting")
    return move_page(request, plan, form, propose, title=_("Add a sitting"), of=found.module.title, save=save)


@login_required
@reads_or_writes
def block_add(request: SignedInRequest, cohort: str, module: int) -> HttpResponse:
    """A block of the template that this cohort has not."""
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    outline = next((one for one in outline_of_programme(place.cohort.programme) if one.module.pk == module), None)
    if outline is None:
        raise Http404
    if any(one.module_id == module for one in plan.blocks):
        messages.info(request, _("This block is planned already."))
        return redirect("courses:plan", cohort=plan.cohort.slug)
    form = AddBlockForm.of(request.POST or None, plan)

    def propose(plan: Plan) -> Proposal:
        return add_block(outline, form.cleaned_data["starts_on"], twice=form.cleaned_data.get("twice", False))

    return move_page(request, plan, form, propose, title=_("Plan a block"), of=outline.module.title, save=_("Plan this block"))


@login_required
@reads_or_writes
def day_interpreted(request: SignedInRequest, cohort: str, block: int, day: str) -> HttpResponse:
    """More time for a day that is interpreted turn by turn."""
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan, now = Plan.read(place.cohort), timezone.now()
    found = one_of(plan.blocks, block)
    those = [one for one in plan.sittings_of(found) if plan.wall(one).begins.date().isoformat() == day]
    those = [one for one in those if one.called_off_at is None and not one.has_begun(now)]
    if not those:
        return taken_out(request, plan.cohort)
    form = DoubleForm.of(request.POST or None, plan, those)

    def propose(plan: Plan) -> Proposal:
        return double_minutes(plan, those, form.cleaned_data["sittings"])

    of = f"{found.module.title}, {day_words(plan.wall(those[0]).begins)}"
    return move_page(request, plan, form, propose, title=_("Time for interpreters"), of=of, more={"interpreted": True})


@login_required
@reads_or_writes
def sitting_name(request: SignedInRequest, cohort: str, sitting: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    found = next((one for one in Plan.read(place.cohort).sittings if one.pk == sitting), None)
    if found is None:
        return taken_out(request, place.cohort)
    form, title = NameForm.of(request.POST or None, found, place.cohort.plan_version), _("Name a sitting")
    if request.method == "POST" and form.is_valid():
        try:
            rename_sitting(actor=request.user, cohort=place.cohort, sitting=found.pk, **form.named())
        except PlanHasMoved:
            return conflict(request, place.cohort, form, title)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("This is what it is called now."))
            return redirect("courses:plan", cohort=place.cohort.slug)
    return render(request, "courses/plan_about.html", {"cohort": place.cohort, "form": form, "title": title})


@login_required
@reads_or_writes
def day_add(request: SignedInRequest, cohort: str, block: int) -> HttpResponse:
    """Of a block that has a day to make it like."""
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    found = one_of(plan.blocks, block)
    if not plan.days_of(found):
        raise Http404
    form = AddDayForm.of(request.POST or None, plan, found)

    def propose(plan: Plan) -> Proposal:
        return add_day(plan, found, form.cleaned_data["day"], form.cleaned_data["to"])

    return move_page(request, plan, form, propose, title=_("Add a day"), of=found.module.title, save=_("Add this day"))


@login_required
@reads_or_writes
def sitting_remove(request: SignedInRequest, cohort: str, sitting: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    found = next((one for one in plan.sittings if one.pk == sitting), None)
    if found is None:
        return taken_out(request, plan.cohort)
    of = f"{found.title}, {hours_words(*plan.wall(found))}"
    return _remove(request, plan, [found], title=_("Take a sitting out"), of=of)


@login_required
@reads_or_writes
def day_remove(request: SignedInRequest, cohort: str, block: int, day: str) -> HttpResponse:
    """One day of a block with all its sittings."""
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    found = one_of(plan.blocks, block)
    on = next((one for one in plan.days_of(found) if one.isoformat() == day), None)
    if on is None:
        return taken_out(request, plan.cohort)
    sittings = [one for one in plan.sittings_of(found) if plan.wall(one).begins.date() == on]
    return _remove(request, plan, sittings, title=_("Take a day out"), of=f"{found.module.title}, {day_words(on)}")


def _remove(request: SignedInRequest, plan: Plan, sittings: list[Sitting], *, title: str, of: str) -> HttpResponse:
    block = one_of(plan.blocks, sittings[0].block_id)
    form = RemoveForm.of(request.POST or None, plan.cohort)

    def propose(plan: Plan) -> Proposal:
        return remove_sittings(plan, block, sittings)

    to_come = all(one.called_off_at is None and not one.has_begun(timezone.now()) for one in sittings)
    more = {"goes": True, "rather_off": plan.wall(sittings[0]).begins.date() if to_come else None}
    return move_page(request, plan, form, propose, title=title, of=of, save=_("Take it out of the plan"), more=more)


@login_required
@reads_or_writes
def plan_zone(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    form = ZoneForm.of(request.POST or None, place.cohort)

    def propose(plan: Plan) -> Proposal:
        zone = form.cleaned_data["time_zone"]
        if zone == plan.cohort.time_zone:
            return Proposal()
        return change_zone(plan, zone, same_hours=form.cleaned_data["keeps"] == "hours", now=timezone.now())

    return move_page(request, plan, form, propose, title=_("The clock of the course"), of=plan.cohort.title, save=_("Go by this clock"))
