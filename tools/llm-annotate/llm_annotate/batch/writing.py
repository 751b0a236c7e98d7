"""From records to request files: what has to be asked before every record has its expression."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from affectory_protocol.record import Record
from affectory_protocol.seen_ids import SeenIds

from llm_annotate.batch.answers import KnownAnswers
from llm_annotate.batch.line import write_request
from llm_annotate.batch.need import Needs
from llm_annotate.batch.request_files import RequestFiles
from llm_annotate.chat_config import ChatConfig
from llm_annotate.config import BatchConfig
from llm_annotate.prompt import Prompt


@dataclass(frozen=True)
class BatchWriter:
    """Writes what is missing.

    Attributes:
        prompt: what is asked.
        chat: what every request has in common.
        config: of the files.
        store: of the answers so far; None is none.
        folder: that the files go to.
        output: where the index goes; None is a pipe.
    """

    prompt: Prompt
    chat: ChatConfig
    config: BatchConfig
    store: Path | None
    folder: Path
    output: Path | None

    def write(self, records: Iterator[Record], *, say: Callable[[str], None]) -> bytes:
        """Write the request files.

        Args:
            records: with `text`.
            say: shows what was needed.

        Returns:
            The index of the files, as JSON.
        """
        ask_refused, endpoint = self.config.ask_refused, self.config.endpoint
        with (
            KnownAnswers(self.store) as answers,
            SeenIds() as asked,
            RequestFiles(self.folder, self.config, self.output) as files,
        ):
            needs = Needs(self.prompt, self.chat, answers, asked, ask_refused=ask_refused)
            for record in records:
                if (request := needs.find(record)) is not None:
                    files.write(write_request(request, endpoint))
        say(str(needs.total))
        index = {
            "model": self.chat.model,
            "endpoint": endpoint,
            **asdict(needs.total),
            "files": [asdict(one) for one in files.finished],
        }
        return orjson.dumps(index, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
