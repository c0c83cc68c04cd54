"""Where people talk: the cohort together, a peer group or home team, its trainers, and the commons of those who have been here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Group, Membership, Programme
from courses.permissions import part_in
from lms.permissions import Part, Verb, may

if TYPE_CHECKING:
    from lms.users.models import User


class ForumQuerySet(models.QuerySet["Forum"]):
    def visible_to(self, user: User | AnonymousUser, cohort: Cohort, part: Part | None = None) -> ForumQuerySet:
        """The forums this person meets in this cohort. `part` is their part there if it is known already: else one query asks.

        A group's forum is for who is in the group and for the trainers, who look after every forum of their cohort. The commons
        belongs to the programme: all its alumni and trainers meet there, each by way of their own cohort.
        """
        part = part or part_in(user, cohort)
        if not user.is_authenticated or not user.is_active or not may(part, Verb.SEE_FORUM):
            return self.none()
        seen = Q(pk__in=[])
        if may(part, Verb.SEE_COHORT_FORUM):
            seen |= Q(cohort=cohort, kind=Forum.Kind.COHORT)
        if may(part, Verb.MODERATE):
            seen |= Q(cohort=cohort, kind=Forum.Kind.GROUP)
        elif may(part, Verb.SEE_COHORT_FORUM):
            mine = Membership.objects.current().filter(cohort=cohort, person=user, groups=models.OuterRef("group"))
            seen |= Q(cohort=cohort, kind=Forum.Kind.GROUP) & Q(models.Exists(mine))
        if may(part, Verb.SEE_TRAINERS_FORUM):
            seen |= Q(cohort=cohort, kind=Forum.Kind.TRAINERS)
        if may(part, Verb.SEE_COMMONS):
            seen |= Q(programme=cohort.programme_id, kind=Forum.Kind.COMMONS)
        return self.filter(seen)

    def with_level(self, user: User) -> ForumQuerySet:
        """With how much of each this person wants to hear."""
        from forums.models.threads import Level

        own = Level.objects.filter(person=user, forum=models.OuterRef("pk")).values("much")
        return self.annotate(my_level=Coalesce(models.Subquery(own), models.Value(Level.Much.ORDINARY.value)))  # type: ignore[no-redef]


class Forum(models.Model):
    """A place to talk, and what holds there. A commons has a programme instead of a cohort."""

    my_level: str  # on what `with_level` returns

    class Kind(models.TextChoices):
        COHORT = "cohort", _("Everybody")
        GROUP = "group", _("Group")
        TRAINERS = "trainers", _("Trainers")
        COMMONS = "commons", _("Commons")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, related_name="forums")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, null=True, related_name="+")
    group = models.OneToOneField(Group, on_delete=models.CASCADE, null=True, related_name="forum")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.COHORT)
    title = models.CharField(max_length=120)
    allows_anonymous = models.BooleanField(default=False)  # a post may be anonymous to peers and known to trainers
    words_in_mail = models.BooleanField(default=False)  # letters may carry the first words of a post

    objects = ForumQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "kind"], condition=~Q(kind="group"), name="forum_kind_once"),
            models.UniqueConstraint(fields=["programme"], condition=Q(kind="commons"), name="commons_once"),
            models.CheckConstraint(
                condition=Q(kind="commons", cohort=None, programme__isnull=False)
                | ~Q(kind="commons") & Q(cohort__isnull=False, programme=None),
                name="forum_of_cohort_or_programme",
            ),
            models.CheckConstraint(
                condition=Q(kind="group", group__isnull=False) | ~Q(kind="group") & Q(group=None), name="forum_of_group"
            ),
        ]

    def __str__(self) -> str:
        return f"Forum {self.pk}"

    @property
    def name(self) -> str:
        """What it is called on pages: a group's by the group, the others by their kind."""
        return self.title if self.kind == self.Kind.GROUP else str(self.Kind(self.kind).label)

    @property
    def readers(self) -> str:
        """Who reads here, in a sentence."""
        return {
            self.Kind.COHORT: _now("Everybody in your cohort reads here, with its trainers, its coordinators and its aftercare contacts."),
            self.Kind.GROUP: _now("%(group)s and the trainers of the cohort read here."),
            self.Kind.TRAINERS: _now("The trainers and guest trainers of the cohort read here."),
            self.Kind.COMMONS: _now("Those who have finished the course and the trainers read here, of every cohort of the programme."),
        }[self.Kind(self.kind)] % {"group": self.title}
