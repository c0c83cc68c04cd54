"""The demo as a whole."""

from django.conf import settings
from django.db import transaction

from courses.actions.duties import put_on_duty
from courses.actions.members import add_member, invite_member
from courses.models import Cohort, Programme
from lms.demo.activities import release, work_through
from lms.demo.agreement import agree
from lms.demo.announcements import announce_things
from lms.demo.forum import talk
from lms.demo.groups import form_groups, meet
from lms.demo.hours import attend
from lms.demo.looking_after import look_after
from lms.demo.people import COORDINATOR, OUTSIDER, PEOPLE, introduce_them, make_person
from lms.demo.talks import plan_day
from lms.demo.years import begin, belong_to_one_organisation, change_the_plan
from lms.permissions import Part, Refused

COHORT, OTHER = "demo-cohort", "other-demo-cohort"


@transaction.atomic
def load_demo() -> bool:
    """Makes the demo once; True if it was made now. What people wrote since is left as it is. Refuses outside embedded settings."""
    if not settings.EMBEDDED:
        raise Refused("The demo belongs to embedded settings only.")
    if Cohort.objects.filter(slug=COHORT).exists():
        return False
    coordinator = make_person(COORDINATOR, coordinates=True)
    programme = Programme.objects.get(slug="foundation")
    cohort = begin(coordinator, programme, COHORT, "Demo cohort")
    people = {person.name: make_person(person) for person in PEOPLE}
    places = {person.name: add_member(cohort=cohort, person=people[person.name], part=person.part) for person in PEOPLE}
    group = form_groups(coordinator, cohort, places)
    put_on_duty(actor=coordinator, cohort=cohort, person=people["Trainer B"], from_on=cohort.starts_on, until_on=cohort.ends_on)
    meet(group, people["Trainee A"])
    release(coordinator, cohort, group)
    agree(cohort, people)
    introduce_them(places)
    invite_member(actor=coordinator, cohort=cohort, email="invited@example.org", part=Part.TRAINEE)
    talk(cohort, people)
    work_through(cohort, people["Trainee A"])
    plan_day(cohort, people["Trainer A"])
    announce_things(cohort, people["Trainer A"])
    change_the_plan(coordinator, cohort)
    attend(cohort, people)
    look_after(cohort, people, places)
    other = begin(coordinator, programme, OTHER, "Other demo cohort")
    belong_to_one_organisation(coordinator, other)
    add_member(cohort=other, person=make_person(OUTSIDER), part=OUTSIDER.part)
    return True
