import datetime
from zoneinfo import ZoneInfo

import pytest

from courses.actions.cohorts import begin_cohort, change_part, form_group, invite_member, remove_member, use_cohort
from courses.models import Group, Membership
from courses.permissions import place_or_404
from courses.signals import cohort_planned, membership_changed, membership_ended
from lms.mail.models import Letter
from lms.permissions import Part, Refused, Verb
from lms.users.actions import accept_invitation
from tests.factories import make_activity, make_cohort, make_membership, make_module, make_programme, make_user

pytestmark = pytest.mark.django_db

DAY = [[{"title": f"Sitting {n}", "activities": ["talk"] if n < 3 else []} for n in range(1, 6)]]


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


def begin(coordinator, starts, **overrides):
    programme = make_programme()
    for number in range(len(starts)):
        module = make_module(programme=programme, days=DAY * 2, slug=f"m{number}")
        make_activity(module=module, slug="talk", type="live")
    fields = {"programme": programme, "slug": "new", "title": "New", "time_zone": "Europe/London", "block_starts": starts}
    return begin_cohort(actor=coordinator, **{**fields, **overrides})


def test_begin_cohort_plans_blocks_and_sittings_in_the_course_zone(coordinator):
    summer = datetime.date(2027, 6, 3)

    cohort = begin(coordinator, [summer])

    block = cohort.blocks.get()
    assert (block.opens_on, block.starts_on, block.ends_on) == (datetime.date(2027, 5, 20), summer, datetime.date(2027, 6, 4))
    times = [sitting.starts_at.astimezone(ZoneInfo("Europe/London")).strftime("%d %H:%M") for sitting in block.sittings.all()]
    day = ["10:00", "11:15", "13:00", "14:15", "15:30"]
    assert times == [f"03 {at}" for at in day] + [f"04 {at}" for at in day]
    assert [[activity.slug for activity in sitting.activities.all()] for sitting in block.sittings.all()][:3] == [["talk"], ["talk"], []]


def test_begin_cohort_keeps_the_hour_when_clocks_change(coordinator):
    """The clocks in London go forward on 28 March 2027."""
    cohort = begin(coordinator, [datetime.date(2027, 3, 27)])

    first_of_each_day = [sitting.starts_at.isoformat() for sitting in cohort.blocks.get().sittings.all()][::5]
    assert first_of_each_day == ["2027-03-27T10:00:00+00:00", "2027-03-28T09:00:00+00:00"]


def test_begin_cohort_like_another_copies_its_days_and_hours_and_nobody(coordinator):
    """Onto another first day, in another zone; what was moved in the past cohort stays moved."""
    past = begin(coordinator, [datetime.date(2027, 1, 7), datetime.date(2027, 2, 18)], time_zone="Europe/Tallinn")
    make_membership(cohort=past, part=Part.TRAINER)
    block = past.blocks.last()
    moved = block.sittings.first()
    moved.starts_at = datetime.datetime(2027, 2, 18, 7, 30, tzinfo=datetime.UTC)  # 9:30 in Tallinn
    moved.save()
    block.opens_on = datetime.date(2027, 2, 11)
    block.save()
    past.organisation, past.organisation_words, past.access = "A trust", "Welcome.", "in_house"
    past.save()
    starts = [datetime.date(2028, 2, 29), datetime.date(2028, 4, 11)]

    names = {"programme": past.programme, "slug": "again", "title": "Again", "time_zone": "Australia/Sydney"}
    cohort = begin_cohort(actor=coordinator, **names, block_starts=starts, like=past)

    first, last = cohort.blocks.all()
    assert [(one.opens_on, one.starts_on, one.ends_on) for one in (first, last)] == [
        (datetime.date(2028, 2, 15), datetime.date(2028, 2, 29), datetime.date(2028, 3, 1)),
        (datetime.date(2028, 4, 4), datetime.date(2028, 4, 11), datetime.date(2028, 4, 12)),
    ]
    hours = [sitting.starts_at.astimezone(ZoneInfo("Australia/Sydney")).strftime("%d %H:%M") for sitting in last.sittings.all()]
    assert hours[:2] == ["11 09:30", "11 11:15"]
    assert [[one.slug for one in sitting.activities.all()] for sitting in last.sittings.all()][:3] == [["talk"], ["talk"], []]
    assert [membership.person for membership in cohort.memberships.all()] == [coordinator]
    assert (cohort.like, cohort.organisation, cohort.organisation_words, cohort.access) == (past, "", "", "public")


def test_begin_cohort_tells_those_above(coordinator):
    heard = []
    cohort_planned.connect(listener := lambda **news: heard.append(news["cohort"].slug))

    begin(coordinator, [datetime.date(2027, 1, 7)])

    cohort_planned.disconnect(listener)
    assert heard == ["new"]


def test_begin_cohort_refuses_who_does_not_coordinate(owner):
    with pytest.raises(Refused):
        begin(owner, [datetime.date(2027, 1, 7)])


