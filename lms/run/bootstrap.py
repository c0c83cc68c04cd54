"""Makes .venv and installs a lock file into it, then becomes the command that follows.

    python3 lms/run/bootstrap.py requirements.txt -m lms.run

Runs before anything is installed, so it uses the standard library alone. Whatever goes wrong is said in one sentence.
"""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
# The development lock holds everything the other holds, in the same versions: whoever has it has both.
COVERS = {"requirements-dev.txt": ("requirements-dev.txt", "requirements.txt")}

EVERY = 20  # packages between two words of progress
ROOM = 20_000_000  # bytes; less than an empty environment takes

FULL = "The disk is full. Nothing was lost; make some room and run this again."
NO_VENV = (
    "This Python cannot make virtual environments: its venv module is missing. "
    "Install it (on Debian and Ubuntu: apt-get install python3-venv) and run this again."
)
NO_NETWORK = "The packages could not be fetched: there seems to be no way to the package index. Check the network and run this again."
WRONG_HASH = (
    "A package that arrived is not the one the lock file names. Nothing was installed; run this again, and if it stays so, tell us."
)

# What pip says, and the sentence for it; the first that fits.
PIP_SAYS = (
    (("No space left on device", "Errno 28", "Disk quota exceeded"), FULL),
    (("DO NOT MATCH THE HASHES",), WRONG_HASH),
    (
        (
            "NewConnectionError",
            "NameResolutionError",
            "Temporary failure in name resolution",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "ProxyError",
            "Network is unreachable",
            "No matching distribution found",
        ),
        NO_NETWORK,
    ),
)


class Trouble(Exception):
    """Something a person must know before this can go on; one sentence."""


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def check_python(version: tuple[Any, ...]) -> None:
    """Refuses a Python that is too old."""
    if version[:2] < OLDEST:
        raise Trouble(
            f"Python 3.11 or newer is needed; this is {version[0]}.{version[1]}. Name a newer one: make run PYTHON=/path/to/python3"
        )


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def runs(python: Path) -> bool:
    """Whether this Python is there and still works; one whose system Python was replaced does not."""
    try:
        return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv(venv: Path) -> None:
    """A fresh virtual environment, in place of a broken one."""
    say(f"Making a private Python environment in {venv.name} …")
    shutil.rmtree(venv, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", venv], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    said = made.stdout + made.stderr
    # venv hides what its own pip said, so a full disk is recognised by looking.
    is_full = any(word in said for word in PIP_SAYS[0][0]) or shutil.disk_usage(venv.parent).free < ROOM
    shutil.rmtree(venv, ignore_errors=True)  # half an environment would pass for a whole one
    if is_full:
        raise Trouble(FULL)
    if "ensurepip is not available" in said or "No module named" in said:
        raise Trouble(NO_VENV)
    raise Trouble(f"The private Python environment could not be made: {last_line(said)}")


def explain(said: str) -> str:
    """One sentence for what pip printed."""
    for signs, sentence in PIP_SAYS:
        if any(sign in said for sign in signs):
            return sentence
    return f"The packages could not be installed: {last_line(said)}"


def last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.lstrip().startswith(("[notice]", "WARNING"))]
    return lines[-1] if lines else "it gave no reason."


def stamp_of(lock: Path) -> str:
    """What the lock says, and for which Python."""
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {sys.version_info[0]}.{sys.version_info[1]}"


def mark_of(lock: Path, venv: Path) -> Path:
    """The file that says which state of this lock stands in the environment."""
    return venv / f".installed-{lock.stem}"


def is_installed(lock: Path, venv: Path) -> bool:
    mark = mark_of(lock, venv)
    return mark.exists() and mark.read_text() == stamp_of(lock)


def install(lock: Path, venv: Path) -> bool:
    """Installs exactly what the lock names, unless it is there already. True if something was installed."""
    if is_installed(lock, venv):
        return False
    count = sum(1 for line in lock.read_text().splitlines() if "==" in line and not line.startswith((" ", "#")))
    say(f"Installing {count} packages; the first time this takes a minute or two …")
    for mark in venv.glob(".installed-*"):
        mark.unlink()  # from here on until the end nobody can say what stands there
    command = [str(python_of(venv)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--retries", "2"]
    code, said = follow([*command, "--require-hashes", "-r", str(lock)], count)
    if code:
        raise Trouble(explain(said))
    for name in COVERS.get(lock.name, (lock.name,)):
        covered = lock.with_name(name)
        mark_of(covered, venv).write_text(stamp_of(covered))
    return True


def follow(command: list[str], count: int) -> tuple[int, str]:
    """Runs pip and says after every twenty packages how far it is. Its exit code, and all it said."""
    lines, fetched = [], 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            if line.startswith("Collecting "):
                fetched += 1
                if fetched % EVERY == 0 and fetched < count:
                    say(f"  {fetched} of {count} fetched …")
            elif line.startswith("Installing collected packages"):
                say(f"  {count} of {count} fetched; putting them in their place …")
    return pip.returncode, "".join(lines)


def prepare(lock: Path, venv: Path) -> Path:
    """The Python of an environment that holds the lock's packages."""
    check_python(sys.version_info)
    if not runs(python_of(venv)):
        make_venv(venv)
    install(lock, venv)
    return python_of(venv)


def main(arguments: list[str]) -> None:
    lock, *command = arguments
    os.chdir(ROOT)
    try:
        python = prepare(ROOT / lock, ROOT / ".venv")
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        sys.exit(FULL if error.errno == errno.ENOSPC else f"This could not be prepared: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped before it was ready. Run it again when you like; it carries on from here.")
    os.execv(python, [str(python), *command])  # becomes the command, so that signals reach it and nothing stands between


if __name__ == "__main__":
    main(sys.argv[1:])
