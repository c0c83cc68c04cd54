"""What tests of threads have in common."""

import re
from uuid import uuid4

from django.test import Client
from django.urls import reverse


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name, cohort, *args) -> str:
    return reverse(f"forums:{name}", args=[cohort.slug, *args])


def words(**given):
    return {"body": "A first sentence", "body_form": "text", "client_id": str(uuid4()), **given}


def posts_on(response) -> list[int]:
    return [int(number) for number in re.findall(r'id="post-(\d+)"', response.content.decode())]
