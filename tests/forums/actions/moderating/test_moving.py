from uuid import uuid4

import pytest

from courses.actions.groups import form_group
from courses.models import Group
from forums.actions.moderating.moving import merge_threads, move_thread, split_thread
from forums.actions.read import mark_read
from forums.models import Forum, Level, ModerationAct, Post, PostFile, Thread, ThreadRead
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, prompt_thread, say

pytestmark = pytest.mark.django_db


def everything(thread):
    return list(thread.posts.order_by("pk").values_list("pk", "author", "html", "quoted", "answers"))


def unread_by(person, thread):
    last = ThreadRead.objects.get(person=person, thread=thread).last_read
    return list(thread.posts.filter(pk__gt=last).exclude(author=person).order_by("pk"))


def names(thread):
    """Who has spoken there, as everybody may know it."""
    return [voice.public_name for voice in thread.voices.filter(spoke_at__isnull=False)]


@pytest.fixture
def talk(cohort, owner, teammate, trainer):
    """Four posts, of which Teammate has read two."""
    thread = begin_thread(cohort=cohort, author=owner)
    posts = [thread.posts.get(), say(thread, trainer), say(thread, owner), say(thread, trainer)]
    mark_read(actor=teammate, thread=thread, first=posts[0].pk, last=posts[1].pk)
    return posts


# --- taking some posts into a thread of their own ---------------------------------------------------------------------


def test_split_keeps_every_post_its_order_its_files_and_who_has_read_it(talk, owner, teammate, trainer, colleague):
    thread = talk[0].thread
    file = PostFile.objects.create(author=trainer, client_id=uuid4(), post=talk[3], file="x", name="x", mime="x", size=1)
    before = everything(thread)

    new = split_thread(actor=colleague, thread=thread, posts=[talk[3].pk, talk[1].pk], title=" Another\nmatter ", why="Two things")

    thread.refresh_from_db()
    file.refresh_from_db()
    assert sorted(everything(thread) + everything(new)) == before
    assert (list(thread.posts.all()), list(new.posts.all())) == ([talk[0], talk[2]], [talk[1], talk[3]])
    assert (new.title, new.author, new.forum, file.post.thread) == ("Another matter", trainer, thread.forum, new)
    assert (unread_by(teammate, thread), unread_by(teammate, new)) == ([talk[2]], [talk[3]])
    assert (thread.last_post_at, new.last_post_at) == (talk[2].posted_at, talk[3].posted_at)
    assert (names(thread), names(new)) == (["Owner"], ["Trainer"])


def test_split_keeps_who_waits_true(talk, owner, trainer, colleague):
    thread = talk[0].thread

    new = split_thread(actor=colleague, thread=thread, posts=[talk[1].pk, talk[3].pk], title="Another matter", why="Two things")

    thread.refresh_from_db()
    assert (thread.waiting_since, new.waiting_since) == (talk[0].posted_at, talk[1].posted_at)  # nobody answers either now
    assert [post.speaks_to for post in new.posts.all()] == [None, None]


def test_split_tells_everybody_whose_words_go_along_and_the_log_once(cohort, talk, owner, teammate, trainer, colleague):
    said = say(talk[0].thread, teammate)

    split_thread(actor=colleague, thread=talk[0].thread, posts=[talk[1].pk, said.pk], title="Another matter", why="Two things")

    acts = ModerationAct.objects.order_by("pk")
    assert [(act.verb, act.person, act.why, act.in_log) for act in acts] == [
        ("split", trainer, "Two things", True),
        ("split", teammate, "Two things", False),
    ]


def test_split_refuses_nothing_the_first_post_and_posts_from_elsewhere(cohort, talk, owner, trainer):
    elsewhere = begin_thread(cohort=cohort, author=owner).posts.get()

    for posts in ([], [talk[0].pk, talk[1].pk], [talk[1].pk, elsewhere.pk]):
        with pytest.raises(Refused) as refused:
            split_thread(actor=trainer, thread=talk[0].thread, posts=posts, title="Another matter", why="Why")
        assert refused.value.code == "posts"
    with pytest.raises(Refused):
        split_thread(actor=trainer, thread=talk[0].thread, posts=[talk[2].pk], title=" ", why="Why")

    assert Thread.objects.count() == 2


