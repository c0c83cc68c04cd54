"""What the list of announcements shows."""

from dataclasses import dataclass, field

from django.db.models import Q

from courses.models import Announcement, Cohort
from lms.users.models import User

PAGE = 20


@dataclass(frozen=True)
class Listed:
    """The newest first; `further` is for ?before=, None where the list ends here. `coming` is what has not gone out."""

    rows: list[Announcement]
    further: int | None
    coming: list[Announcement] = field(default_factory=list)


def listed(cohort: Cohort, person: User, before: int | None) -> Listed:
    """Two queries. Without an end for what is still to come: only whoever makes announcements sees any of it."""
    visible = Announcement.objects.visible_to(person).filter(cohort=cohort).select_related("author", "group", "cohort")
    gone_out = visible.filter(sent_at__isnull=False).order_by("-sent_at", "-pk")
    last = Announcement.objects.visible_to(person).filter(cohort=cohort, pk=before).first() if before else None
    if last is not None:
        gone_out = gone_out.filter(Q(sent_at__lt=last.sent_at) | Q(sent_at=last.sent_at, pk__lt=last.pk))
    rows = list(gone_out[: PAGE + 1])
    coming = [] if before else list(visible.filter(sent_at=None).with_obstacles().order_by("goes_at", "pk"))
    return Listed(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None, coming)
