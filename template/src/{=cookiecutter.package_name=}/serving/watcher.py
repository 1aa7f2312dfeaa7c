"""Looks at models/ while the service runs, and takes another package into service."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import canary
from ..canary import CanaryError
from ..models import ALIASES, ModelFolder
from ..package import MANIFEST, Package, PackageError
from .service import ServedModel, Service
from .trial import Trial

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
        with self.explained("the model is not changed"):
            self.change(self.folder.find(self.alias))
        if self.service.route == "champion":
            with self.explained("there is no canary"):
                self.service.trial = self.find_trial()

    @contextmanager
    def explained(self, what: str) -> Iterator[None]:
        """Tell what could not be done; the service goes on."""
        try:
            yield
        except (PackageError, CanaryError) as error:
            self.service.metrics.broken.inc()
            log.error("%s: %s", what, error)

    def find_trial(self) -> Trial | None:
        """The challenger that canary.json names, unless it is the champion already."""
        before, self.service.trial = self.service.trial, None
        found, served = canary.read(self.folder.path), self.service.served
        if found is None or (served and served.package.version == found.version):
            return None
        if before and before.canary.version == found.version:
            return Trial(found, before.model)
        return Trial(found, load(self.folder.find(found.version)))

    def see(self) -> Seen:
        """What would be different if something had changed; cheap."""
        files = identify(self.folder.path / ALIASES), identify(self.folder.path / canary.FILE)
        try:
            return *files, identify(self.folder.find(self.alias) / MANIFEST)
        except PackageError as error:
            return *files, str(error)

    def change(self, path: Path) -> None:
        """Serve the package in `path`, unless it is the one that is served already."""
        served = self.service.served
        if served and served.package.path == path:
            return
        model = load(path)
        self.service.swap(model)
        self.service.metrics.swaps.inc()
        log.info(
            "another model is served", extra={"model": model.package.name, "version": path.name}
        )

    def start(self) -> None:
        """Begin to look."""
        self.thread.start()

    def close(self) -> None:
        """End it."""
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join()


def load(path: Path) -> ServedModel:
    """A package that has shown that it can predict."""
    model = ServedModel(Package.load(path))
    model.try_out()
    return model


def identify(file: Path) -> tuple[int, ...]:
    """What changes when a file is written or replaced; nothing where there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
