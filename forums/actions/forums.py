"""Opening the places to talk, and the threads in which a cohort answers the course's questions."""

from courses.models import Activity, Cohort, Group
from forums.models import Forum, Thread

_WITH_FORUM = (Group.Kind.PEER_GROUP, Group.Kind.HOME_TEAM)


def open_forums(*, cohort: Cohort) -> Forum:
    """The forums of a cohort: everybody's with a thread for each question the course asks there, the trainers', those of its groups,
    and the commons of its programme. Running it again adds what is missing. Returns everybody's.

    Asks nobody: planning a cohort and loading a course (`forums.receivers`) are what call it.
    """
    forum = forum_of(cohort)
    Forum.objects.get_or_create(cohort=cohort, kind=Forum.Kind.TRAINERS, defaults={"title": str(Forum.Kind.TRAINERS.label)})
    commons = {"title": str(Forum.Kind.COMMONS.label)}
    Forum.objects.get_or_create(programme_id=cohort.programme_id, kind=Forum.Kind.COMMONS, defaults=commons)
    for group in cohort.groups.filter(kind__in=_WITH_FORUM):
        open_group_forum(group=group)
    questions = Activity.objects.current().filter(module__programme=cohort.programme_id, type=Activity.Type.FORUM)
    Thread.objects.bulk_create([_question_thread(forum, activity) for activity in questions], ignore_conflicts=True)
    return forum


def open_group_forum(*, group: Group) -> Forum | None:
    """A peer group or home team has a forum of its own; a triad lasts for one exercise and has none. Asks nobody (see above)."""
    if group.kind not in _WITH_FORUM:
        return None
    own = {"cohort_id": group.cohort_id, "kind": Forum.Kind.GROUP, "title": group.title}
    return Forum.objects.get_or_create(group=group, defaults=own)[0]


def thread_for_prompt(*, cohort: Cohort, activity: Activity) -> Thread:
    """The thread in which this cohort answers the activity's question; made if the activity came after the cohort was planned."""
    found = Thread.objects.filter(forum__cohort=cohort, activity=activity).select_related("forum__cohort", "activity")
    thread = found.first()
    if thread is None:
        Thread.objects.bulk_create([_question_thread(forum_of(cohort), activity)], ignore_conflicts=True)
        thread = found.get()
    return thread


def forum_of(cohort: Cohort) -> Forum:
    """Everybody's forum of the cohort, made if it is not there yet."""
    return Forum.objects.get_or_create(cohort=cohort, kind=Forum.Kind.COHORT, defaults={"title": cohort.title})[0]


def _question_thread(forum: Forum, activity: Activity) -> Thread:
    return Thread(forum=forum, activity=activity, title=activity.thread_title or activity.title)
