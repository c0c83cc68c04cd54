"""Asking for a message to be looked at, and what a facilitator did about it.

What was pointed out is kept by its flag, also where the room keeps nothing: for thirty days, or until it was dealt with. Its author
is told, with that date.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Membership
from live.actions.log import lately, locked
from live.models import Flag, RoomEvent
from live.permissions import can_settle, standing
from lms.audit.actions import What, note
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice
from lms.permissions import Refused, Verb, parts_that, require
from lms.users.models import User

KEPT = datetime.timedelta(days=30)  # how long facilitators have
FLAGS = 20  # by one person …
FLAGS_WITHIN = datetime.timedelta(days=1)  # … within this time


@transaction.atomic
def flag_message(*, actor: User, room_id: uuid.UUID, seq: int, reason: str) -> Flag:
    """Puts a message before the facilitators and tells its author. The same message again is the same flag."""
    room = locked(room_id, actor=actor)
    who = standing(actor, room)
    require(who.may_enter() or who.reads_back(), _("You are no longer part of this room."), "not_a_participant")
    message = room.events.said().select_related("author").filter(seq=seq).first()
    if message is None or message.author is None:
        raise Refused(_("These words are not here any more."), "bad_frame")
    require(message.author_id != actor.pk, _("These are your own words. You can take them back."), "bad_frame")
    if already := Flag.objects.filter(event=message, person=actor).first():
        return already
    recent = Flag.objects.filter(person=actor, at__range=lately(FLAGS_WITHIN)).count()
    sentence = _("You have pointed out many messages within a day. If it cannot wait, please use “Please contact me”.")
    require(recent < FLAGS, sentence, "too_fast")
    about = {"room": room, "event": message, "author": message.author, "words": message.text}
    flag = Flag.objects.create(**about, person=actor, reason=reason, keep_until=timezone.now() + KEPT)
    _tell(flag, message)
    return flag


@transaction.atomic
def settle_flag(*, actor: User, flag: Flag, answer: str) -> None:
    """A facilitator has dealt with it: the words go, and both people read what was done. Again is harmless."""
    held = Flag.objects.select_for_update(of=("self",)).select_related("room__seminar__cohort").get(pk=flag.pk)
    require(can_settle(actor, held), _("Only a facilitator who did not write these words deals with them."))
    if held.settled_at is not None:
        return
    held.settled_at, held.settled_by, held.answer, held.words = timezone.now(), actor, answer, ""
    held.save(update_fields=["settled_at", "settled_by", "answer", "words"])
    note(actor=actor, what=What.FLAG_SETTLED, about=held, person=held.author_id)
    for person in {held.author_id, held.person_id} - {actor.pk}:
        notify(people=[person], kind=Notice.Kind.MODERATION, key=f"live.settled:{held.pk}", url=_page(held))


def sweep_flags() -> int:
    """Forgets those whose time is over, by the clock, dealt with or not. Returns how many."""
    count, _kinds = Flag.objects.filter(keep_until__lte=timezone.now()).delete()
    return count


def _tell(flag: Flag, message: RoomEvent) -> None:
    """Its author once, however many point it out; and whoever facilitates, but neither of the two."""
    notify(people=[flag.author_id], kind=Notice.Kind.MODERATION, key=f"live.flagged:{message.pk}", url=_page(flag))
    cohort = flag.room.seminar.cohort_id
    here = Membership.objects.current().filter(cohort=cohort, part__in=parts_that(Verb.FACILITATE))
    people = here.exclude(person__in=[flag.author_id, flag.person_id]).values_list("person_id", flat=True)
    notify(people=people, kind=Notice.Kind.CARE, key=f"live.flag:{flag.pk}", url=_page(flag))


def _page(flag: Flag) -> str:
    return reverse("live:flag", args=[flag.room.seminar.cohort.slug, flag.pk])
