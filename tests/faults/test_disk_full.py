"""R14: no room on the disk of the data, nor on that of the log. What cannot be kept is refused, reading goes on, nothing restarts."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lms.run.health import is_well
from tests.faults.pages import Site
from tests.faults.put import ask
from tests.runner import servers
from tests.runner.checks import ROOT

SMALL = 2_000_000  # bytes that are free when the site begins


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with a site's data and two megabytes beside them."""
    prepared, place = tmp_path / "prepared", tmp_path / "disk"
    place.mkdir()
    for alias in ("default", "keys"):
        command = [sys.executable, "manage.py", "migrate", "--run-syncdb", "--database", alias, "-v0"]
        subprocess.run(command, cwd=ROOT, env=surroundings(prepared), check=True)
    people = ask(surroundings(prepared), "put")
    size = SMALL + sum(path.stat().st_size for path in prepared.rglob("*") if path.is_file())
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if not servers.is_root() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own needs root, and the right to mount")
    try:
        shutil.copytree(prepared, place, dirs_exist_ok=True)
        (tmp_path / "people").write_text(repr(people))
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def surroundings(var: Path) -> dict[str, str]:
    own = {"LMS_VAR": str(var), "DJANGO_SETTINGS_MODULE": "tests.faults.small_disk"}
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}} | own


@pytest.fixture
def site(disk: Path) -> Iterator[Site]:
    people: dict[str, Any] = eval((disk.parent / "people").read_text())
    port = servers.free_port()
    with (disk / "log").open("wb") as log:  # on the same disk
        command = [sys.executable, "manage.py", "run_web", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=surroundings(disk) | {"PORT": str(port)}, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not is_well("/healthz", port, f"localhost:{port}"):
            assert process.poll() is None and time.monotonic() < until, (disk / "log").read_text()
            time.sleep(0.1)
        yield Site(port, people["session"])
        assert process.poll() is None  # the same process all the time
    finally:
        process.terminate()
        process.wait(30)


def fill(disk: Path) -> Path:
    """Takes all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass
    return ballast


def test_a_full_disk_refuses_with_a_sentence_shows_what_is_there_and_recovers(disk, site):
    kept = [site.write_entry()[0]]
    ballast = fill(disk)

    for _ in range(40):  # what SQLite had taken before still has some room
        status, page = site.write_entry()
        if status != 302:
            break
        kept.append(status)
    pages = {path: site.ask("GET", path)[0] for path in ("/", "/journal/", "/healthz", "/no/such/page/")}
    entries = site.titles()
    ballast.unlink()
    again = [site.write_entry()[0] for _ in range(2)]

    assert (status, "Saving is paused for a moment" in page, "Quiet words about a long evening" in page) == (503, True, True)
    assert pages == {"/": 200, "/journal/": 200, "/healthz": 200, "/no/such/page/": 404}
    assert (entries, again) == (len(kept), [302, 302])
    assert site.titles() == len(kept) + 2
