"""What the model meets in service, compared with what it learnt from.

    settings     the section `monitor` of conf/config.yaml
    column       what the reference makes expect of one column
    baseline     the package's reference statistics, for the months that a window holds
    blocks       rows and predictions, as the counting takes them
    logged       the prediction log as blocks
    filed        a CSV or Parquet file as blocks
    counting     a window's values, counted in the reference's bins: memory is bounded
    counted      all of a window, counted
    statistics   tests of two sets of counts, and how far apart they are
    comparing    the tests of one column
    deciding     which of all tests together tell of a drift
    performance  the score on rows whose labels have arrived
    checking     a window counted, compared and judged
    report       all of it, as results/drift.json holds it
    pictures     bars and lines as SVG
    page         the report for people: one HTML file
    past         earlier reports, and what /monitoring shows of them
    gauges       the latest report for Prometheus (light: the service imports it)

It imports neither pandas nor scikit-learn, unless labels have arrived: most of the time of a
check would be spent on importing them.
"""