def test_split_of_a_question_leaves_the_question(cohort, owner, teammate, trainer):
    thread = prompt_thread(cohort=cohort)
    posts = [say(thread, owner), say(thread, teammate)]

    new = split_thread(actor=trainer, thread=thread, posts=[posts[0].pk], title="Another matter", why="Why")

    assert (list(thread.posts.all()), list(new.posts.all()), new.activity) == ([posts[1]], [posts[0]], None)


# --- joining two threads ----------------------------------------------------------------------------------------------


def test_merge_keeps_every_post_in_the_order_in_which_it_was_said(cohort, owner, teammate, trainer):
    one, other = (begin_thread(cohort=cohort, author=author) for author in (owner, teammate))
    posts = [say(one, teammate), say(other, owner), say(one, teammate)]
    file = PostFile.objects.create(author=owner, client_id=uuid4(), post=posts[1], file="x", name="x", mime="x", size=1)
    before = sorted(everything(one) + everything(other))

    for _ in range(2):
        into = merge_threads(actor=trainer, thread=other, into=one, why="The same matter")

    one.refresh_from_db()
    other.refresh_from_db()
    file.refresh_from_db()
    assert (into, everything(one), everything(other)) == (one, before, [])
    assert (other.merged_into, one.last_post_at, file.post.thread) == (one, posts[2].posted_at, one)
    assert list(Thread.objects.visible_to(owner, cohort).for_list(owner)) == [one]
    assert sorted(names(one)) == ["Owner", "Teammate"]
    assert [(act.verb, act.person, act.why) for act in ModerationAct.objects.all()] == [("merge", teammate, "The same matter")]


def test_merge_loses_nothing_unread(cohort, owner, teammate, trainer, colleague):
    one, other = (begin_thread(cohort=cohort, author=owner) for _ in range(2))
    first = [thread.posts.get() for thread in (one, other)]
    later = [say(thread, trainer) for thread in (one, other)]
    mark_read(actor=teammate, thread=one, first=first[0].pk, last=later[0].pk)  # all of the one, half of the other
    mark_read(actor=teammate, thread=other, first=first[1].pk, last=first[1].pk)
    mark_read(actor=colleague, thread=other, first=first[1].pk, last=later[1].pk)  # all of the other, nothing of the one

    merge_threads(actor=trainer, thread=other, into=one, why="The same matter")

    assert unread_by(teammate, one) == [later[1]]
    assert unread_by(colleague, one) == [first[0], first[1], *later]


def test_merge_leads_from_an_address_to_the_place_where_it_ended(cohort, owner, trainer):
    first, second, third = (begin_thread(cohort=cohort, author=owner) for _ in range(3))

    merge_threads(actor=trainer, thread=first, into=second, why="The same matter")
    merge_threads(actor=trainer, thread=second, into=third, why="The same matter")

    first.refresh_from_db()
    assert first.merged_into == third


def test_merge_keeps_levels_and_a_browser_that_named_two_posts_alike(cohort, owner, teammate, trainer):
    one, other = (begin_thread(cohort=cohort, author=owner) for _ in range(2))
    name = uuid4()
    posts = [say(thread, teammate, client_id=name) for thread in (one, other)]
    Level.objects.create(person=teammate, thread=other, much="follow")

    merge_threads(actor=trainer, thread=other, into=one, why="The same matter")

    assert set(posts) < set(one.posts.all())
    assert Level.objects.get(thread=one).person == teammate


def test_anonymous_voices_stay_apart_and_unknown_through_splitting_and_merging(cohort, owner, teammate, trainer):
    Forum.objects.filter(cohort=cohort).update(allows_anonymous=True)
    other_person = make_membership(cohort=cohort).person
    one = begin_thread(cohort=cohort, author=owner, anonymous=True)
    other = begin_thread(cohort=cohort, author=teammate, anonymous=True)
    by = {"owner": say(other, owner, anonymous=True), "other": say(other, other_person, anonymous=True)}

    merge_threads(actor=trainer, thread=other, into=one, why="The same matter")
    merged = dict(one.posts.values_list("pk", "alias_number"))
    new = split_thread(actor=trainer, thread=one, posts=[by["other"].pk], title="Another matter", why="Two things")

    assert merged == dict(zip(merged, [1, 2, 1, 3], strict=True))
    assert (new.public_name, new.posts.get().public_name) == ("Somebody (voice 1)",) * 2
    assert sorted(names(one)) == ["Somebody (voice 1)", "Somebody (voice 2)"]
    assert one.voices.get(number=3).person == other_person  # nobody else is ever given that number there


