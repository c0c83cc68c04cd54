"""Who reaches which address: one line per route, and none without one.

A test walks every address the resolver knows, with every actor, method and ownership, and compares what happens with this
table; an address that is missing here fails the build. What may be done once inside is the business of lms.permissions.
"""

from dataclasses import dataclass
from enum import Enum

from lms.permissions import Verb

READ = frozenset({"GET", "HEAD"})
WRITE = frozenset({"POST"})
BOTH = READ | WRITE


class Whose(Enum):
    """Whom an address is for. Anybody else gets the page that says it does not exist; somebody signed out is asked to sign in."""

    PUBLIC = "everybody, signed in or not"
    SIGNED_IN = "everybody signed in; shows only what is theirs"
    OWN = "the person it belongs to"
    COHORT = "members of the cohort whose part has the verb"
    COORDINATOR = "who coordinates the site"
    EMBEDDED = "everybody, but only with embedded settings"
    INSIDE = "who watches the server and has the token for it"
    LIBRARY = "as the accounts library answers; its own tests and ours for sign-in look at it"


@dataclass(frozen=True)
class Rule:
    whose: Whose
    methods: frozenset[str] = READ
    verb: Verb | None = None


ROUTES: dict[str, Rule] = {
    # --- the site
    "healthz": Rule(Whose.PUBLIC),
    "readyz": Rule(Whose.PUBLIC),
    "metrics": Rule(Whose.INSIDE),
    "styleguide": Rule(Whose.EMBEDDED),
    # --- Today and the course
    "today": Rule(Whose.SIGNED_IN),
    "cohorts": Rule(Whose.SIGNED_IN),
    "cohort-today": Rule(Whose.COHORT, READ, Verb.BELONG),
    "course": Rule(Whose.SIGNED_IN),
    "forum": Rule(Whose.SIGNED_IN),
    "forum-new": Rule(Whose.SIGNED_IN),
    "live": Rule(Whose.SIGNED_IN),
    "activity": Rule(Whose.COHORT, READ, Verb.SEE_COURSE),
    "activity-done": Rule(Whose.COHORT, WRITE, Verb.MARK_DONE),
    "activity-place": Rule(Whose.COHORT, WRITE, Verb.MARK_DONE),
    "courses:course": Rule(Whose.COHORT, READ, Verb.SEE_COURSE),
    "courses:handout": Rule(Whose.COHORT, READ, Verb.SEE_COURSE),
    "courses:film": Rule(Whose.COHORT, READ, Verb.SEE_COURSE),
    # --- the cohort page, and what trainers write about somebody
    "overview": Rule(Whose.COHORT, READ, Verb.SEE_OVERVIEW),
    "overview-table": Rule(Whose.COHORT, READ, Verb.SEE_OVERVIEW),
    "courses:trainee": Rule(Whose.COHORT, BOTH, Verb.SEE_OVERVIEW),
    "courses:notes": Rule(Whose.SIGNED_IN),
    "courses:note": Rule(Whose.COHORT, BOTH, Verb.WRITE_NOTES),  # and whom it is about
    "courses:said-take-back": Rule(Whose.OWN, WRITE),
    # --- certificates
    "courses:certificate-give": Rule(Whose.COHORT, BOTH, Verb.GIVE_CERTIFICATES),
    "courses:certificate-revoke": Rule(Whose.COHORT, BOTH, Verb.GIVE_CERTIFICATES),
    "courses:certificates": Rule(Whose.SIGNED_IN),
    "courses:certificate": Rule(Whose.OWN, BOTH),
    "courses:certificate-pdf": Rule(Whose.OWN),
    "courses:certificate-credential": Rule(Whose.OWN),
    "certificate-shown": Rule(Whose.PUBLIC),  # whoever was given its address, and only while its holder wants a page
    "certificate-issuer": Rule(Whose.PUBLIC),
    "certificates-revoked": Rule(Whose.PUBLIC),
    "certificate-key": Rule(Whose.PUBLIC),
    "certificate-keys": Rule(Whose.PUBLIC),
    "courses:releases": Rule(Whose.COHORT, READ, Verb.RELEASE),
    "courses:release": Rule(Whose.COHORT, BOTH, Verb.RELEASE),
    "courses:release-now": Rule(Whose.COHORT, WRITE, Verb.RELEASE),
    "group": Rule(Whose.COHORT, READ, Verb.SEE_PEOPLE),
    "courses:groups": Rule(Whose.COHORT, READ, Verb.SEE_PEOPLE),
    "courses:groups-divide": Rule(Whose.COHORT, BOTH, Verb.FORM_GROUPS),
    "courses:groups-exchange": Rule(Whose.COHORT, BOTH, Verb.FORM_GROUPS),
    "courses:groups-wishes": Rule(Whose.COHORT, BOTH, Verb.FORM_GROUPS),  # and trainees, once they are asked
    "courses:group-end": Rule(Whose.COHORT, BOTH, Verb.FORM_GROUPS),
    "courses:group-date-new": Rule(Whose.COHORT, BOTH, Verb.SEE_PEOPLE),  # set by who is in the group
    "courses:group-date-call-off": Rule(Whose.COHORT, WRITE, Verb.FORM_GROUPS),  # seen; called off by who is in the group
    "courses:conversation-new": Rule(Whose.COHORT, BOTH, Verb.MARK_DONE),
    "courses:conversation": Rule(Whose.OWN, BOTH),  # of both who talked
    "courses:conversation-take-back": Rule(Whose.OWN, WRITE),
    # --- people
    "courses:people": Rule(Whose.COHORT, READ, Verb.SEE_PEOPLE),
    "courses:people-invite": Rule(Whose.COHORT, BOTH, Verb.INVITE_PEOPLE),
    "courses:people-member": Rule(Whose.COHORT, BOTH, Verb.INVITE_PEOPLE),
    "courses:people-group": Rule(Whose.COHORT, BOTH, Verb.FORM_GROUPS),
    "courses:people-face": Rule(Whose.COHORT, READ, Verb.SEE_PEOPLE),  # and one's own
    "courses:people-me": Rule(Whose.COHORT, BOTH, Verb.BELONG),
    "courses:people-invitations": Rule(Whose.COHORT, READ, Verb.INVITE_PEOPLE),
    "courses:people-invitation-again": Rule(Whose.COHORT, WRITE, Verb.INVITE_PEOPLE),
    "courses:people-invitation-back": Rule(Whose.COHORT, WRITE, Verb.INVITE_PEOPLE),
    "courses:people-list": Rule(Whose.COHORT, BOTH, Verb.INVITE_PEOPLE),
    "courses:people-list-template": Rule(Whose.COHORT, READ, Verb.INVITE_PEOPLE),
    "courses:people-link-new": Rule(Whose.COHORT, BOTH, Verb.INVITE_PEOPLE),
    "courses:people-link-revoke": Rule(Whose.COHORT, WRITE, Verb.INVITE_PEOPLE),
    "courses:my-parts": Rule(Whose.SIGNED_IN),
    "join": Rule(Whose.PUBLIC, BOTH),  # whoever holds an open link; any other is told that it is over
    "courses:people-keeping": Rule(Whose.COHORT, BOTH, Verb.INVITE_PEOPLE),
    "courses:plan": Rule(Whose.COHORT, READ, Verb.SEE_PLAN),
    "courses:plan-about": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-shift": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-block": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-day": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-sitting": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-sitting-add": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-sitting-remove": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-day-add": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-day-remove": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-day-interpreted": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-block-add": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-sitting-name": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:plan-zone": Rule(Whose.COHORT, BOTH, Verb.PLAN_YEAR),
    "courses:cohort-new": Rule(Whose.COORDINATOR, BOTH),
    # --- the agreement, and what is announced
    "courses:agreement": Rule(Whose.COHORT, BOTH, Verb.SIGN_AGREEMENT),
    "courses:agreement-version": Rule(Whose.COHORT, READ, Verb.SIGN_AGREEMENT),
    "courses:agreement-freeze": Rule(Whose.COHORT, BOTH, Verb.KEEP_AGREEMENT),
    "courses:agreement-text": Rule(Whose.COHORT, READ, Verb.SIGN_AGREEMENT),
    "courses:agreement-begin": Rule(Whose.COHORT, WRITE, Verb.KEEP_AGREEMENT),
    "courses:passage-new": Rule(Whose.COHORT, BOTH, Verb.WRITE_AGREEMENT),
    "courses:passage": Rule(Whose.COHORT, READ, Verb.SIGN_AGREEMENT),
    "courses:passage-propose": Rule(Whose.COHORT, BOTH, Verb.WRITE_AGREEMENT),
    "courses:passage-remove": Rule(Whose.COHORT, BOTH, Verb.WRITE_AGREEMENT),
    "courses:passage-remark": Rule(Whose.COHORT, WRITE, Verb.WRITE_AGREEMENT),
    "courses:proposal": Rule(Whose.COHORT, READ, Verb.SIGN_AGREEMENT),
    "courses:proposal-answer": Rule(Whose.COHORT, WRITE, Verb.KEEP_AGREEMENT),
    "courses:proposal-remark": Rule(Whose.COHORT, WRITE, Verb.WRITE_AGREEMENT),
    "courses:proposal-take-back": Rule(Whose.COHORT, WRITE, Verb.WRITE_AGREEMENT),
    "courses:announcements": Rule(Whose.COHORT, READ, Verb.BELONG),
    "courses:announcement": Rule(Whose.COHORT, READ, Verb.BELONG),  # whom it went to, and whoever makes announcements there
    "courses:announcement-read": Rule(Whose.COHORT, WRITE, Verb.BELONG),
    "courses:announcement-new": Rule(Whose.COHORT, BOTH, Verb.ANNOUNCE),
    "courses:announcement-change": Rule(Whose.COHORT, BOTH, Verb.ANNOUNCE),
    "courses:announcement-take-back": Rule(Whose.COHORT, WRITE, Verb.ANNOUNCE),
    # --- hours and attendance
    "courses:hours": Rule(Whose.COHORT, READ, Verb.KEEP_HOURS),
    "courses:cannot-come": Rule(Whose.COHORT, BOTH, Verb.KEEP_HOURS),
    "courses:can-come": Rule(Whose.OWN, WRITE, Verb.KEEP_HOURS),
    "courses:correction-answer": Rule(Whose.OWN, WRITE, Verb.KEEP_HOURS),
    "courses:ledger": Rule(Whose.COHORT, BOTH, Verb.KEEP_HOURS),
    "courses:ledger-show": Rule(Whose.COHORT, WRITE, Verb.KEEP_HOURS),
    "courses:ledger-csv": Rule(Whose.COHORT, READ, Verb.KEEP_HOURS),
    "courses:ledger-pdf": Rule(Whose.COHORT, WRITE, Verb.KEEP_HOURS),
    "courses:hours-kept-csv": Rule(Whose.OWN),
    "courses:hours-kept-pdf": Rule(Whose.OWN, WRITE),
    "courses:ledger-entry": Rule(Whose.OWN, BOTH, Verb.KEEP_HOURS),
    "courses:ledger-delete": Rule(Whose.OWN, BOTH, Verb.KEEP_HOURS),
    "courses:make-up": Rule(Whose.COHORT, READ, Verb.AGREE_MAKE_UPS),  # and whose day it is
    "courses:make-up-act": Rule(Whose.COHORT, WRITE, Verb.AGREE_MAKE_UPS),  # and whose day it is
    "courses:attendance": Rule(Whose.COHORT, READ, Verb.SEE_ATTENDANCE),
    "courses:attendance-person": Rule(Whose.COHORT, READ, Verb.SEE_ATTENDANCE),
    "courses:attendance-correct": Rule(Whose.COHORT, BOTH, Verb.MARK_ATTENDANCE),
    "courses:attendance-rule": Rule(Whose.COHORT, BOTH, Verb.SET_ATTENDANCE_RULE),
    "courses:sheet": Rule(Whose.COHORT, BOTH, Verb.MARK_ATTENDANCE),
    "courses:sheet-mark": Rule(Whose.COHORT, WRITE, Verb.MARK_ATTENDANCE),
    "courses:door": Rule(Whose.COHORT, READ, Verb.MARK_ATTENDANCE),
    "courses:door-code": Rule(Whose.COHORT, READ, Verb.MARK_ATTENDANCE),
    "courses:here": Rule(Whose.COHORT, BOTH, Verb.KEEP_HOURS),
    "courses:sheet-worker": Rule(Whose.PUBLIC),
    # --- accounts (lms.users)
    "invitation": Rule(Whose.PUBLIC, BOTH),
    "invitation-elsewhere": Rule(Whose.SIGNED_IN, WRITE),
    "cannot-get-in": Rule(Whose.PUBLIC, BOTH),
    "account": Rule(Whose.SIGNED_IN, BOTH),
    "theme-set": Rule(Whose.SIGNED_IN, WRITE),
    "second-factor": Rule(Whose.SIGNED_IN),
    "sign-ins": Rule(Whose.SIGNED_IN),
    "sign-in-end": Rule(Whose.OWN, WRITE),
    "sign-ins-end-others": Rule(Whose.SIGNED_IN, WRITE),
    # allauth's
    "account_login": Rule(Whose.LIBRARY, BOTH),
    "account_logout": Rule(Whose.LIBRARY, BOTH),
    "account_signup": Rule(Whose.LIBRARY, BOTH),
    "account_inactive": Rule(Whose.LIBRARY),
    "account_request_login_code": Rule(Whose.LIBRARY, BOTH),
    "account_confirm_login_code": Rule(Whose.LIBRARY, BOTH),
    "account_reset_password": Rule(Whose.LIBRARY, BOTH),
    "account_reset_password_done": Rule(Whose.LIBRARY),
    "account_reset_password_from_key": Rule(Whose.LIBRARY, BOTH),
    "account_reset_password_from_key_done": Rule(Whose.LIBRARY),
    "account_email_verification_sent": Rule(Whose.LIBRARY),
    "account_confirm_email": Rule(Whose.LIBRARY, BOTH),
    "mfa_authenticate": Rule(Whose.LIBRARY, BOTH),
    "mfa_login_webauthn": Rule(Whose.LIBRARY, BOTH),
    "account_reauthenticate": Rule(Whose.LIBRARY, BOTH),
    "account_email": Rule(Whose.LIBRARY, BOTH),
    "account_change_password": Rule(Whose.LIBRARY, BOTH),
    "account_set_password": Rule(Whose.LIBRARY, BOTH),
    "mfa_index": Rule(Whose.LIBRARY),
    "mfa_reauthenticate": Rule(Whose.LIBRARY, BOTH),
    "mfa_activate_totp": Rule(Whose.LIBRARY, BOTH),
    "mfa_deactivate_totp": Rule(Whose.LIBRARY, BOTH),
    "mfa_view_recovery_codes": Rule(Whose.LIBRARY),
    "mfa_generate_recovery_codes": Rule(Whose.LIBRARY, BOTH),
    "mfa_download_recovery_codes": Rule(Whose.LIBRARY),
    "mfa_list_webauthn": Rule(Whose.LIBRARY),
    "mfa_add_webauthn": Rule(Whose.LIBRARY, BOTH),
    "mfa_reauthenticate_webauthn": Rule(Whose.LIBRARY, BOTH),
    "mfa_remove_webauthn": Rule(Whose.LIBRARY, BOTH),
    "mfa_edit_webauthn": Rule(Whose.LIBRARY, BOTH),
    # --- letters (lms.mail)
    "outbox": Rule(Whose.EMBEDDED),
    "outbox-letter": Rule(Whose.EMBEDDED),
    "letters": Rule(Whose.COORDINATOR),
    "letter-again": Rule(Whose.COORDINATOR, WRITE),
    # --- notices (lms.notifications)
    "notifications": Rule(Whose.SIGNED_IN),
    "notifications-now": Rule(Whose.SIGNED_IN),
    "notices-read": Rule(Whose.SIGNED_IN, WRITE),
    "notification-preferences": Rule(Whose.SIGNED_IN, BOTH),
    "push-on": Rule(Whose.SIGNED_IN, WRITE),
    "push-off": Rule(Whose.SIGNED_IN, WRITE),
    "push-worker": Rule(Whose.PUBLIC),
    "unsubscribe": Rule(Whose.PUBLIC, BOTH),  # whoever holds the link of a letter; any other link is 404
    # --- journal and drafts
    "courses:journal": Rule(Whose.SIGNED_IN),
    "courses:entry-new": Rule(Whose.SIGNED_IN, BOTH),
    "courses:entry": Rule(Whose.OWN, BOTH),
    "courses:entry-delete": Rule(Whose.OWN, BOTH),
    "courses:attachment-new": Rule(Whose.OWN, BOTH),
    "courses:attachment": Rule(Whose.OWN),
    "courses:attachment-describe": Rule(Whose.OWN, BOTH),
    "courses:attachment-delete": Rule(Whose.OWN, BOTH),
    "courses:journal-search": Rule(Whose.SIGNED_IN, BOTH),
    "courses:journal-calendar": Rule(Whose.SIGNED_IN),
    "courses:exports": Rule(Whose.SIGNED_IN, BOTH),
    "courses:export": Rule(Whose.OWN, WRITE),
    "courses:share-new": Rule(Whose.OWN, BOTH),
    "courses:share-withdraw": Rule(Whose.OWN, BOTH),
    "courses:shared-with-me": Rule(Whose.SIGNED_IN),
    "courses:shared": Rule(Whose.OWN),  # and whom the author has named as its readers
    "courses:shared-attachment": Rule(Whose.OWN),  # and those readers
    "courses:shared-respond": Rule(Whose.OWN, WRITE),  # and those readers
    "courses:response-withdraw": Rule(Whose.OWN, WRITE),
    "courses:revisions": Rule(Whose.OWN),
    "courses:revision": Rule(Whose.OWN),
    "courses:revision-restore": Rule(Whose.OWN, WRITE),
    "courses:map-new": Rule(Whose.SIGNED_IN, BOTH),
    "courses:map": Rule(Whose.OWN, BOTH),
    "courses:map-delete": Rule(Whose.OWN, BOTH),
    "courses:journal-keeping": Rule(Whose.SIGNED_IN),
    "courses:journal-keeping-extend": Rule(Whose.OWN, WRITE),
    "courses:kept-words": Rule(Whose.SIGNED_IN),
    "courses:words-keep": Rule(Whose.SIGNED_IN, BOTH),
    "courses:words": Rule(Whose.OWN, BOTH),
    "courses:words-add": Rule(Whose.OWN, WRITE),
    "courses:words-delete": Rule(Whose.OWN, BOTH),
    "draft-key": Rule(Whose.SIGNED_IN),
    # --- contact and crisis numbers (a request is its asker's and theirs who answer)
    "contact-me": Rule(Whose.SIGNED_IN, BOTH),
    "contact-requests": Rule(Whose.SIGNED_IN),
    "contact-request": Rule(Whose.COHORT, READ, Verb.TAKE_CONTACT_REQUESTS),  # and whoever asked
    "contact-request-take": Rule(Whose.COHORT, WRITE, Verb.TAKE_CONTACT_REQUESTS),
    "contact-request-close": Rule(Whose.OWN, WRITE),
    "courses:duty": Rule(Whose.COHORT, BOTH, Verb.PLAN_DUTY),
    "courses:duty-end": Rule(Whose.COHORT, WRITE, Verb.PLAN_DUTY),
    "crisis": Rule(Whose.PUBLIC),
    "crisis-edit": Rule(Whose.COORDINATOR),
    "crisis-edit-country": Rule(Whose.COORDINATOR, BOTH),
    "safeguarding": Rule(Whose.PUBLIC),
    "safeguarding-edit": Rule(Whose.COORDINATOR, BOTH),
    # --- the calendar
    "calendar": Rule(Whose.SIGNED_IN),
    "calendar-list": Rule(Whose.SIGNED_IN),
    "calendar-elsewhere": Rule(Whose.SIGNED_IN, BOTH),
    "calendar-address-make": Rule(Whose.SIGNED_IN, WRITE),
    "calendar-address-end": Rule(Whose.SIGNED_IN, WRITE),
    "calendar-feed": Rule(Whose.PUBLIC),  # whoever holds the secret address; any other is 404
    "dates-changed": Rule(Whose.OWN, READ, Verb.BELONG),  # whom it was told, while they belong there
    # --- forum
    "forums:forum": Rule(Whose.COHORT, READ, Verb.SEE_FORUM),
    "forums:thread-anywhere": Rule(Whose.COHORT, READ, Verb.SEE_COHORT_FORUM),  # and as those below
    "forums:thread-new": Rule(Whose.COHORT, BOTH, Verb.POST),
    "forums:forum-people": Rule(Whose.COHORT, READ, Verb.POST),
    # Of a thread in everybody's forum; in a group's, the trainers' or the commons, who meets that forum (forums.models.Forum).
    "forums:thread": Rule(Whose.COHORT, READ, Verb.SEE_COHORT_FORUM),
    "forums:reply": Rule(Whose.COHORT, WRITE, Verb.SEE_COHORT_FORUM),
    "forums:people": Rule(Whose.COHORT, READ, Verb.SEE_COHORT_FORUM),
    "forums:draft": Rule(Whose.COHORT, WRITE, Verb.POST),
    "forums:file": Rule(Whose.COHORT, READ, Verb.SEE_COHORT_FORUM),  # and who brought it, before its post is there
    "forums:post-edit": Rule(Whose.OWN, BOTH, Verb.SEE_COHORT_FORUM),
    "forums:post-earlier": Rule(Whose.COHORT, READ, Verb.SEE_COHORT_FORUM),
    "forums:post-withdraw": Rule(Whose.OWN, BOTH, Verb.SEE_COHORT_FORUM),
    "forums:post-react": Rule(Whose.COHORT, WRITE, Verb.SEE_COHORT_FORUM),
    "forums:thread-form": Rule(Whose.COHORT, BOTH, Verb.MODERATE),  # and in a group's forum who began the thread
    "forums:my-share": Rule(Whose.COHORT, READ, Verb.SEE_COHORT_FORUM),
    "forums:voices": Rule(Whose.COHORT, READ, Verb.MODERATE),
    "forums:voices-table": Rule(Whose.COHORT, READ, Verb.MODERATE),
    "forums:moderation-flag": Rule(Whose.COHORT, BOTH, Verb.SEE_COHORT_FORUM),
    "forums:moderation-rework": Rule(Whose.OWN, BOTH, Verb.SEE_COHORT_FORUM),
    "forums:moderation-log": Rule(Whose.COHORT, READ, Verb.SEE_COHORT_FORUM),
    "forums:moderation-about-me": Rule(Whose.COHORT, READ, Verb.SEE_FORUM),
    "forums:moderation-act": Rule(Whose.COHORT, BOTH, Verb.MODERATE),  # and whom it concerns
    "forums:moderation-queue": Rule(Whose.COHORT, READ, Verb.MODERATE),
    "forums:moderation-post": Rule(Whose.COHORT, READ, Verb.MODERATE),
    "forums:moderation-post-act": Rule(Whose.COHORT, WRITE, Verb.MODERATE),
    "forums:moderation-thread": Rule(Whose.COHORT, READ, Verb.MODERATE),
    "forums:moderation-thread-act": Rule(Whose.COHORT, WRITE, Verb.MODERATE),
    "forums:moderation-hold-end": Rule(Whose.COHORT, WRITE, Verb.MODERATE),
    "forums:thread-level": Rule(Whose.COHORT, WRITE, Verb.SEE_COHORT_FORUM),
    "forums:forum-level": Rule(Whose.COHORT, WRITE, Verb.SEE_COHORT_FORUM),
    "forums:forum-settings": Rule(Whose.COHORT, BOTH, Verb.MODERATE),
    "forums:search": Rule(Whose.COHORT, READ, Verb.SEE_FORUM),
    # --- live rooms
    "live:seminar-list": Rule(Whose.COHORT, READ, Verb.SEE_LIVE),
    "live:lobby": Rule(Whose.COHORT, READ, Verb.SEE_LIVE),
    "live:date-file": Rule(Whose.COHORT, READ, Verb.SEE_LIVE),
    "live:record": Rule(Whose.COHORT, READ, Verb.SEE_LIVE),
    "live:record-file": Rule(Whose.COHORT, READ, Verb.SEE_LIVE),
    "live:record-announce": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:way-choose": Rule(Whose.COHORT, WRITE, Verb.ENTER_ROOM),
    "live:attendance": Rule(Whose.COHORT, READ, Verb.SEE_ATTENDANCE),
    "live:come-in": Rule(Whose.COHORT, WRITE, Verb.ENTER_ROOM),
    "live:series-new": Rule(Whose.COHORT, BOTH, Verb.PLAN_LIVE),
    "live:conference-new": Rule(Whose.COHORT, BOTH, Verb.PLAN_LIVE),
    "live:conference": Rule(Whose.COHORT, READ, Verb.SEE_LIVE),
    "live:talk-new": Rule(Whose.COHORT, BOTH, Verb.PLAN_LIVE),
    "live:conference-edit": Rule(Whose.COHORT, BOTH, Verb.PLAN_LIVE),
    "live:seminar-edit": Rule(Whose.COHORT, BOTH, Verb.PLAN_LIVE),
    "live:seminar-call-off": Rule(Whose.COHORT, BOTH, Verb.PLAN_LIVE),
    "live:day-call-off": Rule(Whose.COHORT, BOTH, Verb.PLAN_LIVE),
    "live:questions": Rule(Whose.COHORT, READ, Verb.ENTER_ROOM),
    "live:question-ask": Rule(Whose.COHORT, WRITE, Verb.SPEAK),
    "live:question-act": Rule(Whose.COHORT, WRITE, Verb.SPEAK),
    "live:room-slow": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:room-host": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:room": Rule(Whose.COHORT, READ, Verb.ENTER_ROOM),
    "live:room-news": Rule(Whose.COHORT, READ, Verb.ENTER_ROOM),
    "live:room-frame": Rule(Whose.COHORT, WRITE, Verb.ENTER_ROOM),  # and each frame asks for more
    "live:room-say": Rule(Whose.COHORT, WRITE, Verb.SPEAK),
    "live:said": Rule(Whose.COHORT, READ, Verb.ENTER_ROOM),
    "live:said-act": Rule(Whose.COHORT, WRITE, Verb.ENTER_ROOM),
    "live:flag-list": Rule(Whose.COHORT, READ, Verb.FACILITATE),
    "live:flag": Rule(Whose.COHORT, BOTH, Verb.FACILITATE),  # and whose words they are, and who pointed them out
    "live:room-turn": Rule(Whose.COHORT, WRITE, Verb.ENTER_ROOM),
    "live:room-phase": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:room-floor": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:room-parts": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:lane-choose": Rule(Whose.COHORT, WRITE, Verb.ENTER_ROOM),
    "live:room-lanes": Rule(Whose.COHORT, BOTH, Verb.FACILITATE),
    "live:small-rooms": Rule(Whose.COHORT, READ, Verb.ENTER_ROOM),
    "live:small-rooms-open": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:small-rooms-call-back": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:small-room-place": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:room-bring-back": Rule(Whose.COHORT, WRITE, Verb.VISIT_SMALL_ROOMS),  # of a small room; and who was placed in it
    "live:room-open": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
    "live:room-close": Rule(Whose.COHORT, WRITE, Verb.FACILITATE),
}
