"""A webhook that takes Slack's JSON: Slack, Mattermost, Rocket.Chat, Discord (with /slack)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from .channels import ChannelError, write_lines
from .told import Alert

SECONDS = 10


class WebhookChannel:
    """The address is the secret: no message shows more of it than the host."""

    name, wants_all = "webhook", False

    def __init__(self, url: str) -> None:
        self.url = url

    def tell(self, alerts: Sequence[Alert]) -> None:
        """One message."""
        text = "\n".join(escape(line) for line in write_lines(alerts))
        body = json.dumps({"text": text}).encode()
        host = urlsplit(self.url).hostname
        try:
            request = Request(self.url, body, {"Content-Type": "application/json"})  # noqa: S310
            with urlopen(request, timeout=SECONDS):  # noqa: S310 - open_channels() looked at it
                pass
        except HTTPError as error:
            raise ChannelError(f"the webhook on {host} answers {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            reason = type(getattr(error, "reason", error)).__name__
            raise ChannelError(f"the webhook on {host} can't be reached ({reason})") from None


def escape(text: str) -> str:
    """What Slack would read as a mark."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
