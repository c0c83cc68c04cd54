"""All that hangs on the dates of a proposal, told before it is saved.

What stands further up (live rooms, reminders) is asked by signal; whoever has something answers.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import cast

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Absence, Block, ChangedDate, Cohort, Membership, Module, Progress, Sitting
from courses.planning.clocks import elsewhere, wall_of
from courses.planning.plans import NEW_BLOCK, Plan, Proposal
from courses.planning.words import day_words, listed, time_words
from courses.signals import DateChange, Dependent, dependents_asked
from lms.templatetags.lms import zone_words

Kind = ChangedDate.Kind
MOST = 6  # sentences under one heading that name a day each; the rest is counted


def consequences_of(plan: Plan, proposal: Proposal, changes: list[DateChange]) -> list[tuple[str, list[str]]]:
    """Under each heading what hangs on these dates. Four queries at most, and those of whoever answers from above."""
    found = chain(
        _texts(plan, proposal),
        _other_blocks(plan, proposal),
        _done_nowhere(proposal),
        _hours(changes),
        _from_above(plan.cohort, changes),
        _absences(plan, proposal, changes),
        _duty(plan, proposal, changes),
        _journals(changes),
        _zone(plan, proposal, changes),
        _clocks(plan, proposal, changes),
    )
    headings: dict[str, list[str]] = {}
    for one in found:
        headings.setdefault(one.heading, []).append(one.sentence)
    return list(headings.items())


def _texts(plan: Plan, proposal: Proposal) -> Iterator[Dependent]:
    """What opens on another day, and what would be closed again for people who have begun it."""
    if proposal.block:
        words = {"block": proposal.block.module.title, "day": day_words(proposal.block.days.opens_on)}
        yield Dependent(_("Texts"), _("“%(block)s” becomes part of the year. Its texts open on %(day)s.") % words)
    moved = [block for block in plan.blocks if plan.days_after(proposal, block).opens_on != block.opens_on]
    if not moved:
        return
    rows = Progress.objects.filter(cohort=plan.cohort, activity__module=OuterRef("pk")).order_by().values("activity__module")
    modules = Module.objects.filter(pk__in=[block.module_id for block in moved]).order_by()
    texts = Count("activities", filter=Q(activities__retired_at=None))
    counted = modules.annotate(texts=texts, begun=Subquery(rows.annotate(people=Count("person", distinct=True)).values("people")))
    numbers = {module: (number, begun or 0) for module, number, begun in counted.values_list("pk", "texts", "begun")}
    for block in moved:
        yield Dependent(_("Texts"), _opens(plan, proposal, block, *numbers[block.module_id]))
    staying = [one for one in plan.own_days if one.module in numbers and one.key not in proposal.own_days]
    for one in staying[:MOST]:
        words = {"title": one.title, "day": day_words(one.opens_on)}
        yield Dependent(_("Texts"), _("“%(title)s” opens on a day of its own, %(day)s, and stays there.") % words)


def _opens(plan: Plan, proposal: Proposal, block: Block, texts: int, begun: int) -> str:
    opens_on, today = plan.days_after(proposal, block).opens_on, plan.cohort.today()
    words = {"block": block.module.title, "number": texts, "day": day_words(opens_on)}
    if block.opens_on <= today < opens_on:
        closes = _("“%(block)s” is open now. Its texts (%(number)s) would be closed again until %(day)s.") % words
        read = ngettext("%(n)s person has begun something in it.", "%(n)s people have begun something in it.", begun) % {"n": begun}
        return f"{closes} {read}" if begun else closes
    if opens_on <= today < block.opens_on:
        return _("“%(block)s”: its texts (%(number)s) would open at once.") % words
    return _("“%(block)s”: its texts (%(number)s) open on %(day)s.") % words


def _other_blocks(plan: Plan, proposal: Proposal) -> Iterator[Dependent]:
    """Blocks whose days would lie in each other."""
    for earlier, later in pairwise(plan.blocks_after(proposal)):
        before, after = plan.days_after(proposal, earlier), plan.days_after(proposal, later)
        if before.ends_on >= after.starts_on and {earlier.pk, later.pk} & {NEW_BLOCK, *proposal.blocks}:
            words = {"earlier": earlier.module.title, "later": later.module.title, "day": day_words(after.starts_on)}
            sentence = _("“%(later)s” begins on %(day)s, while “%(earlier)s” still goes on.") % words
            yield Dependent(_("Other blocks"), sentence)


def _done_nowhere(proposal: Proposal) -> Iterator[Dependent]:
    """What is done in sittings that would go, and in no other. One query."""
    if not proposal.removed:
        return
    through = Sitting.activities.through.objects
    elsewhere = through.filter(activity=OuterRef("activity"), sitting__block__cohort=OuterRef("sitting__block__cohort"))
    alone = through.filter(~Exists(elsewhere.exclude(sitting__in=proposal.removed)), sitting__in=proposal.removed)
    for title in alone.order_by("activity__position").values_list("activity__title", flat=True).distinct()[:MOST]:
        yield Dependent(_("What was planned in them"), _("“%(title)s” would be done in no sitting any more.") % {"title": title})


def _hours(changes: list[DateChange]) -> Iterator[Dependent]:
    """By how much the year gets longer or shorter. What was called off did not count."""
    of_sittings = [change for change in changes if change.kind == Kind.SITTING]
    minutes = sum(_minutes(change.now) - (0 if change.is_off else _minutes(change.was)) for change in of_sittings)
    if not minutes:
        return
    pattern = _("The course would have %(time)s more.") if minutes > 0 else _("The course would have %(time)s less.")
    words = _("Everybody's share of hours is counted of what is planned then.")
    yield Dependent(_("Hours"), f"{pattern % {'time': time_words(abs(minutes))}} {words}")


def _minutes(span: tuple[datetime.date, ...]) -> int:
    return round((span[1] - span[0]) / datetime.timedelta(minutes=1)) if span else 0


def _from_above(cohort: Cohort, changes: list[DateChange]) -> Iterator[Dependent]:
    for _receiver, answer in dependents_asked.send(Cohort, cohort=cohort, changes=changes):
        yield from cast("list[Dependent]", answer or [])


def _absences(plan: Plan, proposal: Proposal, changes: list[DateChange]) -> Iterator[Dependent]:
    """How many have said that they can not come on a former day or on a new one; nobody is named. One query."""
    touched = {change.sitting for change in changes}
    after = plan.sittings_after(proposal)
    still = {plan.wall_after(proposal, sitting).begins.date() for sitting in after} if proposal.removed else set()
    was = {plan.wall(sitting).begins.date() for sitting in plan.sittings if sitting.pk in touched} - still
    now = {plan.wall_after(proposal, sitting).begins.date() for sitting in after if sitting.pk in touched}
    if was == now:
        return
    said = Absence.objects.standing().filter(cohort=plan.cohort, day__in=was ^ now).order_by("day").values_list("day")
    for day, number in said.annotate(Count("pk")):
        words = {"n": number, "day": day_words(day)}
        if day not in now and proposal.removed:
            pattern = "%(n)s person said that they cannot come on %(day)s, where no sitting would be left."
            sentence = ngettext(pattern, "%(n)s people said that they cannot come on %(day)s, where no sitting would be left.", number)
        elif day in now:
            sentence = ngettext("%(n)s person cannot come on %(day)s.", "%(n)s people cannot come on %(day)s.", number)
        else:
            sentence = ngettext(
                "%(n)s person said that they cannot come on %(day)s. They may wish to look at the new day.",
                "%(n)s people said that they cannot come on %(day)s. They may wish to look at the new day.",
                number,
            )
        yield Dependent(_("Who cannot come"), sentence % words)


def _duty(plan: Plan, proposal: Proposal, changes: list[DateChange]) -> Iterator[Dependent]:
    """The days of moved sittings on which nobody would be there to turn to, and whose duty stays where it is."""
    moved = {change.sitting for change in changes if change.kind == Kind.SITTING}
    days = sorted({plan.wall_after(proposal, one).begins.date() for one in plan.sittings_after(proposal) if one.pk in moved})
    if not days:
        return
    duties = [plan.duty_after(proposal, duty) for duty in plan.duties]
    alone = [day for day in days if not any(duty.from_on <= day <= duty.until_on for duty in duties)]
    heading = _("Somebody to turn to")
    if alone:
        sentence = _("Nobody is on duty on %(days)s. Requests then reach the aftercare contacts, or who coordinates.")
        yield Dependent(heading, sentence % {"days": _counted(alone)})
    staying = [duty for duty in plan.duties if duty.pk not in proposal.duties]
    for duty in staying[:MOST]:
        words = {"name": duty.person.display_name, "from": day_words(duty.from_on), "until": day_words(duty.until_on)}
        yield Dependent(heading, _("%(name)s stays on duty from %(from)s to %(until)s.") % words)


def _counted(days: list[datetime.date]) -> str:
    if len(days) <= MOST:
        return listed([day_words(day) for day in days])
    more = ngettext("%(n)s more day", "%(n)s more days", len(days) - MOST) % {"n": len(days) - MOST}
    return listed([*(day_words(day) for day in days[:MOST]), more])


def _journals(changes: list[DateChange]) -> Iterator[Dependent]:
    for change in changes:
        if change.kind == Kind.KEEP_UNTIL:
            words = {"was": day_words(change.was[0]), "now": day_words(change.now[0])}
            sentence = _("What is written here is kept until %(now)s instead of %(was)s. Whoever was told a later day keeps that one.")
            yield Dependent(_("Journals"), sentence % words)


def _zone(plan: Plan, proposal: Proposal, changes: list[DateChange]) -> Iterator[Dependent]:
    """What another clock of the course does to sittings and texts; and to people elsewhere, for each zone the first sitting that is at
    another hour. One query."""
    if not proposal.zone:
        return
    heading = _("The clock of the course")
    moved = [change for change in changes if change.kind == Kind.SITTING]
    yield Dependent(heading, _("Texts open at midnight by this clock from then on."))
    if not moved:
        yield Dependent(heading, _("No sitting is at another moment. The course's own hour beside everybody's is another one."))
        return
    people = Membership.objects.current().filter(cohort=plan.cohort).order_by("person__time_zone")
    for there in people.values_list("person__time_zone", flat=True).distinct():
        was, now = (date_format(wall_of(cast("datetime.datetime", one[0]), there), "D j F, H:i") for one in (moved[0].was, moved[0].now))
        words = {"title": moved[0].name, "place": zone_words(there), "was": was, "now": now}
        yield Dependent(_("Clocks"), _("“%(title)s”: %(now)s by the clock there (%(place)s). It was %(was)s.") % words)


def _clocks(plan: Plan, proposal: Proposal, changes: list[DateChange]) -> Iterator[Dependent]:
    """For each zone of somebody in the cohort the first sitting that would be at another hour of their clock. One query."""
    moved = [change for change in changes if change.kind == Kind.SITTING and change.was and change.now]
    if not moved or proposal.zone:
        return
    here = plan.cohort.time_zone
    people = Membership.objects.current().filter(cohort=plan.cohort)
    for there in people.order_by("person__time_zone").values_list("person__time_zone", flat=True).distinct():
        found = ((change, elsewhere(change.was[0], change.now[0], here, there)) for change in moved)  # type: ignore[arg-type]
        change, sentence = next(((change, words) for change, words in found if words), (None, ""))
        if change:
            yield Dependent(_("Clocks"), f"“{change.name}”: {sentence}")
