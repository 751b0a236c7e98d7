"""The tool that the verbs belong to."""

from affectory_protocol.command import Tool

tool = Tool(
    "llm-annotate",
    package="llm_annotate",
    summary="Write facial expressions for sentences.",
)
