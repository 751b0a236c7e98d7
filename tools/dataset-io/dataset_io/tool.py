"""The tool that the verbs belong to."""

from affectory_protocol.command import Tool

tool = Tool(
    "dataset-io",
    package="dataset_io",
    summary="Foreign affect datasets in, as manifests, and manifests out.",
)
