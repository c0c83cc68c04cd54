import datetime
import uuid

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from courses.actions.group_dates import MOST_DATES, call_off_date, set_date
from courses.actions.group_wishes import ask_wishes, wish
from courses.actions.groups import end_group, exchange_member, form_group, free_members, save_division
from courses.actions.members import remove_member
from courses.models import Cohort, Group, GroupDate, GroupExchange, GroupWish, WishesAsked
from courses.reading.groups import clocks_of, ones_of
from forums.models import Forum
from live.models import Revocation, Room
from lms.notifications.models import Notice
from lms.notifications.sentences import for_letter, named
from lms.permissions import Part, Refused
from tests.courses.factories import make_group_date, make_peer_group
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_user
from tests.forums.factories import begin_thread

pytestmark = pytest.mark.django_db

PEERS, TRIAD = Group.Kind.PEER_GROUP, Group.Kind.TRIAD


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def trainees(cohort):
    return [make_membership(cohort=cohort) for _ in range(6)]


def form(coordinator, cohort, title, members, **overrides) -> Group:
    return form_group(**{"actor": coordinator, "cohort": cohort, "kind": PEERS, "title": title, "members": members, **overrides})


# --- by hand --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [part for part in Part if part not in {Part.COORDINATOR, Part.TRAINER}])
def test_only_who_forms_groups_does_anything_with_them(coordinator, cohort, trainees, part):
    person = make_membership(cohort=cohort, part=part).person
    one, two = form(coordinator, cohort, "One", trainees[:2]), form(coordinator, cohort, "Two", trainees[2:4])
    name = uuid.uuid4()
    acts = [
        lambda: form(person, cohort, "Three", []),
        lambda: save_division(actor=person, cohort=cohort, kind=PEERS, activity=None, groups=[[trainees[4].pk]], client_id=name),
        lambda: exchange_member(actor=person, came_from=one, went_to=two, member=trainees[0], client_id=name),
        lambda: end_group(actor=person, group=one),
        lambda: ask_wishes(actor=person, cohort=cohort, until=cohort.today()),
    ]

    for act in acts:
        with pytest.raises(Refused):
            act()

    assert (Group.objects.current().count(), GroupExchange.objects.count(), WishesAsked.objects.count()) == (2, 0, 0)


def test_form_group_takes_only_current_members_of_the_cohort(coordinator, cohort):
    inside, outside = make_membership(cohort=cohort), make_membership(cohort=make_cohort())

    group = form(coordinator, cohort, "One", [inside, outside])

    assert list(group.members.all()) == [inside]


def test_form_group_has_triads_of_one_name_for_each_exercise(coordinator, cohort, trainees):
    module = make_module(programme=cohort.programme)
    exercises = [make_activity(module=module, type="exercise", form="triad") for _ in range(2)]

    made = [
        form_group(actor=coordinator, cohort=cohort, kind=TRIAD, title="Triad one", members=trainees[:3], activity=one) for one in exercises
    ]

    assert [group.activity for group in made] == exercises


# --- from a plan ----------------------------------------------------------------------------------------------------


def save(coordinator, cohort, groups, name=None, **overrides) -> list[Group]:
    fields = {"kind": PEERS, "activity": None, "client_id": name or uuid.uuid4(), **overrides}
    return save_division(actor=coordinator, cohort=cohort, groups=[[one.pk for one in group] for group in groups], **fields)


def test_save_division_twice_is_once(coordinator, cohort, trainees):
    name = uuid.uuid4()

    first = save(coordinator, cohort, [trainees[:3], trainees[3:]], name)
    again = save(coordinator, cohort, [trainees[:3], trainees[3:]], name)

    assert first == again
    assert [(group.title, set(group.members.all())) for group in Group.objects.order_by("title")] == [
        ("Peer group 1", set(trainees[:3])),
        ("Peer group 2", set(trainees[3:])),
    ]


