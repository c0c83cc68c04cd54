"""A cohort's plan: its dates beside the template's, what was changed, and moving them with everything shown before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.actions.cohorts import begin_cohort
from courses.actions.plans import PlanHasMoved, describe_cohort, move_dates
from courses.forms.planning import (
    AboutForm,
    BlockForm,
    CohortForm,
    DayForm,
    MoveForm,
    PageForm,
    PlanForm,
    ShiftForm,
    SittingForm,
    cohort_slug,
)
from courses.models import Block, ChangedDate, Cohort, PlanChange, Programme, Release, Sitting
from courses.permissions import place_or_404
from courses.planning import (
    Plan,
    Proposal,
    changes_of,
    consequences_of,
    digest,
    move_block,
    move_day,
    move_sitting,
    shift_year,
    troubles_of,
)
from courses.reading.plans import both, changes_since, first_look, plan_page, shown_before_saving
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused, Verb

Row = TypeVar("Row", Block, Sitting)
MOST_CHANGES = 20  # on the plan's page


@login_required
@reads
def plan(request: SignedInRequest, cohort: str) -> HttpResponse:
    """For trainers and coordinators; who coordinates can move what stands here."""
    place = place_or_404(request.user, cohort, Verb.SEE_PLAN)
    kept = PlanChange.objects.visible_to(request.user).filter(cohort=place.cohort)
    before = PageForm(request.GET).before_version()
    changes = changes_since(kept.filter(version__lt=before) if before else kept, 0, place.cohort, MOST_CHANGES + 1)
    earlier = changes[MOST_CHANGES - 1].row.version if len(changes) > MOST_CHANGES else None
    context = plan_page(place.cohort) | {"changes": changes[:MOST_CHANGES], "earlier": earlier}
    return render(request, "courses/plan.html", {"cohort": place.cohort, "may_plan": place.may(Verb.PLAN_YEAR), **context})


@login_required
@reads_or_writes
def plan_block(request: SignedInRequest, cohort: str, block: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    found = one_of(plan.blocks, block)
    form = BlockForm.of(request.POST or None, found, place.cohort.plan_version)

    def propose(plan: Plan) -> Proposal:
        return move_block(plan, found, form.days(), along=form.cleaned_data["along"])

    return move_page(request, plan, form, propose, title=_("Move a block"), of=found.module.title)


@login_required
@reads_or_writes
def plan_sitting(request: SignedInRequest, cohort: str, sitting: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    found = next((one for one in plan.sittings if one.pk == sitting), None)
    if found is None:
        return taken_out(request, plan.cohort)
    form = SittingForm.of(request.POST or None, found, place.cohort.time_zone, place.cohort.plan_version)

    def propose(plan: Plan) -> Proposal:
        data = form.cleaned_data
        return move_sitting(plan, found, data["day"], data["begins"], data["ends"])

    return move_page(request, plan, form, propose, title=_("Move a sitting"), of=found.title)


@login_required
@reads_or_writes
def plan_day(request: SignedInRequest, cohort: str, block: int) -> HttpResponse:
    """One day of a block, with all its sittings."""
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    found = one_of(plan.blocks, block)
    form = DayForm.of(request.POST or None, plan, found, request.GET.get("day", ""))

    def propose(plan: Plan) -> Proposal:
        return move_day(plan, found, form.cleaned_data["day"], form.cleaned_data["to"])

    return move_page(request, plan, form, propose, title=_("Move a day"), of=found.module.title)


@login_required
@reads_or_writes
def plan_shift(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The year, or what is still to come of it."""
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    plan = Plan.read(place.cohort)
    form = ShiftForm.of(request.POST or None, plan)

    def propose(plan: Plan) -> Proposal:
        data = form.cleaned_data
        return shift_year(plan, one_of(plan.blocks, data["block"]), data["to"], duties=data["duties"])

    return move_page(request, plan, form, propose, title=_("Move the year"), of=place.cohort.title)


def one_of(rows: list[Row], pk: int) -> Row:
    """The block or sitting of this plan. Raises Http404 for everything else."""
    found = next((row for row in rows if row.pk == pk), None)
    if found is None:
        raise Http404
    return found


def taken_out(request: SignedInRequest, cohort: Cohort) -> HttpResponse:
    """For whoever had the form of something that somebody took out of the plan meanwhile: what was changed. Raises Http404 for all else."""
    form = PlanForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        raise Http404
    since = PlanChange.objects.visible_to(request.user).filter(cohort=cohort, version__gt=form.cleaned_data["version"])
    if not since.filter(dates__kind=ChangedDate.Kind.SITTING, dates__now="").exists():
        raise Http404
    messages.info(request, _("This is not in the plan any more: it was taken out while you were at it. What was changed stands below."))
    return redirect(f"{reverse('courses:plan', args=[cohort.slug])}#changes")


