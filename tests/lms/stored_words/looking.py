"""How tests of stored words look at pages."""

import uuid
from typing import Any

from django.test import Client

from lms.users.models import User
from tests.attacks import ATTACKS, Page

WITHOUT_NUL = [attack for attack in ATTACKS if "\x00" not in attack]  # Django's own fields refuse that sign


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def wrong(response: Any) -> list[str]:
    return [f"{response.request['PATH_INFO']}: {what}" for what in Page(response.content.decode()).wrong]


def look(client: Client, addresses: list[str]) -> str:
    """The words of these pages, each of which must be there and hold nothing that is not ours."""
    responses = [client.get(address) for address in addresses]
    assert [response.status_code for response in responses] == [200] * len(addresses)
    pages = {address: Page(response.content.decode()) for address, response in zip(addresses, responses, strict=True)}
    assert [f"{address}: {what}" for address, page in pages.items() for what in page.wrong] == []
    return " ".join(pages[address].text for address in addresses)


def ids() -> str:
    return str(uuid.uuid4())
