import uuid

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from forums.actions.changing import edit_post
from forums.actions.reacting import react
from forums.actions.telling_of_posts import tell_of_post
from forums.actions.withdrawing import withdraw_post
from forums.models import Mention, Post, PostCheck, PostFile, PostRevision, Reaction, Thread
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, prompt_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner, words="Canary of @Teammate")


def test_withdraw_post_takes_the_words_wherever_they_stand(thread, owner, teammate, django_capture_on_commit_callbacks):
    post = thread.posts.get()
    file = PostFile.objects.create(
        author=owner,
        client_id=uuid.uuid4(),
        post=post,
        file=ContentFile(b"canary", "canary.txt"),
        name="canary.txt",
        mime="text/plain",
        size=6,
    )
    answer = say(thread, teammate, "I heard", answers=post, quoted="Canary of")
    edit_post(actor=owner, post=post, html="<p>Canary again, @Teammate</p>", why="canary")
    react(actor=teammate, post=post, kind=Reaction.Kind.HEARD)
    PostCheck.objects.create(post=post, reason="canary")
    storage, name = file.file.storage, file.file.name

    with django_capture_on_commit_callbacks(execute=True):
        withdraw_post(actor=owner, post=post)

    post.refresh_from_db()
    answer.refresh_from_db()
    assert (post.html, post.plain, post.quoted, post.waiting, post.withdrawn_at is None) == ("", "", "", False, False)
    assert (answer.answers, answer.quoted, answer.plain) == (post, "", "I heard")
    assert [model.objects.count() for model in (PostFile, PostRevision, Mention, Reaction, PostCheck)] == [0] * 5
    assert (storage.exists(name), "anary" in repr(list(Post.objects.values()))) == (False, False)


def test_withdraw_post_takes_the_notices_of_it_back(thread, owner, teammate):
    post = thread.posts.get()
    tell_of_post(post_id=post.pk)
    told = list(Notice.objects.values_list("person", "kind"))

    withdraw_post(actor=owner, post=post)

    assert (told, Notice.objects.count()) == ([(teammate.pk, "mention")], 0)


def test_withdraw_post_again_is_harmless(thread, owner):
    post = thread.posts.get()

    first, again = (withdraw_post(actor=owner, post=post).withdrawn_at for _ in range(2))

    assert first == again


def test_withdraw_post_is_for_its_author_alone_while_they_see_the_thread(cohort, thread, owner, teammate, outsider):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    post = thread.posts.get()
    say(thread, teammate)

    for person in (teammate, trainer, outsider):
        with pytest.raises(Refused):
            withdraw_post(actor=person, post=post)
    cohort.memberships.filter(person=owner).update(ended_at=timezone.now())
    with pytest.raises(Refused):
        withdraw_post(actor=owner, post=post)

    assert Post.objects.get(pk=post.pk).withdrawn_at is None


def test_withdraw_post_waits_for_no_response_any_more(thread, owner):
    withdraw_post(actor=owner, post=thread.posts.get())

    assert Thread.objects.get().waiting_since is None


def test_withdraw_post_lets_what_it_alone_answered_wait_again(cohort, thread, owner, teammate):
    opening, question = thread.posts.get(), prompt_thread(cohort=cohort)
    asked = say(question, owner)
    answers = [say(thread, teammate), say(question, teammate, answers=asked)]
    waited = [Thread.objects.get(pk=one.pk).waiting_since for one in (thread, question)]

    for answer in answers:
        withdraw_post(actor=teammate, post=answer)

    now = [Thread.objects.get(pk=one.pk).waiting_since for one in (thread, question)]
    assert (waited, now) == ([None, None], [opening.posted_at, asked.posted_at])


def test_withdraw_post_leaves_answered_what_somebody_else_answered_too(cohort, thread, owner, teammate):
    answer = say(thread, teammate)
    say(thread, make_membership(cohort=cohort).person)

    withdraw_post(actor=teammate, post=answer)

    assert Thread.objects.get().waiting_since is None


def test_reply_cannot_quote_what_is_withdrawn_meanwhile(thread, owner, teammate):
    post = thread.posts.get()  # as it stood while the answer was written
    withdraw_post(actor=owner, post=post)

    with pytest.raises(Refused) as refused:
        say(thread, teammate, answers=post, quoted="Canary")

    assert (refused.value.code, thread.posts.count()) == ("quote", 1)


def test_withdraw_post_takes_the_title_along_if_it_was_the_opening(thread, owner, teammate):
    answer = say(thread, teammate, "I heard")
    titles = []

    for author, post in ((teammate, answer), (owner, thread.posts.order_by("pk").first())):
        withdraw_post(actor=author, post=post)
        titles.append(Thread.objects.get(pk=thread.pk).title)

    assert titles == [thread.title, "Words that were taken back"]


def test_withdraw_post_leaves_the_title_of_a_question(cohort, owner):
    question = prompt_thread(cohort=cohort)
    post = say(question, owner, "My answer")

    withdraw_post(actor=owner, post=post)

    assert Thread.objects.get(pk=question.pk).title == question.title
