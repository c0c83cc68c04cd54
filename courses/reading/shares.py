"""What pages show of shared versions: for the author beside the entry, for readers beside what they may read."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from courses.actions.responses import ResponseWords, read_responses
from courses.models import JournalEntry, Membership, SharedVersion, ShareReader, ShareResponse
from lms.users.models import User


@dataclass
class Beside:
    """A response with what the author said to it."""

    words: ResponseWords
    mine: bool
    answers: list["Beside"] = field(default_factory=list)

    @property
    def response(self) -> ShareResponse:
        return self.words.response


@dataclass
class ShownShare:
    """A shared version as its author sees it: who reads it, who opened it when, what they gave back."""

    share: SharedVersion
    readers: list[ShareReader]
    is_open: bool
    responses: list[Beside] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [reader.person.display_name for reader in self.readers]

    @property
    def opened(self) -> list[ShareReader]:
        return [reader for reader in self.readers if reader.first_opened_at is not None]


@dataclass
class EntryShares:
    """Everything shared from one entry, and who can read some of it at this moment."""

    shares: list[ShownShare]
    names: list[str]


def shares_of(author: User, entry: JournalEntry) -> EntryShares:
    """For the page of one's own entry. Three queries however much was shared."""
    is_open = Exists(SharedVersion.objects.open().filter(pk=OuterRef("pk")))
    shares = list(SharedVersion.objects.visible_to(author).filter(entry=entry).select_related("cohort").annotate(is_open=is_open))  # type: ignore[no-redef]
    if not shares:
        return EntryShares([], [])
    for share in shares:
        share.entry = entry
    readers: dict[object, list[ShareReader]] = {}
    reads_now = Exists(_reading_now(author, entry).filter(pk=OuterRef("pk")))
    asked = ShareReader.objects.filter(share__in=shares).select_related("person").annotate(reads_now=reads_now)  # type: ignore[no-redef]
    for reader in asked.order_by("person__display_name", "pk"):
        readers.setdefault(reader.share_id, []).append(reader)
    responses = ShareResponse.objects.visible_to(author).filter(share__in=shares).select_related("author", "answers", "share")
    beside = _beside(author, entry, list(responses))
    shown = []
    for share in shares:
        here = [one for one in beside if one.response.share_id == share.pk]
        shown.append(ShownShare(share, readers.get(share.pk, []), share.is_open, here))
    now = {reader.person_id: reader.person.display_name for rows in readers.values() for reader in rows if reader.reads_now}
    return EntryShares(shown, sorted(now.values()))


def responses_to(person: User, share: SharedVersion) -> list[Beside]:
    """What this person may read beside a shared version. Three queries however many there are."""
    found = ShareResponse.objects.visible_to(person).filter(share=share).select_related("author", "answers", "share")
    return _beside(person, share.entry, list(found))


@dataclass(frozen=True)
class WithMe:
    """A line of "Shared with you"."""

    share: SharedVersion
    is_new: bool


def shared_with(person: User, limit: int) -> list[WithMe]:
    """What others let this person read now, the newest first. Two queries."""
    visible = SharedVersion.objects.visible_to(person).exclude(entry__author=person)
    shares = list(visible.select_related("entry__author", "cohort")[:limit])
    unopened = ShareReader.objects.filter(share__in=shares, person=person, first_opened_at=None)
    fresh = set(unopened.values_list("share_id", flat=True))
    return [WithMe(share, share.pk in fresh) for share in shares]


def given_back(person: User, limit: int) -> list[ShareResponse]:
    """One's own responses to what one cannot open any more: one may still withdraw them. Without words. One query."""
    mine = ShareResponse.objects.visible_to(person).filter(author=person, withdrawn_at=None)
    gone = mine.exclude(share__in=SharedVersion.objects.visible_to(person).values("pk"))
    return list(gone.select_related("share__entry__author").order_by("-said_at")[:limit])


@dataclass(frozen=True)
class Waiting:
    """A response nobody has answered yet. No words."""

    name: str
    at: datetime.datetime
    entry_at: datetime.datetime
    url: str


def responses_waiting(person: User, limit: int) -> list[Waiting]:
    """Responses to this person's shared entries that they have not answered and still can, the newest first. One query."""
    unanswered = ShareResponse.objects.unanswered_by(person).order_by("-said_at")
    rows = unanswered.values_list("author__display_name", "said_at", "share__entry__created_at", "share__entry")[:limit]
    return [Waiting(name, at, entry_at, reverse("courses:entry", args=[entry])) for name, at, entry_at, entry in rows]


def going_with(entry: JournalEntry) -> dict[str, int]:
    """How much goes when this entry is deleted: {"shares", "responses", "files"}. Two queries."""
    there = Q(responses__withdrawn_at=None)
    shared = SharedVersion.objects.filter(entry=entry).aggregate(
        shares=Count("pk", distinct=True), responses=Count("responses", filter=there, distinct=True)
    )
    return {**shared, "files": entry.attachments.count()}


# --- inside ---------------------------------------------------------------------------------------------------------


def _beside(person: User, entry: JournalEntry, responses: list[ShareResponse]) -> list[Beside]:
    """Responses in the order they were said, answers below what they answer."""
    first: dict[object, Beside] = {}
    for words in read_responses(actor=person, entry=entry, responses=responses):
        beside = Beside(words, mine=words.response.author_id == person.pk)
        above = first.get(words.response.answers_id)
        if above is not None:
            above.answers.append(beside)
        else:
            first[words.response.pk] = beside
    return list(first.values())


def _reading_now(author: User, entry: JournalEntry) -> QuerySet[ShareReader]:
    """Who can open something of the entry at this moment: what SharedVersion.visible_to says of each of them."""
    here = Membership.objects.current().filter(cohort=OuterRef("share__cohort"))
    both = Exists(here.filter(person=OuterRef("person"))), Exists(here.filter(person=author))
    opened = SharedVersion.objects.open().filter(entry=entry)
    return ShareReader.objects.filter(*both, share__in=opened.values("pk"), person__is_active=True)
