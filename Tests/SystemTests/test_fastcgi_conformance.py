"""The FastCGI specification's obligations, shown over the bare socket and with libfcgi's own client."""

import json
import os
import random
import socket
import struct
import subprocess
import time

import pytest

import pictures
from fastcgi_client import (
    ABORT_REQUEST,
    AUTHORIZER,
    CANT_MPX_CONN,
    END_REQUEST,
    GET_VALUES,
    GET_VALUES_RESULT,
    PARAMS,
    REQUEST_COMPLETE,
    STDIN,
    UNKNOWN_ROLE,
    UNKNOWN_TYPE,
    Wire,
    begin,
    pairs,
    parameters,
    parse_pairs,
    record,
    request_bytes,
    status_of,
)
from harness import free_port, wait_until


@pytest.fixture
def wire(server):
    with Wire(server.settings["VITRINE_LISTEN"]) as connection:
        yield connection


def healthy(wire, request=1):
    wire.send(request_bytes(parameters(), request=request))
    output, application, protocol = wire.answer(request)
    assert (status_of(output), application, protocol) == (200, 0, REQUEST_COMPLETE)


def test_kept_connection_serves_many_requests_with_any_id(wire):
    for request in (1, 2, 255, 256, 65535, 1):
        healthy(wire, request)


def test_connection_is_closed_where_it_is_not_to_be_kept(wire):
    wire.send(request_bytes(parameters(), flags=0))
    assert status_of(wire.answer()[0]) == 200
    assert wire.closed()


def test_get_values_answers_known_names_only(wire):
    asked = {"FCGI_MAX_CONNS": "", "FCGI_MAX_REQS": "", "FCGI_MPXS_CONNS": "", "FCGI_NO_SUCH": ""}
    wire.send(record(GET_VALUES, pairs(asked), 0))
    kind, request, content = wire.record()
    values = parse_pairs(content)
    assert (kind, request) == (GET_VALUES_RESULT, 0)
    assert values["FCGI_MPXS_CONNS"] == "0"
    assert values.keys() <= asked.keys() - {"FCGI_NO_SUCH"}
    assert all(value.isdigit() for value in values.values())
    healthy(wire)


def test_empty_get_values_is_answered(wire):
    wire.send(record(GET_VALUES, b"", 0))
    assert wire.record() == (GET_VALUES_RESULT, 0, b"")


@pytest.mark.parametrize("kind", [0, 11, 12, 100, 255])
def test_unknown_management_record_is_named_in_the_answer(wire, kind):
    wire.send(record(kind, b"whatever", 0, 3))
    answered, request, content = wire.record()
    assert (answered, request, content[0], len(content)) == (UNKNOWN_TYPE, 0, kind, 8)
    healthy(wire)


def test_second_request_on_a_busy_connection_is_refused_and_the_first_goes_on(wire):
    first = request_bytes(parameters(), request=1)
    head, rest = first[: len(begin())], first[len(begin()) :]
    wire.send(head + request_bytes(parameters(), request=2))
    kind, request, content = wire.record()
    assert (kind, request, content[4]) == (END_REQUEST, 2, CANT_MPX_CONN)
    wire.send(rest)
    assert status_of(wire.answer(1)[0]) == 200


def test_unknown_role_is_refused(wire):
    for role in (AUTHORIZER, 3, 77):
        wire.send(begin(role) + record(PARAMS) + record(STDIN))
        kind, request, content = wire.record()
        assert (kind, request, content[4]) == (END_REQUEST, 1, UNKNOWN_ROLE)
    healthy(wire)


def test_abort_ends_the_request_and_keeps_the_connection(wire):
    wire.send(begin() + record(PARAMS, pairs(parameters("PUT", "/api/upload/a.png", 1000))) + record(ABORT_REQUEST))
    output, _, protocol = wire.answer()
    assert protocol == REQUEST_COMPLETE
    assert b"201" not in output
    healthy(wire)


def test_records_of_requests_that_do_not_exist_are_ignored(wire):
    stray = (
        record(STDIN, b"x" * 100, 9)
        + record(PARAMS, b"x" * 100, 9)
        + record(ABORT_REQUEST, b"", 9)
        + record(STDIN, b"", 9)
    )
    request = request_bytes(parameters())
    wire.send(stray + request[:16] + stray + request[16:])
    assert status_of(wire.answer()[0]) == 200
    healthy(wire)


def upload(padding=0, chunk=65535, content=None):
    content = content or pictures.png()
    return request_bytes(parameters("PUT", "/api/upload/a.png", len(content)), content, padding=padding, chunk=chunk)


def check_created(output, content=None):
    assert status_of(output) == 201, output
    facts = json.loads(output.partition(b"\r\n\r\n")[2])
    assert (facts["width"], facts["height"]) == pictures.pixels(content or pictures.png())[0]


