import pytest

from lms.permissions import Part
from tests.courses.planning.conftest import make_year
from tests.courses.views.planning.pages import FIRST, SECOND
from tests.factories import make_membership, make_user


@pytest.fixture
def year():
    return make_year(starts=(FIRST, SECOND), title="Autumn")


@pytest.fixture
def coordinator(year):
    return make_membership(cohort=year, part=Part.COORDINATOR, person=make_user(display_name="Cora")).person


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator)
    return client
