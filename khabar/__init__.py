"""What all parts of Khabar share: records, topics, settings, metrics, errors and the command line.

This package knows the contracts. It must not know how a stage decides anything, nor import producers, processors or
sinks, except lazily from the command line.
"""

__version__ = "0.1.0"
