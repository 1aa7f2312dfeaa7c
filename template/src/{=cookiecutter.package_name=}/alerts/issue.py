"""The body of a GitHub issue: the workflow opens, edits or closes one, as the file says.

The file holds everything that is open, in Markdown, its first line the title; it is gone when
nothing is. GITHUB_STEP_SUMMARY gets the same below the run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from .. import results
from .channels import ChannelError, summarise
from .told import Alert


class IssueChannel:
    """Two files, the second only in a workflow."""

    name, wants_all = "issue", True

    def __init__(self, path: Path, summary: Path | None = None) -> None:
        self.path, self.summary = path, summary

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Write what is open now."""
        try:
            if not alerts:
                self.path.unlink(missing_ok=True)
                return
            text = write(alerts)
            results.write_text(self.path, text)
            if self.summary:
                with self.summary.open("a", encoding="utf-8") as file:
                    file.write(text)
        except OSError as error:
            raise ChannelError(f"{self.path} can't be written: {error}") from None


def write(alerts: Sequence[Alert]) -> str:
    """A title and an entry for each alert."""
    entries = [
        f"- **{escape(alert.title)}** since {alert.since}  \n  {escape(alert.text)}"
        for alert in alerts
    ]
    return "\n".join([f"# {escape(summarise(alerts))}", "", *entries, ""])


def escape(text: str) -> str:
    """Text in which no one is mentioned and nothing is a mark."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", " ".join(text.split())).replace("@", "@\u200b")
