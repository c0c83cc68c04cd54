"""The ledger: hours of one's own, kept, changed, shown to trainers by choice, and taken along."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.exports import ask_for_hours
from courses.actions.ledger import (
    change_hours,
    delete_hours,
    keep_hours,
    ledger_sums,
    read_hours,
    show_hours,
    shown_kinds,
    sums_in_words,
    whole_ledger,
)
from courses.exporting.ledger import csv_rows
from courses.exporting.pdf import is_possible as pdf_is_possible
from courses.forms.hours import LedgerForm, LedgerPageForm, ShownForm
from courses.models import Cohort, LedgerEntry, Membership
from courses.models.ledger import LedgerEntryQuerySet
from courses.permissions import Place, place_or_404
from courses.standing import standing_of
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Refused, Verb
from lms.sheets import csv_response

SHOWN = 50


@login_required
@reads_or_writes
def ledger(request: SignedInRequest, cohort: str) -> HttpResponse:
    """What was kept, the latest day first, with the form that adds to it."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    today = place.cohort.today()
    form = LedgerForm(request.POST if request.method == "POST" else None, today=today, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            keep_hours(actor=request.user, cohort=place.cohort, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Kept in your ledger."))
            return redirect("courses:ledger", cohort)
    mine = _mine(request, place)
    page, more = _page(request, mine)
    context = {
        "cohort": place.cohort,
        "form": form,
        "lines": read_hours(actor=request.user, entries=page),
        "before": page[-1].pk if more else None,
        "sums": sums_in_words(standing_of(_my(request, place)).there, ledger_sums(mine)),
        "shown_form": ShownForm(initial={"kinds": shown_kinds(actor=request.user, cohort=place.cohort)}),
        "pdf_is_possible": pdf_is_possible(),
    }
    return render(request, "courses/ledger.html", context, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def ledger_entry(request: SignedInRequest, cohort: str, entry: uuid.UUID) -> HttpResponse:
    """Changing an entry."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    mine = get_object_or_404(_mine(request, place), pk=entry)
    (line,) = read_hours(actor=request.user, entries=[mine])
    whole, rest = divmod(mine.minutes, 60)
    initial = {"kind": mine.kind, "on": mine.on, "hours": whole, "minutes": rest, "with_whom": line.with_whom, "note": line.note}
    data = request.POST if request.method == "POST" else None
    form = LedgerForm(data, today=max(place.cohort.today(), mine.on), initial=initial)
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("client_id")
        change_hours(actor=request.user, entry=mine, **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("courses:ledger", cohort)
    context = {"cohort": place.cohort, "form": form, "line": line}
    return render(request, "courses/ledger_entry.html", context, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def ledger_delete(request: SignedInRequest, cohort: str, entry: uuid.UUID) -> HttpResponse:
    """Asks once, then it is gone."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    mine = get_object_or_404(_mine(request, place), pk=entry)
    if request.method == "POST":
        delete_hours(actor=request.user, entry=mine)
        messages.success(request, _("Deleted."))
        return redirect("courses:ledger", cohort)
    return render(request, "courses/ledger_delete.html", {"cohort": place.cohort, "entry": mine})


@login_required
@writes
def ledger_show(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Which kinds the trainers see from now on."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    form = ShownForm(request.POST)
    if form.is_valid():
        show_hours(actor=request.user, cohort=place.cohort, **form.cleaned_data)
        messages.success(request, _("Kept. It holds from now on."))
    return redirect("courses:ledger", cohort)


@login_required
@reads
def ledger_csv(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The whole ledger as a table, with notes: it is its owner who takes it."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    whole = whole_ledger(actor=request.user, cohort=place.cohort)
    return csv_response(f"hours-{whole.today:%Y-%m-%d}", csv_rows(whole))


@login_required
@writes
def ledger_pdf(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Asks for it as a PDF. Setting that takes a while, so a worker does it, and it waits where the journal's files do."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    try:
        ask_for_hours(actor=request.user, cohort=place.cohort)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("courses:ledger", cohort)
    return redirect("courses:exports")


@login_required
@reads
def hours_kept_csv(request: SignedInRequest, cohort_id: int) -> HttpResponse:
    """The same for somebody wherever they are now: a ledger stays its owner's when they leave the cohort."""
    whole = whole_ledger(actor=request.user, cohort=_kept_in_or_404(request, cohort_id))
    return csv_response(f"hours-{whole.today:%Y-%m-%d}", csv_rows(whole))


@login_required
@writes
def hours_kept_pdf(request: SignedInRequest, cohort_id: int) -> HttpResponse:
    """As a PDF."""
    cohort = _kept_in_or_404(request, cohort_id)
    try:
        ask_for_hours(actor=request.user, cohort=cohort)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("courses:exports")


def _kept_in_or_404(request: SignedInRequest, cohort_id: int) -> Cohort:
    """A cohort in which the person has kept hours."""
    kept = LedgerEntry.objects.visible_to(request.user).filter(cohort=cohort_id).select_related("cohort").first()
    if kept is None:
        raise Http404
    return kept.cohort


def _my(request: SignedInRequest, place: Place) -> Membership:
    return Membership(cohort=place.cohort, person=request.user, part=place.part)


def _mine(request: SignedInRequest, place: Place) -> LedgerEntryQuerySet:
    return LedgerEntry.objects.visible_to(request.user).filter(cohort=place.cohort)


def _page(request: SignedInRequest, mine: LedgerEntryQuerySet) -> tuple[list[LedgerEntry], bool]:
    """Some entries and whether there are earlier ones, by key."""
    asked = LedgerPageForm(request.GET)
    before = asked.cleaned_data["before"] if asked.is_valid() else None
    after = mine.filter(pk=before).first() if before else None
    rows = list((mine.before(after) if after else mine)[: SHOWN + 1])
    return rows[:SHOWN], len(rows) > SHOWN
