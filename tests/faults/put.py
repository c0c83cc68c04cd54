"""Puts people and what they wrote into a running site, erases one, and looks what is there. Run with a server's settings by tests here.

    python -m tests.faults.put put | say PERSON ROOM | erase PERSON | look

A cohort with Ana, and Ben of another cohort, both signed in; a picture with a forum post, an entry in the journal of each, and a
ticket for a room that is open now.
"""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import django
from django.conf import settings

from tests.runner.checks import ROOT


def put() -> dict[str, Any]:
    from django.urls import reverse

    from tests.courses.factories import make_entry
    from tests.factories import make_cohort, make_user
    from tests.forums.factories import begin_thread, say_with_file
    from tests.live.factories import make_room, make_seminar, make_ticket

    ana, ben = (make_user(display_name=name, email=f"{name}-{uuid4().hex}@example.org") for name in ("Ana", "Ben"))
    cohort = make_cohort(members=[ana])
    make_cohort(members=[ben])
    file = say_with_file(begin_thread(cohort=cohort, author=ana), ana)
    room = make_room(seminar=make_seminar(cohort=cohort))
    make_entry(ana)
    make_entry(ben)
    return {
        "ana": ana.pk,
        "session": sign_in(ana),
        "session_of_ben": sign_in(ben),
        "file": reverse("forums:file", args=[cohort.slug, file.pk]),
        "stored_as": file.stored_as,
        "room": str(room.pk),
        "ticket": make_ticket(ana, room),
    }


def sign_in(person: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def say(person: str, room: str) -> dict[str, Any]:
    from live.actions import say as say_in_room
    from lms.users.models import User

    event, _ = say_in_room(actor=User.objects.get(pk=person), room_id=UUID(room), text="From elsewhere", client_id=uuid4())
    return {"seq": event.seq}


def erase(person: str) -> dict[str, Any]:
    from lms import crypto

    crypto.destroy_person_key(int(person))
    return {}


def look() -> dict[str, Any]:
    """Whose entries open, how rooms are numbered, who is signed in, which files are there."""
    from django.contrib.sessions.models import Session
    from django.core.files.storage import default_storage

    from courses.models import JournalEntry
    from forums.models import PostFile
    from live.models import Room

    return {
        "opens": {entry.author.display_name: opens(entry) for entry in JournalEntry.objects.select_related("author")},
        "epoch": max(room.epoch for room in Room.objects.all()),
        "sessions": Session.objects.count(),
        "files": [default_storage.exists(file.stored_as) for file in PostFile.objects.all()],
    }


def opens(entry: Any) -> bool:
    from courses.actions.journals import read_entry
    from lms import crypto

    try:
        return bool(read_entry(actor=entry.author, entry=entry))
    except crypto.Unreadable:
        return False


def ask(surroundings: dict[str, str], *words: str, tree: Path = ROOT) -> dict[str, Any]:
    """Runs this with these surroundings, and reads what it says; `tree`: whose code."""
    command = [sys.executable, "-m", "tests.faults.put", *words]
    done = subprocess.run(command, cwd=tree, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"put": put, "say": say, "erase": erase, "look": look}[sys.argv[1]](*sys.argv[2:])))
