import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from courses.actions.groups import form_group
from courses.models import Activity, Group
from courses.permissions import part_in
from forums.actions.forums import open_forums
from forums.actions.read import mark_read
from forums.models import Forum, Hold, Post, Thread, ThreadRead
from forums.permissions import can_reply
from lms.permissions import Part
from tests.factories import make_block, make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, fill, prompt_thread, say

pytestmark = pytest.mark.django_db

TALKING = ["trainee", "trainer", "coordinator", "aftercare"]
PREVIEWING = ["trainer", "coordinator"]
OTHERS = ["guest_trainer", "interpreter", "alumnus"]


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


def in_part(cohort, part: str):
    person = make_user()
    make_membership(cohort=cohort, person=person, part=Part(part))
    return person


@pytest.mark.parametrize(
    ("part", "begun_by_somebody", "open_question", "later_question"),
    [(part, True, True, part in PREVIEWING) for part in TALKING] + [(part, False, False, False) for part in OTHERS],
)
def test_visible_to_by_part(cohort, owner, part, begun_by_somebody, open_question, later_question):
    person = in_part(cohort, part)
    threads = [begin_thread(cohort=cohort, author=owner), prompt_thread(cohort=cohort), prompt_thread(cohort=cohort, opens_in=5)]
    fill(threads[2], owner, 1)
    say(threads[1], owner)

    seen = set(Thread.objects.visible_to(person, cohort))
    read = {post.thread for post in Post.objects.visible_to(person, cohort)}

    assert [thread in seen for thread in threads] == [begun_by_somebody, open_question, later_question]
    assert read == seen


def test_visible_to_follows_part_in_for_who_coordinates_the_site(cohort, owner):
    begun = begin_thread(cohort=cohort, author=owner)
    without_place, as_interpreter = make_user(coordinates=True), make_user(coordinates=True)
    make_membership(cohort=cohort, person=as_interpreter, part=Part.INTERPRETER)

    seen = {person: list(Thread.objects.visible_to(person, cohort)) for person in (without_place, as_interpreter)}

    assert (part_in(without_place, cohort), part_in(as_interpreter, cohort)) == (Part.COORDINATOR, Part.INTERPRETER)
    assert seen == {without_place: [begun], as_interpreter: []}


def test_visible_to_is_nothing_for_everybody_else(cohort, owner, teammate, outsider):
    begun = begin_thread(cohort=cohort, author=owner)
    other = make_cohort(members=[outsider, owner])
    cohort.memberships.filter(person=teammate).update(ended_at=timezone.now())
    asleep = in_part(cohort, "trainee")
    asleep.is_active = False

    nobody = [outsider, teammate, asleep, AnonymousUser()]

    assert [list(Thread.objects.visible_to(person, cohort)) for person in nobody] == [[], [], [], []]
    assert list(Thread.objects.visible_to(owner, other)) == []
    assert list(Thread.objects.visible_to(owner, cohort)) == [begun]


def test_visible_to_asks_for_the_block_of_this_cohort(cohort, owner):
    thread = prompt_thread(cohort=cohort, opens_in=1)
    make_block(cohort=make_cohort(programme=cohort.programme), module=thread.activity.module, opens_in=-5)

    assert list(Thread.objects.visible_to(owner, cohort)) == []


def test_for_list_puts_what_waits_first_then_the_last_word(cohort, owner, teammate):
    answered_early, waits_early, answered_late, waits_late = (begin_thread(cohort=cohort, author=owner) for _ in range(4))
    say(answered_late, teammate)
    say(answered_early, teammate)

    listed = Thread.objects.visible_to(owner, cohort).for_list(owner)

    assert list(listed) == [waits_late, waits_early, answered_early, answered_late]


def test_for_list_marks_what_others_said_since(cohort, owner, teammate):
    read, unread, mine = (begin_thread(cohort=cohort, author=owner) for _ in range(3))
    answers = [say(thread, teammate) for thread in (read, unread)]
    mark_read(actor=owner, thread=read, first=answers[0].pk, last=answers[0].pk)

    marks = dict(Thread.objects.visible_to(owner, cohort).for_list(owner).values_list("pk", "unread"))

    assert marks == {read.pk: False, unread.pk: True, mine.pk: False}


def test_get_absolute_url_leads_to_where_it_was_said(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner)
    post = thread.posts.get()

    assert post.get_absolute_url() == f"/c/{cohort.slug}/forum/{thread.pk}/?from={post.pk}#post-{post.pk}"


def test_names_in_logs_carry_no_words(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner, title="A secret", words="A secret")
    post, read = thread.posts.get(), ThreadRead.objects.get()

    assert [str(thing) for thing in (thread.forum, thread, post, read)] == [
        f"Forum {thread.forum_id}",
        f"Thread {thread.pk}",
        f"Post {post.pk}",
        f"Thread read {read.pk}",
    ]


