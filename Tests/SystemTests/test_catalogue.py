"""The catalogue page and the API behind it: newest first, in pages, only what is public."""

import concurrent.futures
import re

import pytest

import pictures
from harness import Server


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A server with 75 pictures, and their names in the order of upload."""
    one = Server(tmp_path_factory.mktemp("catalogue"))
    try:
        one.start()
        with_kept = one.client.connection()
        names = []
        for number in range(75):
            answer = one.client.put_raw(pictures.png(8, 8), f"<{number}>&.png", connection=with_kept)
            names.append(answer.json()["name"])
        with_kept.close()
        yield one, names
        one.stop()
    finally:
        one.kill()


def listed(server, **query):
    """All pages of /api/images, followed to the end."""
    target, pages = "/api/images?" + "&".join(f"{name}={value}" for name, value in query.items()), []
    after = ""
    while True:
        document = server.client.get(target + after).json()
        pages.append([image["name"] for image in document["images"]])
        if document["next"] is None:
            return pages
        assert len(pages) < 200
        after = f"&after={document['next']}"


@pytest.mark.parametrize("limit", [1, 10, 25, 74, 75, 76])
def test_pages_of_any_size_list_every_picture_once_newest_first(filled, limit):
    server, names = filled
    pages = listed(server, limit=limit)
    assert [name for page in pages for name in page] == names[::-1]
    assert all(len(page) == limit for page in pages[:-1])
    assert 0 < len(pages[-1]) <= limit


def test_every_list_after_an_answer_agrees_whichever_worker_gives_it(make_server):
    """Workers list what the others have published, while these go on."""
    server = make_server(settings={"VITRINE_WORKERS": "3"})

    def client(number):
        for turn in range(25):
            name = server.client.put_raw(pictures.png(8, 8), f"{number}-{turn}.png").json()["name"]
            assert name in {image["name"] for image in server.client.get("/api/images?limit=100").json()["images"]}
            if turn % 5 == 0:
                facts = server.client.put_raw(pictures.png(8, 8), "gone.png").json()
                target = f"/api/images/{facts['name']}?token={facts['delete_token']}"
                assert server.client.request("DELETE", target).status == 204
                assert facts["name"] not in {name for page in listed(server, limit=100) for name in page}
        return True

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(client, range(8)))
    names = [name for page in listed(server, limit=100) for name in page]
    assert len(names) == 200 and set(names) == set(server.stored())


def test_upload_is_listed_at_once_and_its_facts_agree(filled):
    server, names = filled
    facts = server.client.put_raw(pictures.jpeg(), "new.jpg").json()
    names.append(facts["name"])
    first = server.client.get("/api/images?limit=1").json()["images"][0]
    alone = server.client.get(f"/api/images/{facts['name']}").json()
    for shown in (first, alone):
        assert "delete_url" not in shown and "delete_token" not in shown
        for field in ("id", "name", "url", "original_name", "type", "size", "width", "height", "sha256", "uploaded_at"):
            assert shown[field] == facts[field], field


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=x", "limit=99999999999999999999", "after=%00", "after=../.."]
)
def test_senseless_query_is_no_server_error(filled, query):
    server, _ = filled
    answer = server.client.get(f"/api/images?{query}")
    assert answer.status in (200, 400), answer


def test_unlisted_picture_has_a_link_but_is_not_listed(filled):
    server, _ = filled
    facts = server.client.put_raw(pictures.png(8, 8), "hidden.png", "?visibility=unlisted").json()
    assert facts["visibility"] == "unlisted"
    assert server.client.get(f"/images/{facts['name']}").status == 200
    assert facts["name"] not in [name for page in listed(server, limit=100) for name in page]
    assert facts["name"] not in server.client.get("/images/").text


def test_catalogue_page_escapes_names_and_pages_without_javascript(filled):
    server, names = filled
    target, seen = "/images/", []
    for _ in range(50):
        page = server.client.get(target, {"Accept": "text/html"})
        assert (page.status, page.headers.get_content_type()) == (200, "text/html")
        assert not re.search(r"<\d+>&\.png", page.text)
        for name in re.findall(r"[0-9a-z]{26}\.(?:jpg|png|gif)", page.text):
            if name not in seen:
                seen.append(name)
        following = re.search(
            r'href="(/images/\?[^"]*|\?[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="(/images/\?[^"]*|\?[^"]*)"',
            page.text,
        )
        if not following:
            break
        target = (following.group(1) or following.group(2)).replace("&amp;", "&")
        target = target if target.startswith("/") else "/images/" + target
    assert seen == names[::-1]


def test_page_of_one_picture_shows_it_with_unfurl_tags(filled):
    server, names = filled
    page = server.client.get(f"/i/{names[-1]}", {"Accept": "text/html"})
    assert (page.status, page.headers.get_content_type()) == (200, "text/html")
    assert f'property="og:image" content="{server.url}/images/{names[-1]}"' in page.text
    assert "token=" not in page.text


def test_unknown_picture_is_not_found_everywhere(filled):
    server, _ = filled
    missing = "0" * 26 + ".jpg"
    for target in (f"/images/{missing}", f"/api/images/{missing}", f"/i/{missing}", "/images/no/such/folder.png"):
        assert server.client.get(target).problem() == (404, "not-found"), target
        page = server.client.get(target, {"Accept": "text/html"})
        assert (page.status, page.headers.get_content_type()) == (404, "text/html"), target
