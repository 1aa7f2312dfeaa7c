"""A project is written whole, or not at all."""

from pathlib import Path

import pytest

from mlkeel import create as creating
from mlkeel.create import create
from mlkeel.problems import Problem, Refusal
from mlkeel.render import File
from support import snapshot

FILES = {"a.txt": File(b"a", executable=False), "bin/run": File(b"#!/bin/sh\n", executable=True)}


def test_every_file_is_there_with_its_mode(tmp_path):
    create(FILES, tmp_path / "new" / "project")
    assert snapshot(tmp_path / "new" / "project") == {
        "a.txt": (0o644, b"a"),
        "bin/run": (0o755, b"#!/bin/sh\n"),
    }
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_an_empty_folder_takes_a_project_and_stays_the_same_folder(tmp_path):
    target = tmp_path / "empty"
    target.mkdir()
    inode = target.stat().st_ino
    create(FILES, target)
    assert set(snapshot(target)) == {"a.txt", "bin/run"}
    assert target.stat().st_ino == inode


def test_the_folder_we_are_in_takes_a_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    create(FILES, Path())
    assert set(snapshot(tmp_path)) == {"a.txt", "bin/run"}


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / ".hidden").touch()
    with pytest.raises(Refusal, match="is not empty; name a new or an empty folder"):
        create(FILES, tmp_path)


def test_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match="is not a folder"):
        create(FILES, tmp_path / "file")


def test_a_link_to_nowhere_is_refused(tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(Refusal, match="is not a folder"):
        create(FILES, tmp_path / "link")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), OSError(28, "The disk is full")])
def test_an_interruption_leaves_nothing_behind(tmp_path, monkeypatch, interruption):
    def write_half(files, folder):
        folder.mkdir()
        (folder / "a.txt").write_bytes(b"half")
        raise interruption

    monkeypatch.setattr(creating, "write", write_half)
    with pytest.raises((KeyboardInterrupt, Problem)) as caught:
        create(FILES, tmp_path / "deep" / "project")
    assert not list(tmp_path.iterdir())
    if isinstance(interruption, OSError):
        assert "could not be written: The disk is full" in str(caught.value)
