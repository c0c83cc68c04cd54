"""One machine, nothing else needed: SQLite, news in memory, letters on a page. What `make run` starts."""

from pathlib import Path

from lms.settings import env
from lms.settings.base import *

EMBEDDED = True
DEBUG = False
VAR_DIR = Path(env.text("LMS_VAR", str(BASE_DIR / "var"))).resolve()
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
PORT = env.text("PORT", "8000")

SECRET_KEY = env.kept_secret(VAR_DIR / "secret.key")
SITE_KEYS_FILE = VAR_DIR / "site.keys"
PUSH_KEY_FILE = VAR_DIR / "push.key"
SIGNING_KEYS_FILE = VAR_DIR / "signing.keys"
DATABASES = {
    "default": env.sqlite(VAR_DIR / "lms.sqlite3"),
    "keys": env.sqlite(VAR_DIR / "keys.sqlite3"),
}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 2000}}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "template_fragments": FRAGMENTS}

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SITE_URL = f"http://localhost:{PORT}"
ORIGINS = [f"http://localhost:{PORT}", f"http://127.0.0.1:{PORT}"]
CSRF_TRUSTED_ORIGINS = ORIGINS
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
KEEP_SENT_LETTERS = True
STAFF_NEEDS_SECOND_FACTOR = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
