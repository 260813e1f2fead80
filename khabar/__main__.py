"""`python -m khabar`, for where no script is installed."""

from khabar.cli import main

main()
