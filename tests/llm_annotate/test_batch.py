"""Request files out, output and error files in: nothing is lost, and nothing is asked twice."""

import json
import random
import shutil
import sqlite3
from itertools import permutations

import pytest
from affectory_protocol.errors import TemporaryError
from batch_provider import Provider, ask, complete, write_attempts
from commands import Command, Zygote
from disk import Fault, Plan
from kills import KILLED
from llm_annotate.batch.answers import KnownAnswers, settle
from llm_annotate.batch.line import write_request
from llm_annotate.store import ResponseStore
from mock_llm import answer
from mock_server import MockServer
from trials import tree

TOOL = Command("llm-annotate", "llm_annotate", "llm_annotate.cli")
TEXTS = [f"sentence {n % 110}" for n in range(120)]
ODD = ["please refuse", "please mumble", "please forbid"]


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    made = Zygote(tmp_path_factory.mktemp("z"), ["llm_annotate.cli", "llm_annotate.batch.writing"])
    yield made
    made.close()


@pytest.fixture
def run(zygote, tmp_path):
    """Runs a command in the folder."""
    return lambda *words, **settings: zygote.run(TOOL, *words, folder=tmp_path, **settings)


@pytest.fixture
def records(tmp_path):
    """Writes the manifest `in.jsonl`."""

    def write(texts):
        lines = [json.dumps({"id": str(n), "text": {"content": t}}) for n, t in enumerate(texts)]
        (tmp_path / "in.jsonl").write_text("".join(f"{line}\n" for line in lines))

    return write


@pytest.fixture
def write(run, tmp_path):
    """Writes the request files of a round and gives the index."""

    def write(number, *words):
        store = ["--store", "s"] if (tmp_path / "s").exists() else []
        name = f"{number}.json"
        run("batch", "write", *MODEL, *store, *words, "-i", "in.jsonl", "-o", name).ok()
        return json.loads((tmp_path / name).read_bytes())

    return write


@pytest.fixture
def collect(run, tmp_path):
    """Collects what a provider made of a round."""

    def collect(provider, number):
        files = [
            path
            for requests in sorted((tmp_path / f"{number}.json.requests").iterdir())
            for path in provider.work(requests, tmp_path)
        ]
        given = [path.name for path in random.Random(number).sample(files, len(files))]
        return run(*_collect(given, number), "--max-rejects", "1")

    return collect


MODEL = ("--model", "mock")


def _collect(files, number):
    requests = ["--requests", f"{number}.json.requests"]
    return ["batch", "collect", *files, *requests, "--store", "s", "-o", f"{number}.jsonl"]


def _express(backend, output, *words):
    given = ["expression", "--backend", backend, *MODEL, *words]
    return [*given, "-i", "in.jsonl", "-o", output, "--max-rejects", "3"]


def _lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _without_makers(path):
    """Records without who made them; of rejects the reason and what was said."""
    return [
        {**line, "expression": {**line["expression"], "made_by": None}}
        if "expression" in line
        else {name: line[name] for name in ("reason", "message", "line")}
        for line in _lines(path)
    ]


@pytest.fixture
def finish(records, write, collect):
    """Goes round until no answer is missing."""

    def finish(provider, texts, *words):
        records(texts)
        for number in range(1, 20):
            index = write(number, *words)
            if not index["files"]:
                return number - 1
            collect(provider, number).ok()
        raise AssertionError("it goes on for ever")

    return finish


def test_rounds_end_in_what_a_server_would_have_given(finish, run, tmp_path):
    provider, server = Provider(share=0.4, seed=1), MockServer()
    rounds = finish(provider, [*TEXTS, *ODD[:2]], "--max-requests-per-file", "50")
    try:
        words = ["--base-url", server.base_url, "--store", "asked"]
        run(*_express("openai", "online.jsonl", *words)).ok()
    finally:
        server.close()
    run(*_express("batch", "offline.jsonl", "--store", "s")).ok()

    assert rounds > 3
    for suffix in ("", ".rejects.jsonl"):
        online, offline = (
            _without_makers(tmp_path / f"{name}.jsonl{suffix}") for name in ("online", "offline")
        )
        assert len(online) == (2 if suffix else len(TEXTS))
        if not suffix:
            assert offline == online
        else:
            assert [one["reason"] for one in offline] == [one["reason"] for one in online]


