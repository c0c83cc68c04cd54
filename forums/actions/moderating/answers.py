"""Answering an act: the person concerned speaks, and trainers answer back."""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.posting import hold_person
from forums.actions.telling import tell_of_answer
from forums.models import ANSWER_LENGTH, ActAnswer, ModerationAct
from forums.permissions import can_answer_act
from lms.permissions import require
from lms.users.models import User

ANSWERS = 30  # by one person …
ANSWERS_WITHIN = datetime.timedelta(days=1)  # … within this time


@transaction.atomic
def answer_act(*, actor: User, act: ModerationAct, words: str, client_id: uuid.UUID) -> ActAnswer:
    """Plain words beside the act, for the person concerned and the trainers. The same client_id again is the same answer.

    Raises Refused with a sentence for the person.
    """
    hold_person(actor, act.forum)
    require(can_answer_act(actor, act), _("You cannot answer this."))
    mine = ActAnswer.objects.filter(author=actor)
    if already := mine.filter(act=act, client_id=client_id).first():
        return already
    require(bool(words.strip()), _("There are no words here yet. A first sentence is enough."), "empty")
    require(len(words) <= ANSWER_LENGTH, _("Please use at most %(limit)s characters.") % {"limit": ANSWER_LENGTH}, "long")
    recent = mine.filter(at__gt=timezone.now() - ANSWERS_WITHIN).count()
    require(recent < ANSWERS, _("You have answered many times today. Your words are still here; please go on tomorrow."), "too-often")
    answer = ActAnswer.objects.create(act=act, author=actor, words=words.strip(), client_id=client_id)
    tell_of_answer(answer, act=act)
    return answer
