"""How much somebody wants to hear of a forum, or of one thread."""

from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import Forum, Level, Thread
from forums.permissions import can_see_forum, can_see_thread
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def set_thread_level(*, actor: User, thread: Thread, much: Level.Much) -> Level:
    """Follow one thread, mute it, or hear of it the ordinary way, whatever holds for its forum. The last choice holds.

    Raises Refused with a sentence for the person.
    """
    require(can_see_thread(actor, thread), _("This thread is not one of those you meet."))
    return Level.objects.update_or_create(person=actor, thread=thread, forum=None, defaults={"much": much})[0]


@transaction.atomic
def set_forum_level(*, actor: User, forum: Forum, much: Level.Much) -> Level:
    """The same for every thread of a forum for which nothing else was chosen."""
    require(can_see_forum(actor, forum), _("This forum is not one of those you meet."))
    return Level.objects.update_or_create(person=actor, forum=forum, thread=None, defaults={"much": much})[0]