def test_no_request_is_answered_twice(finish, tmp_path):
    provider = Provider(share=0.4, seed=2)
    finish(provider, [*TEXTS, *ODD])

    assert set(provider.answered.values()) == {1}
    assert len(provider.answered) >= 110


def test_server_asks_nothing_that_files_have_answered(finish, run, tmp_path):
    finish(Provider(share=0.2), TEXTS)
    nobody = ["--base-url", "http://127.0.0.1:9/v1", "--max-attempts", "1", "--store", "s"]
    run(*_express("openai", "asked.jsonl", *nobody)).ok()
    run(*_express("batch", "looked-up.jsonl", "--store", "s")).ok()

    asked, looked_up = (tmp_path / f"{name}.jsonl" for name in ("asked", "looked-up"))
    assert _without_makers(asked) == _without_makers(looked_up)


def test_every_record_ends_in_one_place(finish, run, tmp_path):
    finish(Provider(share=0.3, seed=3), [*TEXTS, *ODD])
    run(*_express("batch", "out.jsonl", "--store", "s")).ok()
    rejects = _lines(tmp_path / "out.jsonl.rejects.jsonl")

    assert [r["reason"] for r in rejects] == ["refused", "invalid-answer", "backend-failed"]
    assert len(_lines(tmp_path / "out.jsonl")) == len(TEXTS)


def test_missing_answer_keeps_the_work_and_the_same_command_goes_on(
    records, write, collect, run, tmp_path
):
    records(TEXTS)
    write(1)
    collect(Provider(share=0.1, seed=4), 1).ok()
    words = [*_express("batch", "out.jsonl", "--store", "s"), "--batch-size", "2"]
    stopped = run(*words)

    assert stopped.status == 75
    assert "batch write" in stopped.stderr
    assert not (tmp_path / "out.jsonl").exists()

    for number in range(2, 9):
        write(number)
        if not list((tmp_path / f"{number}.json.requests").iterdir()):
            break
        collect(Provider(), number).ok()
    done = run(*words).ok()

    assert "going on after" in done.stderr
    assert len(_lines(tmp_path / "out.jsonl")) == len(TEXTS)


def test_request_line_is_what_a_server_would_be_sent(records, write, tmp_path):
    records(["one"])
    write(1)
    (line,) = (tmp_path / "1.json.requests/requests-001.jsonl").read_bytes().splitlines()
    request = ask("one")

    head = {"custom_id": request.digest, "method": "POST", "url": "/v1/chat/completions"}
    assert line == json.dumps(head, separators=(",", ":")).encode()[:-1] + (
        b',"body":' + request.body + b"}"
    )


def test_files_keep_within_both_limits(records, write, tmp_path):
    records(TEXTS)
    index = write(1, "--max-requests-per-file", "30", "--max-bytes-per-file", "150000")
    files = index["files"]

    assert sum(file["requests"] for file in files) == index["requests"] == 110
    assert max(file["requests"] for file in files) == 21  # so many fit into the bytes
    for file in files:
        content = (tmp_path / "1.json.requests" / file["name"]).read_bytes()
        assert (len(content), content.count(b"\n")) == (file["bytes"], file["requests"])
        assert len(content) <= 150_000


def test_request_that_fits_into_no_file_is_a_mistake_of_usage(records, run):
    records(["one"])
    words = ["--max-bytes-per-file", "100", "-i", "in.jsonl", "-o", "1.json"]
    done = run("batch", "write", *MODEL, *words)

    assert done.status == 2
    assert "--max-bytes-per-file" in done.stderr


