"""`python -m trainers` is the command `trainers`."""

from trainers.cli import main

main()
