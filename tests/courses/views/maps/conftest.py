import pytest
from django.test import Client


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client
