import datetime

import pytest
from django.utils import timezone

from forums.actions.forums import open_forums
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread


@pytest.fixture
def cohort(owner, teammate):
    """Owner and Teammate learn here, Trainer and Colleague look after the forum."""
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer")).person


@pytest.fixture
def colleague(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Colleague")).person


@pytest.fixture
def post(cohort, owner):
    """Owner's first post of a thread."""
    return begin_thread(cohort=cohort, author=owner, words="I keep hearing the chair").posts.get()


@pytest.fixture
def later(monkeypatch):
    """later(hours=3): it is that much later now."""
    now = timezone.now

    def later(**span):
        moment = now() + datetime.timedelta(**span)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return later
