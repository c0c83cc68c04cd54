"""How far somebody has come. Only the person sees it in detail; nobody is ranked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort
from courses.models.modules import Activity


class Progress(models.Model):
    """A person has begun or done an activity in a cohort."""

    class How(models.TextChoices):
        BY_HAND = "by_hand", _("marked by you")
        ENTRY = "entry", _("journal kept")
        POST = "post", _("posted")
        PRESENT = "present", _("you were there")
        MEETING = "meeting", _("you talked")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=8, choices=How.choices, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "cohort", "activity"], name="progress_once")]

    def __str__(self) -> str:
        return f"Progress {self.pk}"


class ResumePoint(models.Model):
    """Where "Carry on" leads: the activity opened last and the heading reached in it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    anchor = models.SlugField(max_length=80, blank=True)  # id of a heading in the text
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "cohort"], name="resume_once")]

    def __str__(self) -> str:
        return f"Resume point {self.pk}"
