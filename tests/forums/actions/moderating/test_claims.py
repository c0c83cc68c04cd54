import time

import pytest

from forums.actions.moderating import hiding
from forums.actions.moderating.claims import claim_post, release_post
from forums.actions.moderating.hiding import hide_post
from forums.actions.moderating.settling import settle_post
from forums.models import Claim, ModerationAct
from lms.permissions import Part, Refused
from tests.factories import make_membership
from tests.forums.actions.test_posting import together


@pytest.mark.django_db
def test_claim_keeps_others_away_until_it_is_over(post, trainer, colleague, later):
    claim_post(actor=trainer, post=post)

    with pytest.raises(Refused) as refused:
        hide_post(actor=colleague, post=post, why="It names somebody")
    until = Claim.objects.get().until
    later(minutes=31)
    hide_post(actor=colleague, post=post, why="It names somebody")

    assert (refused.value.code, refused.value.sentence) == (
        "claimed",
        f"Trainer is looking at this until {until:%H:%M}. Please talk with each other, or wait.",
    )
    assert [act.actor for act in ModerationAct.objects.all()] == [colleague]


@pytest.mark.django_db
def test_claim_is_renewed_by_acting_and_claiming_again(post, trainer, later):
    claim_post(actor=trainer, post=post)
    first = Claim.objects.get().until
    later(minutes=20)

    hide_post(actor=trainer, post=post, why="It names somebody")

    assert (Claim.objects.get().until - first).total_seconds() // 60 == 20


@pytest.mark.django_db
def test_release_lets_a_colleague_act_and_leaves_anothers_claim(post, trainer, colleague):
    claim_post(actor=trainer, post=post)

    release_post(actor=colleague, post=post)
    kept = Claim.objects.get().person
    release_post(actor=trainer, post=post)
    release_post(actor=trainer, post=post)
    settle_post(actor=colleague, post=post)

    assert (kept, Claim.objects.get().person) == (trainer, colleague)


@pytest.mark.django_db
@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_claim_and_release_are_for_trainers(cohort, post, part):
    person = make_membership(cohort=cohort, part=part).person

    for act in (claim_post, release_post):
        with pytest.raises(Refused):
            act(actor=person, post=post)

    assert Claim.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_trainers_at_once_and_one_acts(post, trainer, colleague, monkeypatch):
    looking = hiding.settle_thread
    monkeypatch.setattr(hiding, "settle_thread", lambda thread: (time.sleep(0.05), looking(thread)))  # between the claim and the end
    people = [trainer, colleague]

    outcomes = together(8, lambda number: hide_post(actor=people[number % 2], post=post, why="It names somebody").state)

    act = ModerationAct.objects.get()
    assert sorted(outcomes) == ["claimed"] * 4 + ["hidden"] * 4
    assert Claim.objects.get().person == act.actor
