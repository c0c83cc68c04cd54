"""Writing about a trainee, in front of them; answering; taking words back."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Membership, NoteAnswer, TrainerNote
from courses.models.notes import NOTE_LENGTH
from courses.permissions import can_answer_note, may_in
from lms.notifications.actions.notices import notify, take_back
from lms.notifications.models import Notice
from lms.permissions import Verb, may, require
from lms.users.models import User


@transaction.atomic
def write_note(*, actor: User, membership: Membership, words: str, client_id: uuid.UUID) -> TrainerNote:
    """Plain words about somebody who learns in this cohort; they are told at once. The same client_id again is the same note.

    Raises Refused with a sentence for the person.
    """
    cohort = membership.cohort
    require(may_in(actor, cohort, Verb.WRITE_NOTES), _("Only trainers of this cohort write notes."))
    require(may(membership.part, Verb.KEEP_HOURS) and membership.person_id != actor.pk, _("Notes are about trainees."))
    if already := TrainerNote.objects.filter(author=actor, client_id=client_id).first():
        return already
    _require_words(words)
    note = TrainerNote.objects.create(cohort=cohort, about=membership.person, author=actor, words=words.strip(), client_id=client_id)
    url = f"{reverse('courses:notes')}#note-{note.pk}"
    notify(people=[note.about_id], kind=Notice.Kind.NOTE, key=_key(note), url=url, who=actor.display_name)
    return note


@transaction.atomic
def answer_note(*, actor: User, note: TrainerNote, words: str, client_id: uuid.UUID) -> NoteAnswer:
    """Words beside the note, from whom it is about or from a trainer; the other side is told. Raises Refused with a sentence."""
    require(can_answer_note(actor, note), _("You cannot answer this."))
    if already := NoteAnswer.objects.filter(author=actor, client_id=client_id).first():
        return already
    _require_words(words)
    answer = NoteAnswer.objects.create(note=note, author=actor, words=words.strip(), client_id=client_id)
    if actor.pk == note.about_id:
        _tell_trainers(answer)
    else:
        url = f"{reverse('courses:notes')}#note-{note.pk}"
        notify(people=[note.about_id], kind=Notice.Kind.NOTE, key=_key(answer), url=url, who=actor.display_name)
    return answer


def _tell_trainers(answer: NoteAnswer) -> None:
    """Who wrote the note or answered in it, as long as they still see it."""
    note = answer.note
    spoke = {note.author_id, *note.answers.values_list("author", flat=True)} - {answer.author_id}
    trainers = User.objects.filter(pk__in=spoke)
    page = Membership.objects.filter(cohort=note.cohort, person=note.about).first()
    people = [one.pk for one in trainers if may_in(one, note.cohort, Verb.WRITE_NOTES)]
    if page is not None and people:
        url = f"{reverse('courses:trainee', args=[note.cohort.slug, page.pk])}#note-{note.pk}"
        notify(people=people, kind=Notice.Kind.NOTE, key=_key(answer), url=url, who=answer.author.display_name)


@transaction.atomic
def take_back_note(*, actor: User, note: TrainerNote) -> None:
    """Its author takes the words back: they are gone, for everybody; that there was a note stays to be seen, and what was answered."""
    require(note.author_id == actor.pk, _("Only who wrote this can take it back."))
    TrainerNote.objects.filter(pk=note.pk, taken_back_at=None).update(words="", taken_back_at=timezone.now())
    take_back(keys=[_key(note)])
    note.refresh_from_db()


@transaction.atomic
def take_back_answer(*, actor: User, answer: NoteAnswer) -> None:
    """The same of an answer."""
    require(answer.author_id == actor.pk, _("Only who wrote this can take it back."))
    NoteAnswer.objects.filter(pk=answer.pk, taken_back_at=None).update(words="", taken_back_at=timezone.now())
    take_back(keys=[_key(answer)])
    answer.refresh_from_db()


def _key(said: TrainerNote | NoteAnswer) -> str:
    return f"courses.note:{said.pk}" if isinstance(said, TrainerNote) else f"courses.note-answer:{said.pk}"


def _require_words(words: str) -> None:
    require(bool(words.strip()), _("There are no words here yet. A first sentence is enough."), "empty")
    require(len(words) <= NOTE_LENGTH, _("Please use at most %(limit)s characters.") % {"limit": NOTE_LENGTH}, "long")
