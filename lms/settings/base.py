"""What is the same everywhere. embedded, production and test say what differs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from lms.settings import env

BASE_DIR = env.ROOT
VAR_DIR = BASE_DIR / "var"

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "lms",
    "lms.keys",
    "lms.audit",
    "lms.users",
    "lms.mail",
    "lms.notifications",
    "courses",
    "forums",
    "live",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "lms.views.metrics.count_pages",
    "lms.views.health.by_any_name",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "lms.users.middleware.PersonMiddleware",
    "lms.views.unsent.UnsentMiddleware",
    "lms.notifications.bell.BellMiddleware",
    "lms.views.second_factor.SecondFactorMiddleware",
]

ROOT_URLCONF = "lms.urls"
ASGI_APPLICATION = "lms.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.views.frame.frame",
            ]
        },
    }
]

# Drawn pieces of pages, above all of the frame around each, kept in each process: what {% cache %} uses. They hold nothing but
# what their key names (language, part, section, cohorts, how far), so nothing in them can be another person's or out of date.
FRAGMENTS: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "fragments",
    "OPTIONS": {"MAX_ENTRIES": 3_000},
    "TIMEOUT": None,
}

FORM_RENDERER = "lms.widgets.Fields"

# Rooms write to the sockets of daphne themselves (live/hub/wire.py); without it, and on any other server, through ASGI.
STRAIGHT_TO_SOCKET = env.flag("STRAIGHT_TO_SOCKET", default=True)

# How often each question prepared beforehand is compared with the same put together anew (lms.prepared): for tests.
CHECK_PREPARED = 0

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["lms.notifications.bell.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# What letters, passkeys and authenticator apps call this place.
SITE_NAME = "Open Dialogue training"
ACCOUNT_ADAPTER = "lms.mail.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "lms.users.forms.SignInForm",
    "signup": "lms.users.forms.SignUpForm",
    "reauthenticate": "lms.users.forms.ReauthenticateForm",
    "request_login_code": "lms.users.forms.AskForCodeForm",
    "confirm_login_code": "lms.users.forms.CodeForm",
    "add_email": "lms.users.forms.NewAddressForm",
    "change_password": "lms.users.forms.ChangePasswordForm",
    "reset_password": "lms.users.forms.AskForLinkForm",
    "reset_password_from_key": "lms.users.forms.ResetPasswordForm",
    "set_password": "lms.users.forms.SetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_CHANGE_EMAIL = True  # one address a person; the new one counts once its letter was answered
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {
    # Five wrong passwords for one account, from wherever; then codes by mail and passkeys still work.
    "login_failed": "20/m/ip,5/15m/key",
    "cannot_get_in": "5/h/ip,60/h/key",
    # A link that lets several people in: a class of thirty may sit behind one address, but nobody tries addresses out with it.
    "join_link": "60/h/ip,200/h/key",
    "join_letter": "30/h/ip,3/h/key",
    "invitation_elsewhere": "10/h/ip,3/h/key",
}
MFA_FORMS = {
    "authenticate": "lms.users.forms.SecondStepForm",
    "reauthenticate": "lms.users.forms.SecondStepAgainForm",
    "activate_totp": "lms.users.forms.NewAppForm",
}
MFA_ADAPTER = "lms.users.second_factor.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # else nobody with a second factor could begin to change their address
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
# Noting every request would cost a write on every page: lms.users.middleware notes four an hour.
USERSESSIONS_TRACK_ACTIVITY = False
# A sign-in ends with the browser unless the person ticked that this device is theirs, or used its passkey.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "lms.users.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "lms.views.errors.csrf_failure"
# Trainers, coordinators and aftercare contacts need a passkey or an authenticator app to reach anything.
STAFF_NEEDS_SECOND_FACTOR = True

# --- words, times -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"
COURSE_TIME_ZONE = "Europe/London"

# --- files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "lms.staticfiles.HashedFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = ["lms.files.upload.BoundedUpload"]
# Up to here what is sent waits in memory: the largest file and its form do not pass over the disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = 22_000_000
WHITENOISE_MAX_AGE = 3600
# Whether the proxy sends the files that are not sealed (X-Accel-Redirect, as nginx has it).
FILES_BY_PROXY = False

# --- databases, work ----------------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE_ROUTERS = ["lms.keys.router.KeysRouter"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = "Open Dialogue training <training@example.org>"
# Where a person who belongs to no cohort reaches somebody, and whoever cannot get in.
CONTACT_EMAIL = "help@example.org"
KEEP_SENT_LETTERS = False
# The file with this site's key for web push; empty or without a key: browsers are not rung.
PUSH_KEY_FILE: Path | str = ""
SIGNING_KEYS_FILE: Path | str = ""  # empty: certificates are not signed as Open Badges

# Whoever sends it with `Authorization: Bearer` may read /metrics; empty: nobody.
METRICS_TOKEN = ""

# --- defence ------------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

EMBEDDED = False
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "lms.logs.Wordless", "format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Without Django's own letters about errors: they would carry what somebody had just sent.
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
