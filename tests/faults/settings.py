"""A server's settings as far as faults can meet them, on databases and a Redis that the tests have started and may kill."""

import os

from lms.settings.test import *

CHECK_PREPARED = 0
ORIGINS = ["http://localhost"]
CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = "faults"  # one for all processes
DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = int(os.environ.get("FAULTS_POOL", "20"))


class _FromModels:
    """Tables straight from the models, in a fraction of the time that all migrations take."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


MIGRATION_MODULES = _FromModels()
