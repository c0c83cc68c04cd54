"""S3: views and sockets meet what belongs to somebody through `visible_to` alone."""

import ast
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction

from courses.actions.aftercare import ask_for_contact
from courses.actions.journals import keep_entry

ROOT = settings.BASE_DIR
ASKS_ITSELF = {"visible_to", "waiting_for"}  # the second begins with the first
SHORT_CUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}

# (file, model) -> why it may be read there otherwise.
ALLOWED = {
    ("courses/views/people.py", "Membership"): "of the cohort that place_or_404 has just given",
    ("courses/views/introductions.py", "Membership"): "of the person who asks, in the cohort that place_or_404 has just given",
    ("courses/views/joining.py", "InvitationLink"): "of whoever holds the link: its token is what finds it",
    ("courses/views/people.py", "Group"): "of the cohort that place_or_404 has just given",
    ("courses/views/certificates.py", "Certificate"): "what its holder shows to everybody who has its address; numbers of what was revoked",
    ("courses/views/planning.py", "Programme"): "is nobody's; only who coordinates the site gets there",
}


def looking_files() -> list[Path]:
    """Everything that answers a browser."""
    found = [path for app in ("lms", "courses", "forums", "live") for path in (ROOT / app).rglob("*.py")]
    return [path for path in found if path.stem in {"views", "consumers"} or "views" in path.relative_to(ROOT).parts[:-1]]


def protected() -> set[str]:
    return {model.__name__ for app in ("courses", "forums", "live") for model in apps.get_app_config(app).get_models()}


def direct_reads(source: str) -> Iterator[tuple[int, str]]:
    """(line, model) of every look at a model's rows that does not begin with visible_to."""
    tree, models = ast.parse(source), protected()
    names = {name: name for name in models}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname and alias.name in models}
    seen = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ASKS_ITSELF}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"} and id(node) not in seen:
            model = node.value.id if isinstance(node.value, ast.Name) else node.value.attr if isinstance(node.value, ast.Attribute) else ""
            if model in names:
                yield node.lineno, names[model]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHORT_CUTS:
            yield from ((node.lineno, names[given.id]) for given in node.args[:1] if isinstance(given, ast.Name) and given.id in names)


def test_views_and_sockets_read_nothing_directly():
    files = {path.relative_to(ROOT).as_posix(): path.read_text() for path in looking_files()}
    found = {(name, model, line) for name, source in files.items() for line, model in direct_reads(source)}

    assert len(files) > 15
    assert {(name, model, line) for name, model, line in found if (name, model) not in ALLOWED} == set()
    assert set(ALLOWED) - {(name, model) for name, model, _line in found} == set()  # an exception nobody needs is none


@pytest.mark.parametrize(
    "line",
    [
        "JournalEntry.objects.get(pk=1)",
        "models.Post.objects.filter(pk=1)",
        "get_object_or_404(Room, pk=1)",
        "from live.models import Room as Place\nPlace.objects.with_seminar().get(pk=1)",
        "Thread._default_manager.all()",
        "Activity.objects.current().filter(pk=1)",
    ],
)
def test_the_rule_finds_what_it_is_for(line):
    assert len(list(direct_reads(line))) == 1


def test_the_rule_lets_what_asks_pass():
    assert list(direct_reads("get_object_or_404(Room.objects.visible_to(user).with_seminar(), pk=1)\nplace.rooms.get()")) == []


# --- S9: nobody but who wrote it ----------------------------------------------------------------------------------------

OPENS = {"read_entry", "read_entries", "read_titles", "read_note", "unseal", "unseal_text", "unwrap_key", "person_key", "derived_key"}
OPENS |= {"read_share", "open_share", "read_responses", "read_revision", "read_revisions", "read_map", "read_map_titles"}
OPENS |= {"read_attachments", "open_attachment", "read_whole", "read_shared_attachments", "open_shared_attachment", "open_file"}
OPENS |= {"person_keys", "key_of", "unseal_under_site_key", "open_words"}
MAY_OPEN = {
    "lms/crypto.py": "the only door",
    "lms/users/second_factor.py": "secrets of authenticator apps",
    "lms/sealed_files.py": "the same door, for files in parts",
    "courses/actions/attachments.py": "asks whether it is the author, or a reader whom it goes along to",
    "courses/views/attachments.py": "the author's pages, and the files of the named readers",
    "courses/actions/revisions.py": "earlier versions: asks whether it is the author",
    "courses/actions/shares.py": "asks whether it is the author or a reader who was named",
    "courses/actions/responses.py": "asks whether it is who said it or the entry's author",
    "courses/actions/introductions.py": "faces: whether somebody may see one was asked by visible_to",
    "courses/actions/maps.py": "asks whether it is the author",
    "courses/actions/sealed_words.py": "for actions that have asked whose words these are (ledger, absences, make-ups, corrections)",
    "courses/actions/exports.py": "a person's own entries, into a file sealed for them",
    "courses/actions/searching.py": "a person's own entries, for one request",
    "courses/reading/shares.py": "what those pages gather, by the actions above",
    "courses/views/revisions.py": "the author's pages",
    "courses/views/shares.py": "the author's and the named readers' pages",
    "courses/views/maps.py": "the author's pages",
    "courses/actions/conversations.py": "asks whether it is one of the two who talked",
    "courses/migrations/0019_conversations_sealed.py": "seals what stood there as it was typed",
    "lms/views/drafts.py": "the key for words that are not on the server yet",
    "courses/actions/journals.py": "asks whether it is the author",
    "forums/actions/drafts.py": "a person's own words that are not posted yet",
    "courses/actions/aftercare.py": "asks whether it is the asker or who answers",
    "courses/views/journals.py": "the author's pages",
    "courses/views/entries.py": "the author's pages",
    "courses/views/beginnings.py": "the author's own kept words, for an entry that begins with them",
    "courses/actions/kept_words.py": "asks whether it is who kept them",
    "courses/views/kept_words.py": "their keeper's pages",
    "courses/views/aftercare.py": "the request's page",
}


def test_what_is_sealed_is_opened_in_these_files_only():
    """No command, task, form or other page: there is no way past the author that somebody could find."""
    files = [path for app in ("lms", "courses", "forums", "live") for path in (ROOT / app).rglob("*.py")]
    opening = {
        path.relative_to(ROOT).as_posix()
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Name) and node.id in OPENS) or (isinstance(node, ast.Attribute) and node.attr in OPENS)
    }

    assert opening == set(MAY_OPEN)


@pytest.mark.django_db(databases=["default", "keys"])
def test_what_is_sealed_does_not_show_in_its_name(owner):
    with transaction.atomic():
        asked = ask_for_contact(actor=owner, cohort=None, note="canary-words", client_id=uuid.uuid4()).request
    entry = keep_entry(actor=owner, client_id=uuid.uuid4(), title="canary-words", html="<p>canary-words</p>")

    told = [str(thing) + repr(thing) + repr(vars(thing)) for thing in (entry, asked)]

    assert ["canary" in text for text in told] == [False, False]
    assert [str(entry), str(asked)] == [f"Entry {entry.pk}", f"Contact request {asked.pk}"]
