"""Groups of the demo cohort, and when one of them meets."""

import datetime
import uuid

from django.utils import timezone

from courses.actions.group_dates import set_date
from courses.actions.groups import form_group
from courses.models import Cohort, Group, Membership
from lms.users.models import User


def form_groups(coordinator: User, cohort: Cohort, places: dict[str, Membership]) -> Group:
    """A triad, a home team, and the peer group, which is returned."""
    peers = [places[name] for name in ("Trainee A", "Trainee B", "Trainee C", "Trainee D", "Trainee E")]
    peer_group = form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peer group one", members=peers)
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.TRIAD, title="Triad one", members=peers[:3])
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.HOME_TEAM, title="Demo home team", members=peers[:2])
    return peer_group


def meet(group: Group, member: User) -> None:
    """Two dates of the peer group, as one of it set them."""
    for days, about in ((5, "Demo: a reflecting conversation of our own"), (12, "")):
        starts_at = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0) + datetime.timedelta(days=days)
        ends_at = starts_at + datetime.timedelta(hours=1)
        set_date(actor=member, group=group, starts_at=starts_at, ends_at=ends_at, about=about, client_id=uuid.uuid4())
