import pytest

from forums.actions.forums import open_forums
from tests.factories import make_cohort
from tests.forums.views.threads.pages import signed_in


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def as_owner(owner):
    return signed_in(owner)
