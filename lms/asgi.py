"""HTTP and WebSocket entrance."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.embedded")
http = get_asgi_application()  # before anything that imports models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import OriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from live.routing import websocket_urlpatterns  # noqa: E402
from lms.run import lock  # noqa: E402

if settings.EMBEDDED:  # news in memory reaches no further than this process, so there must not be a second one
    lock.hold(settings.VAR_DIR / "web.lock")

reverse("today")  # reads every address and what stands behind it now, so that it is not the first visitor who waits for it

# What is there now stays until the process ends. Looking through all of it for garbage, as Python did once when six hundred people had
# come, stopped every room for a tenth of a second.
gc.collect()
gc.freeze()

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": OriginValidator(URLRouter(websocket_urlpatterns), settings.ORIGINS),
    }
)
