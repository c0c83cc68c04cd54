"""News from here, for those above."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.dispatch import Signal

if TYPE_CHECKING:
    from courses.models import Cohort

# sender: Membership class; kwargs: membership. Inside the transaction; somebody came, changed part or left.
membership_changed = Signal()
membership_ended = Signal()
# sender: Cohort class; kwargs: cohort. Its blocks and sittings stand; inside the transaction.
cohort_planned = Signal()
# sender: Programme class; kwargs: programme. Its texts are those of the folder now; inside the transaction.
programme_loaded = Signal()
# sender: Group class; kwargs: group, left (people who are no longer in it). It was formed, or other people are in it; inside the
# transaction.
group_formed = Signal()
# sender: Group class; kwargs: group. It meets at another time than before, or at one less; inside the transaction.
group_dates_changed = Signal()
# sender: Cohort class; kwargs: cohort. Another version of its agreement holds, which nobody has signed yet; inside the transaction.
agreement_frozen = Signal()


@dataclass(frozen=True)
class Source:
    """Where something was said, as one person may see it now.

    `label` says who said it and where, without a title; it names nobody if it was not said under a name. `words` are plain text.
    """

    cohort: Cohort
    address: str
    label: str
    words: str


# A question instead of news, because words that somebody kept were said further up. sender: KeptWords class; kwargs: person, names
# ("post:12", "room:<uuid>", "room:<uuid>:12" for message 12). Whoever has such words answers {name: Source}, for those that this
# person may see now.
sources_asked = Signal()


@dataclass(frozen=True)
class DateChange:
    """One date of a cohort's plan, from what to what: a day, or from when until when (moments in UTC); to nothing if it is called off.

    `kind` is one of `courses.models.ChangedDate.Kind`; `name` says of what, as it is called now. Of a sitting that comes there is nothing
    before, of one that goes nothing after.
    """

    kind: str
    name: str
    was: tuple[datetime.date, ...]
    now: tuple[datetime.date, ...]
    block: int | None = None
    sitting: int | None = None
    thing: str = ""  # what it is of, where that is neither: the same thing has the same name each time
    is_off: bool = False  # it was called off before, and everybody knows


# sender: Cohort class; kwargs: cohort, actor, why (whoever wrote it knows that all may read it), changes (list of DateChange), change (the
# PlanChange that keeps them). Once for everything that was saved together; inside the transaction, after the rows.
dates_changed = Signal()


# sender: Cohort class; kwargs: cohort, actor, why, sittings (ids). These will not be held; inside the transaction, before their rows go and
# before `dates_changed`.
sittings_removed = Signal()
# sender: Cohort class; kwargs: cohort, sitting. It is called otherwise; inside the transaction.
sitting_renamed = Signal()
# sender: Cohort class; kwargs: cohort (as it is now), actor, was (its languages before). Inside the transaction.
languages_changed = Signal()


@dataclass(frozen=True)
class Dependent:
    """Something that hangs on dates, for whoever is about to move them: under which heading, and a sentence."""

    heading: str
    sentence: str


# A question, before anything is saved. sender: Cohort class; kwargs: cohort, changes (as above). Whoever has something that hangs on
# these dates answers a list of Dependent. It writes nothing, and names nobody who is not to be named to coordinators and trainers.
dependents_asked = Signal()
