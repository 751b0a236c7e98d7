"""The encoders of texts, as spec and --backend know them; each is loaded when used."""

from affectory_protocol.command import BackendSpec, Determinism, ModelSpec

from trainers import model_folder
from trainers.hub import download
from trainers.packages import find_missing

_LICENCE = "Apache-2.0; it has no weights"
_MEASURED = "not measured by itself: see the evaluation of a space"

HASHED_TRAINING = BackendSpec(
    "hashed",
    licence=_LICENCE,
    determinism=Determinism.TOLERANCE,
    measured_on=_MEASURED,
    extra="full",
    find_missing=find_missing,
)
"""The encoder is the same; what trains on its features is torch."""
HASHED = BackendSpec(
    "hashed", licence=_LICENCE, determinism=Determinism.BYTES, measured_on=_MEASURED
)
HASHED_FIGURES = BackendSpec(
    "hashed", licence=_LICENCE, determinism=Determinism.TOLERANCE, measured_on=_MEASURED
)
"""The encoder is the same; figures and layouts come from sums whose order the machine decides."""
CLIP = BackendSpec(
    "clip",
    licence="that of the model",
    determinism=Determinism.TOLERANCE,
    measured_on="not measured: it depends on the model",
    extra="full",
    models=(
        ModelSpec(
            "openai/clip-vit-base-patch32",
            "MIT for its code; its card tells none for the weights",
            2,
            "the text tower of the original, 512 numbers",
        ),
    ),
    find_missing=model_folder.find_missing,
    download=download,
)
