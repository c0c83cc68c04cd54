"""The chain over what was noted: each link is a hash of its record and of the link before, so that nothing can be changed, taken out or
put in between without everything after it being wrong.

Whoever can write the whole database could make a whole new chain. So its end is told to whoever keeps a copy elsewhere (the log, once a
day), and `check` can be asked whether that end is still in it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from lms.audit.models import Link, Record

AT_ONCE = 1000
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Checked:
    """How long the chain is, its last hash, how many records wait for their link, and the number of the first link that is wrong."""

    links: int
    end: str
    waiting: int
    broken_at: int | None = None
    knows: bool = True  # whether the hash that was asked for is in it


def add_links() -> int:
    """Gives their link to records that have none, in the order of their numbers. Returns how many; of two processes at once one does it."""
    last = Link.objects.order_by("-number").first()
    number, end = (last.number, last.hash) if last else (0, BEGINNING)
    links = []
    for record in Record.objects.filter(link=None).order_by("pk")[:AT_ONCE]:
        number, end = number + 1, hash_of(record, end)
        links.append(Link(number=number, record=record, hash=end))
    try:
        with transaction.atomic():
            Link.objects.bulk_create(links)
    except IntegrityError:  # another process was quicker
        return 0
    return len(links)


def check(knows: str = "") -> Checked:
    """Goes along the whole chain. `knows`: a hash that was told before."""
    end, number, known = BEGINNING, 0, not knows
    for link in Link.objects.select_related("record").order_by("number").iterator(chunk_size=AT_ONCE):
        number += 1
        if link.number != number or link.hash != hash_of(link.record, end):
            return Checked(number - 1, end, _waiting(), broken_at=number, knows=known)
        end = link.hash
        known = known or end == knows
    return Checked(number, end, _waiting(), knows=known)


def hash_of(record: Record, before: str) -> str:
    at = record.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    said = [record.pk, at, record.actor, record.what, record.about, record.person, record.detail]
    return hashlib.sha256(f"{before}{json.dumps(said)}".encode()).hexdigest()


def _waiting() -> int:
    return Record.objects.filter(link=None).count()