def test_visible_to_opens_a_question_on_the_day_where_the_course_is_held(cohort, owner):
    thread = prompt_thread(cohort=cohort, opens_in=0)
    tomorrow = prompt_thread(cohort=cohort, opens_in=1)

    assert cohort.today() + datetime.timedelta(days=1) == tomorrow.activity.module.blocks.get().opens_on
    assert list(Thread.objects.visible_to(owner, cohort)) == [thread]


# --- places to talk -------------------------------------------------------------------------------------------------


def a_year_with_groups():
    """A cohort with all its forums; by the name of each place its forum, with one thread begun by a trainer."""
    cohort = make_cohort()
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    peer, colleague = (make_membership(cohort=cohort) for _ in range(2))
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers", members=[peer])
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.HOME_TEAM, title="Team", members=[colleague])
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.TRIAD, title="Triad", members=[peer])
    open_forums(cohort=cohort)
    for forum in Forum.objects.all():
        begin_thread(cohort=cohort, author=trainer, forum=forum, title=forum.title)
    people = {"trainer": trainer, "coordinator": coordinator, "peer": peer.person, "colleague": colleague.person}
    return cohort, people


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("trainer", {"cohort", "Peers", "Team", "Trainers", "Commons"}),
        ("guest_trainer", {"Trainers"}),
        ("coordinator", {"cohort"}),
        ("aftercare", {"cohort"}),
        ("peer", {"cohort", "Peers"}),
        ("colleague", {"cohort", "Team"}),
        ("trainee", {"cohort"}),
        ("alumnus", {"Commons"}),
        ("interpreter", set()),
        ("outsider", set()),
    ],
)
def test_forums_and_threads_visible_to_by_part(who, places, outsider):
    cohort, people = a_year_with_groups()
    person = people.get(who) or (outsider if who == "outsider" else in_part(cohort, who))

    forums = {"cohort" if forum.title == cohort.title else forum.title for forum in Forum.objects.visible_to(person, cohort)}
    threads = {"cohort" if thread.title == cohort.title else thread.title for thread in Thread.objects.visible_to(person, cohort)}

    assert (forums, threads) == (places, places)
    assert {can_reply(person, thread) for thread in Thread.objects.all() if thread.title in places} <= {True}
    assert {can_reply(person, thread) for thread in Thread.objects.exclude(title__in=[*places, cohort.title])} <= {False}


def test_commons_is_one_for_the_alumni_of_every_cohort_of_a_programme(owner, teammate, outsider):
    first = make_cohort()
    second, other = make_cohort(programme=first.programme), make_cohort()
    for cohort, person in ((first, owner), (second, teammate), (other, outsider)):
        make_membership(cohort=cohort, person=person, part=Part.ALUMNUS)
        open_forums(cohort=cohort)
    commons = Forum.objects.get(kind="commons", programme=first.programme)
    thread = begin_thread(cohort=first, author=owner, forum=commons)

    seen = [list(Thread.objects.visible_to(person, place)) for person, place in ((owner, first), (teammate, second), (outsider, other))]

    assert seen == [[thread], [thread], []]
    assert [can_reply(person, thread) for person in (owner, teammate, outsider)] == [True, True, False]


def test_somebody_who_leaves_a_group_leaves_its_forum_and_their_words_stay(owner):
    cohort, people = a_year_with_groups()
    thread = Thread.objects.get(title="Peers")
    said = say(thread, people["peer"])
    newcomer = make_membership(cohort=cohort)

    form_group(actor=people["coordinator"], cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers", members=[newcomer])

    assert [can_reply(person, thread) for person in (people["peer"], newcomer.person)] == [False, True]
    assert said in Post.objects.visible_to(newcomer.person, cohort)


# --- what is held, hidden, or to be written first -------------------------------------------------------------------


def test_visible_to_shows_what_is_held_to_its_author_and_the_trainers(cohort, owner, teammate):
    trainer, thread = in_part(cohort, "trainer"), begin_thread(cohort=cohort, author=owner)
    Hold.objects.create(forum=thread.forum, person=teammate, by=trainer, until=timezone.now() + datetime.timedelta(days=1))

    held = say(thread, teammate)

    assert held.state == Post.State.HELD
    assert [held in Post.objects.visible_to(person, cohort) for person in (owner, teammate, trainer)] == [False, True, True]
    thread.refresh_from_db()
    assert (thread.waiting_since is None, list(thread.voices.filter(spoke_at__isnull=False).values_list("person", flat=True))) == (
        False,
        [owner.pk],
    )


def test_visible_to_asks_to_write_before_one_reads(cohort, owner, teammate):
    trainer, thread = in_part(cohort, "trainer"), prompt_thread(cohort=cohort)
    Activity.objects.filter(pk=thread.activity_id).update(write_first=True)
    said = say(thread, owner)

    before = [said in Post.objects.visible_to(person, cohort) for person in (owner, teammate, trainer)]
    say(thread, teammate)
    after = said in Post.objects.visible_to(teammate, cohort)

    assert (before, after) == ([True, False, True], True)
