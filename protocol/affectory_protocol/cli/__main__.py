"""Run the `manifest` command with `python -m affectory_protocol.cli`."""

from affectory_protocol.cli.app import main

main()
