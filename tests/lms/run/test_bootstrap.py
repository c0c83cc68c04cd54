import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lms.run import bootstrap

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def lock(tmp_path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("nothing==1.0 \\\n    --hash=sha256:00\n")
    return path


@pytest.fixture
def venv(tmp_path) -> Path:
    """An environment whose Python succeeds at everything and notes that it was asked."""
    return fake_venv(tmp_path, 'echo "$@" >> "$(dirname "$0")/asked"')


def fake_venv(folder: Path, script: str) -> Path:
    python = folder / "the venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return folder / "the venv"


def asked(venv: Path) -> int:
    """How often pip was asked to install."""
    notes = venv / "bin" / "asked"
    return notes.read_text().count("pip install") if notes.exists() else 0


# --- which Python ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 10, 14), (2, 7, 18)])
def test_check_python_refuses_an_old_one_and_names_it(version):
    with pytest.raises(bootstrap.Trouble, match=f"this is {version[0]}.{version[1]}"):
        bootstrap.check_python(version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_check_python_takes_a_new_one(version):
    bootstrap.check_python(version)


def choose(folder: Path, script: dict[str, str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs python.sh in a world whose only programs are these."""
    for name, body in script.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    command = ["/bin/sh", str(ROOT / "lms/run/python.sh"), "hello"]
    return subprocess.run(command, env={"PATH": str(folder), **variables}, capture_output=True, text=True, check=False)


OLD = '[ "$1" = -c ] && exit 1; echo old "$@"'
NEW = '[ "$1" = -c ] && exit 0; echo new "$@"'


def test_python_sh_passes_over_an_old_python_and_an_empty_shim(tmp_path):
    done = choose(tmp_path, {"python3": OLD, "python3.13": "exit 127", "python3.11": NEW})

    assert (done.returncode, done.stdout) == (0, "new hello\n")


def test_python_sh_says_in_one_line_that_there_is_none(tmp_path):
    done = choose(tmp_path, {"python3": OLD})

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("Python 3.11 or newer is needed and was not found.")


def test_python_sh_honours_the_one_named_and_takes_no_other(tmp_path):
    named = str(tmp_path / "mine")
    assert choose(tmp_path, {"mine": NEW, "python3": OLD}, PYTHON=named).stdout == "new hello\n"

    done = choose(tmp_path, {"mine": OLD, "python3": NEW}, PYTHON=named)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"PYTHON={named} is not a Python 3.11 or newer.")


# --- the environment ------------------------------------------------------------------------------------------------


def test_runs_is_false_for_an_environment_whose_python_is_gone(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(tmp_path / "removed")

    assert bootstrap.runs(bootstrap.python_of(tmp_path)) is False


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("The virtual environment was not created successfully because ensurepip is not available.", bootstrap.NO_VENV),
        ("/usr/bin/python3: No module named venv", bootstrap.NO_VENV),
        ("OSError: [Errno 28] No space left on device", bootstrap.FULL),
        (
            "Error: [Errno 13] Permission denied: '.venv'",
            "The private Python environment could not be made: Error: [Errno 13] Permission denied: '.venv'",
        ),
    ],
)
def test_make_venv_explains_and_leaves_nothing_half_made(tmp_path, monkeypatch, said, sentence):
    fake = tmp_path / "python3"
    fake.write_text(f'#!/bin/sh\nmkdir -p "$3/bin"\ncat <<END\n{said}\nEND\nexit 1\n')
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake))

    with pytest.raises(bootstrap.Trouble) as trouble:
        bootstrap.make_venv(tmp_path / "venv")

    assert str(trouble.value) == sentence
    assert not (tmp_path / "venv").exists()


def test_make_venv_recognises_a_full_disk_that_venv_does_not_name(tmp_path, monkeypatch):
    fake = tmp_path / "python3"
    fake.write_text("#!/bin/sh\necho \"Error: Command '[... ensurepip ...]' returned non-zero exit status 1.\"\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake))
    monkeypatch.setattr(bootstrap, "ROOM", float("inf"))

    with pytest.raises(bootstrap.Trouble, match="The disk is full"):
        bootstrap.make_venv(tmp_path / "venv")


# --- the packages ---------------------------------------------------------------------------------------------------


def test_install_asks_pip_once_for_one_lock(lock, venv):
    assert [bootstrap.install(lock, venv), bootstrap.install(lock, venv)] == [True, False]
    assert asked(venv) == 1


def test_install_asks_again_when_the_lock_changed(lock, venv):
    bootstrap.install(lock, venv)
    lock.write_text("nothing==1.1 \\\n    --hash=sha256:11\n")

    assert bootstrap.install(lock, venv) is True


def test_install_of_the_development_lock_covers_the_other(lock, venv):
    development = lock.with_name("requirements-dev.txt")
    development.write_text(lock.read_text())

    bootstrap.install(development, venv)

    assert [bootstrap.install(lock, venv), bootstrap.install(development, venv)] == [False, False]


def test_install_of_a_new_lock_asks_for_the_development_lock_again(lock, venv):
    development = lock.with_name("requirements-dev.txt")
    development.write_text(lock.read_text())
    bootstrap.install(development, venv)
    lock.write_text("nothing==1.1 \\\n    --hash=sha256:11\n")

    bootstrap.install(lock, venv)

    assert bootstrap.install(development, venv) is True


def test_install_demands_hashes(lock, venv):
    bootstrap.install(lock, venv)

    assert "--require-hashes" in (venv / "bin" / "asked").read_text()


def test_install_says_how_far_it_is(tmp_path, monkeypatch, capsys):
    lock = tmp_path / "requirements.txt"
    lock.write_text("".join(f"package{n}==1.0\n" for n in range(3)))
    monkeypatch.setattr(bootstrap, "EVERY", 2)
    pip = "for n in 0 1 2; do echo Collecting package$n; done; echo Installing collected packages: package0, package1, package2"

    bootstrap.install(lock, fake_venv(tmp_path, pip))

    said = capsys.readouterr().out.splitlines()
    assert said[1:] == ["  2 of 3 fetched …", "  3 of 3 fetched; putting them in their place …"]


def test_install_that_failed_is_tried_again(lock, tmp_path):
    venv = fake_venv(tmp_path, "echo 'ERROR: No matching distribution found for nothing==1.0' >&2; exit 1")

    for _ in range(2):
        with pytest.raises(bootstrap.Trouble, match="no way to the package index"):
            bootstrap.install(lock, venv)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", bootstrap.FULL),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found for x",
            bootstrap.NO_NETWORK,
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", bootstrap.WRONG_HASH),
        ("ERROR: something odd\n\n[notice] A new release of pip is available", "The packages could not be installed: ERROR: something odd"),
        ("", "The packages could not be installed: it gave no reason."),
    ],
)
def test_explain_gives_one_sentence_for_what_pip_said(said, sentence):
    assert bootstrap.explain(said) == sentence


# --- all of it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (bootstrap.Trouble("One clear sentence."), "One clear sentence."),
        (OSError(errno.ENOSPC, "No space left on device"), bootstrap.FULL),
        (KeyboardInterrupt(), "Stopped before it was ready. Run it again when you like; it carries on from here."),
    ],
)
def test_main_ends_with_one_sentence(monkeypatch, error, sentence):
    def fails(*_):
        raise error

    monkeypatch.setattr(bootstrap, "prepare", fails)
    monkeypatch.setattr(os, "chdir", lambda _: None)

    with pytest.raises(SystemExit) as ended:
        bootstrap.main(["requirements.txt", "-m", "lms.run"])

    assert ended.value.code == sentence
