"""Housekeeping that belongs to no app, by the clock."""

from django.core.management import call_command
from django_tasks import task

from lms import queue


@task()
def reclaim_tasks() -> str:
    """Every five minutes: work whose worker was killed is put back."""
    return f"{queue.reclaim()} tasks put back"


@task()
def prune_tasks() -> str:
    """Daily: what was done long ago is forgotten."""
    return f"{queue.prune()} results forgotten"


@task()
def clear_sessions() -> None:
    """Daily: sign-ins that have run out."""
    call_command("clearsessions")
