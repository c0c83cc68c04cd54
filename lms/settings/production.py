"""A server: everything that differs between two servers is read from variables or files."""

from pathlib import Path

from redis.backoff import NoBackoff
from redis.retry import Retry

from lms.settings import env, server
from lms.settings.base import *

DEBUG = server.no_debug()
SECRET_KEY = server.secret("SECRET_KEY")
SITE_KEYS_FILE = server.key_file("SITE_KEYS_FILE")
PUSH_KEY_FILE = env.text("PUSH_KEY_FILE", "")
SIGNING_KEYS_FILE = env.text("SIGNING_KEYS_FILE", "")
METRICS_TOKEN = server.token("METRICS_TOKEN")
DATABASES = server.databases("DATABASE_URL", "KEYS_DATABASE_URL")
REDIS_URL = server.redis("REDIS_URL")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 would otherwise close idle subscribers and refuse bursts.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None, "max_connections": 10_000}]},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # A Redis that has stopped without a word would otherwise hold whoever asks it, and redis-py asks three times more.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 1)},
    },
    "template_fragments": FRAGMENTS,
}

ALLOWED_HOSTS = server.hosts("ALLOWED_HOSTS")
ORIGINS = server.https("ORIGINS", env.words("ORIGINS") or [f"https://{host}" for host in ALLOWED_HOSTS], ALLOWED_HOSTS)
CSRF_TRUSTED_ORIGINS = ORIGINS
(SITE_URL,) = server.https("SITE_URL", [env.text("SITE_URL", ORIGINS[0]).rstrip("/")], ALLOWED_HOSTS)
VAR_DIR = Path(env.text("LMS_VAR", str(BASE_DIR / "var")))
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
FILES_BY_PROXY = env.flag("FILES_BY_PROXY")

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1)

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", DEFAULT_FROM_EMAIL)
CONTACT_EMAIL = env.text("CONTACT_EMAIL", CONTACT_EMAIL)

LOGGING = LOGGING | {"formatters": {"line": {"()": "lms.logs.WordlessJson"}}}
