from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "lms.audit"
    label = "audit"

    def ready(self) -> None:
        post_migrate.connect(_mend_guard, sender=self)


def _mend_guard(using: str, **kwargs: Any) -> None:
    from lms.audit.guard import mend_guard

    mend_guard(connections[using])
