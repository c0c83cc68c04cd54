"""The only door to background work.

Work is named ("mail.send_letter") so that actions need not import tasks, and enqueued in the transaction that caused it:
rolled back with it, or there for certain. Arguments are ids, never words: the table of tasks is not a place for them.
"""

import datetime
from importlib import import_module
from typing import Any

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

MODULES = {
    "lms": "lms.tasks",
    "mail": "lms.mail.tasks",
    "audit": "lms.audit.tasks",
    "notifications": "lms.notifications.tasks",
    "courses": "courses.tasks",
    "forums": "forums.tasks",
    "live": "live.tasks",
}

LONGEST_TASK = datetime.timedelta(minutes=30)
MAX_WORKERS_LOST = 5
KEEP_DONE = datetime.timedelta(days=7)
KEEP_FAILED = datetime.timedelta(days=28)


def enqueue(name: str, **ids: int | str) -> None:
    """Puts `<app>.<task>` on the queue. Raises KeyError or AttributeError at once for a name that does not exist."""
    app, task = name.split(".")
    getattr(import_module(MODULES[app]), task).enqueue(**ids)


def enqueue_at(name: str, at: datetime.datetime, **ids: int | str) -> None:
    """The same, to be done not before that moment."""
    app, task = name.split(".")
    getattr(import_module(MODULES[app]), task).using(run_after=at).enqueue(**ids)


def enqueue_once(name: str) -> bool:
    """The same for a task without arguments, unless it is waiting already. True if it was put there."""
    app, task = name.split(".")
    work = getattr(import_module(MODULES[app]), task)
    if DBTaskResult.objects.ready().filter(task_path=work.module_path).exists():
        return False
    work.enqueue()
    return True


def waiting() -> int:
    """How many tasks nobody has taken yet, of those that are due."""
    return DBTaskResult.objects.ready().count()


class WorkerGone(Exception):
    """A task's workers were killed again and again; it is not tried any more."""


def reclaim() -> int:
    """Puts back what has been running for longer than any task takes: its worker was killed. Returns how many.

    A task that has taken several workers with it is marked as failed instead.
    """
    stuck = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LONGEST_TASK)
    return sum(_put_back(result) for result in stuck[:500])


def _put_back(result: DBTaskResult[..., Any]) -> int:
    """Only if it is still the same attempt: a slow worker may have finished in between."""
    same_attempt = DBTaskResult.objects.running().filter(pk=result.pk, started_at=result.started_at)
    if len(result.worker_ids) < MAX_WORKERS_LOST:
        return same_attempt.update(status=TaskResultStatus.READY, started_at=None)
    reason = f"{WorkerGone.__module__}.{WorkerGone.__qualname__}"
    same_attempt.update(status=TaskResultStatus.FAILED, finished_at=timezone.now(), exception_class_path=reason)
    return 0


def prune() -> int:
    """Forgets results older than a week, failures older than four. Returns how many."""
    now = timezone.now()
    done, _ = DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_DONE).delete()
    failed, _ = DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()
    return done + failed
