"""What a trainer of the demo wrote and gave, and where the other trainees are."""

import uuid

from django.urls import reverse

from courses.actions.certificates import give_certificate
from courses.actions.notes import write_note
from courses.actions.progress import mark_done
from courses.models import Activity, Cohort, Membership
from lms.notifications.actions.notices import read
from lms.users.models import User


def look_after(cohort: Cohort, people: dict[str, User], places: dict[str, Membership]) -> None:
    """Others are in other places of the year; a trainer wrote a note, and gave a certificate long before its time, to be looked at."""
    activities = list(Activity.objects.current().filter(module__programme=cohort.programme_id, module__number__lte=2))
    for name, every in (("Trainee C", 1), ("Trainee D", 2), ("Trainee E", 5)):
        for activity in activities[::every]:
            mark_done(actor=people[name], cohort=cohort, activity=activity)
    trainer, trainee = people["Trainer A"], people["Trainee A"]
    words = "A demo of a note. In the round you waited until the quiet voice had spoken, and I saw how the others waited with you."
    write_note(actor=trainer, membership=places["Trainee A"], words=words, client_id=uuid.uuid4())
    why = "A demo: given before the year is over, so that you see what one looks like."
    given = give_certificate(actor=trainer, membership=places["Trainee A"], why=why)
    for page in (reverse("courses:notes"), reverse("courses:certificate", args=[given.pk])):
        read(actor=trainee, path=page)  # nobody begins with a bell that rings
