"""Looks at models/ while the service runs, and takes another package into service."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from ..models import ALIASES, ModelFolder
from ..package import MANIFEST, Package, PackageError
from .service import ServedModel, Service

log = logging.getLogger(__name__)

Seen = tuple[object, ...]


class Watcher:
    """Serves what `alias` means, from the next request after it means something else.

    What can't be loaded is refused with a line in the log, once; the package before goes on.
    """

    def __init__(self, service: Service) -> None:
        settings = service.settings
        self.service, self.alias = service, settings.model_alias
        self.folder = ModelFolder(settings.models)
        self.seconds = settings.swap_ms / 1000
        self.seen: Seen | None = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, name="watcher", daemon=True)

    def run(self) -> None:
        """Look now and then until the end."""
        while not self.ended.wait(self.seconds):
            self.look()

    def look(self) -> None:
        """Load what is new; what was seen before is not tried again."""
        seen = self.see()
        if seen == self.seen:
            return
        self.seen = seen
        try:
            self.change(self.folder.find(self.alias))
        except PackageError as error:
            self.service.metrics.broken.inc()
            log.error("the model is not changed: %s", error)

    def see(self) -> Seen:
        """What would be different if something had changed; cheap."""
        aliases = identify(self.folder.path / ALIASES)
        try:
            return aliases, identify(self.folder.find(self.alias) / MANIFEST)
        except PackageError as error:
            return aliases, str(error)

    def change(self, path: Path) -> None:
        """Serve the package in `path`, unless it is the one that is served already."""
        served = self.service.served
        if served and served.package.path == path:
            return
        package = Package.load(path)
        ServedModel(package).try_out()
        self.service.swap(package)
        self.service.metrics.swaps.inc()
        log.info("another model is served", extra={"model": package.name, "version": path.name})

    def start(self) -> None:
        """Begin to look."""
        self.thread.start()

    def close(self) -> None:
        """End it."""
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join()


def identify(file: Path) -> tuple[int, ...]:
    """What changes when a file is written or replaced; nothing where there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
