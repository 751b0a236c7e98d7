"""A lesson that knows which texts are one text, typed in two ways."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from trainers.expression_space.learning.loop import Lesson
from trainers.expression_space.learning.losses import Batch


@dataclass(frozen=True)
class NumberedLesson(Lesson):
    """A lesson whose batches number texts by their normal form.

    Attributes:
        alike: (n,) int64, a number for each text; of one normal form, one number.
    """

    alike: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64], device: torch.device) -> Batch:
        """A batch of some examples."""
        batch = Lesson.take(self, rows, device)
        return batch._replace(texts=torch.from_numpy(self.alike[rows]).to(device))
