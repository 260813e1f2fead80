"""The errors that cross a boundary of Khabar. Each message says what is wrong and, where it can be told, what to do."""

from __future__ import annotations


class KhabarError(Exception):
    """Base of the errors the command line prints without a traceback. Its text is for the person at the keyboard."""

    exit_code = 1


class SettingsError(KhabarError):
    """A setting is missing, unknown or malformed."""

    exit_code = 2


class InvalidRecord(KhabarError):  # noqa: N818 - it is a verdict on a record; "error" is what the record has
    """Bytes or values do not satisfy the contract of a record. The record goes to dead-letters with this reason.

    `reason` is a word from a bounded vocabulary, fit for a metrics label; the text has the details.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class DependencyUnavailable(KhabarError):  # noqa: N818
    """Kafka or Elasticsearch does not answer. Says which address was tried and which setting names it."""

    exit_code = 3


class ContractViolation(KhabarError):  # noqa: N818
    """What stands on the broker, in the index or in the store contradicts what this run was told (partition count …)."""

    exit_code = 4
