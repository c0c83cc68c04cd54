"""Who does something together: forming groups."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Cohort, Group, Membership
from courses.permissions import may_in
from courses.signals import group_formed
from lms.permissions import Verb, require
from lms.users.models import User


@transaction.atomic
def form_group(*, actor: User, cohort: Cohort, kind: Group.Kind, title: str, members: Iterable[Membership]) -> Group:
    """A peer group, triad or home team of current members. The same title again changes who is in it."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator forms groups."))
    group, _fresh = Group.objects.get_or_create(cohort=cohort, kind=kind, title=title)
    before = set(group.members.select_related("person"))
    group.members.set(membership for membership in members if membership.cohort_id == cohort.pk and membership.ended_at is None)
    group_formed.send(Group, group=group, left=[gone.person for gone in before - set(group.members.all())])
    return group
