"""Resolves the dependencies in pyproject.toml into the lock files, with hashes and without any index address."""

import subprocess
import sys

from tests.runner.checks import ROOT, module

COMMON = (
    *("-q", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"),
    *("--strip-extras", "pyproject.toml"),
)
# The development lock is resolved within the other, so that what is tested is what runs. The third is what the image builds sources with.
LOCKS = (
    ("-o", "requirements.txt"),
    ("--allow-unsafe", "--extra", "dev", "-c", "requirements.txt", "-o", "requirements-dev.txt"),
    (
        *("--allow-unsafe", "--only-build-deps", "--build-deps-for", "wheel"),
        *("-c", "requirements-dev.txt", "-o", "requirements-build.txt"),
    ),
)

if __name__ == "__main__":
    for arguments in LOCKS:
        done = subprocess.run(module("piptools", "compile", *COMMON, *arguments), cwd=ROOT, check=False)
        if done.returncode:
            sys.exit(f"{arguments[-1]} could not be resolved; what pip-compile said stands above.")
    sys.stdout.write("Wrote the three lock files. Run `make check` and `make test` before you keep them.\n")
