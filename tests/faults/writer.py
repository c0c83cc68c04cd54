"""Writes letters and sealed words until it is killed, and says which it was told are kept. Run by test_embedded.py.

    python -m tests.faults.writer [acknowledge-early]

With `acknowledge-early` it makes the mistake the test must catch: it says so before the database has said so.
"""

import os
import sys
import time

import django


def main(early: bool) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "lms.settings.embedded"
    django.setup()
    from django.db import transaction

    from lms import crypto
    from lms.mail.models import Letter

    number = 0
    while True:
        number += 1
        with transaction.atomic(), transaction.atomic(using="keys"):
            person = number % 50 + 1
            _, wrapped = crypto.wrap_new_key(person, place=f"faults:{number}")
            letter = Letter.objects.create(to="ana@example.org", subject=str(person), body=f"{number}:{wrapped.hex()}")
            if early:
                acknowledge(letter.pk)
                time.sleep(0.05)
        if not early:
            acknowledge(letter.pk)


def acknowledge(key: object) -> None:
    sys.stdout.write(f"{key}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:] == ["acknowledge-early"])
