"""Images that look nearly the same: bits in which their perceptual hashes differ.

Source: imagehash.phash, the signs of the lowest frequencies of the cosine transform about their
median. All hashes are compared: a million differences take a few milliseconds, less than decoding.
"""

import imagehash
import numpy as np
from affectory_protocol.places import Places
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Verdict
from affectory_protocol.scratch import Scratch

from filters.duplicates import Repeat
from filters.duplicates_config import NearImageConfig
from filters.image import decode_image

_FIRST_ROOM = 1024


class NearImages:
    """Images whose perceptual hashes are mostly the same.

    Args:
        places: where they lie.
        config: how near is too near.
    """

    section = Assets

    def __init__(self, places: Places, config: NearImageConfig) -> None:
        self._places = places
        self._config = config
        self._ids = Scratch("create table ids (number integer primary key, id text)")
        self._hashes = np.zeros(_FIRST_ROOM, np.uint64)  # 8 bytes an image, doubled when full
        self._count = 0

    def measure(self, record: Record) -> int:
        """The perceptual hash of the image, 64 bits.

        Raises:
            RecordError: the image cannot be read.
        """
        from PIL import Image  # loaded with the first image, so that --help is quick

        image = decode_image(self._places.read(record, self._config.role))
        bits = imagehash.phash(Image.fromarray(image)).hash
        return int.from_bytes(np.packbits(bits).tobytes(), "big")

    def judge(self, key: int) -> Verdict:
        """Hold an image against the nearest one that was kept, the earliest of several."""
        config = self._config
        verdict = Verdict(passed=True, threshold=config.min_distance, of=config.role)
        if not self._count:
            return verdict
        distances = np.bitwise_count(self._hashes[: self._count] ^ np.uint64(key))
        nearest = int(distances.argmin())
        distance = int(distances[nearest])
        if distance >= config.min_distance:
            return verdict.model_copy(update={"score": float(distance)})
        [(identity,)] = self._ids.execute("select id from ids where number = ?", (nearest,))
        return Verdict(
            passed=False,
            score=distance,
            threshold=config.min_distance,
            reason=Repeat.NEAR.value,
            of=config.role,
            duplicate_of=identity,
        )

    def add(self, key: int, identity: str) -> None:
        """Remember an image."""
        if self._count == len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)])
        self._hashes[self._count] = key
        self._ids.insert("insert into ids values (?, ?)", [(self._count, identity)])
        self._count += 1
