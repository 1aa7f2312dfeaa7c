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
- `project`, `repository`: a project, what it records of its template, and what git knows of it
- `copier`: what does the merging, and its failures in plain words
- `update`, `outcome`: updates and switched options, whole or not at all, and what they did
- `status`, `departure`: what an update would do; how a project departs from its template
- `adoption`: an existing project comes under the template
- `sync`: the files derived from copier.yml
- `cli`: the `mlkeel` command (`words`: its help)
"""
