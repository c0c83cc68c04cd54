"""Files as pages show them: those of the posts on a page, and what a composer holds besides its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from forums.actions.checking import Noticed, phrases
from forums.actions.drafts import KeptDraft
from forums.forms.files import DescriptionsForm, PartsForm
from forums.forms.threads import as_typed
from forums.models import Post, PostFile
from lms import identifying
from lms.users.models import User


def files_of(posts: Iterable[Post]) -> dict[int, list[PostFile]]:
    """The files of these posts, by post. One query, and none without posts. Whether a reader meets the post's words decides whether they
    are shown."""
    found: dict[int, list[PostFile]] = {}
    pks = [post.pk for post in posts]
    for file in PostFile.objects.whole().filter(post__in=pks).defer("client_id") if pks else ():
        found.setdefault(file.post_id or 0, []).append(file)
    return found


def files_to_come(user: User, client_id: UUID | str | None, post: Post | None = None) -> list[PostFile]:
    """What this person has brought for a post to come, or for their own post."""
    if client_id is None:
        return []
    mine = PostFile.objects.whole().filter(author=user, client_id=client_id)
    return [file for file in mine if file.post_id in (None, post.pk if post else None)]


@dataclass(frozen=True)
class Piece:
    """A piece of a line; `phrase` says what was noticed in it, empty where nothing was."""

    text: str
    phrase: str = ""


@dataclass(frozen=True)
class LookedAt:
    """One text in which something was noticed: the lines that hold it, in pieces."""

    label: str
    lines: list[list[Piece]]


@dataclass(frozen=True)
class Check:
    """What was noticed, for whoever wrote it and nobody else."""

    what: str
    texts: list[LookedAt]
    trouble: str = ""  # about the reason that was given


@dataclass
class Composing:
    """What a composer holds besides its fields: files, a draft's moment, what the check noticed."""

    parts: PartsForm = field(default_factory=PartsForm)
    descriptions: DescriptionsForm = field(default_factory=lambda: DescriptionsForm(files=[]))
    draft_at: int | None = None  # of the draft from the server with which it begins, milliseconds since 1970
    html: str = ""  # its words with their marks, for the editor
    check: Check | None = None
    asked: bool = False  # nothing but the files was asked for: the page comes back to them
    of_post: bool = False  # the files stand with a post already: removing one takes effect at once

    @property
    def alts(self) -> dict[UUID, str | None]:
        return self.descriptions.alts()


def composing_of_post(user: User, post: Post) -> Composing:
    """A composer in which a post is changed, before anything was sent from it."""
    return Composing(descriptions=DescriptionsForm(files=files_to_come(user, post.client_id, post)), of_post=True)


def composing_of_draft(user: User, draft: KeptDraft | None) -> Composing:
    """A composer that nothing was sent from yet: empty, or with what was written on another device."""
    if draft is None:
        return Composing()
    descriptions = DescriptionsForm(files=files_to_come(user, draft.words["client_id"]))
    html = draft.words["body"] if draft.words["body_form"] == "html" else ""
    return Composing(descriptions=descriptions, draft_at=draft.at, html=html)


def initial_of(draft: KeptDraft | None) -> dict[str, Any]:
    """With what its form begins. A bare textarea has no marks; the editor takes the words from `Composing.html`."""
    if draft is None:
        return {}
    words = dict(draft.words)
    if words["body_form"] == "html":
        words |= {"body": as_typed(words["body"]), "body_form": "text"}
    return words


def check_of(noticed: Noticed, texts: Mapping[str, str], trouble: str = "") -> Check:
    """What was noticed, marked in the lines in which it stands. `texts` are those that were looked over."""
    looked_at = [LookedAt(_label(name), _lines(text, noticed.places[name])) for name, text in texts.items() if name in noticed.places]
    return Check(phrases(noticed.places), looked_at, noticed.trouble or trouble)


def _label(name: str) -> str:
    """What a text that was looked over is called on the page."""
    return {"title": _("Title"), "body": _("Your words")}.get(name) or _("What the picture shows")


def _lines(text: str, places: list[identifying.Noticed]) -> list[list[Piece]]:
    """The lines in which something was noticed, cut where it begins and ends."""
    lines, at = [], 0
    for line in text.splitlines(keepends=True):
        end = at + len(line)
        here = [place for place in places if place.start < end and place.end > at]
        if here:
            lines.append(_pieces(text, here, at, end))
        at = end
    return lines


def _pieces(text: str, places: list[identifying.Noticed], at: int, end: int) -> list[Piece]:
    pieces = []
    for place in places:
        start, stop = max(place.start, at), min(place.end, end)
        pieces += [Piece(text[at:start]), Piece(text[start:stop], place.phrase)]
        at = stop
    return [piece for piece in [*pieces, Piece(text[at:end])] if piece.text]
