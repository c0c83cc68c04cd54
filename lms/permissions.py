"""The parts people have in a cohort, and the one table that says who may what.

Seeing is decided by `visible_to`, doing by `can_<verb>` beside the models; both read this table. There is no part
that reads a journal: an entry belongs to whoever wrote it, so no line of the table speaks of it.
"""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _


class Part(StrEnum):
    """What somebody is in one cohort. A person may be a trainee here and a trainer there."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    GUEST_TRAINER = "guest_trainer"
    INTERPRETER = "interpreter"
    COORDINATOR = "coordinator"
    AFTERCARE = "aftercare"
    ALUMNUS = "alumnus"


PART_LABELS = {
    Part.TRAINEE: _("Trainee"),
    Part.TRAINER: _("Trainer"),
    Part.GUEST_TRAINER: _("Guest trainer"),
    Part.INTERPRETER: _("Interpreter"),
    Part.COORDINATOR: _("Coordinator"),
    Part.AFTERCARE: _("Aftercare contact"),
    Part.ALUMNUS: _("Alumnus"),
}


class Verb(StrEnum):
    """What may be done in a cohort. The name says it; the comment says what it covers."""

    BELONG = "belong"  # be in the cohort at all: its Today
    SEE_COURSE = "see_course"  # course path, open activities, handouts
    PREVIEW_COURSE = "preview_course"  # activities before their date
    MARK_DONE = "mark_done"  # work through the course oneself
    SEE_FORUM = "see_forum"  # reach the forums at all; which of them, the next lines say
    SEE_COHORT_FORUM = "see_cohort_forum"  # everybody's, and that of one's own group
    SEE_TRAINERS_FORUM = "see_trainers_forum"
    SEE_COMMONS = "see_commons"  # where a programme's alumni and trainers meet
    POST = "post"  # begin a thread, answer, edit one's own, in the forums one sees
    MODERATE = "moderate"  # look after every forum of the cohort
    SEE_LIVE = "see_live"  # list of seminars, lobby
    ENTER_ROOM = "enter_room"  # the cohort's main rooms, while they are open
    SPEAK = "speak"  # say something in a room
    SIT_IN_SMALL_ROOM = "sit_in_small_room"  # be in a small room that one was placed in
    VISIT_SMALL_ROOMS = "visit_small_rooms"  # enter any of the cohort's small rooms
    FACILITATE = "facilitate"  # open a room early, close it
    PLAN_LIVE = "plan_live"  # plan days of talks and open seminars
    SEE_ATTENDANCE = "see_attendance"  # who was there in a sitting, and how long
    SEE_OVERVIEW = "see_overview"  # the cohort page: how far the trainees are, who waits for an answer
    WRITE_NOTES = "write_notes"  # write about a trainee, who reads it
    GIVE_CERTIFICATES = "give_certificates"  # decide on a certificate, and take one back
    MARK_ATTENDANCE = "mark_attendance"  # note who is there in a building, show the code at the door, correct minutes with a reason
    SET_ATTENDANCE_RULE = "set_attendance_rule"  # the share of the hours that is asked of everybody
    AGREE_MAKE_UPS = "agree_make_ups"  # hear who cannot come; agree with a trainee, and decide, how a missed day is made up
    KEEP_HOURS = "keep_hours"  # have hours of one's own here: a standing, a ledger, the door, "I cannot come"
    SEE_PEOPLE = "see_people"  # who is in the cohort and its groups
    INVITE_PEOPLE = "invite_people"  # invite, give a part, remove
    FORM_GROUPS = "form_groups"  # who is with whom; read what people wish for
    RELEASE = "release"  # say when an activity opens
    SEE_PLAN = "see_plan"  # the cohort's dates beside the template's, and what was changed
    PLAN_YEAR = "plan_year"  # move dates, say what the cohort is
    TAKE_CONTACT_REQUESTS = "take_contact_requests"  # be asked by "Please contact me"
    PLAN_DUTY = "plan_duty"  # say who answers "Please contact me" on which days
    SIGN_AGREEMENT = "sign_agreement"  # read the agreement, see who signed it, sign it oneself
    WRITE_AGREEMENT = "write_agreement"  # propose other words for it, and speak about them
    KEEP_AGREEMENT = "keep_agreement"  # take proposals up or not, freeze a version, see whose signature is missing
    ANNOUNCE = "announce"  # tell the cohort, a group or a part something, and see all that was told


_EVERYBODY = frozenset(Part)
_TEACHING = frozenset({Part.TRAINER, Part.GUEST_TRAINER})
_TALKING = frozenset({Part.TRAINEE, Part.TRAINER, Part.COORDINATOR, Part.AFTERCARE})
_PRESENT = _EVERYBODY - {Part.ALUMNUS}

TABLE: dict[Verb, frozenset[Part]] = {
    Verb.BELONG: _EVERYBODY,
    Verb.SEE_COURSE: _EVERYBODY - {Part.INTERPRETER},
    Verb.PREVIEW_COURSE: _TEACHING | {Part.COORDINATOR},
    Verb.MARK_DONE: frozenset({Part.TRAINEE, Part.TRAINER, Part.GUEST_TRAINER, Part.COORDINATOR, Part.AFTERCARE}),
    Verb.SEE_FORUM: _TALKING | {Part.GUEST_TRAINER, Part.ALUMNUS},
    Verb.SEE_COHORT_FORUM: _TALKING,
    Verb.SEE_TRAINERS_FORUM: _TEACHING,
    Verb.SEE_COMMONS: frozenset({Part.TRAINER, Part.ALUMNUS}),
    Verb.POST: _TALKING | {Part.GUEST_TRAINER, Part.ALUMNUS},
    Verb.MODERATE: frozenset({Part.TRAINER}),
    Verb.SEE_LIVE: _PRESENT,
    Verb.ENTER_ROOM: _PRESENT,
    Verb.SPEAK: _PRESENT,
    Verb.SIT_IN_SMALL_ROOM: _PRESENT - {Part.COORDINATOR},
    Verb.VISIT_SMALL_ROOMS: _TEACHING,
    Verb.FACILITATE: _TEACHING,
    Verb.PLAN_LIVE: frozenset({Part.TRAINER, Part.COORDINATOR}),
    Verb.SEE_ATTENDANCE: frozenset({Part.TRAINER, Part.COORDINATOR}),
    Verb.SEE_OVERVIEW: frozenset({Part.TRAINER}),
    Verb.WRITE_NOTES: frozenset({Part.TRAINER}),
    Verb.GIVE_CERTIFICATES: frozenset({Part.TRAINER}),
    Verb.MARK_ATTENDANCE: frozenset({Part.TRAINER, Part.COORDINATOR}),
    Verb.SET_ATTENDANCE_RULE: frozenset({Part.COORDINATOR}),
    Verb.AGREE_MAKE_UPS: frozenset({Part.TRAINER}),
    Verb.KEEP_HOURS: frozenset({Part.TRAINEE, Part.ALUMNUS}),
    Verb.SEE_PEOPLE: frozenset({Part.TRAINEE, Part.TRAINER, Part.GUEST_TRAINER, Part.COORDINATOR, Part.AFTERCARE}),
    Verb.INVITE_PEOPLE: frozenset({Part.COORDINATOR}),
    Verb.FORM_GROUPS: frozenset({Part.TRAINER, Part.COORDINATOR}),
    Verb.RELEASE: frozenset({Part.TRAINER, Part.COORDINATOR}),
    Verb.SEE_PLAN: frozenset({Part.TRAINER, Part.COORDINATOR}),
    Verb.PLAN_YEAR: frozenset({Part.COORDINATOR}),
    Verb.TAKE_CONTACT_REQUESTS: frozenset({Part.AFTERCARE}),
    Verb.PLAN_DUTY: frozenset({Part.TRAINER, Part.COORDINATOR, Part.AFTERCARE}),
    Verb.SIGN_AGREEMENT: _EVERYBODY,
    Verb.WRITE_AGREEMENT: _PRESENT,
    Verb.KEEP_AGREEMENT: frozenset({Part.TRAINER, Part.COORDINATOR}),
    Verb.ANNOUNCE: frozenset({Part.TRAINER, Part.COORDINATOR}),
}

# Parts that see other people's affairs sign in with a second factor on a server.
STAFF_PARTS = _TEACHING | {Part.COORDINATOR, Part.AFTERCARE}
# What a link that is passed on may give; the others are given by a letter to one address.
LINK_PARTS = _EVERYBODY - STAFF_PARTS


def may(part: Part | str | None, verb: Verb) -> bool:
    """Whether somebody with this part may do this. Nobody's part (None) may nothing."""
    return part is not None and part in TABLE[verb]


def parts_that(verb: Verb) -> frozenset[Part]:
    """Everyone the table lets do this; for querysets."""
    return TABLE[verb]


class Refused(PermissionDenied):
    """An action said no. The sentence is for the person; code is the short name a frame carries."""

    def __init__(self, sentence: str, code: str = "refused") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


def require(allowed: bool, sentence: str, code: str = "refused") -> None:
    """Raises Refused with the sentence for the person unless allowed."""
    if not allowed:
        raise Refused(sentence, code)
