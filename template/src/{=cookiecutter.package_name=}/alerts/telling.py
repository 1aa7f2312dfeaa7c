"""Compare what is wrong now with what was told before; tell the difference."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from . import told
from .channels import Channel, ChannelError
from .told import Alert, Alerts, Problem

STATE = "alerts.json"
"""The file in results/."""

log = logging.getLogger(__name__)


def update(
    path: Path, source: str, problems: Iterable[Problem], channels: Sequence[Channel]
) -> Alerts:
    """Take `problems` for all that is wrong now, as far as `source` can tell; return what is open.

    Every channel hears of a problem when it begins and when it has ended. One that can't be reached
    is tried again the next time.
    """
    found = {f"{source}/{problem.key}": problem for problem in problems}
    if not found and not path.exists():  # nothing was told, nothing is to be told
        return {}
    with told.locked(path):
        alerts = told.read(path)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        begin(alerts, source, found, now)
        end(alerts, source, set(found), now)
        told.write(path, alerts)
        for channel in channels:
            tell(channel, alerts)
            told.write(path, alerts)
        names = [channel.name for channel in channels]
        alerts = {
            name: alert
            for name, alert in alerts.items()
            if not alert.ended or any(alert.is_news(channel) for channel in names)
        }
        told.write(path, alerts)
    return {name: alert for name, alert in alerts.items() if not alert.ended}


def begin(alerts: Alerts, source: str, found: dict[str, Problem], now: str) -> None:
    """Note what is wrong; of what was wrong already, how it is now."""
    for name, problem in found.items():
        alert = alerts.get(name)
        if alert is None:
            alert = alerts[name] = Alert(source, problem.key, problem.title, problem.text, now)
        elif alert.ended:  # it is back before everyone heard that it had ended
            alert.since, alert.ended = now, None
        alert.title, alert.text = problem.title, problem.text


def end(alerts: Alerts, source: str, still: set[str], now: str) -> None:
    """Note what is no longer wrong."""
    for name, alert in alerts.items():
        if alert.source == source and name not in still and not alert.ended:
            alert.ended = now


def tell(channel: Channel, alerts: Alerts) -> None:
    """Tell a channel what it has not heard, in one message."""
    news = [alert for alert in alerts.values() if alert.is_news(channel.name)]
    if not news and not channel.wants_all:
        return
    told_now = (
        [alert for alert in alerts.values() if not alert.ended] if channel.wants_all else news
    )
    try:
        channel.tell(told_now)
    except ChannelError as error:
        log.error("%s; it will be tried again", error)
        return
    for alert in news:
        alert.told[channel.name] = alert.phase
