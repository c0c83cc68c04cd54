"""One's own journal as a file: asked for, made by a worker under a lease, sealed under its owner's key, taken once within a day."""

import datetime
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch, Q, Sum
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.actions.attachments import LARGEST_OF_ENTRY, OpenedAttachment, read_attachments, read_whole
from courses.actions.journals import EntryWords, read_entries
from courses.actions.kept_words import open_words
from courses.actions.ledger import whole_ledger
from courses.actions.maps import read_map
from courses.exporting import Attached, Cover, Page, Writer
from courses.exporting.document import Document
from courses.exporting.folder import Folder
from courses.exporting.ledger import as_pdf
from courses.exporting.maps import as_list
from courses.exporting.pdf import Pdf
from courses.exporting.pdf import is_possible as pdf_is_possible
from courses.finding import in_days
from courses.models import Attachment, Cohort, JournalEntry, JournalExport, KeptWords, LedgerEntry, RelationalMap
from courses.models.attachments import AttachmentQuerySet
from courses.models.exports import JournalExportQuerySet
from courses.models.journals import JournalEntryQuerySet
from courses.models.kept_words import KeptWordsQuerySet
from courses.models.maps import RelationalMapQuerySet
from courses.permissions import may_in
from lms import crypto
from lms.audit.actions import What, note
from lms.files.kinds import Kind
from lms.mail.actions import write_letter
from lms.permissions import Verb, require
from lms.queue import enqueue
from lms.users.models import User

log = logging.getLogger(__name__)

LEASE = datetime.timedelta(minutes=15)  # renewed with each batch; setting the longest PDF takes a fraction of it
MAX_ATTEMPTS = 4
BATCH = 20  # entries open at once, and between two notes of progress
MOST_A_DAY = 20
LETTER_AFTER = datetime.timedelta(minutes=1)  # who waited longer has gone elsewhere
ROWS_KEPT = datetime.timedelta(days=30)

Form = JournalExport.Form
# Bytes of sealed words. A PDF is set as a whole: a million bytes took half a minute and 440 MB of a worker.
LIMITS = {Form.PDF: 1_000_000, Form.MARKDOWN: 50_000_000, Form.HTML: 50_000_000}
# Bytes of attached files that are carried. An entry's own never go beyond the largest of them (courses.actions.attachments).
FILE_LIMITS = {Form.PDF: 20_000_000, Form.MARKDOWN: LARGEST_OF_ENTRY, Form.HTML: LARGEST_OF_ENTRY}
WRITERS: dict[str, type[Writer]] = {Form.PDF: Pdf, Form.MARKDOWN: Folder, Form.HTML: Document}
FILES = {
    Form.PDF: ("pdf", "application/pdf"),
    Form.MARKDOWN: ("zip", "application/zip"),
    Form.HTML: ("html", "text/html; charset=utf-8"),
}


@dataclass(frozen=True)
class File:
    """What is taken away."""

    name: str
    content_type: str
    content: bytes


class NotHere(Exception):
    """There is no file to take: not made yet, taken already, or its day is over. The export's `state` says which."""

    def __init__(self, export: JournalExport) -> None:
        super().__init__("nothing to take")
        self.export = export


