"""Which activities of the demo wait for something, and how far people are."""

from courses.actions.progress import mark_done, open_activity
from courses.actions.releases import set_release
from courses.models import Activity, Cohort, Group
from courses.permissions import Place
from courses.releasing import Wanted
from lms.permissions import Part
from lms.users.models import User


def release(coordinator: User, cohort: Cohort, group: Group) -> None:
    """In the third block one activity waits for another, and one is for the peer group; a later one waits for the trainers."""
    activities = {
        one.slug: one for one in Activity.objects.current().filter(module__programme=cohort.programme_id).select_related("module")
    }
    ways = {
        "wondering": Wanted("after", after=activities["reflecting-rules"].pk),
        "reflecting-together": Wanted("group", groups={group.pk: None}),
        "held-silence": Wanted("hand"),
    }
    for slug, wanted in ways.items():
        if slug in activities:
            set_release(actor=coordinator, cohort=cohort, activity=activities[slug], wanted=wanted, version=0)


def work_through(cohort: Cohort, trainee: User) -> None:
    """Two blocks done, the third begun."""
    activities = Activity.objects.current().filter(module__programme=cohort.programme_id).select_related("module")
    for activity in activities.filter(module__number__lte=2):
        mark_done(actor=trainee, cohort=cohort, activity=activity)
    current = list(activities.filter(module__number=3).order_by("position")[:2])
    mark_done(actor=trainee, cohort=cohort, activity=current[0])
    open_activity(actor=trainee, place=Place(cohort, Part.TRAINEE), activity=current[1])
