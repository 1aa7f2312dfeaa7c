"""The server: python -m <package>.serving."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import fields

import uvicorn

from ..errors import LineError
from ..models import ModelFolder
from ..store.sqlite import SQLiteStore
from .app import BEGAN_WITH
from .metrics import SHARED
from .settings import Settings


class StartError(LineError):
    """The server can't start; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; 1 with one sentence where that can't start."""
    try:
        settings = read_options(arguments)
        address = find_address(settings.host, settings.port)
        name, version = check(settings)
    except LineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    address_shown = f"http://{settings.host}:{settings.port}"
    print(f"serving {name} {version} on {address_shown} (Ctrl-C ends)", flush=True)
    with ExitStack() as stack:
        os.environ |= settings.to_environment() | {BEGAN_WITH: version}
        if settings.workers > 1:
            shared = tempfile.TemporaryDirectory(prefix="serving-")
            os.environ[SHARED] = stack.enter_context(shared)
        return serve(settings, address)


def read_options(arguments: list[str] | None) -> Settings:
    """The command line over the environment: what the workers read as well."""
    defaults = Settings.from_environment()
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}",
        description="Serve a model: a page for people on /, predictions for programs on /predict.",
        epilog="Defaults come from the environment: "
        f"{', '.join(field.name.upper() for field in fields(Settings))}.",
    )
    add = parser.add_argument
    add("--host", default=defaults.host, help="address to listen on (default: %(default)s)")
    add("--port", default=defaults.port, help="port (default: %(default)s)")
    add("--workers", default=defaults.workers, help="processes (default: %(default)s)")
    add("--models", default=defaults.models, help="folder (default: %(default)s)")
    add("--alias", default=defaults.model_alias, help="alias or version (default: %(default)s)")
    given = vars(parser.parse_args(arguments))
    given["model_alias"] = given.pop("alias")
    return Settings.from_environment(
        os.environ | {name.upper(): str(value) for name, value in given.items()}
    )


def find_address(host: str, port: int) -> str:
    """The host's IP address, on which the port must be free.

    Bind once: on Linux the server itself would share the port with whoever has it.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":  # there it would mean to share the port, too
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise StartError(f"can't listen on {host}:{port}: {error.strerror}") from None
    return str(address[0])


def check(settings: Settings) -> tuple[str, str]:
    """Load the model and open the log once: what is broken is told here, not by every worker."""
    package = ModelFolder(settings.models).load(settings.model_alias)
    if settings.predictions:
        SQLiteStore(settings.predictions).close()
    return package.name, package.version


def serve(settings: Settings, address: str) -> int:
    """Run the server until a signal ends it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn repeats it when all is done
    uvicorn.run(
        f"{__package__}.front:create",
        factory=True,
        host=address,
        port=settings.port,
        workers=settings.workers,
        timeout_graceful_shutdown=settings.stop_seconds,
        http=f"{__package__}.connections:TimedConnection",
        ws="none",
        lifespan="on",
        interface="asgi3",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        log_level="warning",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