@transaction.atomic
def ask_for_export(*, actor: User, form: str, from_on: datetime.date | None = None, until_on: datetime.date | None = None) -> JournalExport:
    """Asks for the journal of a period, or all of it. Asked again while it is being made, it is the same.

    Refused where there is nothing in that time, or more than one file of this form holds.
    """
    require(actor.is_active, _("Please sign in to take your journal with you."))
    require(form != Form.PDF or pdf_is_possible(), _("A PDF cannot be made on this server. Markdown and HTML can."))
    User.objects.select_for_update().get(pk=actor.pk)  # one at a time for each person, so that a double press asks once
    mine = JournalExport.objects.visible_to(actor)
    being_made = mine.filter(cohort=None, form=form, from_on=from_on, until_on=until_on, made_at=None, given_up_at=None)
    if already := being_made.first():
        return already
    _no_more_than_a_day_holds(mine)
    wanted = JournalExport(person=actor, form=form, from_on=from_on, until_on=until_on)
    entries = _entries_of(wanted)
    maps = _maps_of(wanted)
    wanted.entries = entries.count() + maps.count() + _kept_by(wanted).count()
    require(wanted.entries > 0, _("There is nothing in your journal in that time."))
    size = entries.order_by().aggregate(size=Sum(Length("body_sealed")))["size"] or 0
    size += maps.order_by().aggregate(size=Sum(Length("drawing_sealed")))["size"] or 0
    files = _files_of(entries, WRITERS[form].carries).aggregate(size=Sum("size"))["size"] or 0
    fits = size <= LIMITS[Form(form)] and files <= FILE_LIMITS[Form(form)]
    require(fits, _("That is more than one such file holds. Please choose a shorter time, or another form."))
    wanted.save(force_insert=True)
    note(actor=actor, what=What.EXPORT_ASKED, about=wanted, person=actor.pk, detail=form)
    enqueue("courses.make_export", export_id=str(wanted.pk))
    return wanted


@transaction.atomic
def ask_for_hours(*, actor: User, cohort: Cohort) -> JournalExport:
    """Asks for one's own hours in a cohort as a PDF. Asked again while it is being made, it is the same."""
    kept = LedgerEntry.objects.visible_to(actor).filter(cohort=cohort)  # it stays theirs when they leave
    require(may_in(actor, cohort, Verb.KEEP_HOURS) or kept.exists(), _("Only trainees keep a ledger here."))
    require(pdf_is_possible(), _("A PDF cannot be made on this server. The CSV can."))
    User.objects.select_for_update().get(pk=actor.pk)  # one at a time for each person, so that a double press asks once
    mine = JournalExport.objects.visible_to(actor)
    if already := mine.filter(cohort=cohort, made_at=None, given_up_at=None).first():
        return already
    _no_more_than_a_day_holds(mine)
    wanted = JournalExport.objects.create(person=actor, form=Form.PDF, cohort=cohort, entries=kept.count())
    note(actor=actor, what=What.EXPORT_ASKED, about=wanted, person=actor.pk, detail="hours")
    enqueue("courses.make_export", export_id=str(wanted.pk))
    return wanted


def make_export(*, export_id: str) -> bool:
    """Makes a due export under a lease; True if it was. Harmless if another worker has it, it was made already, or it is gone.

    Asks nobody: its owner asked. What fails is tried again when the lease ends, and given up after MAX_ATTEMPTS.
    """
    taken = JournalExport.objects.due().filter(pk=export_id).update(lease_until=timezone.now() + LEASE, attempts=F("attempts") + 1)
    if not taken:
        return False
    export = JournalExport.objects.select_related("person", "cohort").get(pk=export_id)
    if export.attempts > MAX_ATTEMPTS:  # its workers were killed each time
        _this_attempt(export).update(given_up_at=timezone.now())
        return False
    try:
        with timezone.override(ZoneInfo(export.person.time_zone)), translation.override(export.person.language):
            return _keep(export, _make(export))
    except Exception as trouble:  # whatever it is, its words may be somebody's: only its name is logged
        log.warning("Export %s was not made (attempt %s): %s.", export.pk, export.attempts, type(trouble).__name__)
        if export.attempts >= MAX_ATTEMPTS:
            _this_attempt(export).update(given_up_at=timezone.now())
        return False


def take_export(*, actor: User, export_id: uuid.UUID) -> File:
    """Gives the file to its owner and destroys it here. Raises NotHere if there is none, JournalExport.DoesNotExist if it is not theirs."""
    with transaction.atomic():
        export = JournalExport.objects.visible_to(actor).select_for_update().get(pk=export_id)
        if export.state != "ready":
            raise NotHere(export)
        content = _unsealed(export)
        export.taken_at, export.content_sealed, export.wrapped_key = timezone.now(), None, None
        if content is None:
            export.taken_at, export.given_up_at, export.made_at = None, timezone.now(), None
        export.save(update_fields=["taken_at", "content_sealed", "wrapped_key", "given_up_at", "made_at"])
        if content is not None:
            note(actor=actor, what=What.EXPORT_TAKEN, about=export, person=actor.pk, detail=export.form)
    if content is None:
        raise NotHere(export)
    ending, content_type = FILES[Form(export.form)]
    what = "hours" if export.cohort_id else "journal"
    return File(f"{what}-{timezone.localdate():%Y-%m-%d}.{ending}", content_type, content)


