"""Learning, and the people who learn together: one file per noun."""

from courses.models.absences import Absence, MakeUp, MakeUpPart
from courses.models.aftercare import AftercareDuty, ContactRequest, ContactTold, CrisisNumbers, SafeguardingText
from courses.models.agreements import AgreementSignature, AgreementVersion, Passage, Proposal, Remark
from courses.models.announcements import Announcement
from courses.models.attachments import Attachment, SharedAttachment, StoredFile
from courses.models.attendance import Attendance, AttendanceMark
from courses.models.certificates import Certificate
from courses.models.cohorts import Block, Cohort, Membership, Sitting
from courses.models.conversations import Conversation
from courses.models.exports import JournalExport
from courses.models.groups import Group, GroupDate, GroupExchange, GroupWish, WishesAsked
from courses.models.invitations import InvitationLink, InvitedList, PromisedPlace
from courses.models.journals import JournalEntry
from courses.models.keeping import JournalKeeping
from courses.models.kept_words import KeptWords
from courses.models.ledger import LedgerEntry, LedgerKind, LedgerShare
from courses.models.maps import RelationalMap
from courses.models.members import Introduction, MembershipChange
from courses.models.modules import Activity, Handout, Module
from courses.models.notes import NoteAnswer, TrainerNote
from courses.models.plans import ChangedDate, PlanChange
from courses.models.programmes import Programme
from courses.models.progress import Progress, ResumePoint
from courses.models.releases import GroupRelease, Release
from courses.models.revisions import JournalRevision
from courses.models.shares import SharedVersion, ShareReader, ShareResponse

__all__ = [
    "Absence",
    "Activity",
    "AftercareDuty",
    "AgreementSignature",
    "AgreementVersion",
    "Announcement",
    "Attachment",
    "Attendance",
    "AttendanceMark",
    "Block",
    "Certificate",
    "ChangedDate",
    "Cohort",
    "ContactRequest",
    "ContactTold",
    "Conversation",
    "CrisisNumbers",
    "Group",
    "GroupDate",
    "GroupExchange",
    "GroupRelease",
    "GroupWish",
    "Handout",
    "Introduction",
    "InvitationLink",
    "InvitedList",
    "JournalEntry",
    "JournalExport",
    "JournalKeeping",
    "JournalRevision",
    "KeptWords",
    "LedgerEntry",
    "LedgerKind",
    "LedgerShare",
    "MakeUp",
    "MakeUpPart",
    "Membership",
    "MembershipChange",
    "Module",
    "NoteAnswer",
    "Passage",
    "PlanChange",
    "Programme",
    "Progress",
    "PromisedPlace",
    "Proposal",
    "RelationalMap",
    "Release",
    "Remark",
    "ResumePoint",
    "SafeguardingText",
    "ShareReader",
    "ShareResponse",
    "SharedAttachment",
    "SharedVersion",
    "Sitting",
    "StoredFile",
    "TrainerNote",
    "WishesAsked",
]
