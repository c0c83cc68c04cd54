"""Closing, slowing, naming and putting first: what trainers set for a whole thread."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.moderating.claims import lock_to_moderate
from forums.actions.telling import reason, tell_person
from forums.models import TITLE_LENGTH, ModerationAct, Thread
from lms.permissions import require
from lms.users.models import User
from lms.words import one_line

SLOWEST = 72  # hours
Verb = ModerationAct.Verb


@transaction.atomic
def lock_to_answers(*, actor: User, thread: Thread, why: str) -> Thread:
    """It can be read, and no longer answered. Again is harmless, as with everything here. Raises Refused with a sentence."""
    thread = _to_set(actor, thread)
    why = reason(why, actor=actor, person=thread.author)
    return thread if thread.locked_at else _set(actor, thread, Verb.LOCK, why, locked_at=timezone.now())


@transaction.atomic
def unlock(*, actor: User, thread: Thread, why: str = "") -> Thread:
    thread = _to_set(actor, thread)
    return _set(actor, thread, Verb.UNLOCK, one_line(why), locked_at=None) if thread.locked_at else thread


@transaction.atomic
def pin(*, actor: User, thread: Thread, why: str = "") -> Thread:
    """It stands before the others in the list."""
    thread = _to_set(actor, thread)
    return thread if thread.pinned_at else _set(actor, thread, Verb.PIN, one_line(why), pinned_at=timezone.now())


@transaction.atomic
def unpin(*, actor: User, thread: Thread, why: str = "") -> Thread:
    thread = _to_set(actor, thread)
    return _set(actor, thread, Verb.UNPIN, one_line(why), pinned_at=None) if thread.pinned_at else thread


@transaction.atomic
def slow_down(*, actor: User, thread: Thread, hours: int, why: str = "") -> Thread:
    """Everybody posts there once in so many hours; 0 ends it."""
    thread = _to_set(actor, thread)
    require(0 <= hours <= SLOWEST, _("Please choose at most %(hours)s hours.") % {"hours": SLOWEST}, "hours")
    if thread.slow_hours == hours:
        return thread
    why = reason(why, actor=actor, person=thread.author if hours else None)
    return _set(actor, thread, Verb.SLOW, why, slow_hours=hours)


@transaction.atomic
def rename(*, actor: User, thread: Thread, title: str, why: str) -> Thread:
    """Another title, where the first one says too much."""
    thread = _to_set(actor, thread)
    line = require_title(title)
    require(thread.activity_id is None, _("The title of a question belongs to the course."))
    why = reason(why, actor=actor, person=thread.author)
    return thread if thread.title == line else _set(actor, thread, Verb.RENAME, why, title=line)


def require_title(title: str) -> str:
    """A title on one line. Raises Refused if there is none, or if it is too long."""
    line = one_line(title)
    require(bool(line), _("A thread needs a title. A few words are enough."), "title")
    require(len(line) <= TITLE_LENGTH, _("A title has room for %(limit)s characters.") % {"limit": TITLE_LENGTH}, "title")
    return line


# --- inside ---------------------------------------------------------------------------------------------------------


def _to_set(actor: User, thread: Thread) -> Thread:
    thread = lock_to_moderate(actor, thread)
    require(thread.merged_into_id is None, _("This thread has been joined to another one. Please look after that one."), "moved")
    return thread


def _set(actor: User, thread: Thread, verb: ModerationAct.Verb, why: str, **fields: Any) -> Thread:
    for name, value in fields.items():
        setattr(thread, name, value)
    thread.save(update_fields=[*fields])
    tell_person(actor=actor, verb=verb, forum=thread.forum, thread=thread, person=thread.author, why=why)
    return thread
