import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from lms import queue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def database_queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


def make_running(*, minutes: float, workers: int = 1) -> DBTaskResult[..., Any]:
    queue.enqueue("mail.sweep_letters")
    result = DBTaskResult.objects.latest("enqueued_at")
    result.status = TaskResultStatus.RUNNING
    result.started_at = timezone.now() - datetime.timedelta(minutes=minutes)
    result.worker_ids = [f"worker-{number}" for number in range(workers)]
    result.save()
    return result


def make_finished(*, status: TaskResultStatus, days: int) -> DBTaskResult[..., Any]:
    result = make_running(minutes=1)
    result.status = status
    result.finished_at = timezone.now() - datetime.timedelta(days=days)
    result.save()
    return result


def test_enqueue_is_undone_with_the_transaction_that_caused_it():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.enqueue("mail.sweep_letters")
        raise ZeroDivisionError

    assert DBTaskResult.objects.count() == 0


@pytest.mark.parametrize(("name", "error"), [("nobody.task", KeyError), ("mail.nothing", AttributeError)])
def test_enqueue_refuses_a_name_that_does_not_exist(name, error):
    with pytest.raises(error):
        queue.enqueue(name)


def test_enqueue_once_leaves_a_waiting_task_alone():
    assert [queue.enqueue_once("mail.sweep_letters"), queue.enqueue_once("mail.sweep_letters")] == [True, False]
    assert DBTaskResult.objects.count() == 1


def test_enqueue_once_enqueues_while_the_same_task_runs():
    make_running(minutes=1)

    assert queue.enqueue_once("mail.sweep_letters") is True


def test_reclaim_puts_back_what_runs_longer_than_any_task_takes():
    stuck, busy = make_running(minutes=31), make_running(minutes=29)

    assert queue.reclaim() == 1
    stuck.refresh_from_db()
    busy.refresh_from_db()
    assert (stuck.status, stuck.started_at) == (TaskResultStatus.READY, None)
    assert busy.status == TaskResultStatus.RUNNING


def test_reclaim_gives_up_a_task_that_took_five_workers_with_it():
    deadly = make_running(minutes=31, workers=5)

    assert queue.reclaim() == 0
    deadly.refresh_from_db()
    assert deadly.status == TaskResultStatus.FAILED
    assert deadly.exception_class_path == "lms.queue.WorkerGone"
    assert deadly.finished_at is not None


def test_prune_forgets_the_done_after_a_week_and_failures_after_four():
    kept = [
        make_finished(status=TaskResultStatus.SUCCESSFUL, days=6),
        make_finished(status=TaskResultStatus.FAILED, days=27),
        make_running(minutes=60 * 24 * 60),
    ]
    make_finished(status=TaskResultStatus.SUCCESSFUL, days=8)
    make_finished(status=TaskResultStatus.FAILED, days=29)

    assert queue.prune() == 2
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {result.pk for result in kept}
