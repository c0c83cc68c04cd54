"""S34: what is installed on a server is exactly what was tried here."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def requirements(name: str) -> dict[str, str]:
    """Package line -> everything that belongs to it, of the lines that name a package."""
    text = (ROOT / name).read_text()
    return {line.split(" ")[0]: rest for line, rest in re.findall(r"^([A-Za-z0-9][^\n#]*?)((?:\\\n[^\n]*)*)$", text, re.MULTILINE)}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_its_hashes(name):
    found = requirements(name)

    assert len(found) > 30
    assert [line for line in found if not re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^\s;]+", line)] == []
    assert [line for line, rest in found.items() if not re.search(r"--hash=sha256:[0-9a-f]{64}", rest)] == []


def test_what_development_needs_is_the_same_where_a_server_needs_it_too():
    server, development = requirements("requirements.txt"), requirements("requirements-dev.txt")

    assert [line for line in server if line not in development] == []


def test_what_builds_sources_is_pinned_too_and_the_same_in_development():
    found = requirements("requirements-build.txt")

    assert [re.split("[<>=]", line)[0] for line in found] == ["setuptools"]
    assert set(found) <= set(requirements("requirements-dev.txt"))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", rest) for rest in found.values())


def test_every_direct_dependency_is_pinned():
    project = (ROOT / "pyproject.toml").read_text()
    wanted = re.findall(r'^    "([a-z0-9-]+)', project.split("dependencies = [", 1)[1].split("]\n", 1)[0], re.MULTILINE)
    pinned = {re.split(r"[\[=]", line)[0] for line in requirements("requirements.txt")}

    assert len(wanted) > 15
    assert set(wanted) - pinned == set()
