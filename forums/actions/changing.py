"""Changing what one has said. What stood there before is kept, and may be read by whoever may read the post."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.checking import keep_check, look_over, spoken, texts_of
from forums.actions.files import Alts, attach_files, described_now
from forums.actions.mentioning import mention_anew
from forums.actions.posting import hold_person, require_unheld, require_words
from forums.actions.telling_of_posts import notice_key
from forums.models import Post, PostRevision
from forums.permissions import can_edit_post
from lms import richtext
from lms.notifications.actions.notices import forget_words
from lms.permissions import require
from lms.users.models import User
from lms.words import one_line

EDITS = 30  # of one person's posts, all together …
EDITS_WITHIN = datetime.timedelta(minutes=10)  # … within this time
WHY_LENGTH = 200


@transaction.atomic
def edit_post(*, actor: User, post: Post, html: str, why: str = "", reason: str = "", alts: Alts | None = None) -> Post:
    """Other words in the same place; readers see when, and what stood there before. What others quoted stays as they quoted it.

    `why` is asked for if others have answered. Raises Refused with a sentence for the person, its code "why" if that is missing;
    Noticed, which is one, if the check notices something new and no reason came.
    """
    hold_person(actor, post.thread.forum)
    # Held as it stands now: it may have been withdrawn or hidden meanwhile.
    held = Post.objects.select_for_update(no_key=True, of=("self",)).select_related("author", "thread__forum__cohort")
    post = held.get(pk=post.pk)
    require(can_edit_post(actor, post), _("Only who wrote it can change it."))
    require_words(html)
    require_unheld(actor, post)
    described = described_now(author_id=post.author_id, client_id=post.client_id, alts=alts or {})
    standing = "\n".join([spoken(post.html), *post.files.values_list("alt", flat=True)])
    line = one_line(why)[:WHY_LENGTH]
    texts = texts_of(html=html, alts=described) | ({"why": line} if line else {})
    kinds = look_over(forum=post.thread.forum, texts=texts, reason=reason, standing=standing)
    if html != post.html:
        said_why = bool(line) or not asks_why(post)
        require(said_why, _("Others have answered these words. Please say in a few words why you change them."), "why")
        _require_pace(actor)
    attach_files(post=post, alts=alts or {})
    keep_check(post=post, kinds=kinds, reason=reason)
    if html == post.html:
        return post
    stood = post.has_words
    _keep_earlier(post, line)
    post.html, post.plain, post.cleaned_with, post.edited_at = html, richtext.plain(html), richtext.CLEANED_WITH, timezone.now()
    post.save(update_fields=["html", "plain", "cleaned_with", "edited_at"])
    mention_anew(post, post.thread.forum)
    forget_words(keys=[notice_key(post.pk)])
    if not stood:
        forget_earlier_words(post)
    return post


def asks_why(post: Post) -> bool:
    """Whether somebody else has answered words that stand: readers of the answer are told why the words are others now."""
    others = Post.objects.shown().exclude(author=post.author_id)
    if not post.has_words:
        return False
    if others.filter(answers=post).exists():
        return True
    opens = post.thread.author_id == post.author_id and not post.thread.posts.filter(pk__lt=post.pk).exists()
    return opens and others.filter(thread=post.thread_id).exists()


def forget_earlier_words(post: Post) -> None:
    """What stood in a post that was not to be read must not come back: neither as its earlier words nor where others quoted them."""
    PostRevision.objects.filter(post=post).delete()
    there = " ".join(post.plain.split())
    quoting = Post.objects.filter(answers=post).exclude(quoted="").values_list("pk", "quoted")
    gone = [pk for pk, quoted in quoting if quoted not in there]
    Post.objects.filter(pk__in=gone).update(quoted="")


# --- inside ---------------------------------------------------------------------------------------------------------


def _keep_earlier(post: Post, why: str) -> None:
    """Of words that were not to be read nothing is kept: see `forget_earlier_words`."""
    if not post.has_words:
        return
    PostRevision.objects.create(post=post, html=post.html, why=why)


def _require_pace(actor: User) -> None:
    recent = PostRevision.objects.filter(post__author=actor, replaced_at__gt=timezone.now() - EDITS_WITHIN).count()
    sentence = _("You have changed your words %(count)s times within ten minutes. Your words are still here; keep them a little later.")
    require(recent < EDITS, sentence % {"count": EDITS}, "too-fast")
