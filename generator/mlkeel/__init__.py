"""A machine-learning project template for Cookiecutter and Copier, and its own command.

- `questions`: what is asked, with which defaults and rules (copier.yml)
- `marks`: Jinja as both engines set it up
- `render`: answers in, files out
- `source`: where the template is and which version of it
- `releases`: which versions there are, and their commits
- `ask`: the questions on a terminal
- `create`: the files on the disk, all or none
- `run`: from a new project to its first served prediction (`processes`: none is left behind)
- `options`: what each choice brings, found by rendering
- `handover`: updates, which Copier does
- `sync`: the files derived from copier.yml
- `cli`: the `mlkeel` command
"""
