"""Background work of the live rooms: ids or nothing in, one action each, harmless twice."""

import uuid

from django_tasks import task

from live import actions, asking_after, reminding
from live.actions.calendars import inviting, publishing, telling


@task()
def sweep_revocations() -> str:
    """Daily."""
    return f"{actions.sweep_revocations()} revocations forgotten"


@task()
def count_minutes(seminar_id: str) -> str:
    """When its room was closed."""
    return f"{actions.count_minutes(seminar_id=uuid.UUID(seminar_id))} people were there"


@task()
def sweep_minutes() -> str:
    """Every five minutes."""
    return f"{actions.sweep_minutes()} sittings counted"


@task()
def remind() -> str:
    """Every minute."""
    return f"{reminding.remind()} people reminded"


@task()
def close_what_is_over() -> str:
    """Every minute: words go also where nobody closed the room, or whoever did was interrupted."""
    return f"{actions.close_what_is_over()} rooms closed"


@task()
def sweep_flags() -> str:
    """Daily."""
    return f"{actions.sweep_flags()} flags forgotten"


@task()
def ask_after() -> str:
    """Every hour."""
    return f"{asking_after.ask_after()} people asked"


@task()
def forget_questions() -> str:
    """Every hour."""
    return f"{actions.forget_questions()} questions forgotten"


@task()
def publish_calendars() -> str:
    """Every five minutes: dates that moved without anybody saying so."""
    return f"{publishing.publish_all()} dates changed"


@task()
def invite() -> str:
    """When a date changed, and every hour for what has come near."""
    return f"{inviting.invite_everybody()} invitations written"


@task()
def tell_dates() -> str:
    """When dates changed, and every minute for quiet hours that are over and for what a killed worker left."""
    return f"{telling.tell_dates()} people told of changed dates"
