"""Questions beside a talk: asked, taken up by others in words, brought in by who hosts, or set aside with a reason.

There are no votes and no counts. Everything happens under the room's row lock, which also keeps a question from being brought in
while its author takes it back.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.permissions import part_in
from live.actions.log import append, lately, locked, require_open_to_words
from live.models import Participant, Question, Room, RoomEvent, TakenUp
from live.permissions import can_ask, can_host, standing
from lms.permissions import Refused, Verb, may, require
from lms.users.models import User

State = Question.State
MOST_WAITING = 3  # questions of one person that wait in one room
MOST_ASKED = 12  # questions of one person in one room, whatever became of them …
ASKED_WITHIN = datetime.timedelta(minutes=10)  # … within this time
KEPT_AFTER = datetime.timedelta(days=7)  # how long after the end a question that was not brought in is still kept


@transaction.atomic
def ask_question(*, actor: User, room_id: uuid.UUID, text: str, client_id: uuid.UUID) -> Question:
    """Puts a question beside the talk, where it waits. The same client_id asks once."""
    room = locked(room_id, actor=actor)
    mine = room.questions.filter(author=actor)
    if already := mine.filter(client_id=client_id).first():
        return already
    who = standing(actor, room)
    require(who.sees, _("You are no longer part of this room."), "not_a_participant")
    require(can_ask(who), _("Questions are gathered while the room is open. Your words are still here."), "room_closed")
    few = mine.filter(state=State.WAITING).count() < MOST_WAITING
    require(few, _("Three questions of yours are waiting already. Take one back to ask another; your words are still here."), "too_many")
    asked = mine.filter(at__range=lately(ASKED_WITHIN)).count()
    require(asked < MOST_ASKED, _("That was a lot at once. Your words are still here; send them in a few minutes."), "too_fast")
    question = Question.objects.create(room=room, author=actor, client_id=client_id, text=text)
    _tell(room)
    return question


@transaction.atomic
def take_up(*, actor: User, question_id: uuid.UUID, text: str) -> TakenUp:
    """Adds a sentence of one's own to somebody else's question; once, and the same sentence again is harmless."""
    room, question = _waiting(actor, question_id)
    require(can_ask(standing(actor, room)), _("Questions are gathered while the room is open. Your words are still here."), "room_closed")
    require(question.author_id != actor.pk, _("This question is your own. You can take it back and ask it anew."))
    if already := question.taken_up.filter(author=actor).first():
        require(already.text == text, _("You have added a sentence to this question. Take it back to write another."))
        return already
    added = TakenUp.objects.create(question=question, author=actor, text=text)
    _tell(room)
    return added


@transaction.atomic
def bring_in(*, actor: User, question_id: uuid.UUID) -> RoomEvent:
    """The question, and what others added to it, stand in the log as their authors' own words, brought in by the actor.

    From then on they are messages like others: their authors take them back there.
    """
    room, question = _hosted(actor, question_id)
    require(standing(actor, room).is_open(), _("The room is closed."), "room_closed")
    require_open_to_words(room)
    require(may(part_in(question.author, room.seminar.cohort), Verb.SPEAK), _("Whoever asked this is no longer here."))
    by = {"brought_by": actor.display_name}
    said = append(room, RoomEvent.Kind.POSTED, question.author, client_id=question.client_id, text=question.text, data=by)
    for added in question.taken_up.select_related("author"):
        if may(part_in(added.author, room.seminar.cohort), Verb.SPEAK):
            append(room, RoomEvent.Kind.POSTED, added.author, client_id=uuid.uuid4(), text=added.text, answers=said.seq, data=by)
    question.taken_up.all().delete()
    _settle(question, State.BROUGHT_IN, actor, text="", seq=said.seq)
    _tell(room)
    return said


@transaction.atomic
def set_aside(*, actor: User, question_id: uuid.UUID, reason: str) -> None:
    """Does not bring it in, and says why to whoever asked."""
    room, question = _hosted(actor, question_id)
    _settle(question, State.SET_ASIDE, actor, reason=reason)
    _tell(room)


@transaction.atomic
def take_back(*, actor: User, question_id: uuid.UUID) -> None:
    """The author takes a question back, or whoever added a sentence that; the words are gone."""
    room, question = _waiting(actor, question_id, State.WAITING, State.SET_ASIDE)
    require(standing(actor, room).sees, _("You are no longer part of this room."), "not_a_participant")
    if question.author_id == actor.pk:
        question.taken_up.all().delete()
        _settle(question, State.WITHDRAWN, actor, text="")
    else:
        question.taken_up.filter(author=actor).delete()
    _tell(room)


@transaction.atomic
def name_host(*, actor: User, room_id: uuid.UUID, person: User, hosts: bool) -> None:
    """Somebody looks after the questions with those who facilitate, or no longer."""
    room = locked(room_id, actor=actor)
    require(standing(actor, room).facilitates, _("Only a facilitator says who hosts."), "not_a_participant")
    require(may(part_in(person, room.seminar.cohort), Verb.SPEAK), _("This person is not in the cohort."))
    Participant.objects.update_or_create(room=room, person=person, defaults={"hosts": hosts})
    _tell(room)


def forget_questions() -> int:
    """Deletes what was never brought in: at once where nothing of the room is kept, else a week after its end. Returns how many."""
    now = timezone.now()
    over = Q(room__closed_at__lt=now) | Q(room__seminar__ends_at__lt=now)
    long_over = Q(room__closed_at__lt=now - KEPT_AFTER) | Q(room__seminar__ends_at__lt=now - KEPT_AFTER)
    gone = Question.objects.filter(Q(long_over) | Q(over, room__seminar__keeps_text=False))
    count = gone.count()
    gone.delete()
    return count


def _waiting(actor: User, question_id: uuid.UUID, *states: State) -> tuple[Room, Question]:
    """A question in the named states (waiting), with its room locked first."""
    room_id = Question.objects.filter(pk=question_id).values_list("room", flat=True).first()
    if room_id is None:
        raise Refused(_("There is no such question."))
    room = locked(room_id, actor=actor)
    question = room.questions.select_related("author").filter(pk=question_id, state__in=states or (State.WAITING,)).first()
    if question is None:
        raise Refused(_("This question is no longer waiting: it was brought in, set aside or taken back."))
    return room, question


def _hosted(actor: User, question_id: uuid.UUID) -> tuple[Room, Question]:
    room, question = _waiting(actor, question_id)
    require(can_host(actor, standing(actor, room)), _("Only those who host do that."), "not_a_participant")
    return room, question


def _tell(room: Room) -> None:
    """Open pages look again. The event says neither who nor what: what somebody sees of it, they see by their page."""
    if room.closed_at is None:
        append(room, RoomEvent.Kind.QUESTIONS, None)


def _settle(question: Question, state: State, actor: User, **fields: object) -> None:
    Question.objects.filter(pk=question.pk).update(state=state, settled_by=actor, **fields)
