import datetime

import pytest

from courses.actions.progress import mark_done
from courses.actions.releases import ChangedMeanwhile, open_or_close, set_release
from courses.models import Cohort, Group, Handout, Progress, Release
from courses.models.releases import is_open
from courses.opening import who_may_open, why_closed_to_trainees
from courses.releasing import Wanted
from lms.permissions import Part, Refused
from tests.courses.factories import make_peer_group
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def module(cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module)
    return module


@pytest.fixture
def activity(module):
    return make_activity(module=module)


def words(cohort, person, activity) -> str:
    closed = why_closed_to_trainees(Cohort.objects.get(pk=cohort.pk), person, activity)
    return closed.words if closed else ""


def test_set_release_holds_on_the_next_page(trainer, owner, cohort, activity):
    assert words(cohort, owner, activity) == ""

    set_release(actor=trainer, cohort=cohort, activity=activity, wanted=Wanted("hand"), version=0)

    assert words(cohort, owner, activity) == "your trainers open this"


@pytest.mark.parametrize("part", [part for part in Part if part not in {Part.TRAINER, Part.COORDINATOR}])
def test_set_release_is_for_who_says_when_something_opens(cohort, activity, part):
    person = make_membership(cohort=cohort, part=part).person

    for act in (
        lambda: set_release(actor=person, cohort=cohort, activity=activity, wanted=Wanted("hand"), version=0),
        lambda: open_or_close(actor=person, cohort=cohort, activity=activity, opened=True),
    ):
        with pytest.raises(Refused):
            act()

    assert Release.objects.count() == 0


def test_set_release_shows_the_second_editor_what_the_first_did(trainer, cohort, activity):
    first = set_release(actor=trainer, cohort=cohort, activity=activity, wanted=Wanted("hand"), version=0)
    other = make_membership(cohort=cohort, part=Part.COORDINATOR).person

    with pytest.raises(ChangedMeanwhile) as refusal:
        set_release(actor=other, cohort=cohort, activity=activity, wanted=Wanted("block"), version=0)

    assert (refusal.value.release, refusal.value.release.changed_by) == (first, trainer)
    assert set_release(actor=other, cohort=cohort, activity=activity, wanted=Wanted("block"), version=1).version == 2


def test_set_release_refuses_what_would_never_open(trainer, cohort, module, activity):
    second, third = make_activity(module=module), make_activity(module=module)
    set_release(actor=trainer, cohort=cohort, activity=second, wanted=Wanted("after", after=activity.pk), version=0)
    set_release(actor=trainer, cohort=cohort, activity=third, wanted=Wanted("after", after=second.pk), version=0)

    for waits, after, version in ((activity, third, 0), (activity, activity, 0), (second, third, 1)):
        with pytest.raises(Refused, match="neither would ever open"):
            set_release(actor=trainer, cohort=cohort, activity=waits, wanted=Wanted("after", after=after.pk), version=version)


@pytest.mark.parametrize("wanted", [Wanted("date"), Wanted("after"), Wanted("group"), Wanted("group", groups={10**6: None})])
def test_set_release_refuses_half_a_rule(trainer, cohort, activity, wanted):
    with pytest.raises(Refused, match="Please choose"):
        set_release(actor=trainer, cohort=cohort, activity=activity, wanted=wanted, version=0)


def test_set_release_takes_no_group_of_another_cohort(trainer, cohort, activity, outsider):
    elsewhere = make_peer_group(make_cohort(), outsider)

    with pytest.raises(Refused, match="Please choose the groups"):
        set_release(actor=trainer, cohort=cohort, activity=activity, wanted=Wanted("group", groups={elsewhere.pk: None}), version=0)


def test_open_or_close_twice_changes_nothing_more(trainer, owner, cohort, activity):
    first = open_or_close(actor=trainer, cohort=cohort, activity=activity, opened=False)
    assert words(cohort, owner, activity) == "your trainers open this"

    again = open_or_close(actor=trainer, cohort=cohort, activity=activity, opened=False)
    opened = open_or_close(actor=trainer, cohort=cohort, activity=activity, opened=True)

    assert (first.version, again.version, opened.version) == (1, 1, 2)
    assert words(cohort, owner, activity) == ""


