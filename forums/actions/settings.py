"""What holds in a forum."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.telling_of_posts import notice_key
from forums.models import Forum, Post
from forums.permissions import can_moderate
from lms.notifications.actions.notices import forget_words
from lms.permissions import require
from lms.users.models import User

LETTERS_WITHIN = datetime.timedelta(days=15)  # of whatever came before, the letter has gone


@transaction.atomic
def set_forum(*, actor: User, forum: Forum, allows_anonymous: bool, words_in_mail: bool) -> Forum:
    """For what is said from now on: what was said anonymously stays anonymous. Raises Refused with a sentence for the person."""
    require(can_moderate(actor, forum), _("Only the trainers who look after this forum change what holds in it."))
    locked = Forum.objects.select_for_update(no_key=True).get(pk=forum.pk)
    locked.allows_anonymous, locked.words_in_mail = allows_anonymous, words_in_mail
    locked.save(update_fields=["allows_anonymous", "words_in_mail"])
    if not words_in_mail:
        recent = Post.objects.filter(thread__forum=locked, posted_at__gt=timezone.now() - LETTERS_WITHIN)
        forget_words(keys=[notice_key(pk) for pk in recent.values_list("pk", flat=True)])
    return locked
