"""The suite's settings, but static files as on a server, and the databases that the measuring process has made."""

import os

from lms.settings.test import *

ROOT_URLCONF = "tests.benchmarks.bare"
STORAGES["staticfiles"] = {"BACKEND": "lms.staticfiles.HashedFiles"}
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_AUTOREFRESH = False
CHECK_PREPARED = 0

for _alias, _database in DATABASES.items():
    _database["NAME"] = os.environ.get(f"BENCH_DATABASE_{_alias.upper()}", _database["NAME"])

if "REDIS_URL" in os.environ:
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = "bench"  # one for all processes
if os.environ.get("BENCH_LAYER") == "tutorial":
    CHANNEL_LAYERS["default"]["BACKEND"] = "channels_redis.core.RedisChannelLayer"
