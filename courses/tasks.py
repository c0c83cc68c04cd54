"""Background work of courses: ids or nothing in, one action each, harmless twice."""

from django_tasks import task

from courses.actions import aftercare, announcements, exports, keeping, make_ups, stored_files


@task()
def make_export(export_id: str) -> bool:
    return exports.make_export(export_id=export_id)


@task()
def sweep_exports() -> str:
    """Every five minutes, by lms/schedule.py."""
    return exports.sweep_exports()


@task()
def sweep_files() -> str:
    """Every hour, by lms/schedule.py."""
    return stored_files.sweep_files()


@task()
def look_after_journals() -> str:
    """Daily, by lms/schedule.py: letters before a journal's last day, and what is removed after it."""
    return keeping.look_after_journals()


@task()
def send_announcements() -> str:
    """Every minute, by lms/schedule.py, and at once when something is announced for now."""
    return announcements.send_announcements()


@task()
def open_make_ups() -> int:
    """Every hour, by lms/schedule.py: the way of making up for days that were missed."""
    return make_ups.open_make_ups()


@task()
def hand_on_requests() -> str:
    """Every five minutes, by lms/schedule.py: requests to be contacted that nobody has answered."""
    return f"{aftercare.hand_on_requests()} requests handed on"
