"""Give the challenger a growing share of the traffic beside the champion, and look how it does.

For example, from the project's root, while the service runs:

    python scripts/canary.py                  who answers now, and how the challenger does
    python scripts/canary.py start            the challenger gets the first share of the traffic
    python scripts/canary.py start --shadow   it predicts everything, nobody sees its predictions
    python scripts/canary.py watch            share after share, until it is champion or stopped
    python scripts/canary.py step             one look: the next share, or none, if it is time
    python scripts/canary.py stop             all traffic is the champion's again
    python scripts/canary.py rollback         the champion before this one is it again

The shares and what ends a trial are in conf/config.yaml. The service follows within half a second,
without a restart. Every look goes to results/canary.json. watch and step end with 0 where all is
well and with 1 after a breach; step with 3 where it is too early to say.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir

from {= cookiecutter.package_name =} import canary, config, results, rollout
from {= cookiecutter.package_name =}.canary import Canary, CanaryError
from {= cookiecutter.package_name =}.errors import LineError, shown
from {= cookiecutter.package_name =}.lock import alone
from {= cookiecutter.package_name =}.models import ModelFolder
from {= cookiecutter.package_name =}.schema import Schema
from {= cookiecutter.package_name =}.serving.settings import Settings
from {= cookiecutter.package_name =}.store.history import History, Window
from {= cookiecutter.package_name =}.store.records import Prediction, Route

ROOT = Path(__file__).resolve().parents[1]
ACTIONS = ("status", "start", "watch", "step", "stop", "rollback")
BREACH, EARLY = 1, 3
ROWS = 20_000
"""The latest rows of each model that a look takes in."""


class Rollout:
    """One challenger's way to more of the traffic."""

    def __init__(self, settings: config.Config) -> None:
        self.settings = settings
        self.schema = Schema.from_config(settings["data"])
        self.models = ModelFolder(settings["paths"]["models"])
        self.report = Path(settings["paths"]["results"], "canary.json")

    def show(self) -> int:
        """Who answers now, and how the challenger does."""
        print("champion  ", self.models.aliases().get("champion", "none yet: poe line"))
        found = canary.read(self.models.path)
        if found is None:
            print("challenger", self.models.aliases().get("challenger", "none"), "(not on trial)")
            return 0
        way = "shadows" if found.shadow else "gets"
        print(f"challenger {found.version} {way} {found.share:g} % since {found.since}")
        for name, check in self.look(found).checks.items():
            print(f"  {name:<12}{check.state:<8}{check.words}")
        return 0

    def start(self, *, shadow: bool = False) -> int:
        """Give the challenger its first share."""
        challenger, champion = self.models.load("challenger"), self.models.load("champion")
        if challenger.version == champion.version:
            raise CanaryError(f"{champion.version} is the champion already: there is none to try")
        if challenger.signature.target != champion.signature.target:
            raise CanaryError("the challenger predicts something else than the champion")
        chosen, now = self.settings["canary"], tell_time()
        names = {field.name for field in champion.signature.fields}
        if unknown := {*chosen["rule"], *([chosen["key"]] if chosen["key"] else [])} - names:
            raise CanaryError(
                f"canary.key and canary.rule: {', '.join(sorted(unknown))} is no field of the "
                "model; what no request holds can be sent in the header X-Routing-Key"
            )
        share = 100.0 if shadow else chosen["shares"][0]
        self.begin(
            Canary(challenger.version, share, shadow, chosen["key"], chosen["rule"], now, now)
        )
        return 0

    def begin(self, found: Canary) -> None:
        """Let a share begin."""
        canary.write(self.models.path, found)
        print(f"{found.version} {'shadows' if found.shadow else 'gets'} {found.share:g} %")

    def stop(self) -> int:
        """All traffic is the champion's again."""
        canary.remove(self.models.path)
        print("all traffic is the champion's")
        return 0

    def step(self) -> int:
        """Look once: the next share, the end of the trial, or nothing yet."""
        found = self.current()
        verdict = self.look(found)
        self.note(found, verdict)
        if verdict.state == "breach":
            canary.remove(self.models.path)
            print(f"{found.version} is stopped: {verdict.reason}")
            return BREACH
        if verdict.state == "wait" or self.is_too_short(found):
            return EARLY
        if canary.read(self.models.path) != found:  # somebody stopped it meanwhile
            return EARLY
        larger = [share for share in self.settings["canary"]["shares"] if share > found.share]
        if found.shadow or larger:
            share = self.settings["canary"]["shares"][0] if found.shadow else larger[0]
            self.begin(replace(found, share=share, shadow=False, since=tell_time()))
        else:
            self.promote(found)
        return 0

    def watch(self) -> int:
        """Look again and again, until the challenger is the champion or stopped."""
        if canary.read(self.models.path) is None:
            self.start()
        while canary.read(self.models.path) is not None:
            if self.step() == BREACH:
                return BREACH
            time.sleep(self.settings["canary"]["seconds"])
        return 0

    def rollback(self) -> int:
        """The champion before this one is the champion again, at once."""
        canary.remove(self.models.path)
        version = self.models.roll_back()
        print(f"{version} is the champion again", flush=True)
        self.tell_mlflow(version)
        return 0

    def promote(self, found: Canary) -> None:
        """It has shown itself with all the traffic."""
        self.models.point("champion", found.version)
        canary.remove(self.models.path)
        print(f"{found.version} is the champion", flush=True)
        self.tell_mlflow(found.version)

    def tell_mlflow(self, version: str) -> None:
        """The registry's aliases follow what is served; it may be away, the service is not."""
        from {= cookiecutter.package_name =} import registry  # noqa: PLC0415 - slow to import

        try:
            runs = registry.Registry(self.settings["registry"], self.schema.name, self.models)
            runs.point("champion", version)
        except (LineError, registry.MlflowException, OSError) as error:
            print(f"MLflow does not know it yet: {error}\n`poe promote promote={version}` tells it")

    def current(self) -> Canary:
        """The canary that there is."""
        found = canary.read(self.models.path)
        if found is None:
            raise CanaryError("no challenger is on trial: `poe canary start` begins one")
        return found

    def look(self, found: Canary) -> rollout.Verdict:
        """Judge what the log holds of this share; with all the traffic, of the trial."""
        route: Route = "shadow" if found.shadow else "challenger"
        since = found.began if found.share == 100 and not found.shadow else found.since
        champion = [row for row in self.read("champion", since) if row.version != found.version]
        challenger = self.read(route, found.since)
        ours = [row for row in challenger if row.version == found.version]
        return rollout.judge(self.schema, champion, ours, self.settings)

    def read(self, route: Route, since: str) -> list[Prediction]:
        """The latest predictions by one route."""
        path = Settings.from_environment().predictions
        if path is None:
            raise CanaryError("the prediction log is switched off: there is nothing to judge by")
        return History(path).page(Window(route=route, since=since), ROWS) if path.is_file() else []

    def is_too_short(self, found: Canary) -> bool:
        """Whether the share has not lasted as long as it must."""
        lasted = datetime.now(UTC) - datetime.fromisoformat(found.since)
        return lasted < timedelta(minutes=self.settings["canary"]["minutes"])

    def note(self, found: Canary, verdict: rollout.Verdict) -> None:
        """Keep what the last look at every share found."""
        looks: list[Any] = results.read(self.report)["looks"] if self.report.is_file() else []
        look = found.to_json() | {"time": tell_time()} | verdict.to_json()
        last = looks[-1] if looks else {}
        again = all(last.get(name) == look[name] for name in ("version", "share", "since"))
        results.write(self.report, {"looks": [*(looks[:-1] if again else looks), look][-100:]})


