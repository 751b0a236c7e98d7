"""The backends of `expression`, as spec and --backend know them; each is loaded when used."""

from affectory_protocol.command import BackendSpec, Determinism

from llm_annotate import model_folder, server_check
from llm_annotate.hub import download
from llm_annotate.local_models import MODELS

_DEPENDS = "not measured: it depends on the model"

LEXICON = BackendSpec(
    "lexicon",
    licence="Apache-2.0; weights counted in GoEmotions, CC-BY-4.0",
    determinism=Determinism.BYTES,
    measured_on="macro-F1 0.55 on the test split of GoEmotions, 7 classes (llm-annotate evaluate)",
)
LINEAR = BackendSpec(
    "linear",
    licence="Apache-2.0; weights learned from GoEmotions, CC-BY-4.0",
    determinism=Determinism.BYTES,
    measured_on="macro-F1 0.58 on the test split of GoEmotions, 7 classes (llm-annotate evaluate)",
)
OPENAI = BackendSpec(
    "openai",
    licence="that of the model the server runs",
    determinism=Determinism.NONE,
    measured_on=_DEPENDS,
    waits=True,
    find_missing=server_check.find_missing,
)
BATCH = BackendSpec(
    "batch",
    licence="that of the model that answered",
    determinism=Determinism.NONE,
    measured_on=_DEPENDS,
)
TRANSFORMERS = BackendSpec(
    "transformers",
    licence="that of the model",
    determinism=Determinism.TOLERANCE,
    measured_on=_DEPENDS,
    extra="full",
    models=MODELS,
    find_missing=model_folder.find_missing,
    download=download,
)