def test_parts_of_a_stopped_run_do_not_stay(records, write, tmp_path):
    records(["one"])
    folder = tmp_path / "1.json.requests"
    folder.mkdir()
    (folder / "requests-008.jsonl.part").write_text("left behind")
    (folder / "requests-of-mine.jsonl.part").write_text("not left behind")
    write(1)

    names = ["requests-001.jsonl", "requests-of-mine.jsonl.part"]
    assert sorted(path.name for path in folder.iterdir()) == names


@pytest.mark.parametrize("name", ["requests-notes.jsonl", "requests-001.jsonl"])
@pytest.mark.parametrize("restart", ["never", "always"])
def test_files_of_others_stay_and_stop_the_run(records, run, tmp_path, name, restart):
    records(["one"])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("mine")
    words = ["--requests", "mine", "-i", "in.jsonl", "-o", "1.json", "--restart", restart]
    done = run("batch", "write", *MODEL, *words)

    assert done.status == 2
    assert "--requests" in done.stderr
    assert tree(tmp_path / "mine") == {name: b"mine"}
    assert not (tmp_path / "1.json").exists()


def test_round_never_takes_the_place_of_an_earlier_one(records, write, run, tmp_path):
    records(["one"])
    write(1, "--requests", "requests")
    before = tree(tmp_path / "requests")
    records(["two"])
    for output in ("2.json", "-"):
        words = ["--requests", "requests", "-i", "in.jsonl", "-o", output]
        assert run("batch", "write", *MODEL, *words).status == 2
    assert tree(tmp_path / "requests") == before


def test_file_that_came_in_beside_the_others_is_told(records, write, run, tmp_path):
    records(["one"])
    write(1)
    (tmp_path / "1.json.requests/requests-002.jsonl").write_text("{}")
    done = run("batch", "write", *MODEL, "-i", "in.jsonl", "-o", "1.json")

    assert done.status == 2
    assert "1 files" in done.stderr


def test_fewer_files_leave_none_of_the_earlier_ones(records, write, tmp_path):
    records(["one", "two", "three"])
    write(1, "--max-requests-per-file", "1")
    write(1, "--max-requests-per-file", "2", "--restart", "if-changed")

    assert sorted(tree(tmp_path / "1.json.requests")) == [
        "requests-001.jsonl",
        "requests-002.jsonl",
    ]


def test_failed_run_leaves_the_earlier_files(records, write, run, tmp_path):
    records(["one"])
    write(1)
    before = tree(tmp_path / "1.json.requests")
    records(["one", "two"])
    words = ["-i", "in.jsonl", "-o", "1.json", "--restart", "always"]
    death = Plan([Fault(("sync",), "*requests-001.jsonl.part")])

    assert run("batch", "write", *MODEL, *words, disk=death).status == KILLED
    assert before.items() <= tree(tmp_path / "1.json.requests").items()


@pytest.fixture
def write_by_one(run):
    """Writes request files of one request each."""
    words = ["batch", "write", *MODEL, "--max-requests-per-file", "1", "-i", "in.jsonl"]
    return lambda *more, **settings: run(*words, *more, **settings)


@pytest.mark.parametrize("earlier", [None, ["four", "three", "two", "one"]])
def test_death_before_any_change_to_the_disk_is_made_good(records, write_by_one, tmp_path, earlier):
    """Into a new folder, and in the place of files of an earlier run."""
    texts, deaths = ["one", "two"], 0
    records(texts)
    write_by_one("-o", "whole.json").ok()
    whole = (tmp_path / "whole.json").read_bytes(), tree(tmp_path / "whole.json.requests")
    words = ["-o", "out/1.json", "--restart", "always" if earlier else "never"]
    dead = True
    while dead:
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        (tmp_path / "out").mkdir()
        if earlier:
            records(earlier)
            write_by_one("-o", "out/1.json").ok()
            records(texts)
        status = write_by_one(*words, disk=Plan([Fault(number=deaths)])).status
        assert status in {0, KILLED}
        dead = status == KILLED
        write_by_one(*words).ok()
        assert (tmp_path / "out/1.json").read_bytes() == whole[0]
        assert tree(tmp_path / "out/1.json.requests") == whole[1]
        deaths += dead

    assert deaths > 20


