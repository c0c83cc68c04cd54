"""Words that somebody keeps, and what they do with them."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import JournalEntry
from courses.models.kept_words import LONGEST_NOTE, LONGEST_WORDS

SOURCE = r"\A(?:post:\d{1,18}|room:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?::\d{1,18})?)\Z"


class SourceForm(forms.Form):
    """Where the words were said, as an address names it."""

    source = forms.RegexField(SOURCE, required=False, widget=forms.HiddenInput)


class PageForm(forms.Form):
    """Which page: the one after these words."""

    before = forms.UUIDField(required=False)


class NoteForm(forms.Form):
    """A note of one's own beside kept words."""

    note = forms.CharField(
        label=_("Your note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"max_length": _("A note has room for %(limit_value)d characters; this has %(show_value)d.")},
    )


class KeepForm(SourceForm, NoteForm):
    """Words, a note, or both."""

    words = forms.CharField(
        label=_("The words"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"max_length": _("There is room for %(limit_value)d characters; these are %(show_value)d. Please choose fewer.")},
    )
    # Browsers put old values back into hidden fields on reload; an old name would make new words a retry of old ones.
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-client-id": "", "autocomplete": "off"}), required=False)

    field_order = ["words", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_id"].initial = uuid.uuid4

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()


class EntryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """One of one's own entries, by the title or first words that were opened for it."""

    titles: dict[uuid.UUID, str]

    def label_from_instance(self, entry: Any) -> str:
        return self.titles.get(entry.pk, "")


class AddForm(forms.Form):
    """Into which entry the words go."""

    entry = EntryChoice(
        label=_("Add them to an entry"),
        queryset=JournalEntry.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("This entry is not here any more. Please choose another.")},
    )

    def __init__(self, *args: Any, entries: Any, titles: dict[uuid.UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entry"]
        assert isinstance(field, EntryChoice)  # noqa: S101 (for the type checker)
        field.queryset, field.titles = entries, titles
