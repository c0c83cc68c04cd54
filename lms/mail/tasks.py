"""Background work of the outbox."""

from django_tasks import task

from lms.mail import actions


@task()
def send_letter(letter_id: str) -> bool:
    return actions.send_letter(letter_id=letter_id)


@task()
def sweep_letters() -> str:
    """Every five minutes, by lms/schedule.py."""
    return f"{actions.sweep_letters()} letters enqueued again"
