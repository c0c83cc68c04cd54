import pytest

from courses.models import Cohort
from lms.users.models import User
from tests.factories import make_cohort


@pytest.fixture
def cohort(owner: User) -> Cohort:
    return make_cohort(members=[owner], promised_hours=48)
