"""What the list of threads holds: what waits for a response first, then by the last word."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.permissions import Place
from forums.forms.threads import ListPlaceForm, list_key
from forums.models import PAGE, Forum, Thread, Voice
from lms.users.models import User

WORDS = 140  # characters of the first post in the list
VOICES = 5  # names beside a thread in the list; the others are "others"


@dataclass(frozen=True)
class ListedThread:
    """A thread in the list, with its first words and the names of those who have spoken."""

    thread: Thread
    first_words: str
    names: list[str]
    others: bool  # more have spoken than are named


@dataclass(frozen=True)
class ThreadList:
    threads: list[ListedThread]
    next_key: str | None


@dataclass(frozen=True)
class Tab:
    """One of several places to choose from; `here` is where one is."""

    word: str
    url: str
    here: bool


def forum_tabs(place: Place, forums: list[Forum], chosen: Forum | None, *, begin: bool = False) -> list[Tab]:
    """The forums somebody may choose between, and all of them together; or, to begin a thread, where. Empty where there is no choice."""
    if len(forums) < 2:
        return []
    address = reverse("forums:thread-new" if begin else "forums:forum", args=[place.cohort.slug])
    tabs = [Tab(forum.name, f"{address}?in={forum.pk}", forum == chosen) for forum in forums]
    return tabs if begin else [Tab(_("All"), address, chosen is None), *tabs]


def thread_list(user: User, place: Place, after: ListPlaceForm, forum: Forum | None = None) -> ThreadList:
    """One page of the threads this person sees here, or of those in one forum: what waits for a response first, then by the last word."""
    threads = Thread.objects.visible_to(user, place.cohort, place.part).for_list(user)
    if forum is not None:
        threads = threads.filter(forum=forum)
    if key := after.place():
        threads = threads.filter(_below(*key))
    page: list[Any] = list(threads[: PAGE + 1])  # threads that carry what `for_list` added
    shown = page[:PAGE]
    voices = _voices(shown)
    listed = [
        ListedThread(thread, _first_words(thread.glimpse), voices[thread.pk][:VOICES], len(voices[thread.pk]) > VOICES) for thread in shown
    ]
    return ThreadList(listed, list_key(shown[-1]) if len(page) > PAGE else None)


def _below(pinned: bool, waits: bool, moment: datetime.datetime, pk: int) -> Q:
    """What comes after this place in the order of `for_list`."""
    below = Q(pinned=pinned, waits=waits) & (Q(last_post_at__lt=moment) | Q(last_post_at=moment, pk__lt=pk))
    if waits:
        below |= Q(pinned=pinned, waits=False)
    return below | Q(pinned=False) if pinned else below


def _first_words(plain: str) -> str:
    words = " ".join(plain.split())
    return words if len(words) <= WORDS else words[:WORDS].rsplit(" ", 1)[0] + " …"


def _voices(threads: list[Any]) -> dict[int, list[str]]:
    """Names of who has spoken in each thread, in the order in which they first did; of who is anonymous the alias."""
    spoken = Voice.objects.filter(thread__in=[thread.pk for thread in threads], spoke_at__isnull=False)
    names: dict[int, list[str]] = {thread.pk: [] for thread in threads}
    for voice in spoken.select_related("person").only("thread_id", "number", "spoke_at", "person__display_name"):
        names[voice.thread_id].append(voice.public_name)
    return names
