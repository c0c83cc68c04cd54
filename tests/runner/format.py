"""Brings code and templates into our style."""

import subprocess
import sys

from tests.runner.checks import ROOT, manage, module

COMMANDS = (
    module("ruff", "check", "--fix", "--quiet", "."),
    module("ruff", "format", "--quiet", "."),
    manage("build_css"),
)

if __name__ == "__main__":
    for command in COMMANDS:
        subprocess.run(command, cwd=ROOT, check=False)
    sys.stdout.write("Formatted. `make check` says what is left.\n")
