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
import locale
import os
import resource
import runpy
import signal
import socket
import sys
import threading
import time
import traceback

from disk import watch

MAX_REQUEST_BYTES = 2**20
HOUR = 3600.0


def main() -> None:
    """Serve until standard input closes: whoever started this is gone then."""
    address, *modules = sys.argv[1:]
    for module in modules:
        importlib.import_module(module)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # What whoever runs the tests ignores (nohup, a job in the background), a command here does not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for signum in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(signum, signal.SIG_DFL)
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
    if request["umask"] is not None:
        os.umask(int(request["umask"]))
    locale.setlocale(locale.LC_ALL, str(request["locale"]))
    if request["clock"] is not None:
        turn_clock(float(request["clock"]))
    if request["disk"] is not None:
        watch(request["disk"])
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


def turn_clock(seconds: float) -> None:
    """Let the clock of this process start elsewhere and jump back an hour whenever it is asked."""
    jumps = itertools.count()

    def tell() -> float:
        return real() + seconds - HOUR * next(jumps)

    def tell_nanoseconds() -> int:
        return int(tell() * 1e9)

    real = time.time
    time.time, time.time_ns = tell, tell_nanoseconds


if __name__ == "__main__":
    main()
