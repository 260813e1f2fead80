"""The Faust engine: the stages as agents on Kafka, each with a table that keeps its own place in the input.

    app.py        one worker process: the Faust app and its stages
    stage_worker.py   one stage in this process: owned partitions, batches, hand-over
    intake.py     one owned partition: strictly the next offset, nothing else
    attempts.py   where starts have begun, and the messages that kill
    refetch.py    reading again what Faust skipped
    publishing.py sending, until all is acknowledged
    pulse.py      whether the process stood still
    buffer.py     Faust's queues, bounded by bytes
    catching_up.py    reading changelogs after a start
    table.py      a Faust table whose changelog is a log of whole batches
    batch_log.py  which records of that log count (pure)

The order of a batch is the law: outputs and changed rows acknowledged, then the marker acknowledged, then the rows
applied here, and some time later the offset committed, for lag and monitoring only. Stock Faust loses records at
rebalances and commits ahead of its changelog; so work resumes at the marker, never at the commit.
"""
