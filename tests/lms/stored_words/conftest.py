import pytest

import courses.actions.aftercare
import courses.actions.agreements.proposals
import courses.actions.agreements.text
import courses.actions.announcements
import forums.actions.files
import forums.actions.posting
import live.actions
import live.actions.log
from courses.models import Cohort
from lms.users.models import User
from tests.factories import make_cohort


@pytest.fixture
def cohort(owner: User, teammate: User) -> Cohort:
    return make_cohort(members=[owner, teammate])


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their own tests hold the limits."""
    monkeypatch.setattr(forums.actions.posting, "POSTS", 10_000)
    monkeypatch.setattr(forums.actions.files, "MOST_WAITING", 10_000)
    monkeypatch.setattr(live.actions.log, "PACE", 10_000)
    monkeypatch.setattr(courses.actions.aftercare, "MOST_A_DAY", 10_000)
    monkeypatch.setattr(courses.actions.agreements.proposals, "MOST_A_DAY", 10_000)
    monkeypatch.setattr(courses.actions.agreements.text, "MOST_PASSAGES", 10_000)
    monkeypatch.setattr(courses.actions.announcements, "MOST_A_DAY", 10_000)
    monkeypatch.setattr("lms.views.cannot_get_in.ratelimit.consume", lambda *given, **named: True)
