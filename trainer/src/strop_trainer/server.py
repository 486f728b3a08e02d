"""
The socket: who may speak, and one answer for each line. Nothing that arrives ends the worker, and nothing is done for a peer that
does not know the token.
"""

import hmac
import logging
import socketserver
import threading
from typing import Any

from . import PROTOCOL
from .errors import TrainerError
from .fields import parse
from .requests import Hello
from .wire import MAX_LINE, decode, encode, read_lines
from .worker import Worker

#: Seconds that a peer has to say who it is.
HELLO_SECONDS = 10.0
#: Bytes of the first line: a stranger's words are not kept.
HELLO_BYTES = 4_096
MAX_CONNECTIONS = 8

log = logging.getLogger("strop_trainer")


class Server(socketserver.ThreadingUnixStreamServer):
    """Listens from its making on; `serve_forever` answers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, path: str, token: str, *, limit: int = MAX_LINE) -> None:
        self.token = token
        self.limit = limit
        self.worker = Worker()
        self.lock = threading.Lock()
        self._free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__(path, _Peer)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.exception("a connection ended")


class _Peer(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        try:
            if not self._greet():
                return
            for line in read_lines(self.rfile, self.server.limit):
                self.wfile.write(self._reply(line))
        except (TimeoutError, ConnectionError):
            return

    def _greet(self) -> bool:
        """The first line must be a hello with the token; anything else is the last."""
        self.connection.settimeout(HELLO_SECONDS)
        line = next(read_lines(self.rfile, HELLO_BYTES), None)
        if line is None:
            return False
        identifier = None
        try:
            if isinstance(line, TrainerError):
                raise line
            message = decode(line)
            identifier = _identifier(message)
            _check_hello(message, self.server.token)
        except TrainerError as error:
            self.wfile.write(_failure(identifier, error))
            return False
        self.connection.settimeout(None)
        self.wfile.write(encode({"id": identifier, "result": {"protocol": PROTOCOL, **_versions()}}))
        return True

    def _reply(self, line: bytes | TrainerError) -> bytes:
        identifier = None
        try:
            if isinstance(line, TrainerError):
                raise line
            message = decode(line)
            identifier = _identifier(message)
            method = message.get("method")
            if not isinstance(method, str):
                raise TrainerError("protocol.malformed", "expected a method, found none")
            with self.server.lock:
                result = self.server.worker.answer(method, message.get("params"))
            return encode({"id": identifier, "result": result})
        except TrainerError as error:
            return _failure(identifier, error)
        except Exception as error:
            # A fault of the worker: told, logged, and survived.
            log.exception("a request failed")
            said = f"expected an answer, found {type(error).__name__}: {str(error)[:300]}"
            return _failure(identifier, TrainerError("worker.fault", said, "the worker's log has the details"))


def _check_hello(message: dict[str, Any], token: str) -> None:
    if message.get("method") != "hello":
        raise TrainerError("auth.expected", "expected hello with the token first, found another message")
    hello = parse(Hello, message.get("params"))
    if not hmac.compare_digest(hello.token.encode(), token.encode()):
        raise TrainerError("auth.refused", "expected this worker's token, found another")
    if hello.protocol != PROTOCOL:
        raise TrainerError(
            "protocol.version",
            f"expected version {PROTOCOL} of the protocol, found {hello.protocol}",
            "use the trainer that comes with this strop",
        )


def _identifier(message: dict[str, Any]) -> int:
    identifier = message.get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, int) or not 0 <= identifier < 2**53:
        raise TrainerError("protocol.malformed", "expected an id that is a whole number from 0, found none")
    return identifier


def _failure(identifier: int | None, error: TrainerError) -> bytes:
    return encode({"id": identifier, "error": {"code": error.code, "message": str(error), "hint": error.hint}})


def _versions() -> dict[str, str]:
    import peft
    import torch
    import transformers

    return {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
