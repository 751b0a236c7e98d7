"""Models for the backend `transformers`, by the card they fit on.

Memory is what the weights take in bfloat16, two bytes a parameter, and a good tenth for the
attention cache of a batch, rounded up to a size that cards have. Parameters and licences are those
of the models' own cards: Grattafiori et al. 2024 (Llama 3), Qwen Team 2024 (Qwen2.5).
"""

from affectory_protocol.command import ModelSpec

MODELS = (
    ModelSpec("Qwen/Qwen2.5-1.5B-Instruct", "Apache-2.0", 8, "1.5 billion parameters, to try out"),
    ModelSpec("Qwen/Qwen2.5-7B-Instruct", "Apache-2.0", 24, "7.6 billion parameters"),
    ModelSpec("Qwen/Qwen2.5-14B-Instruct", "Apache-2.0", 40, "14.7 billion parameters"),
    ModelSpec("Qwen/Qwen2.5-32B-Instruct", "Apache-2.0", 80, "32.5 billion parameters"),
    ModelSpec(
        "meta-llama/Llama-3.3-70B-Instruct",
        "LicenseRef-Llama-3.3-Community",
        160,
        "70.6 billion parameters; on two cards with --device auto, on one of 48 GB with "
        "--quantisation 4bit",
    ),
)
