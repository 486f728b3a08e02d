"""
`python -m strop_trainer --socket PATH`: reads the token from the first line of standard input, says on standard output when it
listens, and ends when standard input does, that is, with whoever started it.
"""

import argparse
import logging
import os
import sys
import threading

from . import PROTOCOL
from .wire import MAX_LINE, encode


def main() -> int:
    parser = argparse.ArgumentParser(prog="strop_trainer", description=__doc__)
    parser.add_argument("--socket", required=True, help="path to listen at, in a folder that only you can read")
    parser.add_argument("--max-line", type=int, default=MAX_LINE, help="bytes of one message (default %(default)s)")
    options = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    token = sys.stdin.buffer.readline(1_024).decode("utf-8", "replace").strip()
    if len(token) < 16:
        parser.error("expected a token of at least 16 characters on standard input")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        from .server import Server
    except ImportError as cause:
        return _fail("worker.missing-package", f"expected torch, transformers and peft, found: {cause}")
    os.umask(0o077)
    try:
        server = Server(options.socket, token, limit=options.max_line)
    except OSError as cause:
        return _fail("worker.no-socket", f"expected to listen at {options.socket}, found: {cause}")
    _say({"listening": options.socket, "protocol": PROTOCOL})
    server.serve_forever()
    return 0


def _end_with_parent() -> None:
    """The other end of standard input is closed by strop, or by the kernel when strop dies."""
    while sys.stdin.buffer.read(4_096):
        pass
    os._exit(0)


def _fail(code: str, message: str) -> int:
    _say({"error": {"code": code, "message": message}})
    return 3


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(encode(message).decode())
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
