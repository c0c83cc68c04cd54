"""Talk that has been saved, by way of the actions, so that who waits for whom is true."""

from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from courses.models import Activity, Cohort
from forums.actions.files import KINDS, bring_file
from forums.actions.forums import forum_of, thread_for_prompt
from forums.actions.posting import Words, reply, start_thread
from forums.models import Forum, Post, PostFile, Thread
from lms import richtext
from lms.files.upload import look_at
from lms.users.models import User
from tests.factories import make_activity, make_block, make_module
from tests.files import picture


def words_of(text: str, **given: Any) -> Words:
    """As a bare textarea sends them."""
    return Words(**{"html": richtext.from_plain(text, "post"), "client_id": uuid4(), **given})


def begin_thread(
    *,
    cohort: Cohort,
    author: User,
    words: str = "What stays with me",
    forum: Forum | None = None,
    title: str = "The empty chair",
    **given: Any,
) -> Thread:
    """A thread and its first post, in everybody's forum or another."""
    return start_thread(actor=author, forum=forum or forum_of(cohort), title=title, words=words_of(words, **given))


def say(thread: Thread, author: User, words: str = "I heard that", *, answers: Post | None = None, quoted: str = "", **given: Any) -> Post:
    return reply(actor=author, thread=thread, words=words_of(words, **given), answers=answers, quoted=quoted)


def make_prompt(*, cohort: Cohort, opens_in: int = -10) -> Activity:
    """A question of the course in a block that opened ten days ago, or opens in so many days."""
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module, opens_in=opens_in)
    return make_activity(module=module, type=Activity.Type.FORUM, prompt="What did you hear?", thread_title="What we heard")


def prompt_thread(*, cohort: Cohort, opens_in: int = -10) -> Thread:
    return thread_for_prompt(cohort=cohort, activity=make_prompt(cohort=cohort, opens_in=opens_in))


def fill(thread: Thread, author: User, count: int) -> list[Post]:
    """Many posts at once, past the limit that holds for people."""
    words = {"html": "<p>Something said</p>", "plain": "Something said", "cleaned_with": richtext.CLEANED_WITH}
    return Post.objects.bulk_create([Post(thread=thread, author=author, client_id=uuid4(), **words) for _ in range(count)])


def bring(author: User, forum: Forum, content: bytes | None = None, name: str = "Garden.png", **given: Any) -> PostFile:
    """A small picture for a post to come, or whatever content and name say."""
    upload = look_at(SimpleUploadedFile(name, picture() if content is None else content), KINDS)
    return bring_file(actor=author, forum=forum, upload=upload, **{"client_id": uuid4(), "alt": "A garden", **given})


def say_with_file(thread: Thread, author: User, content: bytes | None = None, name: str = "Garden.png", **given: Any) -> PostFile:
    """A post of a thread with one file; the file, as it stands there."""
    client_id = uuid4()
    file = bring(author, thread.forum, content, name, client_id=client_id)
    say(thread, author, client_id=client_id, **given)
    file.refresh_from_db()
    return file
