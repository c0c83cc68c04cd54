import datetime
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from lms import queue, schedule
from lms.run.one_scheduler import OneScheduler

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize("job", schedule.JOBS, ids=lambda job: job.task)
def test_jobs_name_tasks_that_exist(job):
    app, name = job.task.split(".")

    assert isinstance(getattr(import_module(queue.MODULES[app]), name), Task)


def test_jobs_are_named_once():
    names = [job.task for job in schedule.JOBS]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("day", [datetime.date(2027, 3, 28), datetime.date(2027, 10, 31)])
@pytest.mark.parametrize("job", [job for job in schedule.JOBS if hasattr(job.trigger, "fields")], ids=lambda job: job.task)
def test_daily_jobs_run_once_on_days_when_clocks_change(job, day):
    moment, end = (datetime.datetime.combine(day + datetime.timedelta(days=n), datetime.time(), tzinfo=LONDON) for n in (0, 1))
    times = []
    while len(times) < 3 and (moment := job.trigger.get_next_fire_time(None, moment)) and moment < end:
        times.append(moment)
        moment += datetime.timedelta(seconds=1)

    assert len(times) == 1


@pytest.mark.django_db(transaction=True)
def test_enqueue_only_enqueues(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

    schedule.enqueue("mail.sweep_letters")

    assert [(result.task_path, result.status) for result in DBTaskResult.objects.all()] == [("lms.mail.tasks.sweep_letters", "READY")]


@pytest.mark.django_db(transaction=True)
def test_one_scheduler_refuses_a_second_and_admits_it_once_the_first_is_gone():
    first, second = OneScheduler(), OneScheduler()
    try:
        assert [first.take(), second.take()] == [True, False]
        assert first.is_still_ours() is True

        first.release()

        assert first.is_still_ours() is False
        assert second.take() is True
    finally:
        first.release()
        second.release()


def test_stop_unless_ours_ends_a_scheduler_that_lost_its_lock():
    class Lost(OneScheduler):
        def is_still_ours(self) -> bool:
            return False

    class Scheduler:
        stopped = False

        def shutdown(self, wait):
            self.stopped = True

    scheduler = Scheduler()
    schedule.stop_unless_ours(Lost(), scheduler)

    assert scheduler.stopped is True
