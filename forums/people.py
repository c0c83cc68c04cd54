"""Who meets a forum: the same rule as `Forum.objects.visible_to`, asked from the other side."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from courses.models import Membership
from forums.models import Forum, Level, Thread
from lms.permissions import Verb, parts_that
from lms.users.models import User


def members_of(forum: Forum) -> QuerySet[Membership]:
    """Current memberships by way of which somebody meets the forum; of the commons one person may have several. Who coordinates the
    site and has no part in the cohort meets its forums without being counted among its people."""
    here = Membership.objects.current().filter(person__is_active=True)
    match forum.kind:
        case Forum.Kind.COHORT:
            return here.filter(cohort=forum.cohort_id, part__in=parts_that(Verb.SEE_COHORT_FORUM))
        case Forum.Kind.TRAINERS:
            return here.filter(cohort=forum.cohort_id, part__in=parts_that(Verb.SEE_TRAINERS_FORUM))
        case Forum.Kind.COMMONS:
            return here.filter(cohort__programme=forum.programme_id, part__in=parts_that(Verb.SEE_COMMONS))
    in_group = Q(groups=forum.group_id, part__in=parts_that(Verb.SEE_COHORT_FORUM))
    return here.filter(in_group | Q(part__in=parts_that(Verb.MODERATE)), cohort=forum.cohort_id).distinct()


def people_in(forum: Forum) -> QuerySet[User]:
    """Everybody who meets the forum, by name."""
    return User.objects.filter(pk__in=members_of(forum).values("person")).order_by("display_name", "pk")


def people_of(forum: Forum, *, among: Iterable[int]) -> set[int]:
    """Those of these people who meet the forum."""
    return set(members_of(forum).filter(person__in=list(among)).values_list("person", flat=True))


def levels_in(thread: Thread) -> dict[int, str]:
    """What people chose for this thread, or else for its forum (forums.models.Level), by person. One query."""
    rows = Level.objects.filter(Q(thread=thread) | Q(forum=thread.forum_id))
    thread_last = rows.order_by(F("thread").asc(nulls_first=True))  # so that it wins
    return dict(thread_last.values_list("person", "much"))
