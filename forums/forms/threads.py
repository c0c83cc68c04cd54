"""What comes in: words, and the place in a thread or list that an address names."""

import datetime
import re
from collections.abc import Mapping
from html import unescape
from typing import Any, TypedDict

from django import forms
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from forums.models import QUOTE_LENGTH, TITLE_LENGTH, Forum, Post, Thread
from lms.words import WordsForm

BIGGEST_ID = 2**63 - 1


class ManyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows by their ids. A number that no database takes is one that is not there."""

    def _check_values(self, value: Any) -> Any:
        if any(not str(pk).isdecimal() or len(str(pk)) > 18 for pk in value):
            raise forms.ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": ""})
        return super()._check_values(value)  # type: ignore[misc]


def as_typed(html: str) -> str:
    """Cleaned words as somebody would have typed them into a bare textarea: paragraphs apart, lines broken where they were."""
    lines = re.sub(r"<br ?/?>|</(li|tr)>", "\n", html)
    return unescape(strip_tags(re.sub(r"</(p|h2|h3|ul|ol|blockquote|pre)>", "\n\n", lines))).strip()


class PostWordsForm(WordsForm):
    """Words to be said in a forum."""

    anonymous = forms.BooleanField(
        label=_("Anonymous to peers"),
        help_text=_(
            "Others read “Somebody”. The trainers of the cohort know who you are; and if somebody is worried about you, the aftercare "
            "contact is told."
        ),
        required=False,
    )

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not forum.allows_anonymous:
            del self.fields["anonymous"]

    def words(self) -> dict[str, Any]:
        """For `forums.actions.posting.Words`; only after validation."""
        data = self.cleaned_data
        return {"html": data["html"], "client_id": data["client_id"], "anonymous": bool(data.get("anonymous"))}


class ThreadForm(PostWordsForm):
    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        error_messages={
            "required": _("A thread needs a title. A few words are enough."),
            "max_length": _("A title has room for %(limit_value)d characters; this has %(show_value)d."),
        },
    )


class ReplyForm(PostWordsForm):
    """Words for a thread; perhaps an answer to one post of it, perhaps to some of that post's words."""

    answers = forms.ModelChoiceField(
        queryset=Post.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("The post you answer is not in this thread. Your words are still here.")},
    )
    quoted = forms.CharField(
        label=_("Words you answer"),
        help_text=_("Copy some of their words to here. Everybody sees where they were said."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": QUOTE_LENGTH, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, thread: Thread, **kwargs: Any) -> None:
        super().__init__(*args, forum=thread.forum, **kwargs)
        if thread.phase:  # whose turn it is says who speaks
            self.fields.pop("anonymous", None)
        self.fields["answers"].queryset = thread.posts.shown().select_related("author")  # type: ignore[attr-defined]
        self.fields["body"].widget.attrs |= {"rows": 3, "placeholder": _("A first sentence is enough.")}


class KeptWordsForm(forms.Form):
    """Words that were to be posted where one can not post any more: to be read and copied, never kept."""

    body = forms.CharField(label=_("Your words"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 12, "readonly": True}))
    body_form = forms.CharField(required=False)

    def words(self) -> str:
        """As plain words, whatever wrote them."""
        self.is_valid()
        body: str = self.cleaned_data.get("body") or ""
        return as_typed(body) if self.cleaned_data.get("body_form") == "html" else body


def as_sent(form: forms.Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent as the beginning of a form that nobody has sent yet: it comes back as it was, and nothing is said against it."""
    return {name: data.get(name) for name in form.fields if data.get(name)}


class PagePlace(TypedDict):
    from_: int | None
    before: int | None
    answers: int | None


class ThreadPlaceForm(forms.Form):
    """?from=<post>: the page that begins with it. ?before=<post>: the page that ends before it. ?answers=<post>: whom one answers."""

    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)
    answers = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)  # a word of Python's own

    def place(self) -> PagePlace:
        """For `reading.thread_page`. What makes no sense is as good as absent."""
        self.is_valid()
        return {
            "from_": self.cleaned_data.get("from"),
            "before": self.cleaned_data.get("before"),
            "answers": self.cleaned_data.get("answers"),
        }


class ListPlaceForm(forms.Form):
    """?after=<key>: the threads that come after this place in the list. The key names the place, not a page that could shift."""

    after = forms.RegexField(regex=r"^[01]-[01]-\d{1,16}-\d{1,18}$", required=False)

    def place(self) -> tuple[bool, bool, datetime.datetime, int] | None:
        """(pinned, waits, last word, id) of the last thread shown, or None."""
        if not self.is_valid() or not self.cleaned_data["after"]:
            return None
        pinned, waits, moment, pk = (int(part) for part in self.cleaned_data["after"].split("-"))
        return (
            bool(pinned),
            bool(waits),
            datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(microseconds=moment),
            int(pk),
        )


def list_key(thread: Thread) -> str:
    """The key of a thread's place in the list, for the address of what comes after it."""
    moment = (thread.last_post_at - datetime.datetime.fromtimestamp(0, datetime.UTC)) // datetime.timedelta(microseconds=1)
    return f"{int(thread.pinned_at is not None)}-{int(thread.waiting_since is not None)}-{moment}-{thread.pk}"


class ForumChoiceForm(forms.Form):
    """?in=<forum>: one of the forums somebody meets. Without it: all of them."""

    def __init__(self, *args: Any, forums: list[Forum], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._forums = {str(forum.pk): forum for forum in forums}
        self.fields["in"] = forms.ChoiceField(choices=[(pk, pk) for pk in self._forums], required=False)  # a word of Python's own

    def chosen(self) -> Forum | None:
        return self._forums.get(self.cleaned_data["in"])