def test_save_division_gives_each_group_a_forum_and_a_room_and_tells_who_is_in_it(coordinator, cohort, trainees):
    save(coordinator, cohort, [trainees[:3], trainees[3:]])

    assert (Forum.objects.filter(kind="group").count(), Room.objects.filter(seminar__kind="group").count()) == (2, 2)
    assert set(Notice.objects.filter(kind="group").values_list("person", flat=True)) == {one.person_id for one in trainees}


def test_save_division_does_nothing_by_halves(coordinator, cohort, trainees):
    form(coordinator, cohort, "Others", [trainees[5]])

    with pytest.raises(Refused, match=f"By now in another group: {trainees[5].person.display_name}"):
        save(coordinator, cohort, [trainees[:3], trainees[3:]])
    with pytest.raises(Refused, match="left the cohort"):
        save(coordinator, cohort, [trainees[:3], [make_membership(cohort=make_cohort())]])
    with pytest.raises(Refused, match="one group at most"):
        save(coordinator, cohort, [trainees[:3], trainees[2:4]])

    assert list(Group.objects.values_list("title", flat=True)) == ["Others"]


def test_save_division_never_takes_the_name_of_a_group_that_was(coordinator, cohort, trainees):
    [before] = save(coordinator, cohort, [trainees[:3]])
    end_group(actor=coordinator, group=before)

    [after] = save(coordinator, cohort, [trainees[:3]])

    assert (before.title, after.title) == ("Peer group 1", "Peer group 2")


def test_free_members_are_trainees_without_a_group_of_the_kind(coordinator, cohort, trainees):
    make_membership(cohort=cohort, part=Part.TRAINER)
    make_membership(cohort=cohort, ended_at=timezone.now())
    exercise = make_activity(module=make_module(programme=cohort.programme), type="exercise", form="triad")
    form(coordinator, cohort, "One", trainees[:2])
    form_group(actor=coordinator, cohort=cohort, kind=TRIAD, title="T", members=trainees[2:5], activity=exercise)

    def names(kind, activity=None):
        return [one.pk for one in free_members(cohort, kind, activity)]

    everybody = [one.pk for one in trainees]
    assert sorted(names(PEERS)) == everybody[2:]
    assert sorted(names(TRIAD, exercise)) == [*everybody[:2], everybody[5]]
    assert sorted(names(TRIAD)) == everybody


def test_ones_of_knows_teams_languages_clocks_and_wishes(coordinator, cohort, trainees):
    person = trainees[0].person
    person.time_zone = "Asia/Kolkata"
    person.save()
    team = form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.HOME_TEAM, title="Team", members=trainees[:2])
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    wish(actor=person, cohort=cohort, people=[trainees[3]], languages=["en", "hi"])

    [one] = ones_of(cohort, [cohort.memberships.get(pk=trainees[0].pk)])

    assert (one.teams, one.languages, one.offset, one.wishes) == ({team.pk}, {"en", "hi"}, 5.5, {trainees[3].pk})


# --- exchanges and the end ------------------------------------------------------------------------------------------


@pytest.fixture
def two(coordinator, cohort, trainees):
    return form(coordinator, cohort, "One", trainees[:3]), form(coordinator, cohort, "Two", trainees[3:])


def exchange(coordinator, two, member, **overrides) -> GroupExchange:
    return exchange_member(actor=coordinator, came_from=two[0], went_to=two[1], member=member, **{"client_id": uuid.uuid4(), **overrides})


def test_exchange_member_moves_one_and_twice_is_once(coordinator, trainees, two):
    name = uuid.uuid4()

    first = exchange(coordinator, two, trainees[0], note="They asked for it", client_id=name)
    again = exchange(coordinator, two, trainees[0], note="They asked for it", client_id=name)

    assert first == again
    assert [set(group.members.all()) for group in two] == [set(trainees[1:3]), {trainees[0], *trainees[3:]}]


def test_exchange_member_swaps_two(coordinator, trainees, two):
    exchange(coordinator, two, trainees[0], swapped_with=trainees[5])

    assert [set(group.members.all()) for group in two] == [{trainees[5], *trainees[1:3]}, {trainees[0], *trainees[3:5]}]


