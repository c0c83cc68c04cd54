"""What rooms are measured against: the chat of the Channels tutorial (part 3), with what a course needs of it and no more.

Each message is stored before it is told, and whoever comes back gets what they missed: `?after=` is the last number they hold.
Served by daphne with RedisChannelLayer, behind AllowedHostsOriginValidator and AuthMiddlewareStack, as the tutorial has it.
"""

import json
import os
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.db import models
from django.urls import path


class ChatMessage(models.Model):
    """A line of the chat. Its number is the identity column's."""

    room = models.CharField(max_length=40, db_index=True)
    text = models.TextField()

    class Meta:
        app_label = "tutorial"

    def __str__(self) -> str:
        return f"Message {self.pk}"


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def connect(self) -> None:
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()
        after = int(parse_qs(self.scope["query_string"].decode()).get("after", ["0"])[0])
        if after:
            async for message in ChatMessage.objects.filter(room=self.room_name, pk__gt=after).order_by("pk"):
                await self.send(text_data=json.dumps({"seq": message.pk, "message": message.text}))

    async def disconnect(self, close_code: int) -> None:
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data: str = "", bytes_data: bytes = b"") -> None:
        message = await ChatMessage.objects.acreate(room=self.room_name, text=json.loads(text_data)["message"])
        await self.channel_layer.group_send(self.room_group_name, {"type": "chat.message", "seq": message.pk, "message": message.text})

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"seq": event["seq"], "message": event["message"]}))


websocket_urlpatterns = [path("ws/chat/<slug:room_name>/", ChatConsumer.as_asgi())]
application = ProtocolTypeRouter(
    {"http": http, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))}
)
