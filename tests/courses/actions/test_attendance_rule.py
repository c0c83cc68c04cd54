import pytest

from courses.actions.attendance_rule import set_attendance_rule
from courses.models import Cohort
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


def test_set_attendance_rule_is_ninety_percent_until_a_coordinator_says_otherwise():
    cohort = make_cohort()
    before = cohort.attendance_threshold

    set_attendance_rule(actor=make_user(coordinates=True), cohort=cohort, percent=80)

    assert (before, Cohort.objects.get(pk=cohort.pk).attendance_threshold) == (90, 80)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_set_attendance_rule_is_a_coordinators(part):
    cohort = make_cohort()
    with pytest.raises(Refused):
        set_attendance_rule(actor=make_membership(cohort=cohort, part=part).person, cohort=cohort, percent=80)


@pytest.mark.parametrize("percent", [0, 101])
def test_set_attendance_rule_is_a_share(percent):
    with pytest.raises(ValueError, match="between"):
        set_attendance_rule(actor=make_user(coordinates=True), cohort=make_cohort(), percent=percent)