def test_held_back_index_is_published_with_its_files(records, write_by_one, tmp_path):
    records(["one", "two"])
    with (tmp_path / "in.jsonl").open("a") as file:
        file.write("no record\n")
    assert write_by_one("-o", "1.json").status == 3
    assert not (tmp_path / "1.json").exists()
    write_by_one("-o", "1.json", "--max-rejects", "1").ok()

    index = json.loads((tmp_path / "1.json").read_bytes())
    assert sorted(tree(tmp_path / "1.json.requests")) == [file["name"] for file in index["files"]]


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_index_is_not_up_to_date_without_its_files(records, write, run, tmp_path, harm):
    records(["one", "two"])
    words = ["batch", "write", *MODEL, "-i", "in.jsonl", "-o", "1.json"]
    run(*words).ok()
    assert "up to date" in run(*words).ok().stderr
    path = tmp_path / "1.json.requests/requests-001.jsonl"
    content = path.read_bytes()
    path.unlink() if harm == "gone" else path.write_bytes(content[:-9])
    done = run(*words)

    assert done.status == 2
    assert "--restart always" in done.stderr

    run(*words, "--restart", "always").ok()
    assert path.read_bytes() == content


@pytest.mark.parametrize("folder", ["none/requests", "in.jsonl"])
def test_folder_that_cannot_be_made_is_a_mistake_of_usage(records, run, folder):
    records(["one"])
    words = ["--requests", folder, "-i", "in.jsonl", "-o", "1.json"]
    done = run("batch", "write", *MODEL, *words)

    assert done.status == 2
    assert "requests" in done.stderr
    assert "Traceback" not in done.stderr


def test_new_answers_are_a_change_of_what_batch_write_read(finish, run, tmp_path):
    finish(Provider(), TEXTS)
    words = ["batch", "write", *MODEL, "--store", "s", "-i", "in.jsonl", "-o", "again.json"]
    run(*words).ok()
    assert "up to date" in run(*words).ok().stderr

    with ResponseStore(tmp_path / "s") as store:
        store.put("another request", b"{}")
    done = run(*words)

    assert done.status == 2
    assert "store" in done.stderr


def test_answers_of_a_process_that_goes_on_are_a_change_too(finish, run, tmp_path):
    """As long as a process has the store open they may lie in a log beside it."""
    finish(Provider(), TEXTS)
    words = ["batch", "write", *MODEL, "--store", "s", "-i", "in.jsonl", "-o", "again.json"]
    run(*words).ok()
    with ResponseStore(tmp_path / "s") as store:
        assert "up to date" in run(*words).ok().stderr
        store.put("another request", b"{}")
        assert (tmp_path / "s-wal").stat().st_size > 0
        done = run(*words)
        renewed = run(*words, "--restart", "if-changed").ok()
        again = run(*words).ok()

    assert done.status == 2
    assert "store" in done.stderr
    assert "up to date" not in renewed.stderr
    assert "up to date" in again.stderr


def test_store_in_the_middle_of_its_work_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("llm_annotate.store._BUSY_SECONDS", 0.1)
    with ResponseStore(tmp_path / "s") as store:
        store.put("one", b"{}")
        with sqlite3.connect(tmp_path / "s") as reader:
            reader.execute("begin")
            reader.execute("select count(*) from answers").fetchone()
            store.put("two", b"{}")
            with pytest.raises(TemporaryError, match="in use"):
                settle(tmp_path / "s")
        reader.close()
        settle(tmp_path / "s")

        assert (tmp_path / "s-wal").stat().st_size == 0


def test_refused_request_is_asked_again_only_when_told_to(records, write, collect, tmp_path):
    records(["please forbid", "one"])
    write(1)
    collect(Provider(), 1).ok()

    assert write(2)["requests"] == 0
    assert write(3, "--ask-refused")["requests"] == 1


