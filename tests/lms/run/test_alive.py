import os
import subprocess
import sys
import time

import pytest
from django.db import connection

from lms.run import alive


@pytest.fixture
def sign(tmp_path, monkeypatch):
    path = tmp_path / "alive"
    monkeypatch.setenv("ALIVE_FILE", str(path))
    monkeypatch.setattr(alive, "_shown_at", float("-inf"))
    return path


def test_show_touches_the_file_now_and_then(sign):
    alive.show()
    os.utime(sign, (0, 0))
    alive.show()  # just now it was touched

    assert sign.stat().st_mtime == 0


def test_show_without_a_file_or_a_place_for_it_does_nothing(sign, monkeypatch):
    monkeypatch.setenv("ALIVE_FILE", str(sign / "below" / "nothing"))
    alive.show()
    monkeypatch.delenv("ALIVE_FILE")
    monkeypatch.setattr(alive, "_shown_at", float("-inf"))
    alive.show()

    assert not sign.exists()


@pytest.mark.django_db
def test_while_asking_shows_that_somebody_asks_the_database(sign):
    with connection.execute_wrapper(alive.while_asking), connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    assert sign.exists()


@pytest.mark.parametrize(("age", "well"), [(0, 0), (400, 1), (None, 1)])
def test_health_of_who_answers_nobody_is_the_age_of_its_sign(sign, age, well):
    if age is not None:
        sign.touch()
        os.utime(sign, (time.time() - age, time.time() - age))

    asked = subprocess.run([sys.executable, "-m", "lms.run.health", "alive"], env=os.environ | {"ALIVE_FILE": str(sign)}, check=False)

    assert asked.returncode == well
