"""How files come in: held in memory, never beyond the limit, and looked at before anything is done with them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.files.kinds import Kind, kind_of
from lms.files.names import display_name

LARGEST = 20_000_000  # bytes of one file
LARGEST_TOGETHER = 60_000_000  # bytes of all files of one request


@dataclass(frozen=True)
class Upload:
    """A file that was looked at: what it is, how it may be called, its size in bytes, and itself, open at its beginning."""

    kind: Kind
    name: str
    size: int
    file: BinaryIO

    def read(self) -> bytes:
        """All of it."""
        self.file.seek(0)
        return self.file.read()


class UploadField(forms.FileField):
    """A file of one of these kinds. `cleaned_data` holds an Upload, or None if none was sent and none is required."""

    default_error_messages = {
        "required": gettext_lazy("Please choose a file."),
        "missing": gettext_lazy("Please choose a file."),
        "invalid": gettext_lazy("The file did not arrive. Please choose it once more."),
        "empty": gettext_lazy("This file is empty. Please look whether it is the right one."),
    }

    def __init__(self, *, kinds: Collection[Kind], **kwargs: Any) -> None:
        self.kinds = kinds
        self.largest = LARGEST  # for a script that would rather not send in vain
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Lets the browser offer what fits; it decides nothing."""
        accepted = sorted({kind.mime.partition(";")[0] for kind in self.kinds} | {f".{end}" for kind in self.kinds for end in kind.endings})
        return super().widget_attrs(widget) | {"accept": ",".join(accepted)}

    def clean(self, data: UploadedFile[Any] | None, initial: object = None) -> Upload | None:
        kept = super().clean(data, None)
        return look_at(kept, self.kinds) if kept else None


def look_at(file: UploadedFile[Any], kinds: Collection[Kind]) -> Upload:
    """Raises ValidationError, whose sentence names the limit or the kinds, if it is too large or none of these."""
    size = file.size or 0
    if size > LARGEST or isinstance(file, NotKept):
        raise ValidationError(
            _("This file is larger than a file may be: the limit is %(limit)s MB. Please choose a smaller one."),
            code="large",
            params={"limit": LARGEST // 1_000_000},
        )
    stream = cast(BinaryIO, file.file)
    kind = kind_of(stream)
    if kind is None or kind not in kinds:
        offered = get_text_list([str(kind.word) for kind in Kind if kind in kinds], _("or"))
        raise ValidationError(
            _("This file is not of a kind that can be kept here, whatever its name says. Please choose one of these: %(kinds)s."),
            code="kind",
            params={"kinds": offered},
        )
    return Upload(kind, display_name(file.name or "", kind), size, stream)


class NotKept(UploadedFile):  # type: ignore[type-arg]
    """A file of which nothing was kept because it, or all files together, went over the limit. It knows how large it was."""


class BoundedUpload(FileUploadHandler):
    """Holds files in memory, so that what belongs in a journal does not pass over the disk; lets go of one that is too large.

    The rest of the form arrives all the same, so that the page can say the limit and keep what was typed.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.together = 0
        self.held: BytesIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.held = BytesIO()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.held is None:
            return
        if start + len(raw_data) > LARGEST or self.together + len(raw_data) > LARGEST_TOGETHER:
            self.together -= self.held.tell()
            self.held = None
            return
        self.held.write(raw_data)
        self.together += len(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        if self.held is None:
            return NotKept(file=BytesIO(), name=self.file_name, content_type=self.content_type, size=file_size)
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )
