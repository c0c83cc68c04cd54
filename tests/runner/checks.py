"""Looks over the code with every tool we have; all of them run, even if one finds something."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("lms", "courses", "forums", "live", "tests/runner")

# Values that let production settings load; nothing is connected to.
SERVER = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.production",
    "SECRET_KEY": "only-for-looking-at-the-settings-" + "0123456789abcdef" * 2,
    "SITE_KEYS_FILE": "/nowhere/site.keys",
    "DATABASE_URL": "postgresql://lms@127.0.0.1/lms",
    "KEYS_DATABASE_URL": "postgresql://lms@127.0.0.1/lms_keys",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "ALLOWED_HOSTS": "training.example.org",
}


def module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


STEPS: dict[str, tuple[list[str], dict[str, str]]] = {
    "Style (ruff check)": (module("ruff", "check", "."), {}),
    "Layout (ruff format)": (module("ruff", "format", "--check", "."), {}),
    "Types (mypy)": (module("mypy", *CODE), {}),
    "Templates (djlint)": (module("djlint", "templates", "--lint", "--quiet"), {}),
    "Which way imports go": ([sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()"], {}),
    "Migrations match models": (manage("makemigrations", "--check", "--dry-run"), {"DJANGO_SETTINGS_MODULE": "lms.settings.test"}),
    "Server settings": (manage("check", "--deploy", "--fail-level", "WARNING"), SERVER),
    "Stylesheet is fresh": (manage("build_css", "--check"), {}),
    "Every dependency has a hash": (module("tests.runner.checks", "hashes"), {}),
}


def without_hash(lock: str) -> list[str]:
    """The requirements in this lock file that name no hash, or are not pinned to one version."""
    entries = [entry for entry in re.split(r"\n(?=[^\s#])", "\n" + lock) if entry.strip() and not entry.lstrip().startswith("#")]
    return [entry.split()[0] for entry in entries if "==" not in entry.split()[0] or "--hash=sha256:" not in entry]


def check_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-build.txt"):
        if loose := without_hash((ROOT / name).read_text()):
            sys.exit(f"{name} does not pin: {', '.join(loose)}")


def run(step: tuple[list[str], dict[str, str]]) -> tuple[subprocess.CompletedProcess[str], float]:
    """How it ended, and after how many seconds."""
    command, surroundings = step
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return done, time.monotonic() - began


def run_all() -> int:
    """As many at once as there are processors; what they found is said in the order above."""
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for title, (done, seconds) in zip(STEPS, pool.map(run, STEPS.values()), strict=True):
            good = done.returncode == 0
            sys.stdout.write(f"{'✓' if good else '✗'} {title}  {seconds:.1f} s\n")
            if not good:
                failed.append(title)
                sys.stdout.write(f"{done.stdout}{done.stderr}".rstrip() + "\n\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(failed)} of {len(STEPS)} found something: {', '.join(failed)}\n" if failed else "Everything is in order.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["hashes"]:
        check_hashes()
    else:
        sys.exit(run_all())
