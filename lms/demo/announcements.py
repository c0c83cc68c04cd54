"""What was announced in the demo cohort, and what will be."""

import datetime
import uuid

from django.utils import timezone

from courses.actions.announcements import announce, send_out
from courses.models import Announcement, Cohort
from lms import richtext
from lms.permissions import Part
from lms.users.models import User


def announce_things(cohort: Cohort, trainer: User) -> None:
    """One that went out, which nobody of the demo has read, and one that is still to go out."""
    first = announce(
        actor=trainer,
        cohort=cohort,
        title="Demo: the practice room is always open",
        html=richtext.from_plain(
            "If you want to try out your headphones before the next block, the practice room is open day and night.", "post"
        ),
        client_id=uuid.uuid4(),
        goes_at=timezone.now(),
    )
    send_out(announcement_id=first.pk)
    announce(
        actor=trainer,
        cohort=cohort,
        title="Demo: what to bring for the third block",
        html=richtext.from_plain("Bring a situation of your own that may be looked at, disguised as our agreement says.", "post"),
        client_id=uuid.uuid4(),
        target=Announcement.Target.PART,
        part=Part.TRAINEE,
        goes_at=timezone.now() + datetime.timedelta(days=30),
    )
