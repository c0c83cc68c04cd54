"""The agreement as it holds: read, signed, compared with what one signed before; and freezing another version of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.agreements.versions import TextChanged, freeze, mark_of, sign
from courses.comparing import compare
from courses.forms.agreements import FreezeForm, SignForm
from courses.models import AgreementVersion
from courses.permissions import place_or_404
from courses.reading.agreement import agreement_page, as_frozen, difference, lines_of, text_of
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused, Verb


@login_required
@reads_or_writes
def agreement(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The version that holds; sent, it is signed by whoever sends it."""
    place = place_or_404(request.user, cohort, Verb.SIGN_AGREEMENT)
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sign(actor=request.user, cohort=place.cohort, number=form.cleaned_data["number"], name=form.cleaned_data["name"])
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Signed. What was closed until now is open to you."))
            return redirect("courses:agreement", place.cohort.slug)
    read = form.cleaned_data.get("number") or 0 if form.is_bound else 0
    context = {"cohort": place.cohort, "place": place, "form": form, "page": agreement_page(place, request.user, read=read)}
    context |= {"writes": place.may(Verb.WRITE_AGREEMENT), "keeps": place.may(Verb.KEEP_AGREEMENT)}
    return render(request, "courses/agreement.html", context, status=422 if form.errors else 200)


@login_required
@reads
def version(request: SignedInRequest, cohort: str, number: int) -> HttpResponse:
    """An earlier version, who signed it, and what has changed since."""
    place = place_or_404(request.user, cohort, Verb.SIGN_AGREEMENT)
    versions = AgreementVersion.objects.visible_to(request.user).filter(cohort=place.cohort)
    found = get_object_or_404(versions.select_related("frozen_by"), number=number)
    newest = versions.first()
    context = {
        "cohort": place.cohort,
        "version": found,
        "signatures": found.signatures.select_related("person"),
        "newest": newest,
        "difference": difference(found, newest) if newest and newest.number != found.number else None,
    }
    return render(request, "courses/agreement_version.html", context)


@login_required
@reads_or_writes
def version_freeze(request: SignedInRequest, cohort: str) -> HttpResponse:
    """What would hold from now on, beside what holds."""
    place = place_or_404(request.user, cohort, Verb.KEEP_AGREEMENT)
    passages = list(text_of(place.cohort, request.user))
    form = FreezeForm(request.POST if request.method == "POST" else None, passages=passages)
    if form.is_valid():
        try:
            said = {"text": form.cleaned_data["text"], "covers": form.covers(), "note": form.cleaned_data["note"]}
            frozen = freeze(actor=request.user, cohort=place.cohort, **said)
        except TextChanged:
            form.add_error(None, _("The text was changed while you were reading it. It stands below as it is now; nothing was frozen."))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Version %(number)s holds from now on. Please sign it, too.") % {"number": frozen.number})
            return redirect("courses:agreement", place.cohort.slug)
    newest = AgreementVersion.objects.visible_to(request.user).filter(cohort=place.cohort).first()
    text = as_frozen(passages)
    context = {
        "cohort": place.cohort,
        "form": form,
        "passages": passages,
        "mark": mark_of(passages),
        "newest": newest,
        "difference": compare(lines_of(newest.passages), lines_of(text)) if newest else None,
        "same": newest is not None and lines_of(newest.passages) == lines_of(text),
    }
    return render(request, "courses/agreement_freeze.html", context, status=422 if form.errors else 200)
