"""Background work of the live rooms: ids or nothing in, one action each, harmless twice."""

import uuid

from django_tasks import task

from live import actions, asking_after, reminding


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
