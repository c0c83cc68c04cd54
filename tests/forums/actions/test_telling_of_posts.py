import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses.actions.groups import form_group
from courses.models import Activity, Group
from forums.actions import telling_of_posts
from forums.actions.changing import edit_post
from forums.actions.forums import open_forums
from forums.actions.telling_of_posts import sweep_untold, tell_of_mentions, tell_of_post
from forums.models import Forum, Level, Mention, Post
from lms.notifications.models import Notice
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, prompt_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner)


def told() -> dict[str, tuple[str, str]]:
    return {notice.person.display_name: (notice.kind, notice.who) for notice in Notice.objects.select_related("person")}


def member(cohort, name, part=Part.TRAINEE):
    return make_membership(cohort=cohort, part=part, person=make_user(display_name=name)).person


def test_tell_of_post_tells_whom_it_answers_whom_it_names_and_who_follows(cohort, thread, teammate):
    follower, named, both, quiet = (member(cohort, name) for name in ("Follower", "Named", "Both", "Quiet"))
    for person in (follower, both):
        Level.objects.create(person=person, thread=thread, much=Level.Much.FOLLOW)
    Level.objects.create(person=quiet, forum=thread.forum, much=Level.Much.MUTE)
    post = say(thread, teammate)
    for person in (named, both, quiet):
        Mention.objects.create(post=post, person=person)

    count = tell_of_post(post_id=post.pk)

    assert told() == {
        "Owner": ("answer", "Teammate"),
        "Follower": ("followed", "Teammate"),
        "Named": ("mention", "Teammate"),
        "Both": ("mention", "Teammate"),
    }
    assert count == 4
    assert {notice.url for notice in Notice.objects.all()} == {f"/c/{cohort.slug}/forum/{thread.pk}/?from={post.pk}#post-{post.pk}"}


def test_tell_of_post_again_tells_nobody_again(thread, teammate):
    post = say(thread, teammate)

    counts = [tell_of_post(post_id=post.pk) for _ in range(2)]
    Post.objects.filter(pk=post.pk).update(told_at=None)  # killed between, after another worker had told
    counts.append(tell_of_post(post_id=post.pk))

    assert (counts, Notice.objects.count()) == ([1, 0, 0], 1)


