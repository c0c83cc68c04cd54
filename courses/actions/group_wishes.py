"""With whom people would like to be: asked until a day, known to themselves and to who forms the groups."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort, GroupWish, Membership, WishesAsked
from courses.models.groups import MOST_WISHES
from courses.permissions import may_in
from lms.permissions import Part, Verb, require
from lms.users.models import User


@transaction.atomic
def ask_wishes(*, actor: User, cohort: Cohort, until: datetime.date) -> WishesAsked:
    """Trainees may say it until the end of this day; another day moves the end."""
    require(may_in(actor, cohort, Verb.FORM_GROUPS), _("Only trainers and coordinators ask for wishes."))
    require(until >= cohort.today(), _("This day is past. Please choose one that is still to come."))
    return WishesAsked.objects.update_or_create(cohort=cohort, defaults={"until": until, "asked_by": actor})[0]


@transaction.atomic
def wish(*, actor: User, cohort: Cohort, people: Collection[Membership], languages: list[str]) -> GroupWish:
    """One's own wish; the last one counts. None at all is a wish too."""
    mine = Membership.objects.current().filter(cohort=cohort, person=actor, part=Part.TRAINEE).first()
    asked = WishesAsked.objects.filter(cohort=cohort).select_related("cohort").first()
    if mine is None or asked is None or asked.is_over:
        require(False, _("Wishes are not asked for just now."))
    require(len(people) <= MOST_WISHES, _("Please choose three people at most."))
    fellows = all(one.cohort_id == cohort.pk and one.ended_at is None and one.part == Part.TRAINEE and one != mine for one in people)
    require(fellows, _("Please choose among the trainees of your cohort."))
    found = GroupWish.objects.update_or_create(member=mine, defaults={"languages": languages, "changed_at": timezone.now()})[0]
    found.people.set(people)
    return found


def forget_wishes(membership: Membership) -> None:
    """Takes away what somebody wished for, and that others wished for them. For actions that end a membership."""
    GroupWish.objects.filter(member=membership).delete()
    GroupWish.people.through.objects.filter(membership=membership).delete()
