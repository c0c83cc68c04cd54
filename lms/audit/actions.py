"""Noting. It happens in the transaction of what is noted: either both are there or neither."""

from __future__ import annotations

from django.db import models

from lms.audit.models import Record

What = Record.What


def note(*, actor: models.Model | None, what: What, about: models.Model, person: int | None = None, detail: str = "") -> None:
    """Notes that `actor` (nobody: a command or the clock) did this to a thing that concerns `person`. `detail` is a name of ours."""
    place = f"{about._meta.label_lower}:{about.pk}"
    Record.objects.create(actor=actor.pk if actor else None, what=what, about=place, person=person, detail=detail)