def sweep_exports() -> str:
    """By the clock: destroys what nobody took within its day, forgets old rows, enqueues what a killed worker left."""
    destroyed = JournalExport.objects.old().update(content_sealed=None, wrapped_key=None)
    now = timezone.now()
    forgotten, _kinds = JournalExport.objects.filter(asked_at__lt=now - ROWS_KEPT).delete()
    late = JournalExport.objects.due().exclude(lease_until=None, asked_at__gt=now - LEASE)
    ids = list(late.values_list("pk", flat=True)[:100])
    for pk in ids:
        enqueue("courses.make_export", export_id=str(pk))
    return f"{len(ids)} exports enqueued again, {destroyed} destroyed, {forgotten} rows forgotten"


# --- inside ---------------------------------------------------------------------------------------------------------


def _entries_of(export: JournalExport) -> JournalEntryQuerySet:
    """In the order in which they were written. Days are those of the zone that is active."""
    mine = in_days(JournalEntry.objects.visible_to(export.person), export.from_on, export.until_on)
    return mine.order_by("created_at", "pk")


def _maps_of(export: JournalExport) -> RelationalMapQuerySet:
    mine = in_days(RelationalMap.objects.visible_to(export.person), export.from_on, export.until_on)
    return mine.order_by("created_at", "pk")


def _files_of(entries: JournalEntryQuerySet, carried: frozenset[Kind]) -> AttachmentQuerySet:
    return Attachment.objects.filter(entry__in=entries.order_by().values("pk"), kind__in=carried)


def _kept_by(export: JournalExport) -> KeptWordsQuerySet:
    mine = in_days(KeptWords.objects.visible_to(export.person), export.from_on, export.until_on)
    return mine.order_by("created_at", "pk")


def _no_more_than_a_day_holds(mine: JournalExportQuerySet) -> None:
    today = mine.filter(asked_at__gt=timezone.now() - datetime.timedelta(days=1)).count()
    require(today < MOST_A_DAY, _("You have asked for many files today. Tomorrow you can ask again; your journal stays where it is."))


def _make(export: JournalExport) -> bytes:
    if export.cohort is not None:
        return as_pdf(whole_ledger(actor=export.person, cohort=export.cohort))
    writer = WRITERS[export.form](_cover(export))
    done = 0
    for done, page in enumerate(_pages(export), start=1):
        writer.add(page)
        if done % BATCH == 0:
            _note_progress(export, done)
    _note_progress(export, done)
    return writer.finish()


def _cover(export: JournalExport) -> Cover:
    """Raises LookupError if everything was deleted meanwhile."""
    days = []
    for rows in (_entries_of(export), _maps_of(export), _kept_by(export)):
        ends = [rows.values_list("created_at", flat=True).first(), rows.values_list("created_at", flat=True).last()]
        days += [timezone.localtime(at).date() for at in ends if at]
    if not days:
        raise LookupError("nothing is left of it")
    return Cover(export.person.display_name, min(days), max(days))


def _pages(export: JournalExport) -> Iterator[Page]:
    """The entries, then the maps, then words that stayed with somebody, each opened when its turn comes."""
    with_entry = Prefetch("attachments", Attachment.objects.select_related("file"))
    entries = _entries_of(export).select_related("activity").prefetch_related(with_entry)
    carried = WRITERS[export.form].carries
    for entry, words in read_entries(actor=export.person, entries=_in_batches(entries)):
        yield _page(entry, words, _attached(export.person, entry, carried))
    for relational_map in _maps_of(export).select_related("activity").iterator(chunk_size=BATCH):
        yield _map_page(export.person, relational_map)
    for kept in _kept_by(export).iterator(chunk_size=BATCH):
        yield _kept_page(export.person, kept)


