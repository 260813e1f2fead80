"""Real faults on real servers: everything runs as real processes, is killed and hindered at random moments, and must end up
with the tables that the local engine makes of the same articles.

    __main__.py   the command line
    run.py        one run from its seed to its report
    articles.py   the input: own texts, with copies, repeats and lines that are no articles
    system.py     servers and processes of a run
    supervisor.py processes that are started again when they end
    producer.py   `khabar publish` that writes down what was acknowledged
    proxy.py      what stands between a sink and the real Elasticsearch
    faults.py     the faults, each a function; and the plan of a run
    checking.py   what is compared at the end
    report.py     the report
"""
