"""The tool that the verbs belong to."""

from affectory_protocol.command import Tool

tool = Tool("trainers", package="trainers", summary="Train models on manifests, and judge them.")
