"""E-mail by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from .channels import ChannelError, summarise, write_lines
from .told import Alert

SECONDS = 10


@dataclass(frozen=True)
class MailChannel:
    """People, and the server that brings them mail. security: starttls, tls or none."""

    people: list[str]
    sender: str
    server: tuple[str, int]
    login: tuple[str, str]
    security: str
    name: str = "mail"
    wants_all: bool = False

    def tell(self, alerts: Sequence[Alert]) -> None:
        """One message."""
        message = EmailMessage()
        message["Subject"] = " ".join(summarise(alerts).split())
        message["From"], message["To"] = self.sender, ", ".join(self.people)
        message["Date"] = formatdate(localtime=False)
        message.set_content("\n".join(write_lines(alerts)) + "\n")
        try:
            with self.connect() as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.login[0]:
                    server.login(*self.login)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelError(
                f"no mail goes through {self.server[0]} ({type(error).__name__})"
            ) from None

    def connect(self) -> smtplib.SMTP:
        """The server; where it takes TLS from the beginning, with that."""
        host, port = self.server
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
        return smtplib.SMTP(host, port, timeout=SECONDS)