def test_exchange_member_leaves_what_was_said_where_it_was_said(coordinator, cohort, trainees, two):
    mover, stayer = trainees[0].person, trainees[1].person
    thread = begin_thread(cohort=cohort, forum=two[0].forum, author=mover)

    exchange(coordinator, two, trainees[0])

    def forums(person):
        return set(Forum.objects.visible_to(person, cohort).filter(kind="group"))

    assert (forums(mover), forums(stayer)) == ({two[1].forum}, {two[0].forum})
    assert thread.posts.get().author == mover
    assert thread.forum == two[0].forum


def test_exchange_member_closes_the_old_room_and_opens_the_new(coordinator, trainees, two):
    mover = trainees[0].person
    rooms = [Room.objects.get(seminar__group=group) for group in two]

    exchange(coordinator, two, trainees[0])

    assert set(Room.objects.visible_to(mover).filter(seminar__kind="group")) == {rooms[1]}
    assert list(Revocation.objects.values_list("person", "room")) == [(mover.pk, rooms[0].pk)]


def test_exchange_member_is_read_by_both_groups_and_nobody_else(coordinator, cohort, trainees, two):
    other = make_membership(cohort=cohort)
    form(coordinator, cohort, "Three", [other])
    made = exchange(coordinator, two, trainees[0])
    trainer = make_membership(cohort=cohort, part=Part.TRAINER)

    seen = {one.pk for one in [*trainees, other, trainer] if GroupExchange.objects.visible_to(one.person).filter(pk=made.pk).exists()}

    assert seen == {one.pk for one in [*trainees, trainer]}


def test_exchange_member_refuses_what_is_no_longer_so(coordinator, cohort, trainees, two):
    triad = form_group(actor=coordinator, cohort=cohort, kind=TRIAD, title="T", members=[])
    cases = [
        {"member": trainees[4]},
        {"member": trainees[0], "swapped_with": trainees[1]},
        {"member": trainees[0], "went_to": triad},
        {"member": trainees[0], "went_to": two[0]},
    ]

    for case in cases:
        with pytest.raises(Refused):
            exchange_member(actor=coordinator, **{"came_from": two[0], "went_to": two[1], "client_id": uuid.uuid4(), **case})

    assert GroupExchange.objects.count() == 0


def test_end_group_leaves_its_words_to_the_trainers(coordinator, cohort, trainees, two):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    begin_thread(cohort=cohort, forum=two[0].forum, author=trainees[0].person)

    end_group(actor=coordinator, group=two[0])
    end_group(actor=coordinator, group=Group.objects.get(pk=two[0].pk))

    assert two[0].members.count() == 0
    assert not Forum.objects.visible_to(trainees[0].person, cohort).filter(group=two[0]).exists()
    assert Forum.objects.visible_to(trainer, cohort).filter(group=two[0]).exists()
    with pytest.raises(Refused, match="has ended"):
        form(coordinator, cohort, "One", trainees[:3])


def test_who_is_in_a_group_changes_the_year(coordinator, cohort, trainees):
    make_block(cohort=cohort)
    before = Cohort.objects.get(pk=cohort.pk).year_stamp

    form(coordinator, cohort, "One", trainees[:2])
    formed = Cohort.objects.get(pk=cohort.pk).year_stamp
    form(coordinator, cohort, "One", trainees[:2])

    assert before != formed
    assert Cohort.objects.get(pk=cohort.pk).year_stamp == formed


# --- dates ----------------------------------------------------------------------------------------------------------


def plan(actor, group, days=2, **overrides) -> GroupDate:
    starts_at = timezone.now() + datetime.timedelta(days=days)
    fields = {"starts_at": starts_at, "ends_at": starts_at + datetime.timedelta(hours=1), "client_id": uuid.uuid4(), **overrides}
    return set_date(actor=actor, group=group, **fields)


def test_set_date_is_for_members_and_tells_the_others_once(trainees, two):
    name = uuid.uuid4()
    Notice.objects.all().delete()

    date = plan(trainees[0].person, two[0], client_id=name)
    again = plan(trainees[0].person, two[0], client_id=name)

    assert date == again
    assert set(Notice.objects.values_list("person", "starts_at")) == {(one.person_id, date.starts_at) for one in trainees[1:3]}
    with pytest.raises(Refused, match="members of a group"):
        plan(trainees[4].person, two[0], days=4)


