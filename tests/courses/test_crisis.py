"""Numbers for a crisis do not depend on the cache; tests/courses/actions/test_care_pages.py changes them."""

from typing import Any

import pytest

from courses import crisis
from courses.models import CrisisNumbers

pytestmark = pytest.mark.django_db


class Away:
    """A cache whose Redis is gone."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_words: object) -> None:
            raise ConnectionError(name)

        return fail


def test_countries_come_from_the_database_while_the_cache_is_away(monkeypatch, owner):
    CrisisNumbers.objects.create(code="GB", emergency="123", lines=[], changed_by=owner)
    monkeypatch.setattr(crisis, "cache", Away())

    crisis.forget()

    assert crisis.countries()["GB"].emergency == "123"