def test_tell_of_post_leaves_no_half_behind(thread, teammate, monkeypatch):
    post = say(thread, teammate)
    monkeypatch.setattr(telling_of_posts, "notify", lambda **given: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        tell_of_post(post_id=post.pk)

    post.refresh_from_db()
    assert post.told_at is None


@pytest.mark.parametrize("change", [{"state": "held"}, {"state": "hidden"}, {"withdrawn_at": timezone.now()}])
def test_tell_of_post_tells_nobody_of_what_nobody_reads(thread, teammate, change):
    post = say(thread, teammate)
    Post.objects.filter(pk=post.pk).update(**change)

    assert (tell_of_post(post_id=post.pk), Notice.objects.count()) == (0, 0)


def test_tell_of_post_tells_nobody_who_no_longer_meets_the_forum(cohort, thread, owner, teammate):
    post = say(thread, teammate)
    cohort.memberships.filter(person=owner).update(ended_at=timezone.now())

    assert (tell_of_post(post_id=post.pk), Notice.objects.count()) == (0, 0)


def test_a_thread_level_beats_its_forum_s(cohort, thread, owner, teammate):
    hears, muted = member(cohort, "Hears"), member(cohort, "Muted")
    Level.objects.create(person=hears, forum=thread.forum, much=Level.Much.MUTE)
    Level.objects.create(person=hears, thread=thread, much=Level.Much.FOLLOW)
    Level.objects.create(person=muted, forum=thread.forum, much=Level.Much.FOLLOW)
    Level.objects.create(person=muted, thread=thread, much=Level.Much.MUTE)

    tell_of_post(post_id=say(thread, teammate).pk)

    assert set(told()) == {"Owner", "Hears"}


def test_words_and_names_go_out_only_where_the_forum_says_so_and_never_of_the_anonymous(cohort, owner, teammate):
    forum = open_forums(cohort=cohort)
    Forum.objects.filter(pk=forum.pk).update(allows_anonymous=True)
    forum.refresh_from_db()
    thread = begin_thread(cohort=cohort, author=owner, forum=forum)
    posts = [say(thread, teammate, "words-canary")]
    tell_of_post(post_id=posts[0].pk)
    Forum.objects.filter(pk=forum.pk).update(words_in_mail=True)
    posts += [say(thread, teammate, "words-canary"), say(thread, teammate, "words-canary", anonymous=True)]

    for post in posts[1:]:
        tell_of_post(post_id=post.pk)

    rows = [Notice.objects.get(key=f"forums.post:{post.pk}") for post in posts]
    assert [(row.who, row.words) for row in rows] == [("Teammate", ""), ("Teammate", "words-canary"), ("", "")]


def test_the_commons_lead_each_by_way_of_their_own_cohort(owner, teammate):
    first = make_cohort()
    second = make_cohort(programme=first.programme)
    for cohort, person in ((first, owner), (second, teammate)):
        make_membership(cohort=cohort, person=person, part=Part.ALUMNUS)
        open_forums(cohort=cohort)
    thread = begin_thread(cohort=first, author=owner, forum=Forum.objects.get(kind="commons", programme=first.programme))

    tell_of_post(post_id=say(thread, teammate).pk)

    assert Notice.objects.get().path == f"/c/{first.slug}/forum/{thread.pk}/"


def test_posting_enqueues_the_telling_and_nothing_more_however_many_follow(cohort, thread, owner, teammate):
    say(thread, teammate)
    with CaptureQueriesContext(connection) as alone:
        say(thread, teammate)
    for number in range(60):
        Level.objects.create(person=member(cohort, f"Follower {number}"), thread=thread, much=Level.Much.FOLLOW)
    with CaptureQueriesContext(connection) as followed:
        post = say(thread, teammate)

    waiting = DBTaskResult.objects.filter(task_path="forums.tasks.tell_of_post")
    assert len(followed) == len(alone)
    assert {"post_id": str(post.pk)} in [result.args_kwargs["kwargs"] for result in waiting]
    assert (tell_of_post(post_id=post.pk), Notice.objects.filter(kind="followed").count()) == (61, 60)


def test_sweep_untold_finds_what_a_killed_worker_left(thread, teammate):
    lost, fresh = say(thread, teammate), say(thread, teammate)
    Post.objects.exclude(pk=fresh.pk).update(posted_at=timezone.now() - datetime.timedelta(minutes=6))
    Post.objects.filter(pk=thread.posts.first().pk).update(told_at=timezone.now())
    DBTaskResult.objects.all().delete()

    found = sweep_untold()

    assert (found, [row.args_kwargs["kwargs"] for row in DBTaskResult.objects.all()]) == (1, [{"post_id": str(lost.pk)}])


def test_a_group_s_forum_tells_only_who_is_in_it(cohort, owner, teammate):
    coordinator = member(cohort, "Coordinator", Part.COORDINATOR)
    fellow = cohort.memberships.get(person=owner)
    newcomer = make_membership(cohort=cohort)
    members = [fellow, cohort.memberships.get(person=teammate)]
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers", members=members)
    Notice.objects.all().delete()  # that there is a group
    thread = begin_thread(cohort=cohort, author=owner, forum=Forum.objects.get(kind="group"))
    for person in (owner, newcomer.person):
        Level.objects.create(person=person, forum=thread.forum, much=Level.Much.FOLLOW)

    tell_of_post(post_id=say(thread, teammate).pk)

    assert set(told()) == {"Owner"}


def test_words_of_a_question_to_write_to_first_stay_inside(cohort, owner, teammate):
    thread = prompt_thread(cohort=cohort)
    Forum.objects.update(words_in_mail=True)
    Activity.objects.filter(pk=thread.activity_id).update(write_first=True)
    opening = say(thread, owner)
    say(thread, teammate)
    post = say(thread, teammate, "words-canary", answers=opening)

    tell_of_post(post_id=post.pk)

    assert [(notice.who, notice.words) for notice in Notice.objects.filter(person=owner)] == [("Teammate", "")]


def test_whom_a_changed_post_names_hears_of_it_once(owner, teammate, outsider):
    cohort = make_cohort(members=[owner, teammate, outsider])
    post = begin_thread(cohort=cohort, author=owner, words="For @Teammate").posts.get()
    tell_of_post(post_id=post.pk)
    Notice.objects.filter(person=teammate).update(read_at=timezone.now())

    edit_post(actor=owner, post=post, html="<p>For @Teammate and @Outsider</p>")
    told = [tell_of_mentions(post_id=post.pk) for _ in range(2)]

    assert told == [1, 0]
    mine = [list(Notice.objects.filter(person=person).values_list("kind", flat=True)) for person in (teammate, outsider)]
    assert mine == [["mention"], ["mention"]]
    assert not Notice.objects.filter(person=teammate, read_at=None).exists()


def test_a_change_that_names_nobody_new_enqueues_nothing(owner, teammate, monkeypatch):
    cohort = make_cohort(members=[owner, teammate])
    post = begin_thread(cohort=cohort, author=owner, words="For @Teammate").posts.get()
    tell_of_post(post_id=post.pk)
    enqueued = []
    monkeypatch.setattr("forums.actions.mentioning.enqueue", lambda name, **ids: enqueued.append((name, ids)))

    edit_post(actor=owner, post=post, html="<p>For you, @Teammate</p>")
    post.refresh_from_db()
    edit_post(actor=owner, post=post, html="<p>For @Teammate and @Owner</p>")

    assert enqueued == [("forums.tell_of_mentions", {"post_id": str(post.pk)})]
