"""What forums does when news comes from below."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Cohort, Group, Programme
from courses.permissions import recent_places_of
from courses.signals import Source, cohort_planned, group_formed, programme_loaded, sources_asked
from forums.actions.forums import open_forums, open_group_forum
from forums.models import Post
from lms import richtext
from lms.notifications.actions.notices import forget_place
from lms.users.models import User


@receiver(cohort_planned)
def open_forums_of_cohort(cohort: Cohort, **kwargs: Any) -> None:
    """A cohort whose year stands has places to talk."""
    open_forums(cohort=cohort)


@receiver(group_formed)
def open_forum_of_group(group: Group, left: Iterable[User], **kwargs: Any) -> None:
    """So has a peer group or home team. Notices of those who left may lead to what is now the others' alone."""
    open_group_forum(group=group)
    for person in left:
        forget_place(person=person, under=reverse("forums:forum", args=[group.cohort.slug]))


@receiver(programme_loaded)
def open_what_the_course_asks_now(programme: Programme, **kwargs: Any) -> None:
    """A question that came after a cohort was planned gets its thread there."""
    for cohort in programme.cohorts.all():
        open_forums(cohort=cohort)


@receiver(sources_asked)
def where_posts_were_said(person: User, names: Iterable[str], **kwargs: Any) -> dict[str, Source]:
    """Posts somebody kept words of, as long as they may read them; of an anonymous one the alias. A query for each cohort."""
    keys = [int(name.removeprefix("post:")) for name in names if name.startswith("post:")]
    if not keys:
        return {}
    found = {}
    for cohort in _cohorts_of(person, keys):
        posts = Post.objects.visible_to(person, cohort).in_words().filter(pk__in=keys).select_related("author", "thread__forum__cohort")
        for post in posts:
            words = "\n\n".join(richtext.folded(block) for block in richtext.blocks(post.html))
            label = _("%(name)s, in the forum") % {"name": post.public_name}
            found[f"post:{post.pk}"] = Source(cohort, post.get_absolute_url(), label, words)
    return found


def _cohorts_of(person: User, keys: list[int]) -> list[Cohort]:
    """In which these posts are met: their own, or, where everybody talks, that of the reader."""
    cohorts = {cohort.pk: cohort for cohort in Cohort.objects.filter(forums__threads__posts__in=keys)}
    if Post.objects.filter(pk__in=keys, thread__forum__cohort=None).exists():
        cohorts |= {place.cohort.pk: place.cohort for place in recent_places_of(person)[:1]}
    return list(cohorts.values())
