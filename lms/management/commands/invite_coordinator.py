"""manage.py invite_coordinator EMAIL: the first person who looks after cohorts, dates and people."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.mail.actions import write_letter
from lms.users.actions import invite


class Command(BaseCommand):
    help = "Invites somebody who will coordinate: writes them a letter and prints its link. Again is harmless: the newest link counts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address the invitation goes to")

    @transaction.atomic
    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            invitation, token = invite(actor=None, email=email, coordinates=True)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        link = settings.SITE_URL + reverse("invitation", args=[token])
        body = _(
            "Hello,\n\nYou are asked to coordinate %(site)s: to begin cohorts, set dates and invite people.\n\n"
            "Follow this link to come in. It works for thirty days and only for this address:\n\n%(link)s\n\n"
            "If you did not expect this letter, you can leave it unanswered. Nothing will happen.\n"
        )
        words = {"site": settings.SITE_NAME, "link": link}
        write_letter(to=invitation.email, subject=_("You are asked to coordinate"), body=body % words)
        self.stdout.write(f"A letter to {invitation.email} is on its way. Its link:\n{link}")
