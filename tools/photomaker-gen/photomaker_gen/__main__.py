"""Run the tool as `python -m photomaker_gen`."""

from photomaker_gen.cli import main

main()
