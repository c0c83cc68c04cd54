"""The suite's settings: SQLite and memory, or, with DATABASE_URL and REDIS_URL set, PostgreSQL and Redis."""

import hashlib
import os
import tempfile
from pathlib import Path

from lms.settings import env
from lms.settings.base import *

# A place of this checkout's own, so that two checkouts may test at once.
_own = hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:8]
VAR_DIR = Path(env.text("LMS_VAR", str(Path(tempfile.gettempdir()) / f"lms-test-{os.getuid()}-{_own}")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR_DIR / "media"
SECRET_KEY = "only-for-tests-never-on-a-server-0123456789-abcdefghijklmnop"  # noqa: S105
SITE_KEYS_FILE = VAR_DIR / "site.keys"
PUSH_KEY_FILE = VAR_DIR / "push.key"
SIGNING_KEYS_FILE = VAR_DIR / "signing.keys"

if "DATABASE_URL" in os.environ:
    DATABASES = {
        "default": env.database(os.environ["DATABASE_URL"]),
        "keys": env.database(os.environ["DATABASE_URL"], name_suffix="_keys"),
    }
else:
    DATABASES = {"default": env.sqlite(VAR_DIR / "lms.sqlite3"), "keys": env.sqlite(VAR_DIR / "keys.sqlite3")}
    for _database in DATABASES.values():  # nobody pulls the plug of a test
        _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

if "REDIS_URL" in os.environ:
    _redis = os.environ["REDIS_URL"]
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": _redis, "socket_timeout": None, "max_connections": 10_000}], "prefix": f"test-{os.getpid()}"},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 2000}}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "template_fragments": FRAGMENTS}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SITE_URL = "http://testserver"
ORIGINS = ["http://testserver", "http://localhost"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
TESTING = True
CHECK_PREPARED = 20
# The tests of the second step turn it on; everybody else's would be about nothing else.
STAFF_NEEDS_SECOND_FACTOR = False
