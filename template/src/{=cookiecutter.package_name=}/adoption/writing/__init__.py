"""What was found, for the line and for people.

    entries     the profile as conf/data.yaml
    origin      where it came from: data/metadata.yaml and conf/source.yaml
    yamlfile    YAML that people read and that hostile names survive
    tables      the profile as tables for the terminal
    exchange    files and folders replaced all or none

The texts are made whole before anything is written.
"""
