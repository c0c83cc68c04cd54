"""What tests of shared versions send and read."""

import html as entities

from django.test import Client

WITH_ME = "/journal/shared/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def page(answer):
    return entities.unescape(answer.content.decode())


def address(share, act=""):
    return f"/journal/shared/{share.pk}/{act}"
