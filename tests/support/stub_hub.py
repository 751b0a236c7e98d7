"""A hub on this machine: one model, as the public hub serves it to the library that downloads.

with StubHub({"config.json": b"{}"}) as hub: ... HF_ENDPOINT=hub.url
"""

import hashlib
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

MODEL = "tiny/model"
LICENCE = "apache-2.0"
NO_SUCH = {"repo": "RepoNotFound", "revision": "RevisionNotFound", "gated": "GatedRepo"}


class StubHub:
    """Serves one model.

    Args:
        files: of the model's one commit, by name.
        gated: whether its licence has to be accepted first.
        status: of every answer, when it is out of order.

    Attributes:
        asked: paths that were asked for.
    """

    def __init__(
        self, files: Mapping[str, bytes], *, gated: bool = False, status: int | None = None
    ) -> None:
        self.files = dict(files)
        self.gated = gated
        self.status = status
        self.asked: list[str] = []
        handler = type("Bound", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def commit(self) -> str:
        """Of the files it has now."""
        told = json.dumps({name: _digest(content) for name, content in self.files.items()})
        return hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()

    def __enter__(self) -> "StubHub":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: ClassVar[StubHub]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.hub.asked.append(self.path)
        path = self.path.partition("?")[0]
        if self.hub.status is not None:
            self._answer(self.hub.status, b"")
        elif path.startswith(f"/api/models/{MODEL}"):
            self._tell(path.removeprefix(f"/api/models/{MODEL}").strip("/").split("/"))
        elif path.startswith(f"/{MODEL}/resolve/"):
            self._hand_over(*path.removeprefix(f"/{MODEL}/resolve/").split("/", 1))
        else:
            self._refuse(404, NO_SUCH["repo"])

    do_HEAD = do_GET  # noqa: N815 - named by the library

    def _tell(self, words: list[str]) -> None:
        revision = words[1] if len(words) > 1 else "main"
        if revision not in {"main", self.hub.commit}:
            self._refuse(404, NO_SUCH["revision"])
            return
        listing: Any = [
            {"type": "file", "path": name, "size": len(content), "oid": _digest(content)}
            for name, content in self.hub.files.items()
        ]
        if words[0] != "tree":
            listing = {
                "id": MODEL,
                "sha": self.hub.commit,
                "cardData": {"license": LICENCE},
                "siblings": [{"rfilename": name} for name in self.hub.files],
            }
        self._answer(200, json.dumps(listing).encode(), {"Content-Type": "application/json"})

    def _hand_over(self, commit: str, name: str) -> None:
        if self.hub.gated:
            self._refuse(403, NO_SUCH["gated"])
            return
        if commit != self.hub.commit or name not in self.hub.files:
            self._refuse(404, NO_SUCH["revision"])
            return
        content = self.hub.files[name]
        self._answer(200, content, {"ETag": f'"{_digest(content)}"', "X-Repo-Commit": commit})

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, b"", {"X-Error-Code": code, "X-Error-Message": "no"})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
