"""Modules and their activities: the texts of a course, the same for every cohort."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.programmes import Programme
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from courses.models.cohorts import Cohort
    from lms.users.models import User


class Module(models.Model):
    """One block of the course and the gap after it."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="modules")
    slug = models.SlugField()
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    short = models.CharField(max_length=14)  # for the path of the year
    summary = models.CharField(max_length=300)
    html = models.TextField()
    # The days as the course's authors plan them: [[{"title": …, "activities": [slug, …]}, …], …]. A cohort's sittings are made from it.
    days = models.JSONField(default=list)
    # Where the course's authors would put it in a year: so many days after the course's first day; empty: six weeks after the one before.
    begins_after = models.PositiveSmallIntegerField(null=True)
    opens_before = models.PositiveSmallIntegerField(default=14, db_default=14)  # so many days before its first day its texts open

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "slug"], name="module_slug_once"),
            models.UniqueConstraint(fields=["programme", "number"], name="module_number_once"),
        ]

    def __str__(self) -> str:
        return self.title


class ActivityQuerySet(models.QuerySet["Activity"]):
    def current(self) -> ActivityQuerySet:
        """What the course's folder still holds."""
        return self.filter(retired_at=None)

    def visible_to(self, user: User, cohort: Cohort) -> ActivityQuerySet:
        """Activities of the cohort's programme for those whose part sees the course, each with `opens_on`, the day it opens in this
        cohort (None: not planned). Whether that day has come is asked separately (`can_open`): a member is told when and why,
        everybody else meets nothing."""
        from courses.models.cohorts import Block, Membership

        here = Membership.objects.current().filter(cohort=cohort, person=user, part__in=parts_that(Verb.SEE_COURSE))
        seen = self.current().filter(module__programme=cohort.programme_id)
        opens_on = Block.objects.filter(cohort=cohort, module=models.OuterRef("module")).values("opens_on")
        seen = seen.annotate(opens_on=models.Subquery(opens_on))  # type: ignore[no-redef]
        return seen if user.coordinates else seen.filter(models.Exists(here))


class Activity(models.Model):
    """One thing to do: a text, a film, an exercise, a question."""

    class Type(models.TextChoices):
        READING = "reading", _("Reading")
        VIDEO = "video", _("Film")
        EXERCISE = "exercise", _("Exercise")
        JOURNAL = "journal", _("Journal")
        FORUM = "forum", _("Forum")
        LIVE = "live", _("Live sitting")
        MAP = "map", _("Relational map")

    class Form(models.TextChoices):
        TRIAD = "triad", _("In threes")
        ROLE_PLAY = "role-play", _("Role play")
        PEER_GROUP = "peer-group", _("Peer group")
        SUPERVISION = "supervision", _("Supervision circle")

    class Completes(models.TextChoices):
        """What makes it done. Whatever it is, it can be marked by hand too, except a conversation, which takes two."""

        HAND = "hand", _("By hand")
        ENTRY = "entry", _("By keeping something in the journal")
        POST = "post", _("By posting")
        PRESENT = "present", _("By having been there")
        MEETING = "meeting", _("By two people saying that they talked")

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="activities")
    slug = models.SlugField()
    position = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=10, choices=Type.choices)
    form = models.CharField(max_length=12, choices=Form.choices, blank=True)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField()
    html = models.TextField()
    prompt = models.CharField(max_length=400, blank=True)
    thread_title = models.CharField(max_length=160, blank=True)
    write_first = models.BooleanField(default=False)  # a forum prompt: others' answers are for who has written
    completes = models.CharField(max_length=8, choices=Completes.choices, blank=True, db_default="")  # empty: as its type does
    experiential = models.BooleanField(default=False)
    closing = models.BooleanField(default=False, db_default=False)  # the closing statement, which a certificate asks for: that it was kept
    principles = models.JSONField(default=list)  # of the seven, by name
    before = models.JSONField(default=dict)  # before-you-join card: asked, personal, size, watching, opt_out
    reading_list = models.JSONField(default=list)  # [{title, url, note}]
    sources = models.JSONField(default=list)  # [{title, url}]
    film = models.FileField(upload_to="films/", blank=True)
    captions = models.FileField(upload_to="films/", blank=True)
    transcript_html = models.TextField(blank=True)
    opens_on: datetime.date | None = None  # filled in by visible_to
    retired_at = models.DateTimeField(null=True)  # no longer in the folder; kept for the entries and threads that belong to it

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["module__number", "position"]
        constraints = [models.UniqueConstraint(fields=["module", "slug"], name="activity_slug_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> str:
        """The word for what it is: an exercise by its form."""
        return str(Activity.Form(self.form).label if self.form else Activity.Type(self.type).label)

    @property
    def done_by(self) -> str:
        """What makes it done: as the course says, or else as its type does."""
        return self.completes or _usually_done_by(self.type, self.form)

    @property
    def pk_text(self) -> str:
        """For addresses put together in templates."""
        return str(self.pk)


def _usually_done_by(kind: str, form: str) -> str:
    """Peer groups meet between the sittings, where nobody counts who is there."""
    by_type = {
        Activity.Type.JOURNAL: Activity.Completes.ENTRY,
        Activity.Type.MAP: Activity.Completes.ENTRY,
        Activity.Type.FORUM: Activity.Completes.POST,
        Activity.Type.LIVE: Activity.Completes.PRESENT,
        Activity.Type.EXERCISE: Activity.Completes.PRESENT,
    }
    if form == Activity.Form.PEER_GROUP:
        return Activity.Completes.HAND.value
    return by_type.get(Activity.Type(kind), Activity.Completes.HAND).value


class Handout(models.Model):
    """A page or file that an activity carries: a page that prints well (html) or a file to keep."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="handouts")
    slug = models.SlugField()
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    html = models.TextField(blank=True)
    file = models.FileField(upload_to="handouts/", blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["activity", "slug"], name="handout_slug_once")]

    def __str__(self) -> str:
        return self.title
