"""R4: the embedded site is killed at random moments; what it said is kept is kept, and readable."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lms.keys.router import apps_in

ROOT = Path(__file__).resolve().parents[2]
KILLS = 12

# In a process of its own: these are the embedded settings' databases, not the suite's.
READ = """
import django; django.setup()
from lms import crypto
from lms.mail.models import Letter
for letter in Letter.objects.all():
    number, wrapped = letter.body.split(":")
    crypto.unwrap_key(bytes.fromhex(wrapped), int(letter.subject), place=f"faults:{number}")
"""


def told(var: Path) -> dict[str, str]:
    return os.environ | {"LMS_VAR": str(var), "DJANGO_SETTINGS_MODULE": "lms.settings.embedded"}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with fresh databases, to be copied: making them takes longer than the tests."""
    var = tmp_path_factory.mktemp("migrated")
    for alias in ("default", "keys"):
        command = [sys.executable, "manage.py", "migrate", *apps_in(alias), "--database", alias, "-v0"]
        subprocess.run(command, cwd=ROOT, env=told(var), check=True)
    return var


@pytest.fixture
def surroundings(migrated: Path, tmp_path: Path) -> dict[str, str]:
    """Embedded settings on fresh databases."""
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    return told(tmp_path)


def kill_once(surroundings: dict[str, str], after: float, *arguments: str) -> list[str]:
    """Starts a writer, kills it so many seconds after its first word, and returns what it was told is kept."""
    command = [sys.executable, "-m", "tests.faults.writer", *arguments]
    writer = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(after)
    writer.kill()
    rest, _ = writer.communicate()
    lines = (first + rest).splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


def kept(var: Path) -> set[str]:
    with sqlite3.connect(var / "lms.sqlite3") as database:
        return {row[0] for row in database.execute("SELECT id FROM mail_letter")}


def lost(acknowledged: list[str], var: Path) -> list[str]:
    rows = kept(var)
    return [key for key in acknowledged if key.replace("-", "") not in rows]


def test_embedded_site_killed_at_random_moments_keeps_what_it_acknowledged(surroundings, tmp_path):
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    acknowledged: list[str] = []

    for _ in range(KILLS):
        acknowledged += kill_once(surroundings, moments.uniform(0, 0.4))

    assert lost(acknowledged, tmp_path) == [], f"seed {seed}"
    assert len(acknowledged) >= KILLS
    for name in ("lms.sqlite3", "keys.sqlite3"):
        with sqlite3.connect(tmp_path / name) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], f"seed {seed}"
    opened = subprocess.run([sys.executable, "-c", READ], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert (opened.returncode, opened.stderr) == (0, ""), f"seed {seed}"


def test_the_look_above_catches_a_site_that_acknowledges_too_early(surroundings, tmp_path):
    acknowledged = kill_once(surroundings, 0.0, "acknowledge-early")

    assert lost(acknowledged, tmp_path) == acknowledged[-1:]