def test_later_success_wins_over_a_refusal(records, write, collect, run, tmp_path):
    records(["please forbid"])
    write(1)
    collect(Provider(), 1).ok()
    request = ask("please forbid")
    body = complete(json.loads(request.body), request.digest)
    line = {"custom_id": request.digest, "response": {"status_code": 200, "body": body}}
    (tmp_path / "late.jsonl").write_text(json.dumps({**line, "error": None}) + "\n")
    run(*_collect(["late.jsonl", "error-1.jsonl"], 1)[:-1], "late.out").ok()
    run(*_express("batch", "out.jsonl", "--store", "s")).ok()

    assert len(_lines(tmp_path / "out.jsonl")) == 1


def test_first_answer_to_a_request_stays(records, write, run, tmp_path):
    records(["one"])
    write(1)
    request = ask("one")
    for number in (1, 2):  # an expression may have been made of the first one
        body = {**complete(json.loads(request.body), request.digest), "id": f"answer {number}"}
        line = {"custom_id": request.digest, "response": {"status_code": 200, "body": body}}
        (tmp_path / f"{number}.answers").write_text(json.dumps(line) + "\n")
        run(*_collect([f"{number}.answers"], 1)[:-1], f"{number}.out").ok()

    with KnownAnswers(tmp_path / "s") as answers:
        assert json.loads(answers.get(request.digest))["id"] == "answer 1"


def _respond(request, status, content=""):
    """A line of an output or error file."""
    message = {"role": "assistant", "content": content}
    body = {"choices": [{"index": 0, "message": message}]} if status == 200 else {"error": {}}
    response = {"status_code": status, "body": body}
    return json.dumps({"custom_id": request.digest, "response": response, "error": None}) + "\n"


@pytest.fixture
def collect_in_orders(run, tmp_path):
    """Collects files in every order, into a store for each; gives what each of them led to."""

    def collect_in_orders(files, *, asked):
        seen = []
        for number, names in enumerate(permutations([path.name for path in files])):
            output = tmp_path / f"{number}.jsonl"
            words = ["--requests", "requests", "--store", f"{number}.sqlite", "-o", output]
            run("batch", "collect", *names, *words, "--max-rejects", "9").ok()
            rejects = _lines(tmp_path / f"{number}.jsonl.rejects.jsonl")
            with KnownAnswers(tmp_path / f"{number}.sqlite") as answers:
                kept = [answers.get(one.digest) for one in asked]
            faults = [(one["reason"], one["message"]) for one in rejects]
            rows = _lines(output)
            for row in rows:  # it tells the command, in which the files have an order
                del row["verdicts"]["answer"]["made_by"]
            # Rejects are in the order of the lines.
            seen.append((rows, sorted(faults), kept))
        return seen

    return collect_in_orders


def test_order_of_the_files_changes_nothing(collect_in_orders, tmp_path):
    """Also not where several attempts at a request say different things."""
    asked = [ask(text) for text in ("twice", "nonsense", "forbidden", "late")]
    valid = [json.dumps(answer(text)) for text in ("one", "another")]
    twice, nonsense, forbidden, late = asked
    files = [tmp_path / "more.jsonl", *write_attempts(tmp_path, TEXTS[:30])]
    files[0].touch()
    requests = tmp_path / "requests/requests-002.jsonl"
    requests.write_bytes(b"".join(write_request(one, "/v1/chat/completions") for one in asked))
    said = [
        [(twice, 200, valid[0]), (nonsense, 200, "no"), (forbidden, 400), (late, 422)],
        [(twice, 200, valid[1]), (nonsense, 200, valid[0]), (forbidden, 422), (late, 500)],
        [(twice, 200, "none"), (nonsense, 200, "neither"), (late, 200, valid[1])],
    ]
    for path, lines in zip(files, said, strict=True):
        path.write_text("".join(_respond(*line) for line in lines) + path.read_text())
    first, *others = collect_in_orders(files, asked=asked)

    assert len(others) == 5
    assert all(other == first for other in others)
    kept = [one and json.loads(one)["choices"][0]["message"]["content"] for one in first[2]]
    assert kept[0] in valid
    assert kept[1:] == [valid[0], None, valid[1]]
    assert ("backend-failed", "the server answered 400") in first[1]


