"""What trainers wrote about somebody: for that person, and for the trainers. One page for both, so that nothing is hidden."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from courses.actions.notes import answer_note, take_back_answer, take_back_note
from courses.forms.notes import NoteForm
from courses.models import NoteAnswer, TrainerNote
from courses.permissions import can_answer_note
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Refused

SHOWN = 100  # of one person, the newest; a year brings a handful


@login_required
@reads
def notes(request: SignedInRequest) -> HttpResponse:
    """All that trainers have written about the reader, in every cohort, also in those they have left."""
    about = TrainerNote.objects.visible_to(request.user).filter(about=request.user)
    return render(request, "courses/notes.html", {"notes": about.for_page()[:SHOWN]})


@login_required
@reads_or_writes
def note(request: SignedInRequest, note_id: uuid.UUID) -> HttpResponse:
    """One note with what was said to it, and a place to answer."""
    found = get_object_or_404(TrainerNote.objects.visible_to(request.user).for_page(), pk=note_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_note(actor=request.user, note=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("courses:note", note_id=found.pk)
    context = {
        "note": found,
        "form": form,
        "mine": found.about_id == request.user.pk,
        "may_answer": can_answer_note(request.user, found),
        "page": found.cohort.memberships.filter(person=found.about_id).first(),
    }
    return render(request, "courses/note.html", context)


@login_required
@writes
def take_back(request: SignedInRequest, said_id: uuid.UUID) -> HttpResponse:
    """One's own words, note or answer."""
    written = TrainerNote.objects.visible_to(request.user).filter(author=request.user, pk=said_id).first()
    if written is not None:
        take_back_note(actor=request.user, note=written)
        return redirect("courses:note", note_id=written.pk)
    answer = NoteAnswer.objects.visible_to(request.user).filter(author=request.user, pk=said_id).first()
    if answer is None:
        raise Http404
    take_back_answer(actor=request.user, answer=answer)
    return redirect("courses:note", note_id=answer.note_id)
