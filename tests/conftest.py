import gc
import os

import pytest
from django.core.cache import caches
from django.test import TransactionTestCase, override_settings
from hypothesis import settings as hypothesis_settings

from lms.users.models import User
from tests import databases
from tests.factories import make_user

# Thousands of tests are collected and stay to the end: to look for rubbish among them again and again finds nothing, and takes time.
gc.set_threshold(20_000)

# What lands must not hang on which examples came up that day. By hand hypothesis looks for new ones each time.
hypothesis_settings.register_profile("steady", derandomize=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("steady")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The part of the suite on PostgreSQL leaves out what the part on SQLite has proved for both: what meets no database at all, and
    what says of itself that any will do. By hand everything runs anywhere."""
    if os.environ.get("SUITE_PART") != "postgres":
        return
    left_out = [item for item in items if item.get_closest_marker("any_database") or not _meets_servers(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def _meets_servers(item: pytest.Item) -> bool:
    """Whether the database or Redis has a part in it: `tests/live` also asks the channel layer."""
    in_database = item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
    return bool(in_database or issubclass(getattr(item, "cls", None) or object, TransactionTestCase) or "live" in item.path.parts)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    with databases.quick():
        yield


@pytest.fixture(autouse=True)
def _quiet_cache():
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _own_files(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture
def owner(db) -> User:
    return make_user(display_name="Owner")


@pytest.fixture
def teammate(db) -> User:
    return make_user(display_name="Teammate")


@pytest.fixture
def outsider(db) -> User:
    return make_user(display_name="Outsider")
