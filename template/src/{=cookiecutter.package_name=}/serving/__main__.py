"""The server: python -m <package>.serving."""

from __future__ import annotations

import argparse
import socket
import sys
from functools import partial
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from ..models import ModelFolder
from ..package import PackageError
from .app import create_app
from .settings import Settings, SettingsError

THREADS = 4
"""Threads of a worker: enough that a request that waits for its body doesn't stop the others."""

PORTS = range(1, 65_536)


class StartError(Exception):
    """The server can't start; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; 1 with one sentence where that can't start."""
    try:
        options = read_options(arguments)
        address = find_address(options.host, options.port)
        name = check_model(options.models, options.alias)
    except (SettingsError, StartError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"serving {name} on http://{options.host}:{options.port} (Ctrl-C ends)", flush=True)
    return serve(options, address)


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """The command line; what it leaves out comes from the environment."""
    defaults = Settings.from_environment()
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}",
        description="Serve a model: a page for people on /, predictions for programs on /predict.",
        epilog="Defaults come from the environment: HOST, PORT, WORKERS, MODELS, MODEL_ALIAS. "
        "MAX_BODY_BYTES and MAX_ROWS limit a request.",
    )
    add = parser.add_argument
    add("--host", default=defaults.host, help="address to listen on (default: %(default)s)")
    add("--port", default=defaults.port, type=int, help="port (default: %(default)s)")
    add("--workers", default=defaults.workers, type=int, help="processes (default: %(default)s)")
    add("--models", default=defaults.models, type=Path, help="folder (default: %(default)s)")
    add("--alias", default=defaults.model_alias, help="alias or version (default: %(default)s)")
    return parser.parse_args(arguments)


def find_address(host: str, port: int) -> str:
    """The host's IP address, on which the port must be free.

    Bind once: on Linux the server itself would share the port with whoever has it.
    """
    if port not in PORTS:
        raise StartError(f"the port must be from {PORTS[0]} to {PORTS[-1]}, not {port}")
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


def check_model(models: Path, alias: str) -> str:
    """Load the model once, so that a broken one is told here and not by every worker."""
    try:
        package = ModelFolder(models).load(alias)
    except PackageError as error:
        raise StartError(str(error)) from None
    return f"{package.name} {package.version}"


def serve(options: argparse.Namespace, address: str) -> int:
    """Run the server until a signal ends it."""
    server = Server(
        "app",
        address,
        options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
    )
    loader = partial(create_app, options.models, options.alias)
    server.serve(target_loader=loader, wrap_loader=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
