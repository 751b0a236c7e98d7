"""The tool that the verbs belong to."""

from affectory_protocol.command import Tool

tool = Tool("filters", package="filters", summary="Keep or drop records, each with a verdict.")
