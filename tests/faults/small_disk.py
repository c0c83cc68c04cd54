"""Embedded settings for a site on a disk of two megabytes: tables made at once instead of by every migration, files as they are."""

from lms.settings.embedded import *  # noqa: F403

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
MIGRATION_MODULES = {app.rsplit(".", 1)[-1]: None for app in INSTALLED_APPS}  # noqa: F405
