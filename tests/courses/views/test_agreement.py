import pytest
from django.urls import reverse

from courses.actions.agreements.text import change_passage
from courses.actions.agreements.versions import mark_of
from courses.models import AgreementSignature, AgreementVersion
from lms.notifications.models import Notice
from lms.permissions import Part
from tests.courses.factories import covers_of, make_agreement, make_text
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer Tessa")).person


def address(name, cohort, *given):
    return reverse(f"courses:{name}", args=[cohort.slug, *given])


def main(response):
    return " ".join(response.content.decode().partition('id="main"')[2].split())


def test_agreement_before_there_is_one_leads_to_the_text(client, cohort, owner):
    client.force_login(owner)

    html = main(client.get(address("agreement", cohort)))

    assert ("There is no agreement to sign yet." in html, address("agreement-text", cohort) in html) == (True, True)


def test_agreement_is_signed_by_typing_ones_name(client, cohort, owner):
    make_agreement(cohort)
    client.force_login(owner)
    before = main(client.get(address("agreement", cohort)))

    response = client.post(address("agreement", cohort), {"name": "Olwen Wner", "keeps": "on", "number": 1})

    after = main(client.get(address("agreement", cohort)))
    assert response["Location"] == address("agreement", cohort)
    assert AgreementSignature.objects.get().name == "Olwen Wner"
    assert [("Sign version 1" in html, "You signed this version" in html) for html in (before, after)] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "Olwen", "number": 1}, "Please say that you have read it"),
        ({"name": " ", "keeps": "on", "number": 1}, "Nothing is lost"),
        ({"name": "\u202e\u200b", "keeps": "on", "number": 1}, "Nothing is lost"),
    ],
)
def test_agreement_not_signed_says_why_and_keeps_the_name(client, cohort, owner, sent, sentence):
    make_agreement(cohort)
    client.force_login(owner)

    response = client.post(address("agreement", cohort), sent)

    html = response.content.decode()
    assert (response.status_code, sentence in html, AgreementSignature.objects.count()) == (422, True, 0)
    assert 'value="Olwen"' in html or sent["name"] != "Olwen"


def test_agreement_that_changed_while_it_was_read_shows_what_is_different(client, cohort, owner):
    make_agreement(cohort)
    make_agreement(cohort)
    client.force_login(owner)

    response = client.post(address("agreement", cohort), {"name": "Olwen", "keeps": "on", "number": 1})

    html = main(response)
    assert (response.status_code, AgreementSignature.objects.count()) == (422, 0)
    assert "What is different from version 1, which you were reading" in html
    assert ("<ins>" in html, "Once more." in html, 'value="2"' in html, 'value="Olwen"' in html) == (True, True, True, True)


def test_agreement_shows_who_signed_before_what_is_different(client, cohort, owner):
    make_agreement(cohort, owner)
    make_agreement(cohort)
    client.force_login(owner)

    html = main(client.get(address("agreement", cohort)))

    assert "What is different from version 1, which you signed" in html
    assert ("2 words have come" in html or "and 2 have come." in html, "Sign version 2" in html) == (True, True)


@pytest.mark.parametrize(
    ("part", "sees"), [(Part.TRAINER, True), (Part.COORDINATOR, True), (Part.TRAINEE, False), (Part.INTERPRETER, False)]
)
def test_agreement_shows_names_to_all_and_missing_ones_to_who_keeps_it(client, cohort, owner, part, sees):
    missing = make_membership(cohort=cohort, person=make_user(display_name="Hesitating Hanna")).person
    make_agreement(cohort, owner)
    client.force_login(make_membership(cohort=cohort, part=part).person)

    html = main(client.get(address("agreement", cohort)))

    assert (owner.display_name in html, missing.display_name in html) == (True, sees)


def test_version_shows_an_earlier_one_with_its_names(client, cohort, owner):
    make_agreement(cohort, owner)
    make_agreement(cohort)
    client.force_login(owner)

    html = main(client.get(address("agreement-version", cohort, 1)))

    assert (owner.display_name in html, "What has changed since" in html) == (True, True)
    assert client.get(address("agreement-version", cohort, 9)).status_code == 404


def freezing(passages, **overrides):
    return {"text": mark_of(passages), **covers_of(passages), **overrides}


def test_version_freeze_offers_what_was_said_last_and_freezes(client, cohort, trainer):
    passages = make_text(cohort)
    client.force_login(trainer)
    html = main(client.get(address("agreement-freeze", cohort)))

    response = client.post(address("agreement-freeze", cohort), freezing(passages, note="The first"))

    assert html.count("selected") == 5
    assert response["Location"] == address("agreement", cohort)
    assert AgreementVersion.objects.get().note == "The first"


def test_version_freeze_says_what_is_not_spoken_of(client, cohort, trainer):
    passages = make_text(cohort)
    client.force_login(trainer)

    response = client.post(address("agreement-freeze", cohort), freezing(passages, interpreters="", note="Kept note"))

    html = response.content.decode()
    assert (response.status_code, "The text does not say this yet." in html, "Kept note" in html) == (422, True, True)
    assert AgreementVersion.objects.count() == 0


def test_version_freeze_of_a_text_that_changed_meanwhile_shows_the_new_one(client, cohort, trainer):
    passages = make_text(cohort)
    change_passage(actor=trainer, passage_id=passages[0].pk, version=1, title="Passage 1", words="NEWER-WORDS")
    client.force_login(trainer)

    response = client.post(address("agreement-freeze", cohort), freezing(passages))

    html = main(response)
    assert (response.status_code, "NEWER-WORDS" in html, AgreementVersion.objects.count()) == (422, True, 0)
    passages[0].refresh_from_db()
    assert f'value="{mark_of(passages)}"' in html


def test_pages_ask_the_same_few_questions_however_many_signed(client, cohort, owner, trainer, django_assert_max_num_queries):
    def ask():
        counts = []
        for page in (address("agreement", cohort), address("agreement-version", cohort, 1), address("agreement-freeze", cohort)):
            with django_assert_max_num_queries(12) as questions:
                client.get(page)
            counts.append(len(questions))
        return counts

    make_agreement(cohort, trainer)
    make_agreement(cohort)
    Notice.objects.all().delete()
    client.force_login(trainer)
    client.get("/")  # notes the sign-in
    few = ask()
    for person in [make_membership(cohort=cohort).person for _ in range(8)]:
        AgreementSignature.objects.create(version=AgreementVersion.objects.first(), person=person, name="Name")
    Notice.objects.all().delete()

    assert ask() == few
