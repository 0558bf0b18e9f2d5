"""A folder as a zip of stored files by zipstream-ng, as a WSGI application; PEER_PHOTOS is the folder of folders."""

import os

from zipstream import ZipStream

PHOTOS = os.environ["PEER_PHOTOS"]


def application(environment, start_response):
    name = environment["PATH_INFO"].strip("/").rpartition("/")[2]
    folder = os.path.join(PHOTOS, name)
    if not name.isalnum() or not os.path.isdir(folder):
        start_response("404 Not Found", [("Content-Length", "0")])
        return []
    archive = ZipStream(sized=True)
    archive.add_path(folder, "/")
    start_response("200 OK", [("Content-Type", "application/zip"), ("Content-Length", str(len(archive)))])
    return archive
