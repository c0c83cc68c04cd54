import datetime

import pytest
from django.db import IntegrityError
from django.utils import timezone

from courses.actions.certificates import choose_for_certificate, give_certificate, revoke_certificate
from courses.models import Attendance, Certificate, Membership, Progress
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.factories import make_certificate
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_sitting, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def block():
    return make_block(cohort=make_cohort())


@pytest.fixture
def cohort(block):
    return block.cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def trainee(cohort):
    return make_membership(cohort=cohort, person=make_user(display_name="Ana Kask"))


@pytest.fixture
def complete(block, trainee):
    """The trainee was there, and kept a closing statement."""
    start = timezone.now() - datetime.timedelta(days=2)
    sitting = make_sitting(block=block, starts_at=start, ends_at=start + datetime.timedelta(hours=2))
    Attendance.objects.create(sitting=sitting, person=trainee.person, minutes=115, of_minutes=120)
    closing = make_activity(module=block.module, closing=True)
    Progress.objects.create(person=trainee.person, cohort=block.cohort, activity=closing, done_at=timezone.now(), how="entry")


def choose(actor, certificate, **choices):
    fields = {"name": "Ana Kask", "shown": "", "shows_programme": False, "shows_dates": False, "shows_hours": False}
    choose_for_certificate(actor=actor, certificate=certificate, **{**fields, **choices})


def test_give_certificate_by_a_trainers_decision(trainer, trainee, complete):
    given = give_certificate(actor=trainer, membership=trainee)

    assert (given.person, given.given_by, given.name, given.live_minutes, given.met, given.why) == (
        *(trainee.person, trainer, "Ana Kask", 115),
        *(True, ""),
    )
    assert given.shown == ""
    assert [(one.person, one.kind, one.words) for one in Notice.objects.all()] == [(trainee.person, "certificate", "")]


def test_nothing_gives_a_certificate_by_itself(trainee, complete):
    assert not Certificate.objects.exists()


def test_give_certificate_asks_for_a_sentence_where_the_rule_is_not_met(trainer, trainee):
    with pytest.raises(Refused) as refused:
        give_certificate(actor=trainer, membership=trainee, why="  ")
    given = give_certificate(actor=trainer, membership=trainee, why="She was ill in spring and made up for it.")

    assert refused.value.code == "why"
    assert (given.met, given.why) == (False, "She was ill in spring and made up for it.")


def test_give_certificate_twice_is_one_and_tells_once(cohort, trainer, trainee, complete):
    other = make_membership(cohort=cohort, part=Part.TRAINER).person

    assert give_certificate(actor=trainer, membership=trainee) == give_certificate(actor=other, membership=trainee)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_give_certificate_refuses_everybody_but_trainers(cohort, trainee, complete, part):
    with pytest.raises(Refused):
        give_certificate(actor=make_membership(cohort=cohort, part=part).person, membership=trainee)


def test_give_certificate_refuses_trainers_of_other_cohorts_and_those_who_left(trainee, trainer, complete):
    elsewhere = make_membership(cohort=make_cohort(), part=Part.TRAINER).person
    Membership.objects.filter(person=trainer).update(ended_at=timezone.now())

    for actor in (elsewhere, trainer):
        with pytest.raises(Refused):
            give_certificate(actor=actor, membership=trainee)


def test_give_certificate_is_for_who_learned_here(cohort, trainer):
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR)

    with pytest.raises(Refused, match="learned here"):
        give_certificate(actor=trainer, membership=coordinator, why="Because")


def test_revoke_certificate_keeps_who_when_and_why(trainer, trainee, complete):
    given = give_certificate(actor=trainer, membership=trainee)

    revoke_certificate(actor=trainer, certificate=given, why="Given to the wrong person.")

    assert (given.revoked_by, given.revoked_why) == (trainer, "Given to the wrong person.")
    assert given.revoked_at is not None
    assert Notice.objects.filter(person=trainee.person, kind="certificate").count() == 2


def test_revoke_certificate_needs_a_reason(trainer, trainee, cohort):
    given = make_certificate(trainee.person, cohort)

    with pytest.raises(Refused):
        revoke_certificate(actor=trainer, certificate=given, why=" ")

    assert Certificate.objects.valid().get() == given


def test_revoke_certificate_again_keeps_the_first_reason(trainer, trainee, cohort):
    given = make_certificate(trainee.person, cohort)
    for why in ("First", "Second"):
        revoke_certificate(actor=trainer, certificate=given, why=why)

    assert Certificate.objects.get().revoked_why == "First"


def test_revoke_certificate_refuses_its_holder_and_others(cohort, trainee):
    given = make_certificate(trainee.person, cohort)

    for actor in (trainee.person, make_membership(cohort=cohort, part=Part.COORDINATOR).person, make_user()):
        with pytest.raises(Refused):
            revoke_certificate(actor=actor, certificate=given, why="Because")


def test_another_may_be_given_after_one_was_revoked(trainer, trainee, complete):
    first = give_certificate(actor=trainer, membership=trainee)
    revoke_certificate(actor=trainer, certificate=first, why="A wrong name")

    second = give_certificate(actor=trainer, membership=trainee)

    assert (second != first, second.address != first.address) == (True, True)


def test_two_valid_ones_are_not_possible(cohort, trainee):
    one = make_certificate(trainee.person, cohort)
    one.pk, one.address = None, "another"

    with pytest.raises(IntegrityError):
        one.save(force_insert=True)


def test_choose_for_certificate_is_its_holders(cohort, trainer, trainee):
    given = make_certificate(trainee.person, cohort)
    choose(trainee.person, given, name="A. Kask", shown="initials", shows_hours=True)

    for actor in (trainer, given.given_by, make_user()):
        with pytest.raises(Refused):
            choose(actor, given, name="Somebody")

    given.refresh_from_db()
    assert (given.name, given.shown, given.shows_hours, given.shows_dates) == ("A. Kask", "initials", True, False)


def test_choose_for_certificate_after_the_membership_ended(cohort, trainee):
    given = make_certificate(trainee.person, cohort)
    Membership.objects.filter(pk=trainee.pk).update(ended_at=timezone.now())

    choose(trainee.person, given, shown="name")

    assert given.shown == "name"


def test_choose_for_certificate_is_over_once_it_is_revoked(cohort, trainer, trainee):
    given = make_certificate(trainee.person, cohort)
    revoke_certificate(actor=trainer, certificate=given, why="Because")

    with pytest.raises(Refused):
        choose(trainee.person, given, shown="name")


def test_visible_to_is_its_holder_wherever_they_are_and_the_trainers_of_now(cohort, trainer, trainee):
    given = make_certificate(trainee.person, cohort)
    Membership.objects.filter(pk=trainee.pk).update(ended_at=timezone.now())
    others = [make_membership(cohort=cohort, part=part).person for part in Part if part != Part.TRAINER]
    others.append(make_membership(cohort=make_cohort(), part=Part.TRAINER).person)

    sees = [Certificate.objects.visible_to(person).filter(pk=given.pk).exists() for person in (trainee.person, trainer, *others)]

    assert sees == [True, True, *[False for _ in others]]


@pytest.mark.parametrize(("name", "initials"), [("Õie Mari Tamm", "Õ. M. T."), ("Ana", "A."), ("Jean-Luc Õ", "J. Õ.")])
def test_initials_are_those_of_the_printed_name(name, initials):
    assert Certificate(name=name).initials == initials
