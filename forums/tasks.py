"""Background work of the forums. Each calls one action and may run twice."""

from django_tasks import task

from forums.actions import drafts, files, telling_of_posts
from forums.actions.moderating import hiding


@task()
def tell_of_post(post_id: str) -> str:
    """Tells those who are to hear of a post."""
    return f"{telling_of_posts.tell_of_post(post_id=int(post_id))} people told"


@task()
def tell_of_mentions(post_id: str) -> str:
    """Tells those whom a post names since it was changed."""
    return f"{telling_of_posts.tell_of_mentions(post_id=int(post_id))} people told"


@task()
def sweep_untold() -> str:
    """Every few minutes: posts of which nobody was told, because a worker was killed."""
    return f"{telling_of_posts.sweep_untold()} posts to tell of"


@task()
def end_rests() -> str:
    """Every five minutes, by lms/schedule.py: what has rested long enough is shown again."""
    return f"{hiding.end_rests()} posts shown again"


@task()
def sweep_files() -> str:
    """Every hour: files that never got a post."""
    return files.sweep_files()


@task()
def sweep_drafts() -> str:
    """Daily: drafts that nobody came back for."""
    return drafts.sweep_drafts()
