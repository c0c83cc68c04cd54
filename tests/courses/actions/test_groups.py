import pytest

from courses.actions.groups import form_group
from courses.models import Group
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_only_a_coordinator_forms_groups(part):
    membership = make_membership(cohort=make_cohort(), part=part)

    with pytest.raises(Refused):
        form_group(actor=membership.person, cohort=membership.cohort, kind=Group.Kind.TRIAD, title="T", members=[])

    assert Group.objects.count() == 0


def test_form_group_takes_only_current_members_of_the_cohort(coordinator):
    cohort = make_cohort()
    inside, outside = make_membership(cohort=cohort), make_membership(cohort=make_cohort())

    group = form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="One", members=[inside, outside])

    assert list(group.members.all()) == [inside]
