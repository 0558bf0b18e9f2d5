"""Load of every kind leaves no trace: what the program takes is flat. The tool, soak.py, runs as long as one likes."""

import os
import xml.etree.ElementTree as ElementTree

import pytest

import soak


def samples(count, **rising):
    """So many samples; the measures that are named grow by that much with each."""
    usual = {
        "megabytes": 20,
        "descriptors": 100,
        "threads": 40,
        "disk_megabytes": 20,
        "median_ms": 10,
        "slowest_ms": 300,
    }
    return [
        (number * 10.0, *(usual[name] + number * rising.get(name, 0) for name in soak.MEASURES))
        for number in range(count)
    ]


def test_what_is_flat_is_not_said_to_rise():
    assert soak.rises(samples(40)) == []
    # The beginning does not count, nor does one sample.
    assert soak.rises([(0.0, 1, 1, 1, 1, 1, 1), *samples(40)]) == []
    odd = samples(40)
    odd[-2] = (odd[-2][0], 900, 900, 900, 900, 900, 9_000)
    assert soak.rises(odd) == []


@pytest.mark.parametrize("measure", soak.MEASURES)
def test_what_grows_with_time_is_found(measure):
    found = soak.rises(samples(400, **{measure: 60 if measure == "slowest_ms" else 1}))
    assert len(found) == 1 and found[0].startswith(f"{measure}: ")


def test_drawing_has_a_graph_for_each_measure():
    tree = ElementTree.fromstring(soak.drawing(samples(10, megabytes=3)))
    lines = [element for element in tree.iter() if element.tag.endswith("polyline")]
    assert len(lines) == len(soak.MEASURES)
    assert all(len(line.get("points").split()) == 10 for line in lines)


@pytest.mark.full
@pytest.mark.skipif(os.getuid() != 0 or not os.path.exists("/dev/loop-control"), reason="needs root and loop devices")
def test_three_minutes_of_load_leave_nothing(tmp_path):
    with soak.disk(tmp_path / "disk") as point:
        run = soak.Soak(tmp_path / "run", point, 180)
        found = run.run(interval=5)
    print(sum(run.statuses.values()), "answers and events")
    assert found == []
    for what in ("put 200", "upload 201", "archive 200", "thumbnail 200", "archive from afar 200", "workers killed"):
        assert run.statuses[what] > 0, run.statuses
