import pytest

from forums import tasks

pytestmark = pytest.mark.django_db


def test_sweeps_run_on_an_empty_site_and_say_what_they_did():
    assert tasks.sweep_files.call() == "0 files deleted that never got a post"
    assert tasks.sweep_drafts.call() == "0 drafts deleted that nobody came back for"
