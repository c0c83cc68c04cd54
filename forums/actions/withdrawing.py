"""Taking back what one has said. The place and what others answered stay; the words go, wherever they stand."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.files import remove_files
from forums.actions.posting import hold_person, lock_thread, settle_thread
from forums.actions.telling import take_from_open_pages
from forums.actions.telling_of_posts import notice_key
from forums.models import Post, PostCheck, Thread
from forums.permissions import can_withdraw_post
from lms.notifications.actions.notices import take_back
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def withdraw_post(*, actor: User, post: Post) -> Post:
    """Takes a post's words away for good: in it, in its earlier words and files, and where others quoted them. Whom it named and who
    reacted to it go with them. Again is harmless. Raises Refused with a sentence for the person."""
    hold_person(actor, post.thread.forum)
    thread = lock_thread(post.thread)
    post = Post.objects.select_related("thread__forum__cohort").get(pk=post.pk)
    require(can_withdraw_post(actor, post), _("Only who wrote it can take it back."))
    if post.withdrawn_at is not None:
        return post
    post.html, post.plain, post.quoted, post.waiting, post.withdrawn_at = "", "", "", False, timezone.now()
    post.save(update_fields=["html", "plain", "quoted", "waiting", "withdrawn_at"])
    for beside in (post.revisions, post.mentions, post.reactions):
        beside.all().delete()
    PostCheck.objects.filter(post=post).delete()
    remove_files(post=post)
    take_back(keys=[notice_key(post.pk)])
    post.answered_by.exclude(quoted="").update(quoted="")
    if thread.author_id == post.author_id and not thread.posts.filter(pk__lt=post.pk).exists():
        thread.title = _("Words that were taken back")  # a title is its author's words too; trainers may give another
        thread.save(update_fields=["title"])
    wait_again(thread, post)
    settle_thread(thread)
    take_from_open_pages(post)
    return post


def wait_again(thread: Thread, post: Post) -> None:
    """What only this post had answered waits for a response once more. The thread is locked; `settle_thread` comes after it."""
    opening = _answered(thread, post)
    if opening is None or not opening.has_words or opening.author_id == post.author_id:
        return
    answers = thread.posts.in_words().exclude(author=opening.author_id)
    if thread.activity_id is not None:
        answers = answers.filter(answers=opening)
    if not answers.exists():
        Post.objects.filter(pk=opening.pk).update(waiting=True)


# --- inside ---------------------------------------------------------------------------------------------------------


def _answered(thread: Thread, post: Post) -> Post | None:
    """The opening that this post answers: what began a person's thread, or an answer to the course's question itself."""
    if thread.activity_id is None:
        return thread.posts.order_by("pk").first()
    return post.answers if post.answers is not None and post.answers.answers_id is None else None
