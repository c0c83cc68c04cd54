"""One trainee, for the trainers of the cohort: how they stand, and what was written about them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.notes import write_note
from courses.completion import completion_of
from courses.forms.notes import NoteForm
from courses.models import Certificate, TrainerNote
from courses.permissions import place_or_404
from courses.views.notes import SHOWN
from lms.http import SignedInRequest, reads_or_writes
from lms.permissions import Refused, Verb, parts_that


@login_required
@reads_or_writes
def trainee(request: SignedInRequest, cohort: str, membership: int) -> HttpResponse:
    """Also of somebody who has left: a certificate may still be given. POST writes a note."""
    place = place_or_404(request.user, cohort, Verb.SEE_OVERVIEW)
    here = place.cohort.memberships.filter(part__in=parts_that(Verb.KEEP_HOURS)).select_related("person", "cohort")
    found = get_object_or_404(here, pk=membership)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            write_note(actor=request.user, membership=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Written. %(name)s has been told and can answer.") % {"name": found.person.display_name})
            return redirect("courses:trainee", cohort=place.cohort.slug, membership=found.pk)
    notes = TrainerNote.objects.visible_to(request.user).filter(cohort=place.cohort, about=found.person)
    given = Certificate.objects.visible_to(request.user).filter(cohort=place.cohort, person=found.person)
    certificates = list(given.select_related("given_by", "revoked_by"))
    context = {
        "cohort": place.cohort,
        "membership": found,
        "completion": completion_of(found),
        "notes": notes.for_page()[:SHOWN],
        "certificates": certificates,
        "has_valid": any(one.revoked_at is None for one in certificates),
        "form": form,
        "may_write": found.person_id != request.user.pk,
    }
    return render(request, "courses/trainee.html", context)
