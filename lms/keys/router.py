"""Keys live in a database of their own, so that a backup of the words does not bring back erased keys."""

from typing import Any

from django.db.models import Model


def apps_in(alias: str) -> list[str]:
    """The apps to name to `migrate` for this database: one alone, or none, which means all. Without the name Django would take the
    database of keys through every migration of the words, to do nothing in each."""
    return ["keys"] if alias == "keys" else []


class KeysRouter:
    """Sends the app `keys` to the database `keys` and everything else away from it."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return "keys" if model._meta.app_label == "keys" else None

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        if (one._meta.app_label == "keys") != (other._meta.app_label == "keys"):
            return False
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return (app_label == "keys") == (db == "keys")
