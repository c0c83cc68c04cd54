from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ForumsConfig(AppConfig):
    name = "forums"

    def ready(self) -> None:
        from forums import receivers  # noqa: F401  (connects them)

        post_migrate.connect(_mend_words, sender=self)


def _mend_words(using: str, **kwargs: Any) -> None:
    from forums.finding.index import mend_index

    mend_index(connections[using])
