import pytest

from live.models import Room
from lms.users.models import User
from tests.live.factories import make_room


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    return make_room(members=[owner, teammate])
