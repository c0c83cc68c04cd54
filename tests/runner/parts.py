"""The parts of the suite, and what each needs."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.runner import servers

ROOT = Path(__file__).resolve().parents[2]
FAILED, NOTHING_RAN = 1, 5  # what pytest ends with when a test failed, and when it found none
AT_MOST_AGAIN = 3  # more than that is no accident of timing
COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?)\b")

Surroundings = dict[str, str]


@contextmanager
def plain() -> Iterator[Surroundings]:
    servers.pango()
    yield {}


@contextmanager
def postgres_and_redis() -> Iterator[Surroundings]:
    """Databases of this checkout's own on the server, so that two checkouts may test at once."""
    own = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    with servers.postgres() as database, servers.redis_server() as news:
        yield {"DATABASE_URL": f"{database}/lms_{own}", "REDIS_URL": news, "SUITE_PART": "postgres"}


@contextmanager
def browser() -> Iterator[Surroundings]:
    servers.chromium()
    servers.install_windowless()
    yield {}


@dataclass(frozen=True)
class Part:
    """A run of pytest: what it looks at, what it needs."""

    title: str
    arguments: tuple[str, ...]
    needs: Callable[[], AbstractContextManager[Surroundings]]


SUITE = ("tests", "--ignore=tests/browser", "--ignore=tests/faults", "-n", "2", "--dist", "worksteal")
PARTS = {
    "sqlite": Part("Suite on SQLite, news in memory", SUITE, plain),
    "postgres": Part("Suite on PostgreSQL + Redis", SUITE, postgres_and_redis),
    # Two sites with a browser each; the tests of one file meet the same site, one after the other.
    "browser": Part("Browser tests in Chromium", ("tests/browser", "-n", "2", "--dist", "loadfile"), browser),
    # What meets the killed and restarted site stays in one process.
    "faults": Part("Faults", ("tests/faults", "-n", "2", "--dist", "loadgroup"), plain),
}


@dataclass
class Result:
    """How a part went. left_out says why it did not run."""

    part: Part
    seconds: float = 0.0
    code: int = 0
    left_out: str = ""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    second_try: tuple[str, ...] = ()

    def is_good(self, *, must_run: bool) -> bool:
        """Whether the whole may end well; where every part must run, one left out may not, nor one without a test."""
        if self.left_out:
            return not must_run
        return self.code == 0 or (self.code == NOTHING_RAN and not must_run)

    @property
    def words(self) -> str:
        if self.left_out:
            return "left out"
        if self.code == NOTHING_RAN:
            return "no test found"
        others = ((self.failed, "failed"), (self.skipped, "skipped"), (len(self.second_try), "of them only at a second try"))
        counts = [f"{self.passed} passed"] + [f"{n} {what}" for n, what in others if n]
        return ", ".join(counts) + ("" if self.code == 0 or self.failed else f" (pytest ended with {self.code})")


def run(part: Part) -> Result:
    """Runs one part, its output going by as it comes.

    Tests of real processes and clocks may fail where a machine was slow for a moment, so a few that failed are asked once more, alone.
    What passes only then is named at the end and wants mending, but keeps nobody's work away.
    """
    began = time.monotonic()
    result = Result(part)
    try:
        with part.needs() as surroundings, tempfile.TemporaryDirectory(prefix="lms-test-") as var:
            arguments = (*part.arguments, "-o", f"cache_dir={var}/pytest")
            result.code, counts = _pytest(arguments, surroundings | {"LMS_VAR": f"{var}/first"})
            result.passed, result.failed, result.skipped = (counts.get(what, 0) for what in ("passed", "failed", "skipped"))
            if result.code == FAILED and 0 < result.failed <= AT_MOST_AGAIN:
                _again(result, arguments, surroundings | {"LMS_VAR": f"{var}/second"}, Path(var) / "pytest")
    except servers.Missing as missing:
        result.left_out = str(missing)
    result.seconds = time.monotonic() - began
    return result


def _again(result: Result, arguments: tuple[str, ...], surroundings: Surroundings, cache: Path) -> None:
    failed = tuple(json.loads((cache / "v" / "cache" / "lastfailed").read_text()))
    sys.stdout.write(f"--- Once more, alone: {', '.join(failed)}\n")
    code, counts = _pytest((*arguments, "--last-failed", "-n", "0"), surroundings)
    if code == 0 and counts.get("passed") == result.failed:
        result.code, result.second_try = 0, failed
        result.passed, result.failed = result.passed + result.failed, 0


def _bytecode() -> Surroundings:
    """Where Python may not keep what it compiled beside the code, it keeps it in the temporary folder: else every process of a test
    compiles all code again, which takes as long as collecting the suite does."""
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        return {}
    folder = Path(tempfile.gettempdir()) / f"lms-bytecode-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}


def _pytest(arguments: tuple[str, ...], surroundings: Surroundings) -> tuple[int, dict[str, int]]:
    # What the caller's shell says about servers is for the parts that ask for it, not for all.
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}}
    command = [sys.executable, "-m", "pytest", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=inherited | _bytecode() | surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    last = ""
    try:
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            last = line if COUNT.search(line) else last
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    counts: dict[str, int] = {}
    for number, what in COUNT.findall(last):
        kind = "failed" if what.startswith("error") else what
        counts[kind] = counts.get(kind, 0) + int(number)
    return code, counts