def _in_batches(entries: JournalEntryQuerySet) -> Iterator[JournalEntry]:
    """Batch after batch by key: neither all rows in memory nor a transaction open for minutes."""
    batch = list(entries[:BATCH])
    while batch:
        yield from batch
        last = batch[-1]
        batch = list(entries.filter(Q(created_at__gt=last.created_at) | Q(created_at=last.created_at, pk__gt=last.pk))[:BATCH])


def _attached(person: User, entry: JournalEntry, carried: frozenset[Kind]) -> list[Attached]:
    """What stands with the entry, with the content of what is carried. What does not open is named as such."""
    shown = read_attachments(actor=person, entry=entry, attachments=entry.attachments.all())
    return [_one_attached(person, one, carried) for one in shown]


def _one_attached(person: User, shown: OpenedAttachment, carried: frozenset[Kind]) -> Attached:
    kind = Kind(shown.attachment.kind)
    try:
        content = read_whole(actor=person, attachment=shown.attachment) if shown.readable and kind in carried else None
    except crypto.Unreadable:
        return Attached(shown.name, kind, shown.words, readable=False)
    return Attached(shown.name, kind, shown.words, content, shown.readable)


def _page(entry: JournalEntry, words: EntryWords | None, attached: list[Attached]) -> Page:
    activity = entry.activity
    return Page(
        at=timezone.localtime(entry.created_at),
        title=words.title if words else "",
        html=words.html if words else "",
        activity=activity.title if activity else "",
        prompt=activity.prompt if activity else "",
        readable=words is not None,
        attached=attached,
    )


def _map_page(person: User, relational_map: RelationalMap) -> Page:
    at = timezone.localtime(relational_map.created_at)
    activity = relational_map.activity.title if relational_map.activity else ""
    try:
        opened = read_map(actor=person, relational_map=relational_map)
    except crypto.Unreadable:
        return Page(at=at, activity=activity, readable=False, is_map=True)
    return Page(at=at, title=opened.title, html=as_list(opened.drawing), activity=activity, is_map=True)


def _kept_page(person: User, kept: KeptWords) -> Page:
    (opened,) = open_words(actor=person, kept=[kept])
    title = _("Words that stayed with me")
    return Page(at=timezone.localtime(kept.created_at), title=title, html=opened.html if opened.readable else "", readable=opened.readable)


def _this_attempt(export: JournalExport) -> JournalExportQuerySet:
    """The row, unless another worker has taken it over meanwhile."""
    return JournalExport.objects.filter(pk=export.pk, attempts=export.attempts, made_at=None, given_up_at=None)


def _note_progress(export: JournalExport, done: int) -> None:
    _this_attempt(export).update(entries_done=done, lease_until=timezone.now() + LEASE)


def _keep(export: JournalExport, content: bytes) -> bool:
    """Seals the file and tells its owner, if they had to wait."""
    key, wrapped = crypto.wrap_new_key(export.person_id, place=_place(export, "key"))
    sealed = crypto.seal(content, key=key, place=_place(export, "content"))
    with transaction.atomic():
        now = timezone.now()
        made = _this_attempt(export).update(made_at=now, lease_until=None, wrapped_key=wrapped, content_sealed=sealed)
        if made and now - export.asked_at > LETTER_AFTER:
            _tell(export)
    return bool(made)


def _tell(export: JournalExport) -> None:
    body = _(
        "Hello,\n\nwhat you asked for is made and waits for you for a day. It can be taken once, here:\n\n%(link)s\n\n"
        "If you did not ask for anything, please look at your sign-ins and tell us.\n"
    ) % {"link": settings.SITE_URL + reverse("courses:exports")}
    write_letter(to=export.person.email, subject=_("What you asked for is ready"), body=body, person=export.person)


def _unsealed(export: JournalExport) -> bytes | None:
    """The file; None if its key is gone."""
    if export.wrapped_key is None or export.content_sealed is None:
        return None
    try:
        key = crypto.unwrap_key(export.wrapped_key, export.person_id, place=_place(export, "key"))
        return crypto.unseal(export.content_sealed, key=key, place=_place(export, "content"))
    except crypto.Unreadable:
        return None


def _place(export: JournalExport, field: str) -> str:
    return f"courses.export:{export.pk}:{export.person_id}:{field}"
