"""Put a project on the disk: all of it, or nothing."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from .problems import Problem, Refusal
from .render import File


def refuse_occupied(target: Path) -> None:
    """Only a folder that does not exist yet, or is empty, can take a project."""
    if target.is_dir():
        if any(target.iterdir()):
            raise Refusal(f"{target} is not empty; name a new or an empty folder")
    elif target.exists() or target.is_symlink():
        raise Refusal(f"{target} is not a folder; name a new or an empty one")


def create(files: Mapping[str, File], target: Path) -> None:
    """Write the files to a temporary folder beside the target, then move them in one go."""
    target = target.absolute()
    refuse_occupied(target)
    try:
        with tempfile.TemporaryDirectory(prefix=".mlkeel-", dir=nearest_folder(target)) as near:
            project = Path(near, "project")
            write(files, project)
            move(project, target)
    except OSError as error:
        reason = error.strerror or error
        raise Problem(
            f"{target} could not be written: {reason}; nothing was left behind"
        ) from error


def nearest_folder(target: Path) -> Path:
    """The closest folder that exists: moving from there to the target is only a renaming."""
    return next(folder for folder in (target, *target.parents) if folder.is_dir())


def write(files: Mapping[str, File], folder: Path) -> None:
    """Write every file below the folder, scripts executable for all who may read them."""
    for path, file in files.items():
        output = folder / path
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(file.content)
        if file.executable:
            mode = output.stat().st_mode
            output.chmod(mode | (mode & 0o444) >> 2)


def move(project: Path, target: Path) -> None:
    """Give the project its place; an empty folder stays and takes the contents."""
    if target.is_dir():
        for path in project.iterdir():
            path.rename(target / path.name)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        project.rename(target)