def tell_time() -> str:
    """Now, as the log writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@shown
def main(arguments: list[str] | None = None) -> None:
    """models/canary.json, the prediction log → the next share; results/canary.json."""
    options = parse(arguments)
    os.chdir(ROOT)
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        trial = Rollout(config.read(compose("config", options.overrides)))
    at_any_time = {"status": trial.show, "stop": trial.stop, "rollback": trial.rollback}
    if options.action in at_any_time:  # beside a watch: two of them are the emergency brakes
        sys.exit(at_any_time[options.action]())
    actions = {
        "start": lambda: trial.start(shadow=options.shadow),
        "step": trial.step,
        "watch": trial.watch,
    }
    with alone(trial.models.path / ".canary.lock", "another canary"), suppress_interrupt():
        sys.exit(actions[options.action]())


@contextmanager
def suppress_interrupt() -> Iterator[None]:
    """Ctrl-C ends the watching, not the trial."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("\nthe challenger keeps its share: `poe canary stop` ends its trial")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", nargs="?", default="status", help=", ".join(ACTIONS))
    parser.add_argument("--shadow", action="store_true", help="start: let it only shadow")
    parser.add_argument("overrides", nargs="*", help="values of conf/, such as canary.requests=50")
    options = parser.parse_intermixed_args(arguments)
    if "=" in options.action:
        options.action, options.overrides = "status", [options.action, *options.overrides]
    if options.action not in ACTIONS:
        parser.error(f"{options.action} is none of {', '.join(ACTIONS)}")
    return options


if __name__ == "__main__":
    main()
