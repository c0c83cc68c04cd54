"""What courses does when news comes from below."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from courses.actions.invitation_links import use_link
from courses.actions.members import add_member
from courses.actions.years import year_changed
from courses.models import Activity, Block, Cohort, Handout, Module, Programme, PromisedPlace, Sitting
from lms.permissions import Part
from lms.users.models import Invitation, User
from lms.users.signals import invitation_accepted


@receiver(invitation_accepted)
def give_promised_place(invitation: Invitation, person: User, **kwargs: Any) -> None:
    """An accepted invitation becomes the membership it promised; one that was asked for by a link is a use of that link."""
    place = PromisedPlace.objects.filter(invitation=invitation).select_related("cohort", "link").first()
    if place is None:
        return
    if place.link is not None:
        use_link(place.link, person=person)
    else:
        add_member(cohort=place.cohort, person=person, part=Part(place.part), by=invitation.invited_by)


# --- what pages keep of a year (courses.years) ----------------------------------------------------------------------


@receiver([post_save, post_delete], sender=Block)
def block_changed(instance: Block, **kwargs: Any) -> None:
    year_changed(Cohort.objects.filter(pk=instance.cohort_id))


@receiver([post_save, post_delete], sender=Sitting)
def sitting_changed(instance: Sitting, **kwargs: Any) -> None:
    year_changed(Cohort.objects.filter(blocks=instance.block_id))


@receiver(m2m_changed, sender=Sitting.activities.through)
def sitting_does_something_else(instance: Sitting | Activity, **kwargs: Any) -> None:
    if isinstance(instance, Sitting):
        sitting_changed(instance)
    else:
        activity_changed(instance)


@receiver([post_save, post_delete], sender=Programme)
def programme_changed(instance: Programme, **kwargs: Any) -> None:
    year_changed(Cohort.objects.filter(programme=instance.pk))


@receiver([post_save, post_delete], sender=Module)
def module_changed(instance: Module, **kwargs: Any) -> None:
    year_changed(Cohort.objects.filter(programme=instance.programme_id))


@receiver([post_save, post_delete], sender=Activity)
def activity_changed(instance: Activity, **kwargs: Any) -> None:
    year_changed(Cohort.objects.filter(programme__modules=instance.module_id))


@receiver([post_save, post_delete], sender=Handout)
def handout_changed(instance: Handout, **kwargs: Any) -> None:
    year_changed(Cohort.objects.filter(programme__modules__activities=instance.activity_id))
