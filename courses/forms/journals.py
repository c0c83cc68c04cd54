"""What is written in the journal."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.scaffolds import SCAFFOLDS
from lms import richtext
from lms.words import LineField, WordsForm


class PageForm(forms.Form):
    """Which page of the notebook: the one after this entry."""

    before = forms.UUIDField(required=False)
    maps = forms.BooleanField(required=False)  # all of them, not only the newest


class UntilForm(forms.Form):
    """The day until which the journal was kept when somebody asked for longer."""

    until = forms.DateField()


class BeginningForm(forms.Form):
    """What a new entry begins with: headings, or words its author kept."""

    scaffold = forms.ChoiceField(choices=[(scaffold.slug, scaffold.name) for scaffold in SCAFFOLDS], required=False)
    words = forms.UUIDField(required=False)


class PromptForm(forms.Form):
    """Whose prompt a new entry answers, and in which cohort."""

    activity = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    cohort = forms.SlugField(required=False)


class ShownKeptForm(forms.Form):
    """The author's tick below what they wrote or drew for the course. Autosave sends it along."""

    shown_kept = forms.BooleanField(
        label=_("The course may show this as kept"),
        help_text=_("Only that you kept something, never what. You can take the tick off again."),
        required=False,
        widget=forms.CheckboxInput(attrs={"autocomplete": "off"}),
    )


class NewEntryForm(ShownKeptForm, WordsForm):
    """A new entry: a title if one likes, and words. One of the two is enough; neither, if something is about to be added to it."""

    use: ClassVar[richtext.Use] = "entry"
    body_required: ClassVar[bool] = False

    title = LineField(
        label=_("Title"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"class": "title-input", "autocomplete": "off"}),
    )

    field_order = ["title", "body", "shown_kept"]

    def __init__(self, *args: Any, may_be_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_be_empty = may_be_empty

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "html" in data and richtext.is_empty(data["html"]) and not data.get("title") and not self.may_be_empty:
            self.add_error("body", _("There are no words here yet. A first sentence is enough."))
        return data


class EntryForm(ShownKeptForm, WordsForm):
    """An entry that stands already. It may be emptied; `version` is the one that was on the page.

    How an entry is written on without the editor: simple paragraphs stand in the textarea as plain words and come back as
    they were (lms.richtext.as_plain says whether that loses nothing). An entry with lists or emphasis cannot: it is shown
    above the textarea, which is then for adding to it; `added_to` is that entry's HTML. As soon as the editor stands, it
    holds the whole entry and what it sends replaces it.
    """

    use: ClassVar[richtext.Use] = "entry"
    body_required: ClassVar[bool] = False

    title = NewEntryForm.base_fields["title"]
    version = forms.IntegerField(
        min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput(attrs={"data-version": "", "autocomplete": "off"})
    )

    field_order = ["title", "body", "shown_kept"]

    def __init__(self, *args: Any, added_to: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.added_to = added_to
        if added_to:
            self.fields["body"].label = _("Add to this entry")

    @property
    def adds(self) -> bool:
        """Whether what was sent is to be added to the entry, not to take its place."""
        return bool(self.added_to) and self["body_form"].value() != "html"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.adds and "html" in data:
            data["html"] = self.added_to + data["html"]
            try:
                richtext.check_size(data["html"], self.use)
            except ValidationError as refusal:
                self.add_error("body", refusal)
        return data


class ChoiceForm(forms.Form):
    """What to do with words written in two places."""

    CHOICES: ClassVar = [
        ("mine", _("Keep these words")),
        ("both", _("Keep both, one after the other")),
        ("theirs", _("Leave it as it is there")),
    ]

    choice = forms.ChoiceField(choices=CHOICES)
    adds = forms.BooleanField(required=False)  # the words were to be added to the entry: they cannot take its place
