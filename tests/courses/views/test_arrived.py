"""What tells the browser that it may forget a draft."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.courses.views.test_entries import address, kept

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


def test_entry_kept_tells_the_browser_once_whose_draft_may_go(mine, owner):
    entry, client_id = kept(owner), str(uuid4())

    mine.post(address(entry), {"title": "", "body": "new", "version": 1, "client_id": client_id})

    assert [
        page.count(f'data-kept="{client_id}"')
        for page in (mine.get(address(entry)).content.decode(), mine.get(address(entry)).content.decode())
    ] == [1, 0]
