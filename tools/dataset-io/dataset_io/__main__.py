"""Run the tool as `python -m dataset_io`."""

from dataset_io.cli import main

main()