def test_mark_done_refuses_with_the_reason(trainer, owner, cohort, activity):
    open_or_close(actor=trainer, cohort=cohort, activity=activity, opened=False)

    with pytest.raises(Refused, match="Your trainers open this"):
        mark_done(actor=owner, cohort=Cohort.objects.get(pk=cohort.pk), activity=activity)


def test_after_an_activity_that_left_the_course_it_opens_with_the_block(trainer, owner, cohort, module, activity):
    gone = make_activity(module=module)
    set_release(actor=trainer, cohort=cohort, activity=activity, wanted=Wanted("after", after=gone.pk), version=0)
    assert words(cohort, owner, activity) == f"opens when you have done “{gone.title}”"

    gone.retired_at = cohort.memberships.first().joined_at
    gone.save()

    assert words(cohort, owner, activity) == ""
    assert asked(cohort, owner, activity) is True


# --- the same rule for the database ---------------------------------------------------------------------------------


def asked(cohort, person, activity) -> bool:
    """As threads are asked for: by the way to the activity."""
    rows = Handout.objects.filter(activity=activity)
    if not rows:
        activity.handouts.create(slug="sheet", position=1, title="Sheet")
    return rows.filter(is_open(person=person.pk, cohort=cohort, activity="activity")).exists()


def test_the_database_answers_as_the_pages_do(trainer, owner, teammate, cohort):
    today, cases = cohort.today(), []
    group = make_peer_group(cohort, owner)
    other = make_peer_group(cohort, teammate)
    for opens_in in (-1, 0, 1):
        module = make_module(programme=cohort.programme)
        make_block(cohort=cohort, module=module, opens_in=opens_in)
        done, fresh = make_activity(module=module), make_activity(module=module)
        mark_by_hand(owner, cohort, done)
        wanted = [None, Wanted("block"), Wanted("date", opens_on=today), Wanted("date", opens_on=today + DAY), Wanted("hand")]
        wanted += [Wanted("hand", opened=True), Wanted("after", after=done.pk), Wanted("after", after=fresh.pk)]
        for day in (None, today, today + DAY):
            wanted += [Wanted("group", groups={group.pk: day}), Wanted("group", groups={group.pk: day, other.pk: today})]
        for one in wanted:
            activity = make_activity(module=module)
            cases.append(activity)
            if one:
                set_release(actor=trainer, cohort=cohort, activity=activity, wanted=one, version=0)
    unplanned = make_activity(module=make_module(programme=cohort.programme))
    cohort.refresh_from_db()

    answers = [asked(cohort, person, activity) for person in (owner, teammate) for activity in [*cases, unplanned]]

    assert answers == [words(cohort, person, activity) == "" for person in (owner, teammate) for activity in [*cases, unplanned]]
    assert 20 < sum(answers) < len(answers) - 20


def mark_by_hand(person, cohort, activity) -> None:
    Progress.objects.create(person=person, cohort=cohort, activity=activity, done_at=cohort.memberships.first().joined_at, how="by_hand")


def test_who_may_open_is_the_same_for_many(trainer, owner, teammate, cohort, activity):
    group = make_peer_group(cohort, owner)
    set_release(actor=trainer, cohort=cohort, activity=activity, wanted=Wanted("group", groups={group.pk: None}), version=0)
    cohort.refresh_from_db()
    parts = {owner.pk: Part.TRAINEE, teammate.pk: Part.TRAINEE, trainer.pk: Part.TRAINER}

    assert who_may_open(cohort, activity, parts) == {owner.pk, trainer.pk}


def test_a_group_that_ended_opens_nothing_any_more(trainer, owner, cohort, activity):
    group = make_peer_group(cohort, owner)
    set_release(actor=trainer, cohort=cohort, activity=activity, wanted=Wanted("group", groups={group.pk: None}), version=0)
    Group.objects.filter(pk=group.pk).update(ended_at=group.cohort.memberships.first().joined_at)
    group.save(update_fields=["title"])
    cohort.refresh_from_db()

    assert asked(cohort, owner, activity) is False
