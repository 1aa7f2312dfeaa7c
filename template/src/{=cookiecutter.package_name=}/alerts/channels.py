"""Who is told: the log always, others where the environment names them."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from .told import Alert, AlertError

SECURITY = ("starttls", "tls", "none")

log = logging.getLogger(__name__)


class ChannelError(Exception):
    """A channel can't be reached now; the message shows no secret."""


class Channel(Protocol):
    """Somebody to tell."""

    @property
    def name(self) -> str:
        """What the state file calls it."""

    @property
    def wants_all(self) -> bool:
        """Whether it is shown everything that is open, not only what is new."""

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Tell of some alerts, which may have begun or ended; ChannelError where that fails."""


class LogChannel:
    """The log: the terminal, unless logging is set up otherwise."""

    name, wants_all = "log", False

    def tell(self, alerts: Sequence[Alert]) -> None:
        """A line for each."""
        for line in write_lines(alerts):
            log.warning(line)


def write_lines(alerts: Sequence[Alert]) -> Iterator[str]:
    """Each alert as a line of text: what is wrong first, what is over at the end."""
    for alert in sorted(alerts, key=lambda alert: alert.ended is not None):
        if alert.ended:
            yield f"over: {alert.title} (since {alert.since})"
        else:
            yield f"alert: {alert.title}. {alert.text}".rstrip(". ")


def summarise(alerts: Sequence[Alert]) -> str:
    """A headline for several."""
    began = [alert for alert in alerts if not alert.ended]
    first = (began or list(alerts))[0]
    more = f" and {len(alerts) - 1} more" if len(alerts) > 1 else ""
    return f"{'alert' if began else 'over'}: {first.title}{more}"


def open_channels(environment: Mapping[str, str] = os.environ) -> list[Channel]:
    """The log and whatever the environment names; AlertError for what can't be used."""
    given = {name: text for name, text in environment.items() if text}
    channels: list[Channel] = [LogChannel()]
    if url := given.get("ALERT_WEBHOOK_URL"):
        from .webhook import WebhookChannel  # noqa: PLC0415 - what isn't used need not be imported

        if not url.startswith(("https://", "http://")):
            raise AlertError("ALERT_WEBHOOK_URL must begin with https:// or http://")
        channels.append(WebhookChannel(url))
    if any(name in given for name in ("ALERT_EMAIL_TO", "ALERT_SMTP_HOST")):
        channels.append(open_mail(given))
    if path := given.get("ALERT_ISSUE_FILE"):
        from .issue import IssueChannel  # noqa: PLC0415 - likewise

        summary = given.get("GITHUB_STEP_SUMMARY")
        channels.append(IssueChannel(Path(path), Path(summary) if summary else None))
    return channels


def open_mail(given: Mapping[str, str]) -> Channel:
    """E-mail, which needs several variables."""
    from .mail import MailChannel  # noqa: PLC0415 - likewise

    lacking = [name for name in ("ALERT_EMAIL_TO", "ALERT_SMTP_HOST") if name not in given]
    if lacking:
        raise AlertError(f"e-mail needs {lacking[0]} as well")
    security = given.get("ALERT_SMTP_SECURITY", SECURITY[0])
    if security not in SECURITY:
        raise AlertError(f"ALERT_SMTP_SECURITY must be one of {', '.join(SECURITY)}")
    port = given.get("ALERT_SMTP_PORT", "465" if security == "tls" else "587")
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise AlertError("ALERT_SMTP_PORT must be a number from 1 to 65535")
    people = [address.strip() for address in given["ALERT_EMAIL_TO"].split(",")]
    return MailChannel(
        people=people,
        sender=given.get("ALERT_EMAIL_FROM", people[0]),
        server=(given["ALERT_SMTP_HOST"], int(port)),
        login=(given.get("ALERT_SMTP_USER", ""), given.get("ALERT_SMTP_PASSWORD", "")),
        security=security,
    )
