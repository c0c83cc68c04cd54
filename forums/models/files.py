"""Pictures and files of a post. They belong to whoever brought them until the post is there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Cohort
from courses.permissions import part_in
from forums.models.posts import Post, with_words
from lms.files.kinds import Kind
from lms.permissions import Part, Verb, may

if TYPE_CHECKING:
    from lms.users.models import User

ALT_LENGTH = 300


class PostFileQuerySet(models.QuerySet["PostFile"]):
    def visible_to(self, user: User | AnonymousUser, cohort: Cohort, part: Part | None = None) -> PostFileQuerySet:
        """Files of posts whose words this person may read here (`forums.permissions.can_read_post`), and those they have brought
        for a post to come. What goes with words that were taken back is nobody's."""
        part = part or part_in(user, cohort)
        if part is None:
            return self.none()
        seen = Q(post__in=Post.objects.visible_to(user, cohort, part).filter(withdrawn_at=None).order_by().values("pk"))
        if not may(part, Verb.MODERATE):
            seen &= with_words("post__") | Q(post__author=user.pk)
        return self.whole().filter(seen | Q(post=None, author=user.pk))

    def whole(self) -> PostFileQuerySet:
        """Without those that are still on their way into the storage."""
        return self.filter(size__gt=0)


class PostFile(models.Model):
    """A picture or file. Before its post is there it has none: `client_id` is the browser's name of the post to come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField()
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="files")
    file = models.FileField(upload_to="forum/")
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=80)
    size = models.PositiveIntegerField()  # bytes; 0 until all of it is in the storage
    picture = models.BooleanField(default=False)
    alt = models.CharField(max_length=ALT_LENGTH, blank=True)  # what a picture shows, for who does not see it
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    brought_at = models.DateTimeField(default=timezone.now)

    objects = PostFileQuerySet.as_manager()

    class Meta:
        ordering = ["brought_at", "pk"]
        indexes = [models.Index(fields=["author", "client_id"], name="post_file_to_come")]

    def __str__(self) -> str:
        return f"File {self.pk}"  # never its name: it may be somebody's words

    @property
    def stored_as(self) -> str:
        """Its name in the storage, which says neither what nor whose it is."""
        return str(self.file.name)

    @property
    def kind(self) -> Kind:
        """As which it is given out."""
        return next(kind for kind in Kind if kind.mime == self.mime)