def move_page(
    request: SignedInRequest,
    plan: Plan,
    form: MoveForm,
    propose: Callable[[Plan], Proposal],
    *,
    title: str,
    of: str,
    save: str | None = None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The first press shows what hangs on it, the second saves what was shown; if it is another by then, it is shown again. A form that
    asks nothing is shown so at once. `save` is what the second press is called; `more` is for the page."""
    context: dict[str, Any] = {"cohort": plan.cohort, "form": form, "title": title, "of": of, "save": save or _("Save these dates")}
    context |= more or {}
    if not form.is_bound or not form.is_valid():
        return render(request, "courses/plan_move.html", context)
    proposal = propose(plan)
    changes, zone = changes_of(plan, proposal), proposal.zone
    if form.cleaned_data["version"] != plan.cohort.plan_version:
        if form.cleaned_data["shown"] and not changes and not zone:  # pressed twice
            return redirect("courses:plan", cohort=plan.cohort.slug)
        return conflict(request, plan.cohort, form, title)
    troubles = (
        troubles_of(plan, proposal, timezone.now()) if changes or zone else [_("These are the dates as they stand. Nothing was changed.")]
    )
    for sentence in troubles:
        form.add_error(None, sentence)
    if not troubles and request.method == "POST" and form.cleaned_data["shown"] == digest(changes, zone):
        try:
            move_dates(
                actor=request.user,
                cohort=plan.cohort,
                proposal=proposal,
                version=form.cleaned_data["version"],
                why=form.cleaned_data["why"],
            )
        except PlanHasMoved:
            return conflict(request, plan.cohort, form, title)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("The new dates stand, and what depends on them has moved along."))
            return redirect("courses:plan", cohort=plan.cohort.slug)
    elif not troubles:
        form.again(shown=digest(changes, zone))
        context |= {**shown_before_saving(changes, plan.cohort.time_zone, zone), "depends": consequences_of(plan, proposal, changes)}
    return render(request, "courses/plan_move.html", context)


def conflict(request: SignedInRequest, cohort: Cohort, form: PlanForm, title: str) -> HttpResponse:
    """Somebody else was faster: what they changed and what was typed here, beside each other. Nothing was saved."""
    cohort.refresh_from_db(fields=["plan_version"])
    kept = PlanChange.objects.visible_to(request.user).filter(cohort=cohort)
    since = changes_since(kept, form.cleaned_data["version"], cohort, MOST_CHANGES)
    context = {"cohort": cohort, "form": form, "title": title, "changes": since, "both": both(form)}
    form.again(version=cohort.plan_version, shown="")
    return render(request, "courses/plan_conflict.html", context, status=409)


@login_required
@reads_or_writes
def plan_about(request: SignedInRequest, cohort: str) -> HttpResponse:
    """What the cohort is called, and for whom it is."""
    place = place_or_404(request.user, cohort, Verb.PLAN_YEAR)
    form = AboutForm(request.POST or None, cohort=place.cohort)
    title = _("About this cohort")
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            describe_cohort(actor=request.user, cohort=place.cohort, version=version, details=form.details())
        except PlanHasMoved:
            return conflict(request, place.cohort, form, title)
        messages.success(request, _("This is what the cohort is now."))
        if set(form.details()["languages"]) - set(place.cohort.languages):
            messages.info(
                request, _("Interpreting turn by turn takes about twice the time. In the plan each day offers to make room for it.")
            )
        return redirect("courses:plan", cohort=place.cohort.slug)
    return render(request, "courses/plan_about.html", {"cohort": place.cohort, "form": form, "title": title})


@login_required
@reads_or_writes
def cohort_new(request: SignedInRequest) -> HttpResponse:
    """Only for who coordinates the site. Days that were left to the template are shown before anything is begun."""
    programmes: list[Programme | Cohort] = list(Programme.objects.defer("html").order_by("pk"))
    if not request.user.coordinates or not programmes:
        raise Http404
    sources = programmes + list(Cohort.objects.visible_to(request.user).select_related("programme"))
    form = CohortForm(request.POST or None, sources=sources, asked=request.GET.get("like", ""))
    if request.method == "POST" and "again" in request.POST:
        form.forget_distances()
    context: dict[str, Any] = {"form": form, "programme": form.programme}
    if request.method == "POST" and form.is_valid():
        if form.left_open():
            form.fill_in()
            return render(request, "courses/cohort_new.html", context | {"look": first_look(form.outline, form.block_starts())})
        title = form.cleaned_data["title"]
        cohort = begin_cohort(
            actor=request.user,
            programme=form.programme,
            slug=cohort_slug(title),
            title=title,
            time_zone=form.cleaned_data["time_zone"],
            block_starts=form.block_starts(),
            like=form.copied,
        )
        if of_groups := cohort.releases.filter(way=Release.Way.GROUP).count():
            messages.info(request, _of_groups(of_groups))
        return redirect("courses:plan", cohort=cohort.slug)
    return render(request, "courses/cohort_new.html", context)


def _of_groups(number: int) -> str:
    """Of a copy: what its trainers still have to say."""
    return ngettext(
        "%(n)s activity opened by group. It is closed here until a trainer says for which groups it opens.",
        "%(n)s activities opened by group. They are closed here until a trainer says for which groups they open.",
        number,
    ) % {"n": number}
