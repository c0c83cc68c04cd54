import datetime
import re
from itertools import chain
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forums.actions.forums import open_forums
from forums.actions.moderating.claims import claim_post
from forums.actions.moderating.flags import flag_post
from forums.actions.moderating.hiding import hide_post
from forums.actions.moderating.holds import hold_thread
from forums.models import Claim, Flag, Forum, Hold, ModerationAct, Post, PostCheck, Thread
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, fill, say, say_with_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer")).person


@pytest.fixture
def colleague(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Colleague")).person


@pytest.fixture
def post(cohort, owner):
    return begin_thread(cohort=cohort, author=owner, words="I keep hearing the chair").posts.get()


def as_(person):
    client = Client()
    client.force_login(person)
    return client


def address(name, cohort, *args):
    return reverse(f"forums:moderation-{name}", args=[cohort.slug, *args])


def text(response):
    return " ".join(response.content.decode().split())


def days_ago(days):
    return timezone.now() - datetime.timedelta(days=days)


# --- the queue --------------------------------------------------------------------------------------------------------


def test_queue_shows_what_waits_why_and_since_when_the_most_pressing_first(cohort, owner, teammate, trainer):
    unanswered, noticed, flagged = (begin_thread(cohort=cohort, author=owner, title=f"Title {n}").posts.get() for n in range(3))
    Post.objects.filter(pk=unanswered.pk).update(posted_at=days_ago(4))
    PostCheck.objects.create(post=noticed, kinds=["email", "no-such-kind"], reason="It is my own address")
    flag_post(actor=teammate, cohort=cohort, post=flagged, kind="hurts", words="It is about my team")
    hold_thread(actor=trainer, thread=flagged.thread, until=timezone.now() + datetime.timedelta(days=2), why="It is hot")
    held = say(flagged.thread, teammate, words="Held words")
    begin_thread(cohort=cohort, author=owner, title="Calm")

    response = as_(trainer).get(address("queue", cohort))

    page = text(response)
    assert [waiting.post for waiting in response.context["queue"].items] == [flagged, held, noticed, unanswered]
    assert "This hurts" in page
    assert "It is about my team" in page
    assert "Held words" in page
    assert "somebody’s e-mail address" in page
    assert "It is my own address" in page
    assert "Nobody has answered for three days" in page
    assert re.search(r"Read before others do.*Title 2.*It is hot.*by Trainer, until", page)
    assert "Calm" not in page


def test_queue_is_calm_when_nothing_waits(cohort, post, trainer):
    assert "Nothing waits for you" in text(as_(trainer).get(address("queue", cohort)))


def test_queue_leaves_out_what_was_looked_at_taken_back_closed_or_is_elsewhere(cohort, owner, teammate, trainer):
    settled, withdrawn, closed = (begin_thread(cohort=cohort, author=owner).posts.get() for _ in range(3))
    Flag.objects.create(post=settled, person=teammate, kind="hurts", settled_at=timezone.now())
    PostCheck.objects.create(post=settled, kinds=[], reason="x", settled_at=timezone.now())
    Flag.objects.create(post=withdrawn, person=teammate, kind="hurts")
    Post.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    Post.objects.filter(pk=closed.pk).update(posted_at=days_ago(9))
    Thread.objects.filter(pk=closed.thread_id).update(locked_at=timezone.now())
    other = make_cohort(members=[owner, teammate])
    Flag.objects.create(post=begin_thread(cohort=other, author=owner).posts.get(), person=teammate, kind="hurts")

    assert as_(trainer).get(address("queue", cohort)).context["queue"].items == []


def test_queue_holds_every_forum_a_trainer_looks_after(cohort, trainer, colleague):
    forums = Forum.objects.filter(kind__in=["trainers", "commons"])
    posts = [begin_thread(cohort=cohort, author=trainer, forum=forum).posts.get() for forum in forums]
    for post in posts:
        Flag.objects.create(post=post, person=colleague, kind="hurts")

    assert [waiting.post for waiting in as_(trainer).get(address("queue", cohort)).context["queue"].items] == posts


@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_queue_and_what_leads_from_it_do_not_exist_for_others(cohort, post, trainer, part):
    client = as_(make_membership(cohort=cohort, part=part).person)
    hold = hold_thread(actor=trainer, thread=post.thread, until=timezone.now() + datetime.timedelta(days=2), why="It is hot")

    statuses = [
        client.get(address(name, cohort, *args)).status_code for name, *args in [("queue",), ("post", post.pk), ("thread", post.thread_id)]
    ]
    statuses += [
        client.post(address(name, cohort, *args), {"why": "Why"}).status_code
        for name, *args in [("post-act", post.pk, "hide"), ("thread-act", post.thread_id, "lock"), ("hold-end", hold.pk)]
    ]

    assert statuses == [404] * 6
    assert (Post.objects.get(pk=post.pk).state, Hold.objects.current().count(), ModerationAct.objects.count()) == ("shown", 1, 1)


def test_queue_asks_as_much_for_many_as_for_one_and_goes_by_key(cohort, post, teammate, trainer, django_assert_max_num_queries):
    Flag.objects.create(post=post, person=teammate, kind="hurts")
    client = as_(trainer)
    client.get(address("queue", cohort))
    with django_assert_max_num_queries(12) as one:
        client.get(address("queue", cohort))
    many = fill(post.thread, teammate, 45)
    Flag.objects.bulk_create(Flag(post=each, person=teammate, kind=kind) for each in many for kind in ("hurts", "other"))
    PostCheck.objects.bulk_create(PostCheck(post=each, kinds=["phone"], reason="x") for each in many[:5])
    Claim.objects.bulk_create(Claim(post=each, person=trainer, until=timezone.now() + datetime.timedelta(minutes=9)) for each in many[::2])

    pages, key = [], ""
    for _ in range(3):
        with django_assert_max_num_queries(12) as asked:
            queue = client.get(address("queue", cohort) + key).context["queue"]
        assert len(asked) == len(one)
        pages.append([waiting.post.pk for waiting in queue.items])
        key = f"?after={queue.next_key}"

    assert [len(page) for page in pages] == [20, 20, 6]
    assert list(chain(*pages)) == [post.pk, *(each.pk for each in many)]
    assert key == "?after=None"


@pytest.mark.parametrize("key", ["x", "4-1", "0-9999999999999999999", "' or 1=1", "0-999999999999999999"])
def test_queue_takes_a_key_that_makes_no_sense_calmly(cohort, post, trainer, key):
    assert as_(trainer).get(address("queue", cohort), {"after": key}).status_code == 200


# --- one post ---------------------------------------------------------------------------------------------------------


def test_claim_hide_and_release_by_the_page(cohort, post, owner, teammate, trainer):
    client = as_(trainer)

    claimed = client.post(address("post-act", cohort, post.pk, "claim"), follow=True)
    hidden = client.post(address("post-act", cohort, post.pk, "hide"), {"why": "It names somebody", "shown": "Back soon"}, follow=True)
    client.post(address("post-act", cohort, post.pk, "release"))

    thread = reverse("forums:thread", args=[cohort.slug, post.thread_id])
    pages = [text(as_(person).get(thread)) for person in (owner, teammate, trainer)]
    assert "You look at it until" in text(claimed)
    assert "It is done." in text(hidden)
    assert ["I keep hearing" in page for page in pages] == [True, False, True]
    assert ["Back soon" in page for page in pages] == [False, True, False]
    assert "Only its author and the trainers can read this. A trainer has hidden it." in pages[0]
    assert Claim.objects.count() == 0


def test_a_post_is_looked_after_with_what_stands_in_it(cohort, owner, trainer):
    file = say_with_file(begin_thread(cohort=cohort, author=owner), owner)

    page = text(as_(trainer).get(address("post", cohort, file.post_id)))

    assert reverse("forums:file", args=[cohort.slug, file.pk]) in page


def test_a_colleagues_claim_is_shown_and_an_act_keeps_the_words(cohort, post, trainer, colleague):
    claim_post(actor=colleague, post=post)

    page = text(as_(trainer).get(address("post", cohort, post.pk)))
    refused = as_(trainer).post(address("post-act", cohort, post.pk, "hide"), {"why": "It names somebody"})

    assert "Colleague looks at it until" in page
    assert (refused.status_code, Post.objects.get(pk=post.pk).state) == (200, "shown")
    assert "Colleague is looking at this until" in text(refused)
    assert ">\nIt names somebody</textarea>" in refused.content.decode()


def test_an_act_without_its_reason_or_without_sense_does_nothing(cohort, post, trainer):
    client = as_(trainer)

    refused = client.post(address("post-act", cohort, post.pk, "hide"), {"why": " "})
    unknown = client.post(address("post-act", cohort, post.pk, "delete"))
    again = client.post(address("post-act", cohort, post.pk, "hold"), {"why": "Why", "until": "9999-12-31"})

    assert "Please say why." in text(refused)
    assert unknown.status_code == 404
    assert "Please choose an end within 60 days." in text(again)
    assert ModerationAct.objects.count() == 0


def test_every_act_with_a_post_by_the_page(cohort, post, owner, trainer):
    client = as_(trainer)
    day = (timezone.localdate() + datetime.timedelta(days=2)).isoformat()
    states = []
    for act, given in [
        ("hide", {"why": "Why"}),
        ("restore", {}),
        ("hold", {"why": "Why", "until": day}),
        ("rework", {"why": "Why", "shown_after": "on"}),
    ]:
        assert client.post(address("post-act", cohort, post.pk, act), given).status_code == 302
        states.append(Post.objects.get(pk=post.pk).state)
    held = say(post.thread, owner)
    for act in ("decline", "approve"):
        client.post(address("post-act", cohort, held.pk, act), {"why": "Why"})
        states.append(Post.objects.get(pk=held.pk).state)

    assert states == ["hidden", "shown", "shown", "rework", "declined", "shown"]
    assert Hold.objects.get().person == owner


def test_who_flagged_is_for_the_trainers_and_never_for_the_author_who_is_one(cohort, teammate, trainer, colleague):
    own = begin_thread(cohort=cohort, author=trainer).posts.get()
    flag_post(actor=teammate, cohort=cohort, post=own, kind="identifies", words="canary", rest=True)

    theirs, mine = (text(as_(person).get(address("post", cohort, own.pk))) for person in (colleague, trainer))
    queue = text(as_(trainer).get(address("queue", cohort)))

    assert ["Teammate" in page for page in (theirs, mine, queue)] == [True, False, False]
    assert ["canary" in page for page in (theirs, mine, queue)] == [True, False, False]


def test_post_page_asks_little(cohort, post, teammate, trainer, django_assert_max_num_queries):
    Flag.objects.create(post=post, person=teammate, kind="hurts")
    for number in range(6):
        hide_post(actor=trainer, post=post, why=f"Why {number}")
        Post.objects.update(state="shown")
    client = as_(trainer)
    client.get(address("post", cohort, post.pk))

    with django_assert_max_num_queries(12):
        client.get(address("post", cohort, post.pk))


# --- a thread ---------------------------------------------------------------------------------------------------------


def test_every_act_with_a_thread_by_the_page(cohort, post, owner, teammate, trainer):
    client, thread = as_(trainer), post.thread
    answer = say(thread, teammate)
    day = (timezone.localdate() + datetime.timedelta(days=2)).isoformat()
    other = begin_thread(cohort=cohort, author=owner, title="Another")

    assert client.get(address("thread", cohort, thread.pk)).status_code == 200
    for act, given in [
        ("lock", {"why": "Why"}),
        ("unlock", {}),
        ("pin", {}),
        ("slow", {"hours": "6", "why": "Why"}),
        ("rename", {"title": "Other title", "why": "Why"}),
        ("hold", {"until": day, "why": "Why"}),
    ]:
        assert client.post(address("thread-act", cohort, thread.pk, act), given).url == address("thread", cohort, thread.pk)
    split = client.post(address("thread-act", cohort, thread.pk, "split"), {"posts": [answer.pk], "title": "New", "why": "Why"})
    new = Thread.objects.get(title="New")
    merged = client.post(address("thread-act", cohort, other.pk, "merge"), {"into": new.pk, "why": "Why"})
    client.post(address("thread-act", cohort, thread.pk, "unpin"))

    thread.refresh_from_db()
    assert (thread.title, thread.slow_hours, thread.locked_at, thread.pinned_at) == ("Other title", 6, None, None)
    assert (split.url, merged.url) == (address("thread", cohort, new.pk),) * 2
    assert set(new.posts.all()) == {answer, Post.objects.get(thread=new, author=owner)}
    gone = client.get(reverse("forums:thread", args=[cohort.slug, other.pk]))
    assert gone.url == reverse("forums:thread", args=[cohort.slug, new.pk])


def test_move_by_the_page_and_what_is_refused_keeps_the_words(cohort, post, teammate, trainer):
    client = as_(trainer)
    trainers = Forum.objects.get(cohort=cohort, kind="trainers")

    refused = client.post(address("thread-act", cohort, post.thread_id, "move"), {"to": trainers.pk, "why": "It is for us"})
    nowhere = client.post(address("thread-act", cohort, post.thread_id, "move"), {"to": 999_999, "why": "It is for us"})
    split = client.post(address("thread-act", cohort, post.thread_id, "split"), {"posts": [post.pk], "title": "Kept title", "why": "Why"})

    assert "Somebody who has spoken in it would not see it there any more." in text(refused)
    assert ">\nIt is for us</textarea>" in refused.content.decode()
    assert "Please choose a forum." in text(nowhere)
    assert "The first post stays" in text(split)
    assert re.search(rf'name="posts"\s+value="{post.pk}"\s+checked', split.content.decode())
    assert 'value="Kept title"' in text(split)


def test_thread_page_lets_one_choose_by_key_among_many(cohort, post, teammate, trainer):
    many = fill(post.thread, teammate, 120)
    client = as_(trainer)

    first = client.get(address("thread", cohort, post.thread_id))
    second = client.get(address("thread", cohort, post.thread_id) + f"?from={first.context['later']}")

    shown = [re.findall(r'name="posts"\s+value="(\d+)"', page.content.decode()) for page in (first, second)]
    assert [int(pk) for pk in chain(*shown)] == [post.pk, *(each.pk for each in many[:99])]


def test_pinned_threads_come_first_on_every_page(cohort, owner, teammate, trainer):
    threads = [begin_thread(cohort=cohort, author=owner, title=f"Thread {number}.") for number in range(25)]
    Thread.objects.filter(pk__in=[thread.pk for thread in threads[:22]]).update(pinned_at=timezone.now())
    for thread in threads[::4]:
        say(thread, teammate)
    expected = list(Thread.objects.visible_to(owner, cohort).for_list(owner).values_list("title", flat=True))
    where = reverse("forums:forum", args=[cohort.slug])

    first = as_(owner).get(where).content.decode()
    second = as_(owner).get(where + re.search(r"\?after=[^\"]+", first)[0]).content.decode()

    titles = [re.findall(r"Thread \d+\.", page) for page in (first, second)]
    assert titles[0] + titles[1] == expected
    assert first.count("Put first") == 20


# --- what others read of hidden words ---------------------------------------------------------------------------------


def test_hidden_words_are_gone_from_thread_list_quotes_and_composer_on_the_next_request(cohort, post, owner, teammate, trainer):
    answer = say(post.thread, teammate, answers=post, quoted="hearing the chair")
    client = as_(teammate)
    places = [
        reverse("forums:forum", args=[cohort.slug]),
        reverse("forums:thread", args=[cohort.slug, post.thread_id]),
        reverse("forums:thread", args=[cohort.slug, post.thread_id]) + f"?answers={post.pk}",
        reverse("today"),
    ]
    before = ["hearing the chair" in text(client.get(place)) for place in places]

    hide_post(actor=trainer, post=post, why="It names somebody")

    assert before == [True, True, True, False]
    assert ["hearing the chair" in text(client.get(place)) for place in places] == [False] * 4
    assert answer.quoted == "hearing the chair"  # it is there again with the words


def test_an_answer_left_behind_leads_to_the_thread_where_it_was_said(cohort, post, owner, teammate, trainer):
    answer = say(post.thread, teammate, answers=post, quoted="the chair")
    as_(trainer).post(address("thread-act", cohort, post.thread_id, "split"), {"posts": [answer.pk], "title": "New", "why": "Why"})
    new = Thread.objects.get(title="New")

    page = as_(owner).get(reverse("forums:thread", args=[cohort.slug, new.pk])).content.decode()

    assert f'href="{reverse("forums:thread-anywhere", args=[post.thread_id])}?from={post.pk}#post-{post.pk}"' in page


def test_thread_page_asks_no_more_for_all_this(cohort, post, owner, teammate, trainer):
    say(post.thread, teammate, answers=post, quoted="the chair", client_id=uuid4())
    counts = []
    for person in (owner, trainer):
        client = as_(person)
        client.get(reverse("forums:thread", args=[cohort.slug, post.thread_id]))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("forums:thread", args=[cohort.slug, post.thread_id]))
        counts.append(len(asked))

    assert max(counts) <= 8
