"""How far somebody has read."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from forums.models import Post, Thread, ThreadRead
from lms.full_disk import trace
from lms.users.models import User


@trace()
def mark_read(*, actor: User, thread: Thread, first: int, last: int) -> None:
    """Notes that the posts from `first` to `last` have been shown. One of the traces a GET leaves.

    Moves forwards only, and only if nothing is skipped: who follows a link into the middle still finds the rest unread.
    """
    known = getattr(thread, "my_last_read", 0)  # after `with_mine`; it only ever grows
    if not known:
        ThreadRead.objects.bulk_create([ThreadRead(person=actor, thread=thread)], ignore_conflicts=True)
    behind = ThreadRead.objects.filter(person=actor, thread=thread, last_read__lt=last)
    if first > known:  # else the page began with what had been read
        skipped = Post.objects.shown().filter(thread=thread, pk__gt=OuterRef("last_read"), pk__lt=first).exclude(author=actor)
        behind = behind.exclude(Exists(skipped))
    behind.update(last_read=last, at=timezone.now())
