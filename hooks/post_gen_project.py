"""Leave out what the answers do not need. Cookiecutter runs this inside the new project."""

import shutil
import sys
from pathlib import Path

project = Path.cwd().resolve()
rules = Path(".templateignore").read_text(encoding="utf-8").split("\n")

for rule in filter(None, rules):
    path = project / rule.strip("/")
    if project not in path.resolve().parents:
        sys.exit(f".templateignore: {rule} is not inside the project")
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

# An archive loses the executable bits: scripts get them back.
for path in project.rglob("*"):
    if path.is_file() and path.read_bytes()[:2] == b"#!":
        mode = path.stat().st_mode
        path.chmod(mode | (mode & 0o444) >> 2)

print('Next:  cd "{= cookiecutter.project_slug =}" && python scripts/bootstrap.py')
