from typing import Any

import pytest
from django.urls import reverse

from courses.actions.agreements.versions import mark_of
from courses.actions.announcements import send_announcements
from courses.models import Announcement, Cohort, LedgerEntry, Proposal
from lms.mail.models import Letter
from lms.permissions import Part
from lms.users.models import User
from tests.attacks import ATTACKS, Page
from tests.courses.factories import covers_of, make_correction, make_hour, make_make_up, make_text
from tests.factories import make_membership
from tests.lms.stored_words.looking import WITHOUT_NUL, as_, ids, look, wrong

# What a page makes of words is the same whichever database gave them back.
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.any_database]


def test_agreement(cohort: Cohort, owner: User) -> None:
    """Headings, words, reasons, remarks, sentences and names: proposed, put into the text, frozen, signed, compared."""
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    attacker, keeper = as_(owner), as_(trainer)
    first = make_text(cohort)[0]

    def at(name: str, *given: int) -> str:
        return reverse(f"courses:{name}", args=[cohort.slug, *given])

    for attack in WITHOUT_NUL:
        words = {"title": f"a {attack}"[:120], "words": f"a {attack}\n\n{attack}"[:4000], "why": attack[:600]}
        attacker.post(at("passage-propose", first.pk), {**words, "version": 1, "client_id": ids()})
        attacker.post(at("passage-new"), {**words, "client_id": ids()})
        attacker.post(at("passage-remark", first.pk), {"words": f"a {attack}", "client_id": ids()})
    made = list(Proposal.objects.order_by("pk"))
    for proposal, attack in zip(made[::5], WITHOUT_NUL, strict=False):
        keeper.post(at("proposal-answer", proposal.pk), {"act": "leave", "answer": f"a {attack}"[:600]})
    for attack in WITHOUT_NUL[::2]:
        keeper.post(at("passage-new"), {"title": f"b {attack}"[:120], "words": attack, "now": "1"})
    for number, attack in enumerate(WITHOUT_NUL[::8], start=1):
        words = {"title": f"c {attack}"[:120], "words": f"c {attack}", "version": number, "now": "1"}
        keeper.post(at("passage-propose", first.pk), words)
        passages = list(cohort.passages.standing())
        keeper.post(at("agreement-freeze"), {"text": mark_of(passages), "note": attack[:600], **covers_of(passages)})
        attacker.post(at("agreement"), {"name": f"a {attack}"[:120], "keeps": "on", "number": number})
    numbers = cohort.agreements.values_list("number", flat=True)

    text = look(attacker, [at("agreement"), at("agreement-text"), at("passage", first.pk), at("passage-new")])
    text += look(keeper, [at("agreement"), at("passage-propose", first.pk), at("passage-remove", first.pk)])
    text += look(attacker, [at("agreement-version", number) for number in list(numbers)[::3]])
    text += look(keeper, [at("proposal", proposal.pk) for proposal in made[::7]])
    refused = [keeper.post(at("passage-propose", first.pk), {"title": attack, "words": attack, "version": 1}) for attack in ATTACKS[::4]]
    refused += [attacker.post(at("agreement"), {"name": attack, "number": attack}) for attack in ATTACKS[::4]]
    refused += [keeper.post(at("agreement-freeze"), {"text": attack, "room": attack, "note": attack}) for attack in ATTACKS[::4]]
    refused += [
        keeper.post(at("proposal-answer", made[1].pk), {"act": attack, "title": attack, "words": attack}) for attack in ATTACKS[::4]
    ]

    assert (len(made) > 60, len(numbers) > 5) == (True, True)
    assert [what for answer in refused for what in wrong(answer)] == []
    assert text.count("__xss") > 200


def test_announcements(cohort: Cohort, owner: User, settings: Any) -> None:
    """Titles and words: in the list, on Today, on their own page, in letters."""
    settings.EMBEDDED = True
    teller, reader = as_(make_membership(cohort=cohort, part=Part.TRAINER).person), as_(owner)
    new = reverse("courses:announcement-new", args=[cohort.slug])
    for number, attack in enumerate(WITHOUT_NUL):
        words = {"title": f"a {attack}"[:160], "body": f"word {attack}", "body_form": ["text", "html"][number % 2], "client_id": ids()}
        teller.post(new, {**words, "to": "cohort", "words_in_mail": "on"})
    while send_announcements() != "0 announcements":
        pass
    made = list(Announcement.objects.order_by("pk"))
    pages = [reverse("courses:announcement", args=[cohort.slug, one.pk]) for one in made]

    text = look(reader, [reverse("today"), reverse("courses:announcements", args=[cohort.slug])])
    text += look(teller, [f"{page}change/" for page in pages[::9]]) + look(reader, pages[::3])
    letters = list(Letter.objects.filter(to=owner.email))
    refused = [
        teller.post(new, {"title": attack * 99, "body": attack, "to": attack, "day": attack, "clock": attack}) for attack in ATTACKS[::4]
    ]
    refused += [
        teller.post(f"{page}change/", {"title": "t", "body": attack, "version": 9})
        for page, attack in zip(pages, ATTACKS[::9], strict=False)
    ]

    assert (len(made), len(letters)) == (len(WITHOUT_NUL), len(WITHOUT_NUL))
    assert [what for answer in refused for what in wrong(answer)] == []
    assert [what for letter in letters for what in Page(letter.html).wrong] == []
    assert text.count("__xss") > 60


def test_words_of_absences_corrections_make_ups_and_a_ledger(cohort: Cohort, owner: User) -> None:
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    member = cohort.memberships.get(person=owner)
    mine, theirs = as_(owner), as_(trainer)
    made_up = make_make_up(cohort, owner)
    correction = make_correction(cohort, owner, trainer)
    hours, attendance = f"/c/{cohort.slug}/hours/", f"/c/{cohort.slug}/attendance/"
    for number, attack in enumerate(WITHOUT_NUL[:60]):
        entry = {"kind": "reading", "on": cohort.today().isoformat(), "minutes": "5", "with_whom": attack[:300], "note": attack}
        mine.post(f"{hours}ledger/", {**entry, "client_id": ids()})
        if number % 6 == 0:
            day = make_hour(cohort, days=3 + number).starts_at.date()
            mine.post(f"{hours}cannot-come/{day}/", {"words": attack[:300]})
            sent = {"minutes": str(number % 60), "reason": attack[:1000], "client_id": ids()}
            theirs.post(f"{attendance}{correction.sitting_id}/{member.pk}/correct/", sent)
        act = f"/c/{cohort.slug}/make-ups/{made_up.pk}/"
        made_up.refresh_from_db()
        mine.post(f"{act}propose/", {"read": attack[:1000], "meet": attack[:1000], "wording": str(made_up.wording)})
    mine.post(f"{hours}corrections/{correction.pk}/answer/", {"answer": ATTACKS[0][:900]})
    mine.post(f"{hours}ledger/shown/", {"kinds": ["reading"]})
    refused = [mine.post(f"{hours}ledger/", {"kind": ATTACKS[0], "on": ATTACKS[0], "with_whom": ATTACKS[0], "note": ATTACKS[0]})]
    refused.append(mine.post(f"{act}propose/", {"read": ATTACKS[0], "wording": ATTACKS[0]}))

    pages = [hours, f"{hours}ledger/", act]
    text = look(mine, pages) + look(theirs, [attendance, f"{attendance}people/{member.pk}/", act])

    assert [wrong(response) for response in refused] == [[], []]
    assert (LedgerEntry.objects.count() > 50, text.count("__xss") > 50) == (True, True)
