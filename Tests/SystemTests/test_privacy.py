"""What cameras and programs write into pictures is gone when they are shown, read by somebody else's program: exiftool."""

import io
import json
import shutil
import subprocess

import pytest
from PIL import Image

import pictures

pytestmark = pytest.mark.skipif(not shutil.which("exiftool"), reason="needs libimage-exiftool-perl")

# What a phone, a camera and an editor leave behind, in every place that has room for it.
TRACES = [
    "-EXIF:Make=Acme", "-EXIF:Model=SECRET-7", "-EXIF:SerialNumber=SECRET-4711", "-EXIF:LensSerialNumber=SECRET-12",
    "-EXIF:OwnerName=SECRET Owner", "-EXIF:Artist=SECRET Artist", "-EXIF:Copyright=SECRET Copyright",
    "-EXIF:UserComment=SECRET comment", "-EXIF:DateTimeOriginal=2025:01:24 14:00:00", "-EXIF:ImageDescription=SECRET",
    "-GPSLatitude=48.8583", "-GPSLatitudeRef=N", "-GPSLongitude=2.2945", "-GPSLongitudeRef=E", "-GPSAltitude=35",
    "-XMP:Creator=SECRET Creator", "-XMP:GPSLatitude=48.8583", "-XMP-aux:SerialNumber=SECRET-99", "-XMP:Label=SECRET",
    "-XMP:HistoryAction=SECRET", "-IPTC:By-line=SECRET Byline", "-IPTC:Caption-Abstract=SECRET", "-Comment=SECRET comment",
    "-Orientation#=6",
]  # fmt: skip
SAYS_NOTHING = {
    "ExifTool", "File", "Composite", "JFIF", "ICC_Profile", "ICC-header", "ICC-view", "ICC-meas", "APP14", "Adobe",
}  # fmt: skip


def traced(path, content, *arguments):
    """The picture with traces, as exiftool writes them; what a format has no room for is left out."""
    path.write_bytes(content)
    subprocess.run(
        ["exiftool", "-q", "-q", "-m", "-overwrite_original", *TRACES, *arguments, path], capture_output=True, check=True
    )
    return path.read_bytes()


def read(path, content):
    """What exiftool finds, by group."""
    path.write_bytes(content)
    shown = subprocess.run(["exiftool", "-j", "-G1", "-a", "-u", "-n", path], capture_output=True, check=True)
    return {name: value for name, value in json.loads(shown.stdout)[0].items() if name != "SourceFile"}


CASES = {
    "baseline.jpg": pictures.jpeg,
    "progressive.jpg": pictures.camera_jpeg,
    "picture.png": pictures.png,
    "interlaced.png": pictures.interlaced_png,
    "animated.gif": pictures.animated_gif,
}


@pytest.mark.parametrize("name", CASES)
def test_no_trace_is_left_and_no_pixel_is_changed(server, tmp_path, name):
    original = traced(tmp_path / name, CASES[name]())
    assert b"SECRET" in original
    facts = server.client.post_raw(original, name).json()
    stored = server.client.get(f"/images/{facts['name']}").body
    assert b"SECRET" not in stored and b"Acme" not in stored
    found = read(tmp_path / f"stored-{name}", stored)
    assert not [key for key in found if "GPS" in key or "Serial" in key or "Owner" in key or "Comment" in key], found
    # The orientation is all that EXIF still says.
    said = {key for key in found if key.split(":")[0] in ("IFD0", "ExifIFD", "IFD1", "XMP", "IPTC", "GPS", "InteropIFD")}
    assert said <= {"IFD0:Orientation"}, said
    assert not [key for key in found if key.startswith("XMP")]
    assert pictures.pixels(stored) == pictures.pixels(original)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_still_stands_upright(server, tmp_path, orientation):
    original = traced(tmp_path / "a.jpg", pictures.jpeg(), f"-Orientation#={orientation}")
    facts = server.client.post_raw(original, "a.jpg").json()
    found = read(tmp_path / "b.jpg", server.client.get(f"/images/{facts['name']}").body)
    assert found.get("IFD0:Orientation", 1) == orientation


def test_colour_profile_stays(server, tmp_path):
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG"):
        out = io.BytesIO()
        Image.new("RGB", (40, 30), (9, 99, 199)).save(out, kind, icc_profile=profile)
        name = f"p.{kind.lower()}"
        original = traced(tmp_path / name, out.getvalue())
        facts = server.client.post_raw(original, name).json()
        stored = server.client.get(f"/images/{facts['name']}").body
        assert b"SECRET" not in stored
        assert Image.open(io.BytesIO(stored)).info["icc_profile"] == profile


def test_all_of_it_stays_where_that_is_asked_for(server, tmp_path):
    original = traced(tmp_path / "a.jpg", pictures.jpeg())
    facts = server.client.post_raw(original, "a.jpg", "&metadata=keep").json()
    assert server.client.get(f"/images/{facts['name']}").body == original
    # Bytes after the end are no metadata: they go in any case.
    facts = server.client.post_raw(original + b"SECRET-VIDEO" * 1000, "a.jpg", "&metadata=keep").json()
    assert server.client.get(f"/images/{facts['name']}").body == original
