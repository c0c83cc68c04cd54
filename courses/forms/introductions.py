"""What somebody shows of themselves to the people of a cohort."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.models import Introduction
from courses.models.members import LONGEST_ALT, LONGEST_WORDS
from lms.files.kinds import PICTURES
from lms.files.upload import UploadField
from lms.words import LineField, one_line

_BREAKS = re.compile(r"\r\n?|\n")
MOST_BREAKS = 8  # lines; a list of sixty people stays one that can be read


class IntroductionForm(forms.Form):
    """A few plain words and a face; both may be left out, and taken away again."""

    words = forms.CharField(
        label=_("What you want to say of yourself"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_("A sentence or two, or nothing: where you work, what brings you here, how you like to be spoken to."),
    )
    face = UploadField(
        kinds=PICTURES,
        label=_("A picture of you"),
        required=False,
        help_text=_("JPEG, PNG, WebP or GIF. It is drawn anew and small; where, when and with what it was taken is left out."),
    )
    alt = LineField(
        label=_("What can be seen on it"), required=False, max_length=LONGEST_ALT, help_text=_("For whoever cannot see it. If you like.")
    )
    remove_face = forms.BooleanField(label=_("Take my picture away"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, shown: Introduction | None) -> None:
        super().__init__(data, files, initial={"words": shown.words, "alt": shown.face_alt} if shown else {})
        if not (shown and shown.face_id):
            del self.fields["remove_face"]

    def clean_words(self) -> str:
        """Paragraphs of plain words, without letters that nobody sees."""
        lines = [one_line(line) for line in _BREAKS.split(self.cleaned_data["words"])]
        words = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        if words.count("\n") > MOST_BREAKS:
            raise ValidationError(_("These are many lines. Please leave out some of the breaks between them."))
        return words
