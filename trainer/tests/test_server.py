"""What strangers and nonsense can do at the socket: be answered with an error, and nothing else."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import sample

from strop_trainer import PROTOCOL
from strop_trainer import server as server_module
from strop_trainer.server import MAX_CONNECTIONS, Server

TOKEN = "0123456789abcdef0123456789abcdef"
LIMIT = 100_000


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "socket")


@pytest.fixture
def running(path: str) -> Iterator[Server]:
    with Server(path, TOKEN, limit=LIMIT) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Client:
    def __init__(self, path: str, token: str | None = TOKEN) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.lines = self.socket.makefile("rb")
        if token is not None:
            self.greeting = self.ask({"id": 0, "method": "hello", "params": {"token": token, "protocol": PROTOCOL}})

    def send(self, line: bytes) -> None:
        self.socket.sendall(line)

    def read(self) -> Any:
        """None where the other side has closed."""
        line = self.lines.readline()
        return json.loads(line) if line else None

    def ask(self, message: Any) -> Any:
        self.send(json.dumps(message).encode() + b"\n")
        return self.read()

    def code(self, line: bytes) -> Any:
        self.send(line + b"\n")
        return (self.read() or {}).get("error", {}).get("code")


def test_a_peer_with_the_token_is_greeted_and_answered(running: Server, path: str, settings: dict[str, Any]) -> None:
    client = Client(path)
    assert client.greeting["result"]["protocol"] == PROTOCOL
    opened = client.ask({"id": 1, "method": "open", "params": settings})
    assert opened["id"] == 1
    assert opened["result"]["trainable"] > 0
    message = {"role": "user", "content": "Hi"}
    reply = client.ask(
        {"id": 2, "method": "sample", "params": {"checkpoint": None, "messages": [message], "seed": 1, "maxTokens": 2}}
    )
    assert len(reply["result"]["tokens"]) == len(reply["result"]["logProbabilities"]) <= 2


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (b'{"id":0,"method":"hello","params":{"token":"%s","protocol":1}}' % (b"f" * 32), "auth.refused"),
        (b'{"id":0,"method":"hello","params":{"token":"","protocol":1}}', "request.invalid"),
        (b'{"id":0,"method":"hello","params":{"token":["%s"],"protocol":1}}' % TOKEN.encode(), "request.invalid"),
        (b'{"id":0,"method":"hello","params":{"token":"%s","protocol":2}}' % TOKEN.encode(), "protocol.version"),
        (b'{"id":0,"method":"hello"}', "request.invalid"),
        (b'{"id":0,"method":"sample","params":{"token":"%s"}}' % TOKEN.encode(), "auth.expected"),
        (b"GET / HTTP/1.1", "protocol.malformed"),
        (b"", "protocol.malformed"),
        (b"\xff\xfe", "protocol.malformed"),
        (b'{"id":0,"method":"hello","params":' + b" " * 5_000 + b"}", "protocol.too-long"),
    ],
)
def test_a_stranger_gets_one_error_and_is_cut_off(running: Server, path: str, first: bytes, code: str) -> None:
    client = Client(path, token=None)
    assert client.code(first) == code
    try:
        client.send(b'{"id":1,"method":"open","params":{}}\n')
        assert client.read() is None
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert Client(path).greeting["result"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "protocol.malformed"),
        (b"not JSON", "protocol.malformed"),
        (b'{"id":1,"method":"open"', "protocol.malformed"),
        (b"[]", "protocol.malformed"),
        (b"null", "protocol.malformed"),
        (b"[" * 50_000, "protocol.malformed"),
        (b'{"a":' * 10_000, "protocol.malformed"),
        (b'{"id":1,"method":"sample","params":NaN}', "protocol.malformed"),
        (b'{"id":' + b"9" * 6_000 + b',"method":"x"}', "protocol.malformed"),
        (b"\x00\x01\x02\xff", "protocol.malformed"),
        (b'{"method":"sample"}', "protocol.malformed"),
        (b'{"id":-1,"method":"sample"}', "protocol.malformed"),
        (b'{"id":true,"method":"sample"}', "protocol.malformed"),
        (b'{"id":1,"method":["sample"]}', "protocol.malformed"),
        (b'{"id":1,"method":"eval","params":{"code":"1"}}', "request.unknown"),
        (b'{"id":1,"method":"__init__","params":{}}', "request.unknown"),
        (b'{"id":1,"method":"sample","params":{}}', "request.not-open"),
        (b'{"id":1,"method":"open","params":[]}', "request.invalid"),
        (b'{"id":1,"method":"open","params":{"model":"x"}}', "request.invalid"),
        (b'{"id":1,"method":"open","params":{"model":"x","folder":"y","evil":1}}', "request.invalid"),
        (b'{"id":1,"method":"open","params":{"model":"x","folder":"y","rank":1e400}}', "request.invalid"),
        (b'{"id":1,"method":"open","params":{"model":"x","folder":"y","rank":0}}', "request.invalid"),
        (b'{"id":1,"method":"open","params":{"model":"/nowhere/at-all","folder":"y"}}', "model.unusable"),
        (b"x" * (LIMIT + 10), "protocol.too-long"),
        (b"x" * (5 * LIMIT), "protocol.too-long"),
    ],
)
def test_nonsense_is_answered_with_an_error_and_the_connection_goes_on(
    running: Server, path: str, line: bytes, code: str
) -> None:
    client = Client(path)
    assert client.code(line) == code
    assert client.code(b'{"id":7,"method":"eval"}') == "request.unknown"


def test_a_request_that_is_wrong_in_its_parts_says_which(worker: Any) -> None:
    answer = sample(worker, 1)
    good = {
        "messages": [{"role": "user", "content": "a"}],
        "tokens": answer["tokens"],
        "logProbabilities": answer["logProbabilities"],
        "temperature": 1,
        "reward": 0,
    }
    for change, said in [
        ({"tokens": [10**6]}, "as many log-probabilities|tokens below"),
        ({"tokens": []}, "'tokens'"),
        ({"logProbabilities": answer["logProbabilities"][:-1]}, "as many log-probabilities|'logProbabilities'"),
        ({"logProbabilities": [0.5] * len(answer["tokens"])}, "'logProbabilities'"),
        ({"reward": float("nan")}, "'reward'"),
        ({"temperature": 0}, "'temperature'"),
        ({"messages": [{"role": "tool", "content": "a"}]}, "'role'"),
        ({"messages": [{"role": "user", "content": "a" * 1_000}]}, "at most 256 tokens"),
    ]:
        with pytest.raises(server_module.TrainerError, match=said):
            worker.answer("update", {"checkpoint": None, "next": "a", "experience": [{**good, **change}], "seed": 1})
    for name in ["../a", "/tmp/a", "", ".hidden", "A", "a/b", "a" * 65, "a\n"]:
        with pytest.raises(server_module.TrainerError, match="'next'"):
            worker.answer("update", {"checkpoint": None, "next": name, "experience": [good], "seed": 1})
    assert sample(worker, 1) == answer


def test_a_fault_of_the_worker_is_told_and_survived(
    running: Server, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(path)

    def broken(_method: str, _params: Any) -> Any:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(running.worker, "answer", broken)
        reply = client.ask({"id": 1, "method": "sample", "params": {}})
        assert reply["error"]["code"] == "worker.fault"
        assert "a bug" in reply["error"]["message"]
        patch.setattr(running.worker, "answer", lambda _method, _params: {"value": float("nan")})
        assert client.ask({"id": 2, "method": "sample"})["error"]["code"] == "worker.fault"
    assert client.code(b'{"id":3,"method":"sample","params":{}}') == "request.not-open"


def test_a_silent_stranger_is_cut_off(running: Server, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "HELLO_SECONDS", 0.1)
    assert Client(path, token=None).read() is None


def test_there_is_no_room_for_a_crowd_and_room_again_when_it_is_gone(running: Server, path: str) -> None:
    crowd = [Client(path) for _ in range(MAX_CONNECTIONS)]
    assert Client(path, token=None).read() is None
    for client in crowd:
        client.lines.close()
        client.socket.close()
    # A place is free a moment after its connection is closed.
    assert any(Client(path, token=None).ask({"id": 0}) is not None for _ in range(1_000))


@pytest.fixture
def process(path: str) -> Iterator[subprocess.Popen[bytes]]:
    source = str(Path(server_module.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-m", "strop_trainer", "--socket", path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": source},
    ) as started:
        yield started
        started.kill()


def test_the_process_listens_for_its_owner_only_and_ends_with_whoever_started_it(
    process: subprocess.Popen[bytes], path: str
) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(TOKEN.encode() + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline()) == {"listening": path, "protocol": PROTOCOL}
    assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0
    assert Client(path).greeting["result"]["protocol"] == PROTOCOL
    process.stdin.close()
    assert process.wait(60) == 0