def test_set_date_refuses_what_is_past_or_taken_or_too_much(trainees, two):
    me = trainees[0].person
    for days in range(1, MOST_DATES):
        plan(me, two[0], days=days)
    for days, sentence in ((-1, "past"), (1, "already")):
        with pytest.raises(Refused, match=sentence):
            plan(me, two[0], days=days)
    plan(me, two[0], days=MOST_DATES)

    with pytest.raises(Refused, match="12 dates"):
        plan(me, two[0], days=MOST_DATES + 1)


def test_call_off_date_twice_is_once_and_leaves_room_for_another(trainees, two):
    me = trainees[0].person
    date = plan(me, two[0])
    call_off_date(actor=me, date=date)
    first = GroupDate.objects.get().called_off_at

    call_off_date(actor=me, date=date)
    plan(me, two[0])

    assert GroupDate.objects.order_by("pk")[0].called_off_at == first
    with pytest.raises(Refused):
        call_off_date(actor=trainees[5].person, date=date)


def test_call_off_date_tells_the_others_which_hour_it_was(trainees, two):
    me = trainees[0].person
    date = plan(me, two[0])

    call_off_date(actor=me, date=date)

    notices = Notice.objects.filter(key__endswith=":off")
    assert {notice.was_at for notice in notices} == {date.starts_at}
    assert me.pk not in {notice.person_id for notice in notices}
    when = date_format(timezone.localtime(date.starts_at), "l j F, H:i")
    assert {said(notice) for notice in notices for said in (named, for_letter)} == {f"Your group does not meet: {when} (London)"}


def test_clocks_of_says_the_hour_of_each_from_west_to_east(cohort):
    people = [
        make_user(display_name=name, time_zone=zone)
        for name, zone in [("T", "Europe/Tallinn"), ("L", "Europe/London"), ("M", "Europe/London")]
    ]
    members = [make_membership(cohort=cohort, person=person) for person in people]
    moment = datetime.datetime(2027, 3, 4, 22, 30, tzinfo=datetime.UTC)

    clocks = clocks_of(moment, members)

    assert [(clock.words, clock.names) for clock in clocks] == [
        ("Thursday 4 March, 22:30", ["L", "M"]),
        ("Friday 5 March, 00:30", ["T"]),
    ]


def test_dates_are_seen_by_the_group_and_who_forms_groups(cohort, trainees, two):
    date = make_group_date(two[0])
    people = {part: make_membership(cohort=cohort, part=part).person for part in Part}
    people |= {"member": trainees[0].person, "fellow": trainees[4].person}

    seen = {name for name, person in people.items() if GroupDate.objects.visible_to(person).filter(pk=date.pk).exists()}

    assert seen == {"member", Part.TRAINER, Part.COORDINATOR}


# --- wishes ---------------------------------------------------------------------------------------------------------


def test_wish_is_kept_until_the_day_is_over(coordinator, cohort, trainees, monkeypatch):
    with pytest.raises(Refused, match="not asked for"):
        wish(actor=trainees[0].person, cohort=cohort, people=[], languages=[])
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    wish(actor=trainees[0].person, cohort=cohort, people=trainees[1:4], languages=["en"])
    wish(actor=trainees[0].person, cohort=cohort, people=trainees[4:5], languages=["et"])
    WishesAsked.objects.update(until=cohort.today() - datetime.timedelta(days=1))

    with pytest.raises(Refused, match="not asked for"):
        wish(actor=trainees[0].person, cohort=cohort, people=[], languages=[])

    kept = GroupWish.objects.get()
    assert (list(kept.people.all()), kept.languages) == (trainees[4:5], ["et"])


