"""Look at runs and registered models in MLflow's pages, until Ctrl-C.

    python scripts/tracking.py [--port 5000]

A project that was moved is found at its new place; with MLFLOW_TRACKING_URI set, the pages of that
server are named instead.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from hydra import compose, initialize_config_dir

from {= cookiecutter.package_name =} import config, registry
from {= cookiecutter.package_name =}.models import ModelFolder

ROOT = Path(__file__).resolve().parents[1]
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


def main() -> None:
    """Start the pages, or say where they are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=5000, help="on 127.0.0.1 (default: 5000)")
    port = parser.parse_args().port
    os.chdir(ROOT)
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        settings = config.read(compose("config"))
    models = ModelFolder(settings["paths"]["models"])
    runs = registry.Registry(settings["registry"], settings["data"]["name"], models)
    if not runs.uri.startswith(registry.SQLITE):
        sys.exit(f"the runs are on a server: open {runs.uri}")
    if not is_free(port):
        sys.exit(f"port {port} is taken: choose another, such as --port {port + 1}")
    serve(runs.uri, port)


def is_free(port: int) -> bool:
    """Whether nothing listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def serve(uri: str, port: int) -> None:
    """MLflow's server, as small as it gets: one worker, no jobs, this machine only."""
    place = ["--backend-store-uri", uri, "--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-m", "mlflow", "server", *place, "--workers", "1"]
    server = subprocess.Popen(command, env=os.environ | QUIET)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches the server as well
    sys.exit(server.wait())


if __name__ == "__main__":
    main()
