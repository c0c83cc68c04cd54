"""Asks the vulnerability databases about everything the lock file names. Needs the network, and says so where there is none."""

import subprocess
import sys
import tempfile
from pathlib import Path

from lms.run.bootstrap import ROOT, explain

# pip-audit's own words when nobody answers it.
UNREACHABLE = ("ConnectionError", "Failed to establish", "Max retries exceeded", "timed out", "Name or service not known", "ServiceError")


def audit(folder: Path) -> int:
    """Runs pip-audit from an environment of its own, since nothing else needs it."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
    python = str(folder / "bin" / "python")
    made = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--retries", "1", "pip-audit"], capture_output=True, text=True, check=False
    )
    if made.returncode:
        sys.stderr.write(f"Nothing was audited. {explain(made.stdout + made.stderr)}\n")
        return 2
    command = [
        python,
        "-m",
        "pip_audit",
        "--requirement",
        "requirements.txt",
        "--require-hashes",
        "--disable-pip",
        "--progress-spinner",
        "off",
    ]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if asked.returncode and any(word in asked.stderr for word in UNREACHABLE):
        sys.stderr.write("Nothing was audited: the vulnerability database does not answer from here.\n")
        return 2
    sys.stdout.write(asked.stdout + asked.stderr)
    return asked.returncode


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lms-audit-") as place:
        sys.exit(audit(Path(place)))
