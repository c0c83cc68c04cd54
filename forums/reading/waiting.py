"""What waits for somebody in the forums of a cohort: for Today."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from courses.models import Cohort
from courses.permissions import part_in, standing_for
from forums.models import Post
from lms.permissions import Part
from lms.prepared import Prepared
from lms.users.models import User


def waiting_for(user: User, cohort: Cohort, part: Part | None = None, limit: int = 3) -> list[Post]:
    """At most `limit` posts: first what answers this person and is unread, then openings nobody has answered, the oldest first.
    `post.answers_you` says which. Two queries at most, and a third if the part is not known; author and thread come with them."""
    part = part or part_in(user, cohort)
    if part is None or not user.is_active:
        return []
    values: dict[str, Any] = {
        "person": user.pk,
        "cohort": cohort.pk,
        "programme": cohort.programme_id,
        "today": cohort.today(),
        "now": timezone.now(),
    }
    waiting = _answers(part, limit, **values)
    for post in waiting:
        post.answers_you = True
    return waiting if len(waiting) == limit else [*waiting, *_openings(part, limit, **values)][:limit]


def unanswered_in(user: User, cohort: Cohort, part: Part, limit: int) -> list[Post]:
    """Openings in the forums that this person sees and nobody has answered, the oldest first. One query; author and thread come along."""
    return list(
        _openings(part, limit, person=user.pk, cohort=cohort.pk, programme=cohort.programme_id, today=cohort.today(), now=timezone.now())
    )


@Prepared
def _answers(
    part: Part, limit: int, *, person: int, cohort: int, programme: int, today: datetime.date, now: datetime.datetime
) -> QuerySet[Post]:
    user = User(pk=person)
    found = Post.objects.visible_to(user, standing_for(cohort, programme, today), part).answers_unread_by(user, now)
    return found.select_related("author", "thread__forum__cohort").order_by("pk")[:limit]


@Prepared
def _openings(
    part: Part, limit: int, *, person: int, cohort: int, programme: int, today: datetime.date, now: datetime.datetime
) -> QuerySet[Post]:
    user = User(pk=person)
    found = Post.objects.visible_to(user, standing_for(cohort, programme, today), part).unanswered_by(user, now)
    return found.select_related("author", "thread__forum__cohort").order_by("posted_at", "pk")[:limit]
