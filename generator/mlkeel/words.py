"""What the help of the `mlkeel` command says."""

DESCRIPTION = "Create a machine-learning project that trains, serves and explains its model."
EXAMPLES = """\
examples:
  mlkeel new my-project                          ask every question, then write the project
  mlkeel new my-project --yes --run              take the defaults, go on to a served prediction
  mlkeel new my-project --set project_name="Churn" --set package_manager=uv --yes
  mlkeel options                                 what can be chosen, and what each choice brings
  mlkeel set notebooks=no                        switch an option, inside a project
  mlkeel status                                  which version, and what an update would do
  mlkeel update                                  bring the newest template into a project
"""
NEW = """\
Write a new project into DIR, which must not exist or be empty. The template comes with this
command: nothing is downloaded. The questions are those of `copier copy` and `cookiecutter`, and the
same answers give the same files. DIR only says where: the name is the first question.

Questions that --set does not answer are asked; where there is no terminal, say --yes.
"""
SET = "answer a question; can be repeated, `mlkeel options` lists the names"
RUN = "go on: set up the environment, run the whole line, serve the model, show a prediction"
NO_SERVE = "with --run: stop after the prediction; without it the service runs until Ctrl-C"
OPTIONS = (
    "Each question with its default, and the files that every other choice adds, drops or changes."
)
SWITCH = """\
Switch options of a project, at the template version it has, in either direction. Copier merges the
difference into your files (it is fetched through uvx when it is not installed). A file that goes
although you had changed it is named, and a copy stays beside its place.
"""
UPDATE = """\
Bring the newest version of the template into a project. Copier merges it into your files; new
questions take their defaults. Where your change and the template's meet, both are marked in the
file, the files are listed, and the exit code is 1. If anything else goes wrong, or you press
Ctrl-C, the project is as before.
"""
STATUS = """\
Show the version and the answers of a project, and what an update would do: the files it would
touch, those that would conflict with your changes. It is rehearsed on a copy; nothing is changed.
"""
DIFF = """\
Show how a project departs from what its template made: lines with + are yours. What stands after --
goes to `git diff`, such as `-- --stat`.
"""
ADOPT = """\
Bring an existing project, which the template did not make, under it. Files that it lacks are added;
those it has stay as they are, unless --over names them. From then on `mlkeel update` works. It has
to be in a git repository without uncommitted changes, so that git can take everything back.
"""
HERE = "the project's folder; the one we are in by default"
OVER = "put the template's file in the place of yours; a name or a pattern, can be repeated"
UNKNOWN = """\
This is a development version of mlkeel that does not know its commit: the project cannot be updated
later. Install a released version, or from the repository: pip install git+https://…\
"""
