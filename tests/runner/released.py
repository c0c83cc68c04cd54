"""Which release is the one before: written down in one file when a release has gone out, read by whatever compares with it.

python -m tests.runner.released     what stands here, as it is committed, is the release before from now on

The file is committed after it. Tests of migrations look what that release had; a test of faults runs it beside this one.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.runner.checks import ROOT
from tests.runner.servers import Missing

FILE = ROOT / "tests" / "release_before.json"


class Release(NamedTuple):
    commit: str
    migrations: dict[str, str]  # the last of each app


def before() -> Release:
    return Release(**json.loads(FILE.read_text()))


def git(*words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError:
        raise Missing("There is no git.") from None


def unpack(folder: Path) -> None:
    """The release before, as it was, into this folder. Raises Missing where this checkout does not have it."""
    commit = before().commit
    packed = git("archive", commit)
    if packed.returncode:
        raise Missing(f"The release before is not tried beside this one: its commit {commit[:12]} is not in this checkout's history.")
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)


def migrations_here() -> dict[str, str]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
    import django

    django.setup()
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    leaves = MigrationLoader(None).graph.leaf_nodes()
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT) and ".venv" not in config.path}
    return {app: name for app, name in sorted(leaves) if app in ours}


def main() -> None:
    if git("status", "--porcelain").stdout:
        sys.exit("Something here is not committed. A release is what is committed; commit it first.")
    commit = git("rev-parse", "HEAD").stdout.decode().strip()
    FILE.write_text(json.dumps(Release(commit, migrations_here())._asdict(), indent=2) + "\n")
    sys.stdout.write(f"From now on {commit[:12]} is the release before. Commit {FILE.relative_to(ROOT)}.\n")


if __name__ == "__main__":
    main()
