import datetime

import pytest
from django.utils import timezone

from courses.actions.make_ups import agree_make_up, decide_make_up, do_part, open_make_ups, propose_make_up, read_make_up
from courses.models import Attendance, MakeUp
from courses.standing import DayState, standing_of
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.factories import make_hour, make_make_up, make_noted
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WORDS = {"read": "The handout", "meet": "Half an hour"}


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def member(cohort, owner):
    return make_membership(cohort=cohort, person=owner)


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def proposed(cohort, member, owner, trainer):
    return make_make_up(cohort, owner, proposed_by=trainer)


@pytest.fixture
def agreed(proposed, owner):
    return agree_make_up(actor=owner, make_up=proposed, wording=proposed.wording)


def told(person) -> int:
    return Notice.objects.filter(person=person).count()


# --- by the clock ---------------------------------------------------------------------------------------------------


def test_open_make_ups_opens_one_for_each_day_that_was_missed_and_tells_the_person(cohort, member, owner, teammate):
    make_membership(cohort=cohort, person=teammate)
    first, second = make_hour(cohort, hour=10), make_hour(cohort, hour=12)
    for sitting in (first, second):
        make_noted(sitting, owner, 20)
        make_noted(sitting, teammate, 60)

    opened = [open_make_ups(), open_make_ups()]

    made = MakeUp.objects.get()
    assert (opened, made.person, made.day, made.block, made.state) == (
        [1, 0],
        owner,
        cohort.today() - datetime.timedelta(2),
        first.block,
        "open",
    )
    assert Notice.objects.get().path == f"/c/{cohort.slug}/make-ups/{made.pk}/"


def test_open_make_ups_waits_until_minutes_are_counted(cohort, member, owner):
    now = timezone.now()
    make_noted(make_hour(cohort, starts_at=now - datetime.timedelta(minutes=61), ends_at=now - datetime.timedelta(minutes=1)), owner, 0)

    assert open_make_ups() == 0


def test_open_make_ups_takes_back_what_turns_out_not_to_be_missed_unless_words_stand_there(cohort, member, owner, trainer):
    untouched = make_make_up(cohort, owner)
    other = make_membership(cohort=cohort)
    begun = make_make_up(cohort, other.person, proposed_by=trainer)
    Attendance.objects.update(minutes=60)

    open_make_ups()

    assert (MakeUp.objects.filter(pk=untouched.pk).exists(), MakeUp.objects.filter(pk=begun.pk).exists()) == (False, True)


def test_open_make_ups_leaves_cohorts_alone_that_are_long_over(owner):
    cohort = make_cohort(members=[owner], ends_on=timezone.localdate() - datetime.timedelta(days=61))
    make_noted(make_hour(cohort, days=-62), owner, 0)

    assert open_make_ups() == 0


# --- agreeing -------------------------------------------------------------------------------------------------------


def test_propose_make_up_seals_words_and_asks_the_other(proposed, owner, trainer):
    read = read_make_up(actor=owner, make_up=proposed)

    assert [(one.part.kind, one.words) for one in read.parts] == [
        ("read", "The handout of the day"),
        ("meet", "Half an hour with a trainer"),
    ]
    assert all(b"handout" not in bytes(one.part.words_sealed) for one in read.parts)
    assert (proposed.state, proposed.trainer, told(owner), told(trainer)) == ("open", trainer, 1, 0)


def test_propose_make_up_by_the_trainee_tells_every_trainer(cohort, member, owner, trainer):
    second = make_membership(cohort=cohort, part=Part.TRAINER).person
    make_membership(cohort=cohort, part=Part.COORDINATOR)
    make_make_up(cohort, owner, proposed_by=owner)

    assert (told(trainer), told(second), Notice.objects.count()) == (1, 1, 2)


def test_agree_make_up_holds_once_both_have_agreed(proposed, owner, trainer):
    agreed = agree_make_up(actor=owner, make_up=proposed, wording=proposed.wording)

    assert (agreed.state, told(trainer)) == ("agreed", 1)


@pytest.mark.parametrize("act", [propose_make_up, agree_make_up])
def test_nobody_agrees_to_words_or_writes_over_words_that_they_have_not_read(proposed, owner, act):
    words = {"words": WORDS} if act is propose_make_up else {}

    with pytest.raises(Refused, match="in other words meanwhile"):
        act(actor=owner, make_up=proposed, wording=proposed.wording - 1, **words)


def test_propose_make_up_anew_asks_the_other_again_and_keeps_done_what_stayed(agreed, owner, trainer):
    do_part(actor=owner, make_up=agreed, kind="read", words="Slowly")
    again = propose_make_up(
        actor=owner, make_up=agreed, words={"read": "The handout of the day", "write": "A page"}, wording=agreed.wording
    )

    read = read_make_up(actor=trainer, make_up=again)
    assert (again.state, [(one.part.kind, one.part.done) for one in read.parts]) == ("open", [("read", True), ("write", False)])


