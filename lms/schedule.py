"""What runs when. The scheduler does nothing itself: it enqueues, and a worker does the work."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from django.conf import settings
from django.db import close_old_connections

from lms import queue
from lms.run import alive
from lms.run.one_scheduler import OneScheduler


@dataclass(frozen=True)
class Job:
    """A task by its name in lms.queue, and when; each may run twice without harm."""

    task: str
    trigger: BaseTrigger


def every(**span: float) -> BaseTrigger:
    """Every so many minutes or hours."""
    return IntervalTrigger(seconds=int(datetime.timedelta(**span).total_seconds()))


def daily(clock: str) -> BaseTrigger:
    """Once a day at this time of the course's zone. Not between 01:00 and 02:00: twice a year that hour is missing or doubled."""
    at = datetime.time.fromisoformat(clock)
    return CronTrigger(hour=at.hour, minute=at.minute, timezone=settings.TIME_ZONE)


JOBS = [
    Job("mail.sweep_letters", every(minutes=5)),
    Job("notifications.deliver", every(minutes=1)),
    Job("notifications.sweep_notices", daily("03:40")),
    Job("live.remind", every(minutes=1)),
    Job("live.tell_dates", every(minutes=1)),
    Job("live.publish_calendars", every(minutes=5)),
    Job("live.invite", every(hours=1)),
    Job("courses.send_announcements", every(minutes=1)),
    Job("live.ask_after", every(hours=1)),
    Job("live.forget_questions", every(hours=1)),
    Job("live.sweep_minutes", every(minutes=5)),
    Job("live.close_what_is_over", every(minutes=1)),
    Job("audit.add_audit_links", every(minutes=5)),
    Job("audit.check_audit", daily("03:50")),
    Job("live.sweep_flags", daily("03:35")),
    Job("lms.reclaim_tasks", every(minutes=5)),
    Job("lms.prune_tasks", daily("03:10")),
    Job("lms.clear_sessions", daily("03:20")),
    Job("live.sweep_revocations", daily("03:30")),
    Job("courses.hand_on_requests", every(minutes=5)),
    Job("courses.look_after_journals", daily("04:10")),
    Job("courses.open_make_ups", every(hours=1)),
    Job("forums.sweep_untold", every(minutes=5)),
    Job("courses.sweep_exports", every(minutes=5)),
    Job("courses.sweep_files", every(hours=1)),
    Job("forums.end_rests", every(minutes=5)),
    Job("forums.sweep_files", every(hours=1)),
    Job("forums.sweep_drafts", daily("03:40")),
]

# A laptop wakes late, a busy machine is late: better late than not at all, and once rather than as often as was missed.
LATE = int(datetime.timedelta(hours=1).total_seconds())
LOOK_EVERY = 10  # seconds between two looks whether we still are the one scheduler


def enqueue(task: str) -> None:
    """Puts the task on the queue unless it waits there already, as it does when no worker is running."""
    close_old_connections()
    try:
        queue.enqueue_once(task)
    finally:
        close_old_connections()


def scheduler_for(jobs: list[Job]) -> BlockingScheduler:
    """A scheduler with these jobs; each also runs once at the start, since a machine may sleep through every night."""
    scheduler = BlockingScheduler(timezone=settings.TIME_ZONE)
    now = datetime.datetime.now(datetime.UTC)
    for job in jobs:
        scheduler.add_job(
            enqueue, job.trigger, args=[job.task], id=job.task, next_run_time=now, coalesce=True, misfire_grace_time=LATE, max_instances=1
        )
    return scheduler


def run(tell: Callable[[str], object]) -> None:
    """Waits to be the one scheduler, then enqueues until the process is stopped or no longer is the one."""
    one = OneScheduler()
    one.wait(tell)
    scheduler = scheduler_for(JOBS)
    scheduler.add_job(stop_unless_ours, IntervalTrigger(seconds=LOOK_EVERY), args=[one, scheduler], id="one scheduler")
    scheduler.add_job(alive.show, IntervalTrigger(seconds=LOOK_EVERY), id="alive")
    scheduler.start()
    if not one.is_still_ours():
        raise SystemExit("The scheduler lost its lock, most likely with the database; starting again is safe.")


def stop_unless_ours(one: OneScheduler, scheduler: BlockingScheduler) -> None:
    """Ends the scheduler if another may be the one by now."""
    if not one.is_still_ours():
        scheduler.shutdown(wait=False)
