"""Two builds of Vitrine beside each other: what a change has made faster or slower."""

import statistics

import uploads
from archives import BYTES, download, download_whole, large_folder, make_folder
from archives import MANY
from measuring import Row, in_turns
from objects import BUCKET, CLIENTS, LARGE, SIZES, Measurement, Store, make_content
from pictures import make_picture
from processes import wait_until
from s3_requests import status
from small import requests_per_second
from stand import Stand

# Each row is to be no less than this share of what the other build reaches.
LEAST = 0.95
NOW, OTHER = "this build", "the other"


def measure(program, rounds, parts):
    """Yields the part and the row of each comparison."""
    with Stand(has_peers=False) as stand, Stand(program.resolve(), "bench-other", has_peers=False) as other:
        stands = {NOW: stand, OTHER: other}
        for name, compare in PARTS.items():
            if not parts or name in parts:
                for row in compare(stands, rounds):
                    yield name, row


def row(what, found):
    """How much faster this build is; `found` has amounts a second."""
    note = " : ".join(f"{statistics.median(found[name]):,.4g}" for name in (NOW, OTHER))
    values = [now / other for now, other in zip(found[NOW], found[OTHER], strict=True)]
    return Row(f"{what}, this build : the other", values, at_least=LEAST, note=note)


def compared(stands, rounds, measured):
    return in_turns(rounds, {name: lambda stand=stand: measured(stand) for name, stand in stands.items()})


def small_answers(stands, rounds):
    yield row("small answers a second", compared(stands, rounds, lambda s: requests_per_second(s.vitrine_url("/healthz"))))


def warm_archive(stands, rounds):
    for stand in stands.values():
        large_folder(stand)
        for _ in range(4):
            download_whole(stand, stand.vitrine_url("/archive/large/"), BYTES)

    def speed(stand):
        return BYTES / 1e9 / download_whole(stand, stand.vitrine_url("/archive/large/"), BYTES).seconds

    yield row("warm archive, GB/s", compared(stands, rounds, speed))


def first_byte(stands, rounds):
    for stand in stands.values():
        make_folder(stand, "many", MANY, 1_000)
    for stand in stands.values():
        for _ in range(4):
            download(stand.vitrine_url("/archive/many/"))
    found = compared(stands, rounds, lambda s: 1 / download(s.vitrine_url("/archive/many/")).first_byte)
    yield row("first bytes of 10,000 members a second", found)


def pictures(stands, rounds):
    for name, size in uploads.SIZES.items():
        picture = stands[NOW].folder / f"{size}.jpg"
        make_picture(picture, size)

        def speed(stand, picture=picture, limit=uploads.LIMIT // size):
            command = [stand.program("upload-load"), stand.port, "/api/upload", picture, uploads.CLIENTS, uploads.SECONDS]
            try:
                return uploads.per_second([*command, limit], "/api/upload")
            finally:
                uploads.empty(stand.data / "images")

        yield row(f"uploads a second, {name}", compared(stands, rounds, speed))


def store_objects(stands, rounds):
    stores = {name: Store(name, stand.s3_port) for name, stand in stands.items()}
    for store in stores.values():
        wait_until(lambda store=store: status(store.port, "PUT", BUCKET) == 200, 60, f"{store.name} makes a bucket")
    stand = stands[NOW]
    cases = {name: (size, limit, CLIENTS, rounds) for name, (size, limit) in SIZES.items()}
    cases["1 GB"] = (LARGE, 1, 1, min(rounds, 3))
    for name, (size, limit, clients, turns) in cases.items():
        one = Measurement(stand, make_content(stand, size), limit, clients, str(size))
        for what, measured in (("puts", one.put), ("gets", one.get)):
            found = in_turns(turns, {key: lambda store=store: measured(store) for key, store in stores.items()})
            yield row(f"{what} a second, {name}", found)


PARTS = {
    "small": small_answers,
    "archive-warm": warm_archive,
    "archive-ttfb": first_byte,
    "uploads": pictures,
    "objects": store_objects,
}
