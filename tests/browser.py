"""A real browser, and what it needs, fetched where it is missing."""

import importlib.util
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

from emitted import execute

WANTED = ["playwright>=1.55,<2", "axe-playwright-python>=0.1.8,<0.2"]
NAMES = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser"]
PACKAGE = "chromium"
WAIT = ["-o", "DPkg::Lock::Timeout=300"]  # someone else may be installing
CONTROLS = ["playwright", "axe_playwright_python"]


def fetch_controls(folder: Path) -> None:
    """What drives a browser and what looks for barriers in its pages (axe-core)."""
    if all(importlib.util.find_spec(name) for name in CONTROLS):
        return
    execute(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    execute(folder / "bin/python", "-m", "pip", "install", "-q", *WANTED, cwd=folder)
    sys.path.append(str(next(folder.glob("lib/python*/site-packages"))))


def find_chromium(folder: Path) -> str:
    """The browser of this machine; where there is none, the distribution's package."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    execute(*root, "apt-get", *WAIT, "update", "-q", cwd=folder)
    install = ["install", "-q", "-y", "--no-install-recommends", PACKAGE]
    execute(*root, "apt-get", *WAIT, *install, cwd=folder, DEBIAN_FRONTEND="noninteractive")
    found = shutil.which(PACKAGE)
    assert found, "the package chromium brings no chromium"
    return found


@contextmanager
def chromium(folder: Path):
    """Chromium without a window, for as long as the block lasts."""
    fetch_controls(folder / "controls")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may be there only now

    program = find_chromium(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def find_barriers(page) -> list[str]:
    """What keeps people out of a page, as axe-core sees it: all that is serious or critical."""
    package = importlib.util.find_spec("axe_playwright_python").submodule_search_locations[0]
    page.evaluate(Path(package, "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 20, "axe-core has not looked at much"
    return [
        f"{barrier['id']}: {node['html']}"
        for barrier in found["violations"]
        if barrier["impact"] in ("serious", "critical")
        for node in barrier["nodes"]
    ]
