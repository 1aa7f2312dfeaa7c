"""The HTTP service: what the champion predicts, for programs and for people.

    settings   what the environment configures
    body       a request's bytes as JSON
    fields     what one field may hold, and the words for what it may not
    rows       JSON rows as the model's inputs, or every problem in them
    warnings   what a row may hold although it is doubtful
    answers    predictions as JSON
    explanations  what moved predictions
    feedback   true labels that come back, joined to the prediction log
    refusals   why a request is refused, and with which status
    metrics    what Prometheus reads
    service    the model that is served: predict, count, log
    trial      a challenger beside it: its share of the requests, or their shadow
    routes     what each route for programs answers
    protocols  the routes of other servers: MLflow's and the Open Inference Protocol
    openapi    the description of the routes, for programs
    schemas    the rows and answers in it, made from the signature
    pages/     what people see: the form, past predictions, the model
    streams    long answers, sent while they are made
    app        create_app(): routes, errors, security headers
    watcher    looks at models/, and takes another package into service
    logs       the service's log, as JSON
    access     what every answer leaves behind: a count, and a line where one is wanted
    connections   cuts off who sends or reads too slowly, refuses who is one too many
    front      what the server calls: whole requests in, /predict at once, the rest to Flask
    __main__   the server: python -m <package>.serving

It imports none of what trains a model.
"""
