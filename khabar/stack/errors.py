"""What can go wrong with the local stack, beyond a missing tool."""

from __future__ import annotations

from khabar.errors import KhabarError


class StackError(KhabarError):
    """A server of the local stack could not be fetched, started or stopped. Says why and what to do."""
