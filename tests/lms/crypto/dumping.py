"""x"""

import pytest

BOTH = pytest.mark.django_db(databases=["default", "keys"])