def test_dropped_are_the_requests_without_an_answer(run, tmp_path):
    attempts = write_attempts(tmp_path, TEXTS[:30])
    words = ["--requests", "requests", "--store", "s", "-o", "out.jsonl", "--max-rejects", "2"]
    run("batch", "collect", *(path.name for path in attempts), *words).ok()
    answered = {line["id"] for line in _lines(tmp_path / "out.jsonl")}
    missing = {line["id"] for line in _lines(tmp_path / "out.jsonl.dropped.jsonl")}
    rejects = _lines(tmp_path / "out.jsonl.rejects.jsonl")
    asked = {line["custom_id"] for line in _lines(tmp_path / "requests/requests-001.jsonl")}

    assert [reject["reason"] for reject in rejects] == ["invalid-json", "backend-failed"]
    assert answered | missing | {ask("forbid me").digest} == asked
    assert not answered & missing
    with KnownAnswers(tmp_path / "s") as answers:
        assert all(answers.get(one) is not None for one in answered)
        assert all(answers.get(one) is None for one in missing)


@pytest.mark.parametrize("moment", range(8))
def test_killed_collecting_loses_nothing(run, tmp_path, moment):
    """Killed twice while it reads: as attempts are compared, or are kept, or are told of."""
    texts = [f"text {n}" for n in range(1100)]  # a source writes 512 rows at a time
    attempts = [path.name for path in write_attempts(tmp_path, texts)]
    words = ["batch", "collect", *attempts, "--requests", "requests", "--max-rejects", "2"]
    watched = Plan(log=str(tmp_path / "calls"), read_bytes=2**16)
    run(*words, "--store", "whole.sqlite", "-o", "whole.jsonl", disk=watched).ok()
    reads = sum(call == "read" for call, *_ in _lines(tmp_path / "calls"))
    assert reads > 100
    again = [*words, "--store", "s", "-o", "out.jsonl", "--checkpoint-seconds", "0"]
    for share in (moment, 7 - moment):
        death = Fault(("read",), number=int(reads * (share + random.Random(moment).random()) / 8))
        assert run(*again, disk=Plan([death], read_bytes=2**16)).status == KILLED
    run(*again).ok()

    for suffix in ("", ".dropped.jsonl", ".rejects.jsonl"):
        killed, whole = (tmp_path / f"{name}.jsonl{suffix}" for name in ("out", "whole"))
        assert killed.read_bytes() == whole.read_bytes()
    with KnownAnswers(tmp_path / "s") as one, KnownAnswers(tmp_path / "whole.sqlite") as other:
        for line in _lines(tmp_path / "out.jsonl"):
            assert one.get(line["id"]) == other.get(line["id"]) is not None


def test_finished_output_is_not_up_to_date_for_another_store(run, tmp_path):
    attempts = [path.name for path in write_attempts(tmp_path, TEXTS[:5])]
    words = ["batch", "collect", *attempts, "--requests", "requests", "-o", "out.jsonl"]
    words += ["--max-rejects", "9", "--store"]
    run(*words, "one").ok()
    assert "up to date" in run(*words, "one").ok().stderr
    done = run(*words, "another")

    assert done.status == 2
    assert "store" in done.stderr

    run(*words, "another", "--restart", "always").ok()
    with KnownAnswers(tmp_path / "another") as answers:
        assert all(answers.get(line["id"]) for line in _lines(tmp_path / "out.jsonl"))


@pytest.mark.parametrize("option", ["-o", "--rejects", "--receipt"])
def test_run_never_writes_over_the_store(finish, run, tmp_path, option):
    finish(Provider(), ["one"])
    before = (tmp_path / "s").read_bytes()
    requests = ["--requests", "1.json.requests", "--store", "s"]
    server = ["--base-url", "http://127.0.0.1:9/v1", "--store", "s"]
    for words in (
        ["batch", "collect", "output-1.jsonl", *requests, "-o", "out.jsonl"],
        _express("batch", "out.jsonl", "--store", "s"),
        _express("openai", "out.jsonl", *server),
    ):
        done = run(*words, "--restart", "if-changed", option, "s")
        assert done.status == 2, done
        assert "store" in done.stderr
    assert (tmp_path / "s").read_bytes() == before


