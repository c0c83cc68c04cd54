"""Background work of notifications: ids or nothing in, one action each, harmless twice."""

from django_tasks import task

from lms.notifications.actions import delivering, notices


@task()
def deliver() -> str:
    """Every minute, by lms/schedule.py."""
    return delivering.deliver()


@task()
def push(subscription_id: int, notice_id: int) -> bool:
    return delivering.push(subscription_id=subscription_id, notice_id=notice_id)


@task()
def sweep_notices() -> str:
    """Daily."""
    return f"{notices.sweep_notices()} notices forgotten"