@pytest.mark.parametrize("padding", [0, 1, 7, 8, 255])
def test_largest_content_with_any_padding(wire, padding):
    content = pictures.jpeg_of_size(300_000)
    wire.send(upload(padding, 65535, content))
    check_created(wire.answer()[0], content)
    wire.send(upload(padding, 65528, content))
    check_created(wire.answer()[0], content)


def test_one_byte_records(wire):
    content = pictures.png(8, 8)
    wire.send(upload(padding=1, chunk=1, content=content))
    check_created(wire.answer()[0], content)


def test_parameters_with_four_byte_lengths(wire):
    values = parameters("PUT", "/api/upload/" + "n" * 300 + ".txt", 3, HTTP_X_LONG="v" * 50_000)
    encoded = pairs(values, long_lengths=True)
    half = len(encoded) // 2
    wire.send(begin() + record(PARAMS, encoded[:half]) + record(PARAMS, encoded[half:]) + record(PARAMS))
    wire.send(record(STDIN, b"abc") + record(STDIN))
    assert status_of(wire.answer()[0]) == 415


def test_request_cut_into_pieces_at_every_place(wire):
    """Every split of the first 200 bytes, and a sample of the others."""
    whole = upload(padding=3, chunk=1000, content=pictures.png(8, 8))
    places = list(range(1, 200)) + random.Random(4).sample(range(200, len(whole)), 60)
    for place in places:
        wire.send(whole[:place])
        time.sleep(0.001)
        wire.send(whole[place:])
        check_created(wire.answer()[0], pictures.png(8, 8))


def test_body_shorter_than_its_announced_length_is_malformed(server, wire):
    before = server.stored()
    content = pictures.png()
    for sent, announced in ((content[:-100], len(content)), (b"", len(content)), (content, len(content) + 1)):
        wire.send(request_bytes(parameters("PUT", "/api/upload/a.png", announced), sent))
        assert status_of(wire.answer()[0]) == 400
    assert server.stored() == before
    healthy(wire)


def test_senseless_bytes_close_the_connection_and_nothing_else(server):
    samples = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        bytes(64),
        b"\xff" * 64,
        b"\x02\x01\x00\x01\x00\x08\x00\x00" + bytes(8),
    ]
    samples += [random.Random(seed).randbytes(4000) for seed in range(30)]
    # Lengths that point far outside of the record: CVE-2025-23016.
    for name_length, value_length in ((0xFFFFFFFF, 0xFFFFFFFF), (0x80000000 + 2**31 - 1, 1), (0xFFFFFFFF, 0x80000001)):
        samples.append(
            begin()
            + record(PARAMS, struct.pack(">II", name_length, value_length) + b"abc")
            + record(PARAMS)
            + record(STDIN)
        )
    pids = {process.pid for process in server.workers()}
    for sample in samples:
        with Wire(server.settings["VITRINE_LISTEN"]) as wire:
            wire.send(sample)
            wire.socket.shutdown(socket.SHUT_WR)
            while True:
                try:
                    if not wire.socket.recv(65536):
                        break
                except ConnectionResetError:
                    break
    assert {process.pid for process in server.workers()} == pids
    assert server.client.get("/healthz").status == 200


def test_connection_cut_at_every_stage_leaves_nothing(server):
    before = server.stored()
    whole = upload(content=pictures.jpeg_of_size(200_000))
    for part in range(1, 20):
        with Wire(server.settings["VITRINE_LISTEN"]) as wire:
            wire.send(whole[: len(whole) * part // 20])
    wait_until(lambda: server.temporary_files() == [], 5, "no temporary file")
    assert server.stored() == before


def cgi_fcgi(address, body=b"", **values):
    """libfcgi's own client: the answer on standard output."""
    return subprocess.run(
        ["cgi-fcgi", "-bind", "-connect", address],
        input=body,
        env={"PATH": os.environ["PATH"], **parameters(**values)},
        capture_output=True,
        timeout=30,
        check=True,
    ).stdout


def test_libfcgi_client_over_a_unix_socket(server):
    address = server.settings["VITRINE_LISTEN"].removeprefix("unix:")
    assert status_of(cgi_fcgi(address)) == 200
    picture = pictures.png()
    check_created(cgi_fcgi(address, picture, method="PUT", target="/api/upload/a.png", length=len(picture)))


def test_libfcgi_client_and_nginx_over_tcp(make_server):
    address = f"127.0.0.1:{free_port()}"
    server = make_server(settings={"VITRINE_LISTEN": f"tcp:{address}"})
    assert status_of(cgi_fcgi(address)) == 200
    picture = pictures.png()
    check_created(cgi_fcgi(address, picture, method="PUT", target="/api/upload/a.png", length=len(picture)))
    assert server.client.upload(picture, "a.png").status == 201
