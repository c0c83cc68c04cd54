import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import Cohort
from forums.actions.forums import open_forums
from forums.models import Post, PostFile, Thread
from lms import richtext
from lms.users.models import User
from tests.attacks import ATTACKS
from tests.files import PDF, picture
from tests.forums.factories import begin_thread
from tests.lms.stored_words.looking import WITHOUT_NUL, as_, ids, look, wrong

# What a page makes of words is the same whichever database gave them back.
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.any_database]
BIRTH = "Born on 3 May 1984. "


def test_threads_posts_and_quotes(cohort: Cohort, owner: User, teammate: User) -> None:
    attacker = as_(teammate)
    open_forums(cohort=cohort)
    for number, attack in enumerate(ATTACKS):
        words = {"body": f"word {attack}", "body_form": ["text", "html"][number % 2], "client_id": ids(), "reason": "made up"}
        attacker.post(reverse("forums:thread-new", args=[cohort.slug]), {**words, "title": f"a {attack}"[:160]})
    first = Thread.objects.order_by("pk").first()
    assert first is not None
    address = reverse("forums:reply", args=[cohort.slug, first.pk])
    for number, attack in enumerate(ATTACKS):
        before = first.posts.latest("pk")
        quoted = " ".join(richtext.plain(before.html).split())[:200]
        words = {"body": f"word {attack}", "body_form": ["html", "text"][number % 2], "client_id": ids(), "reason": "made up"}
        attacker.post(address, {**words, "answers": before.pk, "quoted": quoted})
    lists = [reverse("forums:forum", args=[cohort.slug])]
    while (key := as_(owner).get(lists[-1]).context["listed"].next_key) and len(lists) < 9:
        lists.append(f"{lists[0]}?after={key}")
    page = reverse("forums:thread", args=[cohort.slug, first.pk])
    pages = [f"{page}?from={post.pk}&answers={post.pk}" for post in first.posts.all()[::20]]
    others = [reverse("forums:thread", args=[cohort.slug, thread.pk]) for thread in Thread.objects.all()[1::7]]
    edits = [reverse("forums:post-edit", args=[cohort.slug, post.pk]) for post in Post.objects.all()[::9]]

    text = look(as_(owner), [*lists, *pages, *others]) + look(attacker, edits)
    refused = [
        attacker.post(address, {"body": attack, "quoted": attack, "answers": attack, "client_id": attack, "body_form": attack})
        for attack in ATTACKS[::8]
    ]

    assert (Thread.objects.count(), first.posts.count()) == (len(WITHOUT_NUL), len(WITHOUT_NUL) + 1)
    assert [what for response in refused for what in wrong(response)] == []
    assert text.count("__xss") > 100


def test_files_of_posts(cohort: Cohort, owner: User, teammate: User) -> None:
    """Names of files and what pictures show, in the composer, in the check, on the page and on the way out."""
    attacker, thread = as_(teammate), begin_thread(cohort=cohort, author=owner)
    address = reverse("forums:reply", args=[cohort.slug, thread.pk])
    for number, attack in enumerate(WITHOUT_NUL):
        document = SimpleUploadedFile(f"{attack}.pdf", PDF)
        photo = SimpleUploadedFile(f"{attack}.png", picture(colour=(number, 0, 0)))
        ordinary = {"body": "word", "client_id": ids(), "reason": "made up"}
        attacker.post(address, {**ordinary, "then": "add", "file": document})
        attacker.post(address, {**ordinary, "file": photo, "alt": attack[:300]})
    files = list(PostFile.objects.exclude(post=None))
    page = reverse("forums:thread", args=[cohort.slug, thread.pk])

    text = look(as_(owner), [f"{page}?from={post.pk}" for post in thread.posts.all()[::20]])
    headers = [str(attacker.get(reverse("forums:file", args=[cohort.slug, file.pk])).headers) for file in files[::9]]
    refused = [
        attacker.post(
            address, {"body": BIRTH + attack, "file": SimpleUploadedFile(f"{attack}.zip", b"PK"), "then": attack, "reason": attack}
        )
        for attack in ATTACKS[::6]
    ]
    refused += [attacker.post(address, {"body": BIRTH + attack, "client_id": attack}) for attack in ATTACKS[::6]]

    assert len(files) > len(WITHOUT_NUL)
    assert [what for response in refused for what in wrong(response)] == []
    assert any("<mark>" in response.content.decode() for response in refused)
    assert not any("\r" in header or "\n" in header for header in headers)
    assert "__xss" in text + str([file.alt for file in files])
