"""What comes in when members flag and trainers act: reasons, ends, choices."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forums.forms.threads import BIGGEST_ID, ManyField
from forums.models import ANSWER_LENGTH, TITLE_LENGTH, Flag, Forum, Post, Thread
from lms.words import WordsForm

WHY_LENGTH = 400
MERGEABLE = 100  # threads to choose from, the last word first
_EMPTY_WHY = {"required": _("Please say why. Whom it concerns reads it, and nobody else.")}


def _why(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        help_text=_("Whom it concerns reads this, with your name, and can answer you. Nobody else but the trainers does."),
        max_length=WHY_LENGTH,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_EMPTY_WHY,
    )


class FlagForm(forms.Form):
    """Something to point out, with words if wished; whoever looks after the forum has no words here, but acts."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Flag.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of these."), "invalid_choice": _("Please choose one of these.")},
    )
    rest = forms.BooleanField(
        label=_("I am written about here: take it down for 24 hours, so that we can talk first"),
        help_text=_("Goes with “This identifies someone”. It happens at once; who wrote it and the trainers are told, not who asked."),
        required=False,
    )
    words = forms.CharField(
        label=_("What you want to say about it"),
        help_text=_(
            "You can leave this empty. The trainers read it, not who wrote the post. If you are worried, only the aftercare contact does."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, trainer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if trainer:
            del self.fields["words"]


class ActForm(forms.Form):
    """What a trainer's act needs. `cleaned_data` are the names the action takes."""

    def __init__(self, *args: Any, thread: Thread, forums: Sequence[Forum] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(thread, forums)

    def offer(self, thread: Thread, forums: Sequence[Forum]) -> None:
        """What there is to choose from."""


class EasingForm(ActForm):
    """For what takes nothing from anybody: a word about it is welcome."""

    why = _why(required=False)


class ReasonForm(ActForm):
    why = _why(required=True)


class ThreadReasonForm(ReasonForm):
    """A question of the course has nobody who began it, and so nobody who has to be told why."""

    def offer(self, thread: Thread, forums: Sequence[Forum]) -> None:
        self.fields["why"].required = thread.author_id is not None


class HideForm(ReasonForm):
    shown = forms.CharField(
        label=_("What everybody reads in its place"), max_length=200, required=False, help_text=_("You can leave this empty.")
    )


class AskForm(ActForm):
    why = forms.CharField(
        label=_("What they need to know to find other words"),
        max_length=WHY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say what to change. Only its author and the trainers read it.")},
    )
    shown_after = forms.BooleanField(
        label=_("Show the other words at once"), help_text=_("Without this a trainer reads them first."), required=False
    )


class HoldForm(ReasonForm):
    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Please choose a day."), "invalid": _("Please choose a day.")},
    )
    field_order = ("until", "why")

    def clean_until(self) -> datetime.datetime:
        """The moment at which that day is over where the trainer is."""
        day = min(self.cleaned_data["until"], timezone.localdate() + datetime.timedelta(days=400))  # the action refuses these too
        return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), tzinfo=timezone.get_current_timezone())


class SlowForm(EasingForm):
    hours = forms.IntegerField(
        label=_("Hours between two posts of one person"), help_text=_("0: as often as they like."), min_value=0, max_value=72
    )
    field_order = ("hours", "why")


class RenameForm(ReasonForm):
    title = forms.CharField(label=_("The other title"), max_length=TITLE_LENGTH)
    field_order = ("title", "why")


class MoveForm(ReasonForm):
    to = forms.ModelChoiceField(
        label=_("To"),
        queryset=Forum.objects.none(),
        error_messages={"required": _("Please choose a forum."), "invalid_choice": _("Please choose a forum.")},
    )
    field_order = ("to", "why")

    def offer(self, thread: Thread, forums: Sequence[Forum]) -> None:
        others = [forum.pk for forum in forums if forum.cohort_id == thread.forum.cohort_id and forum.pk != thread.forum_id]
        self.fields["to"].queryset = Forum.objects.filter(pk__in=others)  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = lambda forum: forum.title  # type: ignore[attr-defined]


class MergeForm(ReasonForm):
    into = forms.ModelChoiceField(
        label=_("With"),
        queryset=Thread.objects.none(),
        help_text=_("All posts go on there, in the order in which they were said. The address of this thread leads there."),
        error_messages={"required": _("Please choose a thread."), "invalid_choice": _("Please choose a thread.")},
    )
    field_order = ("into", "why")

    def offer(self, thread: Thread, forums: Sequence[Forum]) -> None:
        near = Thread.objects.filter(forum=thread.forum_id, merged_into=None).exclude(pk=thread.pk).order_by("-last_post_at")
        shown = Thread.objects.filter(pk__in=list(near.values_list("pk", flat=True)[:MERGEABLE])).select_related("forum__cohort")
        self.fields["into"].queryset = shown.order_by("-last_post_at")  # type: ignore[attr-defined]
        self.fields["into"].label_from_instance = lambda one: one.title  # type: ignore[attr-defined]


class SplitForm(ReasonForm):
    """Its posts are drawn by the page, which shows a part of the thread."""

    posts = ManyField(
        label=_("Posts"),
        queryset=Post.objects.none(),
        error_messages={
            "required": _("Please choose the posts that are to go along."),
            "invalid_choice": _("One of these posts is not in this thread any more."),
            "invalid_pk_value": _("One of these posts is not in this thread any more."),
        },
    )
    title = forms.CharField(label=_("Title of the new thread"), max_length=TITLE_LENGTH)
    field_order = ("posts", "title", "why")

    def offer(self, thread: Thread, forums: Sequence[Forum]) -> None:
        self.fields["posts"].queryset = thread.posts.all()  # type: ignore[attr-defined]

    def clean_posts(self) -> list[int]:
        return [post.pk for post in self.cleaned_data["posts"]]

    def chosen(self) -> set[str]:
        """The ids that are ticked, as they came."""
        return {str(value) for value in self["posts"].value() or []}


class ReworkForm(WordsForm):
    """Other words for a post, as a trainer asked."""


class AnswerForm(forms.Form):
    """Plain words beside an act. client_id is the browser's name for them, so a retry answers once."""

    words = forms.CharField(
        label=_("Your answer"),
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("There are no words here yet. A first sentence is enough.")},
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False, initial=uuid.uuid4)

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()


class BeforeForm(forms.Form):
    """?before=<id>: what is older than this. What makes no sense is as good as absent."""

    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)

    def key(self) -> int | None:
        return self.cleaned_data.get("before") if self.is_valid() else None


class QueuePlaceForm(forms.Form):
    """?after=<key>: what comes after this place in the queue."""

    after = forms.RegexField(regex=r"^[0-3]-\d{1,18}$", required=False)

    def place(self) -> tuple[int, int] | None:
        """(rank, id) of the last post shown, or None."""
        if not self.is_valid() or not self.cleaned_data["after"]:
            return None
        rank, pk = (int(part) for part in self.cleaned_data["after"].split("-"))
        return rank, pk
