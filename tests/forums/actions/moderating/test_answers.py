from uuid import uuid4

import pytest
from django.utils import timezone

from forums.actions.moderating import answers
from forums.actions.moderating.answers import answer_act
from forums.actions.moderating.hiding import hide_post
from forums.models import ActAnswer, ModerationAct
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(post, trainer):
    hide_post(actor=trainer, post=post, why="It names somebody")
    return ModerationAct.objects.select_related("forum__cohort").get()


def answer(actor, act, words="I see", client_id=None):
    return answer_act(actor=actor, act=act, words=words, client_id=client_id or uuid4())


def test_answer_act_is_for_whom_it_concerns_and_the_trainers(act, owner, trainer, colleague):
    said = [answer(person, act) for person in (owner, trainer, colleague)]

    assert list(act.answers.all()) == said


def test_answer_act_refuses_everybody_else_and_who_has_left(cohort, act, owner, teammate, outsider):
    make_membership(cohort=make_cohort(), person=outsider, part=Part.TRAINER)
    cohort.memberships.filter(person=owner).update(ended_at=timezone.now())

    for person in (owner, teammate, outsider):
        with pytest.raises(Refused):
            answer(person, act)

    assert ActAnswer.objects.count() == 0


def test_answer_act_twice_is_once_and_empty_or_long_is_refused(act, owner, monkeypatch):
    client_id = uuid4()
    first, again = (answer(owner, act, " I see ", client_id) for _ in range(2))
    monkeypatch.setattr(answers, "ANSWERS", 1)

    codes = []
    for words in (" ", "x" * 2001, "One more"):
        with pytest.raises(Refused) as refused:
            answer(owner, act, words)
        codes.append(refused.value.code)

    assert (first, first.words, codes) == (again, "I see", ["empty", "long", "too-often"])
