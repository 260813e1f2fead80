"""The local stack: real Kafka and real Elasticsearch as child processes, for the command line, tests and benchmarks."""

from khabar.stack.artifacts import default_cache
from khabar.stack.control import (
    Addresses,
    Server,
    ServerStatus,
    Started,
    State,
    data_folders,
    reset,
    start,
    status,
    stop,
)
from khabar.stack.errors import StackError
from khabar.stack.java import MissingTool

__all__ = [
    "Addresses",
    "MissingTool",
    "Server",
    "ServerStatus",
    "StackError",
    "Started",
    "State",
    "data_folders",
    "default_cache",
    "reset",
    "start",
    "status",
    "stop",
]