def test_wish_takes_three_trainees_of_the_cohort_at_most(coordinator, cohort, trainees):
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    trainer = make_membership(cohort=cohort, part=Part.TRAINER)

    for people in (trainees[1:5], trainees[:1], [trainer], [make_membership(cohort=make_cohort())]):
        with pytest.raises(Refused):
            wish(actor=trainees[0].person, cohort=cohort, people=people, languages=[])
    with pytest.raises(Refused):
        wish(actor=trainer.person, cohort=cohort, people=trainees[:1], languages=[])

    assert GroupWish.objects.count() == 0


def test_wishes_are_seen_by_their_author_and_who_forms_groups(coordinator, cohort, trainees):
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    wish(actor=trainees[0].person, cohort=cohort, people=[trainees[1]], languages=[])
    people = {part: make_membership(cohort=cohort, part=part).person for part in Part}
    people |= {
        "author": trainees[0].person,
        "wished for": trainees[1].person,
        "elsewhere": make_membership(cohort=make_cohort(), part=Part.TRAINER).person,
    }

    seen = {name for name, person in people.items() if GroupWish.objects.visible_to(person).exists()}

    assert seen == {"author", Part.TRAINER, Part.COORDINATOR}


def test_wishes_of_and_for_somebody_go_when_they_leave(coordinator, cohort, trainees):
    """Nobody could reach the page any more that changes it; and whom others wished for is not kept of who is no longer there."""
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    wish(actor=trainees[0].person, cohort=cohort, people=trainees[1:3], languages=["et"])
    wish(actor=trainees[1].person, cohort=cohort, people=trainees[:1], languages=["en"])

    remove_member(actor=coordinator, membership=trainees[1])

    assert [(one.member, list(one.people.all())) for one in GroupWish.objects.all()] == [(trainees[0], [trainees[2]])]


def test_ask_wishes_moves_the_end_and_never_into_the_past(coordinator, cohort):
    later = cohort.today() + datetime.timedelta(days=7)
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    ask_wishes(actor=coordinator, cohort=cohort, until=later)

    with pytest.raises(Refused, match="past"):
        ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today() - datetime.timedelta(days=1))

    assert WishesAsked.objects.get().until == later


def test_a_peer_group_made_before_has_a_forum_when_it_is_formed_again(coordinator, cohort, trainees):
    group = make_peer_group(cohort, title="Old")

    form(coordinator, cohort, "Old", trainees[:2])

    assert Forum.objects.filter(group=group).exists()


def test_form_group_refuses_somebody_in_another_peer_group(coordinator, cohort, trainees):
    form(coordinator, cohort, "One", trainees[:2])

    with pytest.raises(Refused) as refused:
        form(coordinator, cohort, "Two", trainees[1:3])

    assert (refused.value.code, trainees[1].person.display_name in refused.value.sentence) == ("elsewhere", True)
    assert Group.objects.filter(cohort=cohort).count() == 1


def test_form_group_again_changes_who_is_in_it(coordinator, cohort, trainees):
    form(coordinator, cohort, "One", trainees[:2])

    group = form(coordinator, cohort, "One", trainees[1:3])

    assert set(group.members.all()) == set(trainees[1:3])


def test_form_group_takes_who_was_in_a_peer_group_that_has_ended(coordinator, cohort, trainees):
    end_group(actor=coordinator, group=form(coordinator, cohort, "One", trainees[:2]))

    assert set(form(coordinator, cohort, "Two", trainees[:2]).members.all()) == set(trainees[:2])


def test_form_group_refuses_two_triads_of_one_exercise_but_not_of_two(coordinator, cohort, trainees):
    one, other = (make_activity(module=make_module(programme=cohort.programme)) for _ in range(2))
    triad = {"kind": Group.Kind.TRIAD}
    form(coordinator, cohort, "One", trainees[:3], activity=one, **triad)

    form(coordinator, cohort, "Two", trainees[:3], activity=other, **triad)
    with pytest.raises(Refused, match="In another triad of this exercise already"):
        form(coordinator, cohort, "Two", trainees[:3], activity=one, **triad)


def test_form_group_allows_several_home_teams(coordinator, cohort, trainees):
    for title in ("One", "Two"):
        form(coordinator, cohort, title, trainees[:2], kind=Group.Kind.HOME_TEAM)

    assert trainees[0].groups.count() == 2