def test_merge_refuses_itself_another_forum_and_a_question(cohort, owner, trainer):
    one, question = begin_thread(cohort=cohort, author=owner), prompt_thread(cohort=cohort)
    away = begin_thread(cohort=cohort, author=trainer, forum=Forum.objects.get(cohort=cohort, kind="trainers"))
    reflecting = begin_thread(cohort=cohort, author=owner)
    Thread.objects.filter(pk=reflecting.pk).update(phase="tell")

    for thread, into in [(one, one), (one, away), (question, one), (reflecting, one), (one, reflecting)]:
        with pytest.raises(Refused):
            merge_threads(actor=trainer, thread=thread, into=into, why="Why")

    assert Thread.objects.filter(merged_into__isnull=False).count() == 0
    assert merge_threads(actor=trainer, thread=one, into=question, why="Why") == question


# --- another forum ----------------------------------------------------------------------------------------------------


@pytest.fixture
def group(cohort, owner, teammate):
    """The forum of a peer group of these two."""
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    members = list(cohort.memberships.filter(person__in=[owner, teammate]))
    return form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers", members=members).forum


def test_move_takes_a_thread_to_where_its_people_meet(cohort, post, group, owner, trainer):
    outside = make_membership(cohort=cohort).person
    came_from = post.thread.forum

    for _ in range(2):
        thread = move_thread(actor=trainer, thread=Thread.objects.get(pk=post.thread_id), to=group, why="It is of your group")

    assert (thread.forum, list(thread.posts.all())) == (group, [post])
    assert [thread in Thread.objects.visible_to(person, cohort) for person in (owner, trainer, outside)] == [True, True, False]
    acts = ModerationAct.objects.order_by("pk")
    assert [(act.forum, act.person, act.why) for act in acts] == [(came_from, owner, "It is of your group"), (group, None, "")]


def test_move_shows_nobody_what_was_not_said_to_them(cohort, group, owner, trainer):
    everybody = Forum.objects.get(cohort=cohort, kind="cohort")
    theirs = begin_thread(cohort=cohort, author=owner, forum=group)
    ours = begin_thread(cohort=cohort, author=trainer, forum=group)

    with pytest.raises(Refused) as refused:
        move_thread(actor=trainer, thread=theirs, to=everybody, why="For all")

    assert refused.value.sentence == (
        "People who were not spoken to would read it there. Please ask whoever wrote it to say it there themselves."
    )
    assert move_thread(actor=trainer, thread=ours, to=everybody, why="For all").forum == everybody


def test_move_takes_a_thread_away_from_nobody_who_has_spoken(cohort, post, group, trainer):
    say(post.thread, make_membership(cohort=cohort).person)

    with pytest.raises(Refused) as refused:
        move_thread(actor=trainer, thread=post.thread, to=group, why="It is of your group")

    assert refused.value.sentence == "Somebody who has spoken in it would not see it there any more."


def test_move_stays_in_the_cohort_and_leaves_questions(cohort, post, trainer):
    elsewhere = make_cohort(programme=cohort.programme)
    make_membership(cohort=elsewhere, part=Part.TRAINER, person=trainer)
    there = begin_thread(cohort=elsewhere, author=trainer).forum
    commons = Forum.objects.get(kind="commons")
    trainers = Forum.objects.get(cohort=cohort, kind="trainers")

    for thread, to in [(post.thread, there), (post.thread, commons), (prompt_thread(cohort=cohort), trainers)]:
        with pytest.raises(Refused):
            move_thread(actor=trainer, thread=thread, to=to, why="Why")


@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_moving_is_for_trainers(cohort, talk, group, part):
    person = make_membership(cohort=cohort, part=part).person
    thread, before = talk[0].thread, everything(talk[0].thread)
    other = begin_thread(cohort=cohort, author=talk[0].author)

    for act in (
        lambda: move_thread(actor=person, thread=thread, to=group, why="Why"),
        lambda: split_thread(actor=person, thread=thread, posts=[talk[1].pk], title="T", why="Why"),
        lambda: merge_threads(actor=person, thread=thread, into=other, why="Why"),
    ):
        with pytest.raises(Refused):
            act()

    assert (everything(thread), Post.objects.count(), ModerationAct.objects.count()) == (before, 5, 0)
