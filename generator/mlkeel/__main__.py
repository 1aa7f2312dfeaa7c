"""`python -m mlkeel` is the `mlkeel` command."""

from .cli import main

raise SystemExit(main())
