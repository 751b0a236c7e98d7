"""What the networks are trained to make small, by preset.

Shapes: b sentences with faces of a batch, d numbers of an encoded text, s shapes of a face, k
dimensions of the space.
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

from trainers.expression_space.learning.network import SpaceModel
from trainers.expression_space.recipe import Preset, Recipe

MAX_SCALE = 100.0
"""Of the alignment: the temperature does not fall below 0.01 (Radford et al. 2021, section 2.5)."""
TOTAL = "total"
"""Name of the loss that is made small; the others are its parts, before they are weighted."""
FACES = "faces"
"""Name of that part of it which is errors of faces, weighted."""


class Batch(NamedTuple):
    """Sentences with their faces.

    Attributes:
        encoded: (b, d) float32, the texts.
        faces: (b, s) float32, 0 to 1.
        texts: (b,) int64, a number for each text; that of texts which are no negatives is one.
    """

    encoded: torch.Tensor
    faces: torch.Tensor
    texts: torch.Tensor


def weigh(losses: dict[str, torch.Tensor], recipe: Recipe) -> dict[str, torch.Tensor]:
    """Add the sum of `face` and `text` by their weights, and the total with `alignment`."""
    faces = recipe.face_weight * losses["face"] + recipe.text_weight * losses["text"]
    total = faces + recipe.alignment_weight * losses["alignment"]
    return {**losses, FACES: faces, TOTAL: total}


class CompactLoss(nn.Module):
    """Faces from faces, faces from texts, and each sentence nearest to its own face.

    The first two are mean absolute differences. The third is a symmetric cross-entropy over the
    pairs of a batch with a learned temperature (Radford et al. 2021, "Learning Transferable Visual
    Models From Natural Language Supervision", figure 3) in which a face that looks the same, or has
    the same text, is nobody's negative.

    Args:
        recipe: weights, noise, temperature.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self._recipe = recipe
        self.log_scale = nn.Parameter(torch.tensor(1.0 / recipe.temperature).log())

    def forward(self, model: SpaceModel, batch: Batch) -> dict[str, torch.Tensor]:
        """The losses `face`, `text`, `alignment`, `faces` and `total`."""
        recipe = self._recipe
        seen = batch.faces
        if model.training:  # of mean 0, and what is to be said stays clean
            seen = seen + recipe.noise * torch.randn_like(seen)
        of_faces, of_texts = model.encoder(seen), model.projector(batch.encoded)
        shown, told = model.decoder(torch.cat([of_faces, of_texts])).chunk(2)
        losses = {
            "face": functional.l1_loss(shown, batch.faces),
            "text": functional.l1_loss(told, batch.faces),
            "alignment": self._align(of_texts, of_faces, batch),
        }
        return weigh(losses, recipe)

    def _align(self, of_texts: torch.Tensor, of_faces: torch.Tensor, batch: Batch) -> torch.Tensor:
        texts = functional.normalize(of_texts, dim=1)
        faces = functional.normalize(of_faces, dim=1)
        scale = self.log_scale.exp().clamp(max=MAX_SCALE)
        alike = find_alike(batch, self._recipe.near_duplicate)
        logits = (scale * texts @ faces.T).masked_fill(alike, float("-inf"))
        own = torch.arange(len(logits), device=logits.device)
        to_face = functional.cross_entropy(logits, own)
        return (to_face + functional.cross_entropy(logits.T, own)) / 2.0


def find_alike(batch: Batch, near: float) -> torch.Tensor:
    """Which pairs are no negatives, though they are not a sentence and its own face.

    Args:
        batch: b sentences with faces.
        near: mean difference of weights below which two faces are the same.

    Returns:
        (b, b) bool; false on the diagonal.
    """
    differences = torch.cdist(batch.faces, batch.faces, p=1.0) / batch.faces.shape[1]
    alike = (differences < near) | (batch.texts[:, None] == batch.texts[None, :])
    return alike.fill_diagonal_(False)  # noqa: FBT003 - the value that is filled in


class OriginalLoss(nn.Module):
    """The loss of the system this replaces, its augmentation of faces included.

    Noise is always positive and the noisy face is also the target; the alignment has no negatives.
    On validation data there is no noise: what it makes of clean faces is what is compared.

    Args:
        recipe: weights, and the bound of the noise.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self._recipe = recipe

    def forward(self, model: SpaceModel, batch: Batch) -> dict[str, torch.Tensor]:
        """The losses `face`, `text`, `alignment`, `faces` and `total`."""
        recipe, faces = self._recipe, batch.faces
        if model.training:
            faces = (faces + recipe.noise * torch.rand_like(faces)).clamp(max=1.0)
        of_faces, of_texts = model.encoder(faces), model.projector(batch.encoded)
        losses = {
            "face": functional.mse_loss(model.decoder(of_faces), faces),
            "text": functional.mse_loss(model.decoder(of_texts), faces),
            "alignment": 1.0 - functional.cosine_similarity(of_texts, of_faces).mean(),
        }
        return weigh(losses, recipe)


LOSSES: dict[Preset, type[CompactLoss] | type[OriginalLoss]] = {
    Preset.COMPACT: CompactLoss,
    Preset.ORIGINAL: OriginalLoss,
}
"""The loss of each preset."""