def test_begin_cohort_wants_a_day_for_each_module(coordinator):
    with pytest.raises(ValueError, match="2 modules need 2 first days, not 1"):
        programme = make_programme()
        make_module(programme=programme)
        make_module(programme=programme)
        begin_cohort(
            actor=coordinator, programme=programme, slug="x", title="X", time_zone="Europe/London", block_starts=[datetime.date(2027, 1, 7)]
        )


def test_an_accepted_invitation_gives_the_promised_place(coordinator):
    cohort = make_cohort()
    make_membership(cohort=cohort, person=coordinator, part=Part.COORDINATOR)
    newcomer = make_user(email="new@example.org")
    invitation = invite_member(actor=coordinator, cohort=cohort, email="new@example.org", part=Part.INTERPRETER)

    accept_invitation(actor=newcomer, invitation=invitation)

    assert Membership.objects.get(person=newcomer, cohort=cohort).part == Part.INTERPRETER
    letter = Letter.objects.get()
    assert (letter.to, "/invitation/" in letter.body) == ("new@example.org", True)


def test_only_the_newest_invitation_to_a_cohort_works(coordinator):
    cohort, newcomer = make_cohort(), make_user(email="new@example.org")
    elsewhere = invite_member(actor=coordinator, cohort=make_cohort(), email="new@example.org", part=Part.TRAINEE)
    first = invite_member(actor=coordinator, cohort=cohort, email="new@example.org", part=Part.TRAINER)
    second = invite_member(actor=coordinator, cohort=cohort, email=" New@example.org", part=Part.TRAINEE)

    with pytest.raises(Refused):
        accept_invitation(actor=newcomer, invitation=first)
    accept_invitation(actor=newcomer, invitation=second)
    accept_invitation(actor=newcomer, invitation=elsewhere)

    assert Membership.objects.get(person=newcomer, cohort=cohort).part == Part.TRAINEE
    assert Membership.objects.filter(person=newcomer).count() == 2


@pytest.mark.parametrize("leave", [True, False])
def test_an_old_invitation_gives_back_neither_place_nor_part(coordinator, leave):
    membership = make_membership(cohort=make_cohort())
    open_still = invite_member(actor=coordinator, cohort=membership.cohort, email=membership.person.email, part=Part.TRAINER)
    if leave:
        remove_member(actor=coordinator, membership=membership)
    else:
        change_part(actor=coordinator, membership=membership, part=Part.INTERPRETER)

    with pytest.raises(Refused):
        accept_invitation(actor=membership.person, invitation=open_still)

    membership.refresh_from_db()
    assert (membership.part, membership.ended_at is not None) == (Part.TRAINEE if leave else Part.INTERPRETER, leave)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_only_a_coordinator_looks_after_people(part):
    membership = make_membership(cohort=make_cohort(), part=part)
    other = make_membership(cohort=membership.cohort)
    acts = [
        lambda: invite_member(actor=membership.person, cohort=membership.cohort, email="a@example.org", part=Part.TRAINER),
        lambda: change_part(actor=membership.person, membership=other, part=Part.TRAINER),
        lambda: remove_member(actor=membership.person, membership=other),
        lambda: form_group(actor=membership.person, cohort=membership.cohort, kind=Group.Kind.TRIAD, title="T", members=[]),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    other.refresh_from_db()
    assert (other.part, other.ended_at, Letter.objects.count(), Group.objects.count()) == (Part.TRAINEE, None, 0, 0)


def test_remove_member_keeps_the_row_and_says_so(coordinator):
    membership = make_membership(cohort=make_cohort())
    heard = []
    membership_ended.connect(listener := lambda **news: heard.append(news["membership"].pk))

    remove_member(actor=coordinator, membership=membership)

    membership_ended.disconnect(listener)
    membership.refresh_from_db()
    assert (membership.ended_at is not None, heard) == (True, [membership.pk])


def test_change_part_says_so(coordinator):
    membership = make_membership(cohort=make_cohort())
    heard = []
    membership_changed.connect(listener := lambda **news: heard.append(news["membership"].part))

    change_part(actor=coordinator, membership=membership, part=Part.TRAINER)

    membership_changed.disconnect(listener)
    assert heard == [Part.TRAINER]


def test_form_group_takes_only_current_members_of_the_cohort(coordinator):
    cohort = make_cohort()
    inside, outside = make_membership(cohort=cohort), make_membership(cohort=make_cohort())

    group = form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="One", members=[inside, outside])

    assert list(group.members.all()) == [inside]


def test_use_cohort_moves_at_most_once_an_hour(owner):
    cohort = make_cohort(members=[owner])
    use_cohort(actor=owner, place=place_or_404(owner, cohort.slug, Verb.SEE_COURSE))
    first = Membership.objects.get().last_used_at

    use_cohort(actor=owner, place=place_or_404(owner, cohort.slug, Verb.SEE_COURSE))

    assert Membership.objects.get().last_used_at == first
    assert first is not None
