"""Where GoEmotions comes from."""

from dataset_io.origin import Origin

ORIGIN = Origin(
    dataset="goemotions",
    licence="CC-BY-4.0",
    citation="Demszky, D., Movshovitz-Attias, D., Ko, J., Cowen, A., Nemade, G., & Ravi, S. "
    "(2020). GoEmotions: A Dataset of Fine-Grained Emotions. ACL 2020.",
)
