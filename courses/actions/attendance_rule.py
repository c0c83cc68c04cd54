"""The share of the hours that a cohort asks of everybody."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.permissions import may_in
from lms.permissions import Verb, require
from lms.users.models import User


@transaction.atomic
def set_attendance_rule(*, actor: User, cohort: Cohort, percent: int) -> None:
    """From now on, for all days of its year. Raises ValueError outside 1 to 100: the form has asked before."""
    require(may_in(actor, cohort, Verb.SET_ATTENDANCE_RULE), _("Only a coordinator changes the rule."))
    if not 1 <= percent <= 100:
        raise ValueError("A share is between 1 and 100 percent.")
    Cohort.objects.filter(pk=cohort.pk).update(attendance_threshold=percent)
    cohort.attendance_threshold = percent
