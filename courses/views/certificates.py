"""Certificates: a trainer's decision, the holder's pages, and what everybody may look at."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses import credentials
from courses.actions.certificates import choose_for_certificate, give_certificate, revoke_certificate
from courses.completion import completion_of
from courses.exporting.certificate import certificate_pdf
from courses.exporting.pdf import is_possible as pdf_is_possible
from courses.forms.certificates import ChoiceForm, GiveForm, RevokeForm
from courses.models import Certificate
from courses.permissions import can_choose_for, can_decide_on, place_or_404
from courses.reading.hours import shown_meetings
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused, Verb, parts_that

FILE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
# Found by nobody who was not given the address, kept nowhere on the way, and told to no other site.
QUIET = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

# --- a trainer's decision -------------------------------------------------------------------------------------------


@login_required
@reads_or_writes
def give(request: SignedInRequest, cohort: str, membership: int) -> HttpResponse:
    """How somebody stands, in words, and the button that decides."""
    place = place_or_404(request.user, cohort, Verb.GIVE_CERTIFICATES)
    here = place.cohort.memberships.filter(part__in=parts_that(Verb.KEEP_HOURS)).select_related("person", "cohort__programme")
    found = get_object_or_404(here, pk=membership)
    completion = completion_of(found)
    form = GiveForm(request.POST if request.method == "POST" else None, needs_why=not completion.met)
    if request.method == "POST" and form.is_valid():
        try:
            give_certificate(actor=request.user, membership=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("why" if "why" in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Given. %(name)s has been told.") % {"name": found.person.display_name})
            return redirect("courses:trainee", cohort=place.cohort.slug, membership=found.pk)
    context = {
        "cohort": place.cohort,
        "membership": found,
        "completion": completion,
        "ledger": shown_meetings(request.user, found),
        "form": form,
        "may_decide": can_decide_on(request.user, place.cohort, found.person_id),
        "given": Certificate.objects.visible_to(request.user).valid().filter(cohort=place.cohort, person=found.person).first(),
    }
    return render(request, "courses/certificate_give.html", context)


@login_required
@reads_or_writes
def revoke(request: SignedInRequest, cohort: str, certificate_id: uuid.UUID) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.GIVE_CERTIFICATES)
    visible = Certificate.objects.visible_to(request.user).filter(cohort=place.cohort).select_related("person", "cohort", "given_by")
    found = get_object_or_404(visible, pk=certificate_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_certificate(actor=request.user, certificate=found, why=form.cleaned_data["why"])
        except Refused as refusal:
            form.add_error("why", refusal.sentence)
        else:
            messages.success(request, _("Taken back. %(name)s has been told, with your reason.") % {"name": found.person.display_name})
            page = place.cohort.memberships.filter(person=found.person).values_list("pk", flat=True).get()
            return redirect("courses:trainee", cohort=place.cohort.slug, membership=page)
    return render(request, "courses/certificate_revoke.html", {"cohort": place.cohort, "certificate": found, "form": form})


# --- its holder's ---------------------------------------------------------------------------------------------------


@login_required
@reads
def certificates(request: SignedInRequest) -> HttpResponse:
    """All of the reader's, of every cohort."""
    mine = Certificate.objects.visible_to(request.user).filter(person=request.user).select_related("cohort__programme")
    return render(request, "courses/certificates.html", {"certificates": mine})


@login_required
@reads_or_writes
def certificate(request: SignedInRequest, certificate_id: uuid.UUID) -> HttpResponse:
    """One's own: the files, the name on it, and what its public page says."""
    found = _mine_or_404(request, certificate_id)
    initial = {name: getattr(found, name) for name in ChoiceForm.base_fields}
    form = ChoiceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            choose_for_certificate(actor=request.user, certificate=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Kept."))
            return redirect("courses:certificate", certificate_id=found.pk)
    context = {
        "certificate": found,
        "form": form,
        "may_choose": can_choose_for(request.user, found),
        "pdf_is_possible": pdf_is_possible(),
        "credential_is_possible": credentials.is_possible(),
    }
    return render(request, "courses/certificate.html", context)


@login_required
@reads
def pdf(request: SignedInRequest, certificate_id: uuid.UUID) -> HttpResponse:
    found = _mine_or_404(request, certificate_id)
    if found.revoked_at is not None or not pdf_is_possible():
        raise Http404
    return HttpResponse(certificate_pdf(found), content_type="application/pdf", headers=FILE | _named("certificate.pdf"))


@login_required
@reads
def credential(request: SignedInRequest, certificate_id: uuid.UUID) -> HttpResponse:
    """The signed token, as a file for a wallet or whoever checks it (media type of RFC 7519)."""
    found = _mine_or_404(request, certificate_id)
    if found.revoked_at is not None or not credentials.is_possible():
        raise Http404
    return HttpResponse(credentials.signed_credential(found), content_type="application/jwt", headers=FILE | _named("certificate.jwt"))


def _mine_or_404(request: SignedInRequest, certificate_id: uuid.UUID) -> Certificate:
    visible = Certificate.objects.visible_to(request.user).filter(person=request.user)
    return get_object_or_404(visible.select_related("cohort__programme", "given_by", "revoked_by"), pk=certificate_id)


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


# --- everybody's ----------------------------------------------------------------------------------------------------


@reads
def shown(request: HttpRequest, address: str) -> HttpResponse:
    """What a holder chose to show to whoever has the address. Never chosen, taken away and never there look the same."""
    found = get_object_or_404(Certificate.objects.shown_at(address).select_related("cohort__programme"))
    response = render(request, "courses/certificate_shown.html", {"certificate": found})
    for name, value in QUIET.items():
        response[name] = value
    return response


@reads
def key_set(request: HttpRequest) -> HttpResponse:
    return JsonResponse(credentials.key_set(), content_type="application/jwk-set+json")


@reads
def key(request: HttpRequest, name: str) -> HttpResponse:
    found = credentials.public_key(name)
    if found is None:
        raise Http404
    return JsonResponse(found, content_type="application/jwk+json")


@reads
def issuer(request: HttpRequest) -> HttpResponse:
    return JsonResponse(credentials.issuer_profile())


@reads
def revoked(request: HttpRequest) -> HttpResponse:
    """Numbers of certificates that were taken back, nothing else. There are few; the list is not paged, as its form has no pages."""
    return JsonResponse(credentials.revocation_list(Certificate.objects.exclude(revoked_at=None).only("pk").order_by("revoked_at", "pk")))
