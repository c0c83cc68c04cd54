import pytest

from lms.permissions import Part
from tests.courses.factories import make_peer_group, make_share
from tests.courses.views.shares.pages import signed_in
from tests.factories import make_cohort, make_membership, make_user


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort()
    make_peer_group(cohort, owner, teammate)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer A")).person


@pytest.fixture
def mine(owner):
    return signed_in(owner)


@pytest.fixture
def theirs(teammate):
    return signed_in(teammate)


@pytest.fixture
def share(owner, teammate, cohort):
    return make_share(author=owner, reader=teammate, cohort=cohort)
