"""The backend openai against a server that misbehaves: nothing paid for is lost or asked twice."""

import asyncio
import json
import os
import resource
import signal
import sqlite3
import threading
import time
from contextlib import closing
from email.utils import formatdate
from random import Random

import pytest
from affectory_protocol.errors import LimitError, TemporaryError, UsageError
from commands import Command, Zygote
from llm_annotate.chat import read_completion
from llm_annotate.client import check_address
from llm_annotate.open_files import OTHER_FILES, allow_connections
from llm_annotate.pace import Budget
from llm_annotate.retries import Failed, choose_wait, read_retry_after
from llm_annotate.shared_commits import LONGEST_IN_TAIL, SharedCommits
from llm_annotate.store import ResponseStore
from llm_annotate.tail import KeptAnswer, Tail
from mock_server import MockServer

TOOL = Command("llm-annotate", "llm_annotate", "llm_annotate.cli")
RECORDS = 120


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    made = Zygote(tmp_path_factory.mktemp("z"), ["llm_annotate.cli", "aiohttp", "asyncio"])
    yield made
    made.close()


@pytest.fixture
def serve():
    """Starts servers."""
    servers = []

    def serve(**options):
        servers.append(MockServer(**options))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


@pytest.fixture
def ask(zygote, tmp_path):
    """Starts the tool on a manifest; `source` and `output` lie in the folder."""

    def ask(server, *words, texts=None, start=False, variables=None, output="out.jsonl"):
        texts = [f"sentence {n}" for n in range(RECORDS)] if texts is None else texts
        lines = [json.dumps({"id": str(n), "text": {"content": t}}) for n, t in enumerate(texts)]
        (tmp_path / "in.jsonl").write_text("".join(f"{line}\n" for line in lines))
        base_url = server if isinstance(server, str) else server.base_url
        given = ["expression", "--backend", "openai", "--model", "mock", "--base-url", base_url]
        given += ["-i", "in.jsonl", "-o", output, *words]
        started = zygote.start(TOOL, *given, folder=tmp_path, variables=variables)
        return started if start else started.wait()

    return ask


