"""`python -m filters` is the command `filters`."""

from filters.cli import main

main()
