"""A process that has imported what commands import, and becomes one of them in a few milliseconds.

It listens on a socket. A request names a module, its words, folder and variables, and carries three
descriptors; the process forks, and the child runs the module as `python -m` does. What a command
does to files, descriptors and signals is real; only its imports and the taking down of its
interpreter are spared. Checks of these use `python -m`.

    zygote.py SOCKET MODULE...
"""

import atexit
import gc
import importlib
import itertools
import json
import os
import resource
import runpy
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable

MAX_REQUEST_BYTES = 2**20


def main() -> None:
    """Serve until standard input closes: whoever started this is gone then."""
    address, *modules = sys.argv[1:]
    for module in modules:
        importlib.import_module(module)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.fork() == 0:
        sys.stdin.buffer.read()
        os.kill(os.getppid(), signal.SIGTERM)
        os._exit(0)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                break
            connection.close()
    supervise(connection)


def supervise(connection: socket.socket) -> None:
    """Fork the command, tell its process id, wait, tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, descriptors, _, _ = socket.recv_fds(connection, MAX_REQUEST_BYTES, 3)
    child = os.fork()
    if child == 0:
        connection.close()
        become(json.loads(request), descriptors)
        return
    for descriptor in descriptors:
        os.close(descriptor)
    connection.sendall(b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def become(request: dict[str, object], descriptors: list[int]) -> None:
    """Run a module in this process, with the folder, variables and descriptors of a request."""
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
        os.close(descriptor)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["variables"])
    time.tzset()
    if request["file_bytes"] is not None:
        limit = int(request["file_bytes"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if request["dies_before"] is not None:
        die_before(int(request["dies_before"]))
    sys.argv = ["", *request["words"]]
    status = 0
    try:
        runpy.run_module(str(request["module"]), run_name="__main__", alter_sys=True)
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else bool(left.code)
    except BaseException:  # noqa: BLE001 - the interpreter prints these, too
        traceback.print_exc()
        status = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def die_before(number: int) -> None:
    """Kill this process before it makes a certain change to the disk, counted from 0."""
    left = itertools.count(number, -1)

    def deadly(change: Callable[..., object]) -> Callable[..., object]:
        def make(*arguments: object, **more: object) -> object:
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*arguments, **more)

        return make

    for name in ("fsync", "ftruncate", "mkdir", "pwrite", "replace", "rmdir", "unlink", "write"):
        setattr(os, name, deadly(getattr(os, name)))


if __name__ == "__main__":
    main()