def test_propose_make_up_without_words_is_refused(cohort, member, owner):
    with pytest.raises(Refused, match="at least one"):
        propose_make_up(actor=owner, make_up=make_make_up(cohort, owner), words={"read": "  "}, wording=0)


def test_do_part_is_done_when_the_trainee_says_so_and_meeting_when_both_do(agreed, owner, trainer):
    do_part(actor=owner, make_up=agreed, kind="read", words="I read it twice")
    halfway = do_part(actor=owner, make_up=agreed, kind="meet", words="We talked")
    done = do_part(actor=trainer, make_up=agreed, kind="meet", words="We did")

    said = [(one.trainee_words, one.trainer_words) for one in read_make_up(actor=owner, make_up=done).parts]
    assert (halfway.state, done.state, said) == ("agreed", "done", [("I read it twice", ""), ("We talked", "We did")])


def test_do_part_before_it_is_agreed_or_for_somebody_else_is_refused(proposed, owner, trainer):
    with pytest.raises(Refused, match="agree on it"):
        do_part(actor=owner, make_up=proposed, kind="read")
    agree_make_up(actor=owner, make_up=proposed, wording=proposed.wording)
    with pytest.raises(Refused, match="The trainee says so"):
        do_part(actor=trainer, make_up=proposed, kind="read")
    with pytest.raises(Refused, match="not part"):
        do_part(actor=owner, make_up=proposed, kind="write")


# --- deciding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("made_up", "state"), [(True, DayState.MADE_UP), (False, DayState.MISSED)])
def test_decide_make_up_lets_the_day_count_or_not_with_a_sentence(agreed, member, owner, trainer, made_up, state):
    before = told(owner)
    decided = decide_make_up(actor=trainer, make_up=agreed, made_up=made_up, sentence="Thank you for the talk")

    assert (decided.state, decided.decided_by, read_make_up(actor=owner, make_up=decided).sentence) == (
        "decided",
        trainer,
        "Thank you for the talk",
    )
    assert ([day.state for day in standing_of(member).days], told(owner)) == ([state], before + 1)


def test_being_done_decides_nothing(agreed, member, owner, trainer):
    do_part(actor=owner, make_up=agreed, kind="read")
    do_part(actor=owner, make_up=agreed, kind="meet")
    do_part(actor=trainer, make_up=agreed, kind="meet")
    open_make_ups()

    assert [day.state for day in standing_of(member).days] == [DayState.MISSED]


def test_decide_make_up_may_be_decided_anew(agreed, member, trainer):
    decide_make_up(actor=trainer, make_up=agreed, made_up=False, sentence="Not yet")

    decide_make_up(actor=trainer, make_up=agreed, made_up=True, sentence="Now it is")

    assert [day.state for day in standing_of(member).days] == [DayState.MADE_UP]


def test_decide_make_up_is_a_trainers_and_needs_agreement_and_a_sentence(proposed, owner, trainer):
    with pytest.raises(Refused, match="agree on it"):
        decide_make_up(actor=trainer, make_up=proposed, made_up=True, sentence="Yes")
    agree_make_up(actor=owner, make_up=proposed, wording=proposed.wording)
    with pytest.raises(Refused, match="A trainer decides"):
        decide_make_up(actor=owner, make_up=proposed, made_up=True, sentence="Yes")
    with pytest.raises(Refused, match="sentence"):
        decide_make_up(actor=trainer, make_up=proposed, made_up=True, sentence=" ")


@pytest.mark.parametrize("part", [None, *(part for part in Part if part != Part.TRAINER)])
def test_make_up_is_for_the_two_and_the_other_trainers(proposed, cohort, part):
    person = make_membership(cohort=cohort, part=part).person if part else make_user(coordinates=True)

    assert list(MakeUp.objects.visible_to(person)) == []
    for act in (
        lambda: read_make_up(actor=person, make_up=proposed),
        lambda: agree_make_up(actor=person, make_up=proposed, wording=1),
        lambda: decide_make_up(actor=person, make_up=proposed, made_up=True, sentence="Yes"),
    ):
        with pytest.raises(Refused):
            act()


def test_make_up_of_somebody_who_left_closes_for_them(proposed, cohort, owner):
    cohort.memberships.filter(person=owner).update(ended_at=timezone.now())

    assert list(MakeUp.objects.visible_to(owner)) == []
    with pytest.raises(Refused):
        agree_make_up(actor=owner, make_up=proposed, wording=1)