def _records(folder, name="out.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def _faces(folder, name):
    """Expressions without their makers, whose options differ."""
    records = _records(folder, name)
    return [{**record["expression"], "made_by": None} for record in records]


def test_every_sentence_is_answered_in_order(ask, serve, tmp_path):
    server = serve(delays="0,5,20")
    ask(server).ok()
    records = _records(tmp_path)

    assert [record["id"] for record in records] == [str(n) for n in range(RECORDS)]
    assert all(len(record["expression"]["emotions"]) == 3 for record in records)
    assert records[0]["expression"]["made_by"]["model"] == "mock"
    assert server.asked()["came"] == RECORDS


def test_many_requests_are_in_flight_and_no_more_than_allowed(ask, serve):
    server = serve(delays="50")
    ask(server, "--concurrency", "40").ok()

    assert 30 <= server.asked()["most_in_flight"] <= 40


@pytest.fixture
def limit_files():
    """Sets how many files this process, and what it starts, may have open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    def limit(soft):
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_limit_of_open_files_is_raised_for_connections(limit_files):
    limit_files(100)
    allow_connections(150)

    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 150 + OTHER_FILES


def test_limit_of_open_files_that_is_high_enough_stays(limit_files):
    limit_files(300)
    allow_connections(150)

    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 300


def test_more_connections_than_files_may_be_open_is_a_mistake_of_usage(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 200))
    with pytest.raises(UsageError, match=r"--concurrency 150 needs 214 .* 200") as raised:
        allow_connections(150)
    assert "--concurrency 136" in raised.value.hint


@pytest.fixture
def check(zygote, tmp_path):
    """Runs `check expression --backend openai`."""

    def check(base_url, *words, key=None, **variables):
        given = {"AFFECTORY_BASE_URL": base_url, "OPENAI_API_KEY": key, **variables}
        given = {name: value for name, value in given.items() if value is not None}
        words = ("check", "expression", "--backend", "openai", *words)
        return zygote.run(TOOL, *words, folder=tmp_path, variables=given)

    return check


def test_check_finds_a_server_that_takes_the_key_and_has_the_model(check, serve):
    server = serve(key="right")
    check(server.base_url, "--model", "mock", key="right").ok()
    check(server.base_url, key="right", AFFECTORY_OFFLINE="1").ok()

    assert server.asked()["came"] == 0


@pytest.mark.parametrize(
    ("path", "words", "key", "said"),
    [
        ("", [], "wrong-secret", "OPENAI_API_KEY"),
        ("", [], "wrong-secret\n", "OPENAI_API_KEY"),
        ("", ["--model", "another"], "right", "--model"),
        ("/v2", [], "right", "/v1"),
    ],
)
def test_check_says_what_a_server_will_not_have(check, serve, path, words, key, said):
    done = check(f"{serve(key='right').base_url}{path}", *words, key=key)

    assert done.status == 4
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("address", "status"),
    [(None, 4), ("", 4), ("http://127.0.0.1:9/v1", 4), ("http://127.0.0.1:99999/v1", 2)],
)
def test_check_says_that_no_server_is_there(check, address, status):
    done = check(address)

    assert done.status == status
    assert "Traceback" not in done.stderr


def test_check_asks_no_other_machine_while_offline(check):
    done = check("http://192.0.2.1/v1", AFFECTORY_OFFLINE="1")

    assert done.status == 2
    assert "AFFECTORY_OFFLINE" in done.stderr


def test_equal_sentences_share_one_request(ask, serve, tmp_path):
    server = serve()
    ask(server, texts=["the same"] * 30 + ["another"]).ok()

    assert server.asked()["came"] == 2
    assert len(_records(tmp_path)) == 31


def test_faults_of_the_server_cost_nothing_but_time(ask, serve, tmp_path):
    calm, wild = serve(), serve(faults=5, delays="0,5")
    ask(calm, output="calm.jsonl").ok()
    ask(wild, "--concurrency", "16", "--max-retries", "9", output="wild.jsonl").ok()

    assert _faces(tmp_path, "wild.jsonl") == _faces(tmp_path, "calm.jsonl")
    assert wild.asked()["came"] > RECORDS
    assert set(wild.asked()["answered"].values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_run_killed_at_fifty_moments_asks_for_no_stored_answer_again(ask, serve, tmp_path, seed):
    kills, concurrency, server = 10, 8, serve(delays="0,50,500", faults=1)
    words = ("--concurrency", concurrency, "--max-retries", 9)
    texts = [f"sentence {n}" for n in range(300)]
    random = Random(seed)
    for _ in range(kills):
        running = ask(server, *words, texts=texts, start=True)
        time.sleep(random.uniform(0.15, 0.6))
        running.kill(signal.SIGKILL)
        assert running.wait().status == 128 + signal.SIGKILL
    ask(server, *words, texts=texts).ok()
    answered = server.asked()["answered"]
    with ResponseStore(tmp_path / "out.jsonl.answers.sqlite") as store:
        lost = [request for request in answered if store.get(request) is None]

    assert [record["id"] for record in _records(tmp_path)] == [str(n) for n in range(300)]
    assert lost == []
    assert sum(answered.values()) - len(answered) <= kills * concurrency


def test_shards_share_a_store(ask, serve, tmp_path):
    server = serve(delays="0,5")
    both = [
        ask(server, "--shard", f"{k}/2", "--store", "s.sqlite", output=f"{k}.jsonl", start=True)
        for k in (1, 2)
    ]
    for one in both:
        one.wait().ok()
    ask(server, "--store", "s.sqlite").ok()

    assert server.asked()["came"] == RECORDS
    assert _records(tmp_path) == _records(tmp_path, "1.jsonl") + _records(tmp_path, "2.jsonl")


def test_server_that_dies_for_good_is_temporary_and_its_answers_are_kept(ask, serve, tmp_path):
    dying = serve(dies_after=50)
    done = ask(dying, "--concurrency", "8", "--max-attempts", "2", "--request-timeout", "10")

    assert done.status == 75
    assert "Traceback" not in done.stderr

    alive = serve()
    ask(alive, "--concurrency", "16").ok()  # another server, another limit: no changed option

    assert alive.asked()["came"] <= RECORDS - 50 + 8
    assert len(_records(tmp_path)) == RECORDS


def _count_stored(folder):
    with ResponseStore(folder / "out.jsonl.answers.sqlite") as store:
        return len(store)


def test_sentence_that_is_never_answered_is_rejected_and_stops_no_other(ask, serve, tmp_path):
    server = serve(delays="1500")  # longer than all attempts at the one that fails
    texts = [f"sentence {n}" for n in range(39)] + ["status 500"]
    done = ask(server, "--max-attempts", "2", "--max-rejects", "1", texts=texts).ok()
    (reject,) = _records(tmp_path, "out.jsonl.rejects.jsonl")

    assert reject["reason"] == "backend-failed"
    assert "2 attempts: status 500" in reject["message"]
    assert len(_records(tmp_path)) == _count_stored(tmp_path) == 39
    assert "Traceback" not in done.stderr


def test_several_sentences_that_are_never_answered_stop_no_other(ask, serve, tmp_path):
    texts = ["status 500 a", "status 502", "status 500 b", *(f"sentence {n}" for n in range(9))]
    words = ("--max-attempts", "2", "--max-rejects", "3", "--concurrency", "4")
    ask(serve(delays="0,5"), *words, texts=texts).ok()

    assert len(_records(tmp_path, "out.jsonl.rejects.jsonl")) == 3
    assert len(_records(tmp_path)) == 9


def test_server_that_answers_nobody_rejects_nobody(ask, serve, tmp_path):
    texts = [f"status 500 {n}" for n in range(20)]
    done = ask(serve(), "--max-attempts", "2", "--concurrency", "4", texts=texts)

    assert done.status == 75
    assert not (tmp_path / "out.jsonl.rejects.jsonl").exists()


def test_sentences_that_the_server_puts_off_are_not_rejected(ask, serve):
    texts = [*(f"sentence {n}" for n in range(9)), "status 429 after 0"]

    assert ask(serve(), "--max-attempts", "2", "--max-rejects", "1", texts=texts).status == 75


@pytest.mark.parametrize("status", [301, 307, 401, 402, 403, 404, 405, 410])
def test_what_is_no_fault_of_a_sentence_ends_the_run_with_what_is_in_flight_kept(
    ask, serve, tmp_path, status
):
    texts = [f"sentence {n}" for n in range(9)] + [f"status {status}"]
    done = ask(serve(delays="300"), "--max-rejects", "9", texts=texts)

    assert done.status == 4
    assert f"status {status}" in done.stderr
    assert _count_stored(tmp_path) == 9


def test_signal_waits_for_nothing_in_flight(ask, serve):
    server = serve(delays="60000")
    running = ask(server, texts=["slow", "status 401"], start=True)
    while server.asked()["came"] < 2:
        time.sleep(0.05)
    begun = time.monotonic()
    time.sleep(0.2)
    running.kill(signal.SIGTERM)

    assert running.wait().status == 128 + signal.SIGTERM
    assert time.monotonic() - begun < 30


def test_wait_that_a_server_asks_for_is_kept(ask, serve):
    server = serve()
    begun = time.monotonic()
    done = ask(server, "--max-attempts", "2", texts=["status 429 after 1"])

    assert done.status == 75
    assert server.asked()["came"] == 2
    assert time.monotonic() - begun >= 1


def test_wait_of_an_hour_ends_the_run_with_the_time_to_come_back(ask, serve):
    server = serve()
    done = ask(server, texts=["status 429 after 3600"])

    assert done.status == 75
    assert "3600 seconds" in done.stderr
    assert server.asked()["came"] == 1


def test_wait_of_minutes_is_not_cut_short():
    asked = Failed("status 429", wait=300.0)

    assert 300 <= choose_wait(asked, 1) <= 375
    assert choose_wait(Failed("reset"), 20) <= 75


@pytest.mark.parametrize(
    ("told", "seconds"), [("7", 7), ("-1", 0), ("inf", None), ("nan", None), ("soon", None)]
)
def test_time_to_wait_is_read_from_a_number(told, seconds):
    assert read_retry_after(told) == seconds


def test_time_to_wait_is_read_from_a_date():
    assert 50 < read_retry_after(formatdate(time.time() + 60, usegmt=True)) <= 60


@pytest.mark.parametrize(
    "usage",
    [None, [1], "12", {}, *({"prompt_tokens": n} for n in ("12", True, -1, 1.5, 2**60))],
)
def test_strange_count_of_tokens_is_no_count_and_loses_no_answer(usage):
    body = {"choices": [{"message": {"content": "words"}}], "usage": usage}
    completion = read_completion(json.dumps(body).encode())

    assert (completion.content, completion.tokens_in) == ("words", None)


def test_wrong_key_ends_the_run_at_once(ask, serve):
    server = serve(key="right")
    done = ask(server, variables={"OPENAI_API_KEY": "wrong-secret"})

    assert done.status == 4
    assert "OPENAI_API_KEY" in done.stderr
    assert "wrong-secret" not in done.stderr


def test_key_comes_from_the_environment_and_goes_nowhere_else(ask, serve, tmp_path):
    ask(serve(key="right-secret"), variables={"OPENAI_API_KEY": "right-secret"}).ok()

    for path in tmp_path.rglob("out*"):
        assert b"right-secret" not in path.read_bytes()


@pytest.mark.parametrize(
    ("words", "limit"), [(["--max-requests", "30"], 30), (["--max-tokens-total", "3600"], 30)]
)
def test_limit_stops_with_everything_kept(ask, serve, tmp_path, words, limit):
    server = serve(delays="0,5")
    stopped = ask(server, "--concurrency", "4", *words)

    assert stopped.status == 5
    assert limit <= server.asked()["came"] <= limit + 4

    ask(server).ok()

    assert server.asked()["came"] == RECORDS
    assert len(_records(tmp_path)) == RECORDS


def test_refusals_and_nonsense_are_rejects_that_name_the_kept_answer(ask, serve, tmp_path):
    server = serve()
    texts = ["fine", "please refuse", "please mumble"]
    ask(server, "--max-rejects", "2", "--max-retries", "1", texts=texts).ok()
    rejects = _records(tmp_path, "out.jsonl.rejects.jsonl")

    assert [reject["reason"] for reject in rejects] == ["refused", "invalid-answer"]
    assert server.asked()["came"] == 4  # the mumbled answer was asked about once more
    with ResponseStore(tmp_path / "out.jsonl.answers.sqlite") as store:
        for reject in rejects:
            assert store.get(reject["message"].rpartition(" ")[2]) is not None


def test_plan_counts_and_sends_nothing(ask, serve, tmp_path):
    server = serve()
    (tmp_path / "prices.json").write_text('{"mock": {"input": 1.0, "output": 2.0}}')
    ask(server, texts=["one", "two"], output="first.jsonl").ok()
    done = ask(
        server,
        *("--dry-run", "--store", "first.jsonl.answers.sqlite", "--prices", "prices.json"),
        texts=["one", "two", "two", "three"],
    ).ok()

    assert server.asked()["came"] == 2
    assert not (tmp_path / "out.jsonl").exists()
    assert [line.split()[-1] for line in done.stderr.splitlines()[:4]] == ["4", "3", "2", "1"]
    assert "price" in done.stderr


def test_plan_of_a_limited_run_counts_no_more_than_it_would_ask(ask, serve):
    done = ask(serve(), "--dry-run", "--limit", "7").ok()

    assert [line.split()[-1] for line in done.stderr.splitlines()[:2]] == ["7", "7"]


@pytest.mark.parametrize(
    "address", ["http://192.0.2.1/v1", "https://api.example.org/v1", "http://0.0.0.0/v1"]
)
def test_offline_refuses_any_address_but_loopback(monkeypatch, address):
    monkeypatch.setenv("AFFECTORY_OFFLINE", "1")
    with pytest.raises(UsageError, match="AFFECTORY_OFFLINE"):
        check_address(address)
    check_address("http://127.0.0.1:8000/v1")


@pytest.mark.parametrize(
    "address",
    [
        *("localhost:8000", "ftp://host/v1", "http://", "http://[::1", "http://a..b/v1"),
        *("http://127.0.0.1:99999/v1", "http://127.0.0.1:0/v1", "http://host:port/v1"),
        *("http://my host/v1", "http://host/v1\n", f"http://{'a' * 300}/v1", "/v1", ""),
        *("http://a:secret@c/v1", "http://a:secret@[c/v1"),
        *("http://c/v1?api-key=secret", "http://c/v1#secret"),
    ],
)
def test_what_is_no_address_is_a_mistake_of_usage_and_not_quoted(address):
    with pytest.raises(UsageError) as raised:
        check_address(address)
    assert "secret" not in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize("address", ["http://[::1]:8000/v1", "https://a_b.example/v1", "http://h"])
def test_address_of_a_server_is_taken(address):
    check_address(address)


@pytest.mark.parametrize("key", ["secret\n", "sécret"])
def test_key_that_no_header_can_hold_is_said_to_be_none(ask, serve, key):
    server = serve()
    done = ask(server, variables={"OPENAI_API_KEY": key})

    assert done.status == 4
    assert "OPENAI_API_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    assert key.strip() not in done.stderr
    assert server.asked()["came"] == 0


def test_store_that_is_damaged_says_so(ask, serve, tmp_path):
    with ResponseStore(tmp_path / "s") as store:
        for n in range(200):
            store.put(f"{n:064}", b"x" * 2000)
    bytes_of = bytearray((tmp_path / "s").read_bytes())
    bytes_of[2 * 4096 :] = b"\xff" * (len(bytes_of) - 2 * 4096)
    (tmp_path / "s").write_bytes(bytes_of)
    done = ask(serve(), "--store", "s")

    assert done.status == 1
    assert "--store is damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_database_of_something_else_is_left_as_it_is(tmp_path):
    path = tmp_path / "cookies.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("create table cookies (name text)")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="something else"):
        ResponseStore(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("side", ["", ".rejects.jsonl", ".run.json", ".part", ".journal"])
def test_store_is_no_file_of_the_run(ask, serve, tmp_path, side):
    with ResponseStore(tmp_path / f"out.jsonl{side}") as store:
        store.put("a", b"paid for")
    done = ask(serve(), "--store", f"out.jsonl{side}", "--restart", "always")

    assert done.status == 2
    with ResponseStore(tmp_path / f"out.jsonl{side}") as store:
        assert store.get("a") == b"paid for"


def test_pipe_has_nothing_beside_it(ask, serve, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    done = ask(serve(), output="fifo")

    assert done.status == 2
    assert "--store is needed" in done.stderr


@pytest.mark.parametrize("price", ["NaN", "-1", "Infinity"])
def test_price_that_is_none_is_a_mistake_of_usage(ask, serve, tmp_path, price):
    content = json.dumps({"mock": {"input": float(price), "output": 2}})
    (tmp_path / "prices.json").write_text(content)
    done = ask(serve(), "--dry-run", "--prices", "prices.json")

    assert done.status == 2
    assert "--prices" in done.stderr


def test_store_of_another_kind_is_a_mistake_of_usage(tmp_path):
    (tmp_path / "text").write_text("not a database, and long enough to be told from an empty one")
    with pytest.raises(UsageError, match="--store"):
        ResponseStore(tmp_path / "text")


def test_answer_is_in_the_store_when_put_returns(tmp_path):
    with ResponseStore(tmp_path / "s") as store:
        store.put("a", b"one")
        other = sqlite3.connect(tmp_path / "s")
        assert other.execute("select body from answers").fetchall() == [(b"one",)]
        other.close()
        assert (store.get("a"), store.get("b"), len(store)) == (b"one", None, 1)


def test_budget_refuses_the_request_beyond_it():
    budget = Budget(max_requests=2)
    budget.spend_request()
    budget.spend_request()
    with pytest.raises(LimitError):
        budget.spend_request()


def test_options_of_a_server_are_refused_by_the_lexicon(zygote, tmp_path):
    done = zygote.run(
        TOOL,
        *("expression", "--backend", "lexicon", "--model", "mock", "-i", os.devnull),
        folder=tmp_path,
    )

    assert done.status == 2
    assert "--model" in done.stderr


def test_answers_of_one_turn_are_kept_together(tmp_path):
    async def put_two(commits):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(commits.put("a", b"1"))
            gone = tasks.create_task(commits.put("b", b"2"))
            await asyncio.sleep(0)
            gone.cancel()

    with ResponseStore(tmp_path / "s.sqlite") as store:
        with SharedCommits(store) as commits:
            asyncio.run(put_two(commits))
        assert store.get("a") == b"1"
        assert store.get("b") == b"2"  # it was answered, and so paid for, before it was given up


async def _put_two(commits):
    return await asyncio.gather(
        commits.put("a", b"1"), commits.put("b", b"2"), return_exceptions=True
    )


@pytest.mark.parametrize("fault", [OSError(5, "broken"), MemoryError()])
def test_answers_that_cannot_be_kept_fail_whoever_waits(tmp_path, monkeypatch, fault):
    def fail(*_):
        raise fault

    with ResponseStore(tmp_path / "s.sqlite") as store, SharedCommits(store) as commits:
        monkeypatch.setattr("llm_annotate.tail.os.write", fail)
        faults = asyncio.run(_put_two(commits))
        monkeypatch.undo()
    expected = TemporaryError if isinstance(fault, OSError) else type(fault)
    assert [type(fault) for fault in faults] == [expected, expected]


def test_nothing_is_asked_where_nothing_can_be_kept(ask, serve, tmp_path):
    server = serve()
    done = ask(server, "--store", f"{'s' * 240}.sqlite")

    assert done.status == 75
    assert server.asked()["came"] == 0


def test_answers_are_kept_after_the_store_has_failed(tmp_path, monkeypatch):
    def fail(*_):
        raise MemoryError

    path = tmp_path / "s.sqlite"

    async def put(commits):
        await commits.put("a", b"1")
        await asyncio.sleep(2 * LONGEST_IN_TAIL)
        return await _put_two(commits)

    with ResponseStore(path) as store:
        monkeypatch.setattr(store, "put_all", fail)
        commits = SharedCommits(store)
        faults = asyncio.run(put(commits))
        with pytest.raises(MemoryError):
            commits.__exit__()
    assert [type(fault) for fault in faults] == [MemoryError, MemoryError]
    with ResponseStore(path) as store:
        assert [store.get("a"), store.get("b")] == [b"1", b"2"]


@pytest.mark.parametrize("name", ["s-tail-b", "s-tail-backup", f"s-tail-{'0' * 16}"])
def test_other_files_are_left_alone(tmp_path, name):
    with ResponseStore(tmp_path / name) as other:
        other.put("a", b"paid for")
    with ResponseStore(tmp_path / "s") as store:
        assert store.get("a") is None
    with ResponseStore(tmp_path / name) as other:
        assert other.get("a") == b"paid for"


def test_whoever_comes_while_a_tail_is_brought_in_finds_its_answers(tmp_path, monkeypatch):
    path = tmp_path / "s.sqlite"
    ResponseStore(path).close()
    tail = Tail(path)
    tail.append([KeptAnswer("a", b"1")])
    tail.close()
    begun, found = threading.Event(), []
    keep = ResponseStore._keep

    def keep_slowly(self, answers):
        begun.set()
        time.sleep(0.3)
        keep(self, answers)

    def look():
        begun.wait(10)
        with ResponseStore(path) as store:
            found.append(store.get("a"))

    monkeypatch.setattr(ResponseStore, "_keep", keep_slowly)
    other = threading.Thread(target=look)
    other.start()
    ResponseStore(path).close()
    other.join()
    assert found == [b"1"]


def test_tail_is_as_private_as_its_store(tmp_path):
    path = tmp_path / "s.sqlite"
    ResponseStore(path).close()
    path.chmod(0o640)
    tail = Tail(path)
    (left,) = tmp_path.glob("s.sqlite-tail-*")
    assert left.stat().st_mode & 0o777 == 0o640
    tail.close()
    assert not left.exists()


def test_store_that_takes_nothing_ends_the_run_and_loses_nothing(tmp_path):
    path = tmp_path / "s.sqlite"

    async def put(commits):
        await commits.put("a", b"1")
        await asyncio.sleep(2 * LONGEST_IN_TAIL)
        with pytest.raises(TemporaryError):
            await commits.put("b", b"2")

    def keep_two():
        with ResponseStore(path) as store, SharedCommits(store) as commits:
            with closing(sqlite3.connect(path)) as other:
                other.execute("alter table answers rename to others")
            asyncio.run(put(commits))

    with pytest.raises(TemporaryError):
        keep_two()
    with closing(sqlite3.connect(path)) as other:
        other.execute("alter table others rename to answers")
    with ResponseStore(path) as store:
        assert (store.get("a"), store.get("b")) == (b"1", b"2")


RESTS = [b"", b"b", b"b 3", b"b 3 7\n", b"b 3 7\n12", b"b 3 7\n123", b"b 3 7\n123\n", b"\0" * 9]


@pytest.mark.parametrize("rest", RESTS)
def test_whole_answers_that_a_kill_has_left_are_brought_in(tmp_path, rest):
    path = tmp_path / "s.sqlite"
    ResponseStore(path).close()
    tail = Tail(path)
    tail.append([KeptAnswer("a", b"1\n2"), KeptAnswer("c", b"")])
    tail.close()
    (left,) = tmp_path.glob("s.sqlite-tail-*")
    left.write_bytes(left.read_bytes() + rest)
    with ResponseStore(path) as store:
        assert [store.get(name) for name in "abc"] == [b"1\n2", None, b""]
    assert not left.exists()


def test_answer_in_the_store_stays_when_another_was_left(tmp_path):
    path = tmp_path / "s.sqlite"
    with ResponseStore(path) as store:
        store.put("a", b"first")
    tail = Tail(path)
    tail.append([KeptAnswer("a", b"second")])
    tail.close()
    with ResponseStore(path) as store:
        assert store.get("a") == b"first"


def test_answers_of_a_process_that_lives_are_left_to_it(tmp_path):
    path = tmp_path / "s.sqlite"
    ResponseStore(path).close()
    tail = Tail(path)
    tail.append([KeptAnswer("a", b"1")])
    with ResponseStore(path) as store:
        assert store.get("a") is None
    tail.close()
    with ResponseStore(path) as store:
        assert store.get("a") == b"1"


def test_dry_run_counts_what_a_kill_has_left(ask, serve, tmp_path):
    server = serve()
    ask(server, "--store", "s.sqlite").ok()
    with closing(sqlite3.connect(tmp_path / "s.sqlite")) as store:
        request, body = store.execute("select request, body from answers").fetchone()
        store.execute("delete from answers where request = ?", (request,))
        store.commit()
    tail = Tail(tmp_path / "s.sqlite")
    tail.append([KeptAnswer(request, body)])
    tail.close()
    asked = len(server.asked()["answered"])
    done = ask(server, "--dry-run", "--store", "s.sqlite", output="again.jsonl").ok()
    assert f"already stored {asked} " in " ".join(done.stderr.split())


def test_store_made_before_its_bodies_lay_in_order_is_used(tmp_path):
    with closing(sqlite3.connect(tmp_path / "s.sqlite")) as old:
        old.execute("create table answers (request text primary key, body blob) without rowid")
        old.execute("insert into answers values ('a', x'31')")
        old.execute("pragma user_version=1")
        old.commit()
    with ResponseStore(tmp_path / "s.sqlite") as store:
        store.put_all([("b", b"2")])
        assert [store.get("a"), store.get("b")] == [b"1", b"2"]
