"""Days on which somebody cannot come, said beforehand; and how a missed day is made up, agreed between two people."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Block, Cohort, Membership
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User


def _between_two(user: User) -> Q:
    """One's own while one belongs to the cohort, and those of cohorts in which one trains. Coordinators are not among them."""
    here = Membership.objects.current().filter(person=user)
    agreeing = here.filter(part__in=parts_that(Verb.AGREE_MAKE_UPS))
    return Q(person=user, cohort__in=here.values("cohort")) | Q(cohort__in=agreeing.values("cohort"))


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User | AnonymousUser) -> AbsenceQuerySet:
        return self.filter(_between_two(user)) if user.is_authenticated else self.none()

    def standing(self) -> AbsenceQuerySet:
        """Said, and not taken back."""
        return self.filter(taken_back_at=None)


class Absence(models.Model):
    """Somebody said beforehand that they cannot come on a day. Nobody asks why; a sentence, sealed, if they wanted to write one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="absences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    day = models.DateField()  # in the cohort's zone
    wrapped_key = models.BinaryField(null=True)
    words_sealed = models.BinaryField(null=True)
    said_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["day", "said_at"]
        constraints = [models.UniqueConstraint(fields=["cohort", "person", "day"], name="absence_once_a_day")]

    def __str__(self) -> str:
        return f"Absence {self.pk}"

    @property
    def place(self) -> str:
        return f"courses.absence:{self.pk}:{self.person_id}"

    @property
    def sealed_for(self) -> int:
        return self.person_id


class MakeUpQuerySet(models.QuerySet["MakeUp"]):
    def visible_to(self, user: User | AnonymousUser) -> MakeUpQuerySet:
        return self.filter(_between_two(user)) if user.is_authenticated else self.none()

    def undecided(self) -> MakeUpQuerySet:
        return self.filter(decided_at=None)

    def made_up(self) -> MakeUpQuerySet:
        """Days of which a person said that they count."""
        return self.filter(made_up=True)


class MakeUp(models.Model):
    """How one person makes up for one day. Two people agree on it, and one of them, a trainer, decides; never a rule."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        AGREED = "agreed", _("Agreed")
        DONE = "done", _("Done")
        DECIDED = "decided", _("Decided")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="make_ups")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="make_ups")
    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="make_ups")
    day = models.DateField()  # in the cohort's zone
    opened_at = models.DateTimeField(default=timezone.now)
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")  # who agreed
    trainee_agreed_at = models.DateTimeField(null=True)
    trainer_agreed_at = models.DateTimeField(null=True)
    wording = models.PositiveSmallIntegerField(default=0, db_default=0)  # one more whenever what is to be agreed is put otherwise
    done_at = models.DateTimeField(null=True)  # every part of it
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_up = models.BooleanField(null=True)  # what was decided: whether the day counts
    wrapped_key = models.BinaryField(null=True)
    sentence_sealed = models.BinaryField(null=True)  # of the decision

    objects = MakeUpQuerySet.as_manager()

    class Meta:
        ordering = ["day", "opened_at"]
        constraints = [models.UniqueConstraint(fields=["cohort", "person", "day"], name="make_up_once_a_day")]

    def __str__(self) -> str:
        return f"Make-up {self.pk}"

    @property
    def place(self) -> str:
        return f"courses.makeup:{self.pk}:{self.person_id}"

    @property
    def sealed_for(self) -> int:
        return self.person_id

    @property
    def state(self) -> State:
        if self.decided_at:
            return self.State.DECIDED
        if self.done_at:
            return self.State.DONE
        return self.State.AGREED if self.trainee_agreed_at and self.trainer_agreed_at else self.State.OPEN


class MakeUpPart(models.Model):
    """One of the three parts of it. Reading and writing are done when the trainee says so; meeting when both do."""

    class Kind(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Write")
        MEET = "meet", _("Meet")

    make_up = models.ForeignKey(MakeUp, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    wrapped_key = models.BinaryField()
    words_sealed = models.BinaryField()  # what was agreed
    trainee_words_sealed = models.BinaryField(null=True)  # a sentence once it was done
    trainee_done_at = models.DateTimeField(null=True)
    trainer_words_sealed = models.BinaryField(null=True)
    trainer_done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["make_up", "kind"], name="make_up_part_once")]

    def __str__(self) -> str:
        return f"Part {self.pk} of a make-up"

    @property
    def place(self) -> str:
        return f"courses.makeuppart:{self.make_up_id}:{self.kind}:{self.make_up.person_id}"

    @property
    def sealed_for(self) -> int:
        return self.make_up.person_id

    @property
    def done(self) -> bool:
        both = self.kind == self.Kind.MEET
        return self.trainee_done_at is not None and (not both or self.trainer_done_at is not None)