def test_answers_to_other_requests_are_rejected_and_not_kept(run, tmp_path):
    attempts = write_attempts(tmp_path, TEXTS[:5])
    body = complete(json.loads(ask("foreign").body), "foreign")
    line = {"custom_id": "foreign", "response": {"status_code": 200, "body": body}}
    attempts[1].write_text(json.dumps({**line, "error": None}) + "\n")
    words = ["--requests", "requests", "--store", "s", "-o", "out.jsonl", "--max-rejects", "9"]
    run("batch", "collect", *(path.name for path in attempts), *words).ok()

    reasons = [line["reason"] for line in _lines(tmp_path / "out.jsonl.rejects.jsonl")]
    assert "unknown-request" in reasons
    with KnownAnswers(tmp_path / "s") as answers:
        assert answers.get("foreign") is None


def test_request_file_that_was_edited_takes_no_answers(run, tmp_path):
    attempts = write_attempts(tmp_path, ["one"])
    requests = tmp_path / "requests/requests-001.jsonl"
    requests.write_text(requests.read_text().replace('"max_tokens":800', '"max_tokens":8'))
    words = ["--requests", "requests", "--store", "s", "-o", "out.jsonl", "--max-rejects", "9"]
    run("batch", "collect", *(path.name for path in attempts), *words).ok()

    assert (tmp_path / "out.jsonl").read_bytes() == b""
    with ResponseStore(tmp_path / "s") as store:
        assert len(store) == 0


def test_folder_without_request_files_is_a_mistake_of_usage(run, tmp_path):
    attempts = write_attempts(tmp_path, ["one"])
    (tmp_path / "empty").mkdir()
    words = ["--requests", "empty", "--store", "s", "-o", "out.jsonl"]
    done = run("batch", "collect", attempts[0].name, *words)

    assert done.status == 2
    assert "batch write" in done.stderr


@pytest.mark.parametrize("content", [b"", b"no database, but long enough to be told from one"])
def test_what_is_no_store_is_a_mistake_of_usage(records, run, tmp_path, content):
    records(["one"])
    (tmp_path / "s").write_bytes(content)
    for words in (
        ["batch", "write", *MODEL, "--store", "s", "-i", "in.jsonl", "-o", "1.json"],
        _express("batch", "out.jsonl", "--store", "s"),
    ):
        done = run(*words)
        assert done.status == 2, done
        assert "--store" in done.stderr


def test_store_that_is_not_there_is_told_before_the_run_begins(records, run, tmp_path):
    records(["one"])
    done = run(*_express("batch", "out.jsonl", "--store", "s"))

    assert done.status == 2
    assert "batch collect" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_dry_run_counts_what_is_missing_and_changes_nothing(records, write, collect, run, tmp_path):
    records([*TEXTS, *ODD])
    write(1)
    collect(Provider(), 1).ok()
    before = tree(tmp_path)
    done = run(*_express("batch", "out.jsonl", "--store", "s", "--dry-run")).ok()

    assert "123 records: 1 wait for the answers to 1 requests, 1 of them repairs" in done.stderr
    assert tree(tmp_path) == before


@pytest.mark.parametrize("missing", ["--store", "--model"])
def test_backend_batch_says_what_it_needs(records, run, missing):
    records(["one"])
    given = {"--store": "s", "--model": "mock"} | {missing: None}
    words = [word for name, value in given.items() if value for word in (name, value)]
    done = run("expression", "--backend", "batch", *words, "-i", "in.jsonl", "-o", "out.jsonl")

    assert done.status == 2
    assert f"{missing} is needed by the backend batch" in done.stderr


def test_batch_write_into_a_pipe_wants_a_folder(records, run):
    records(["one"])
    done = run("batch", "write", *MODEL, "-i", "in.jsonl")

    assert done.status == 2
    assert "--requests" in done.stderr
