import pytest
from django.urls import reverse

from courses.actions.conversations import say_we_talked
from courses.models import Activity, Conversation, Progress
from lms.permissions import Part
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

WORDS = "We sat by the canal and talked."


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def activity(cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module)
    return make_activity(module=module, completes=Activity.Completes.MEETING)


@pytest.fixture
def talked(owner, teammate, cohort, activity):
    other = cohort.memberships.get(person=teammate)
    return say_we_talked(actor=owner, cohort=cohort, activity=activity, other=other, words=WORDS)


def address(cohort, activity):
    return reverse("courses:conversation-new", args=[cohort.slug, activity.module.slug, activity.slug])


def test_activity_leads_to_saying_so_and_has_no_mark_by_hand(client, owner, cohort, activity):
    client.force_login(owner)

    html = client.get(reverse("activity", args=[cohort.slug, activity.module.slug, activity.slug])).content.decode()

    assert (address(cohort, activity) in html, "Mark as done" in html) == (True, False)


def test_conversation_goes_from_one_to_the_other(client, owner, teammate, cohort, activity):
    client.force_login(owner)
    other = cohort.memberships.get(person=teammate)
    client.post(address(cohort, activity), {"other": other.pk, "words": WORDS})
    page = reverse("courses:conversation", args=[cohort.slug, Conversation.objects.get().pk])
    client.force_login(teammate)
    assert WORDS in client.get(page).content.decode()

    client.post(page, {"words": "We did."})

    assert Progress.objects.filter(done_at__isnull=False).count() == 2
    assert "done for both" in client.get(page).content.decode()


@pytest.mark.parametrize("sent", [{"words": ""}, {"words": "x" * 301}, {"words": WORDS, "other": "0"}])
def test_conversation_new_keeps_what_was_typed(client, owner, teammate, cohort, activity, sent):
    client.force_login(owner)
    other = cohort.memberships.get(person=teammate)

    answer = client.post(address(cohort, activity), {"other": other.pk, **sent})

    assert (answer.status_code, Conversation.objects.count()) == (422, 0)
    assert answer.context["form"]["words"].value() == sent["words"]


@pytest.mark.parametrize("part", [Part.TRAINEE, Part.TRAINER, Part.COORDINATOR, None])
def test_nobody_else_reads_the_sentences(client, cohort, talked, part):
    person = make_membership(cohort=cohort, part=part).person if part else make_user(coordinates=True)
    client.force_login(person)

    assert client.get(reverse("courses:conversation", args=[cohort.slug, talked.pk])).status_code == 404


def test_conversation_can_be_taken_back(client, owner, cohort, talked):
    client.force_login(owner)

    client.post(reverse("courses:conversation-take-back", args=[cohort.slug, talked.pk]))

    assert Conversation.objects.count() == 0


def test_pages_of_conversations_ask_few_questions(client, owner, cohort, activity, talked, django_assert_max_num_queries):
    for _ in range(10):
        other = make_membership(cohort=cohort)
        say_we_talked(actor=owner, cohort=cohort, activity=activity, other=other, words=WORDS)
    client.force_login(owner)
    pages = [address(cohort, activity), reverse("courses:conversation", args=[cohort.slug, talked.pk])]
    for page in pages:
        client.get(page)

    with django_assert_max_num_queries(6):
        client.get(pages[0])
    with django_assert_max_num_queries(5):
        client.get(pages[1])
