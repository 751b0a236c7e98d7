"""Run the tool with `python -m toy`."""

from toy.cli import main

main()
