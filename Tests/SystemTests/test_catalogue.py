"""The catalogue page and the API behind it: newest first, in pages, only what is public."""

import concurrent.futures
import html
import re

import pytest

import pictures
import stored_pictures
from harness import Server, wait_until


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


# Searching, and going to and fro. The pictures came by another way, with times of their own.

DAY = 86_400


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """A server with 120 pictures, one for each day from the first of January 2025 on."""
    one = Server(tmp_path_factory.mktemp("dated"))
    try:
        names = [f"Day {number}.png" if number % 10 else f"Über {number}.png" for number in range(120)]
        described = [stored_pictures.Stored(name, uploaded=stored_pictures.FIRST + number * DAY) for number, name in enumerate(names)]
        described[60].visibility = "unlisted"
        stored_pictures.fill(one.images, described)
        one.start()
        wait_until(lambda: "index reconciled files=120" in one.program_output(), 60, "all files are listed")
        yield one
        one.stop()
    finally:
        one.kill()


def shown(server, target):
    """What a page of the catalogue shows, and where its links lead."""
    page = server.client.get(target, {"Accept": "text/html"})
    assert page.status == 200, target
    links = dict(re.findall(r'rel="(first|prev|next)" href="([^"]+)"', page.text))
    numbers = [int(number) for number in re.findall(r"<span>(?:Day|Über) (\d+)\.png</span>", page.text)]
    return numbers, {name: html.unescape(link) for name, link in links.items()}


@pytest.mark.folders
def test_pages_lead_to_older_ones_and_back_to_newer_ones(dated):
    every = [number for number in range(119, -1, -1) if number != 60]
    first, links = shown(dated, "/images/")
    assert first == every[:48] and set(links) == {"next"}
    second, links = shown(dated, links["next"])
    assert second == every[48:96] and set(links) == {"first", "prev", "next"}
    third, links = shown(dated, links["next"])
    assert third == every[96:] and set(links) == {"first", "prev"}
    back, links = shown(dated, links["prev"])
    assert back == second
    assert shown(dated, links["prev"])[0] == first


@pytest.mark.folders
def test_the_catalogue_opens_at_a_day(dated):
    numbers, links = shown(dated, "/images/?date=2025-03-01")
    assert numbers[:2] == [59, 58] and "prev" in links
    newer, _ = shown(dated, links["prev"])
    assert newer[-1] == 61
    # Before the first one there is nothing, and a way back.
    numbers, links = shown(dated, "/images/?date=2024-12-31")
    assert numbers == [] and shown(dated, links["prev"])[0][-1] == 0
    assert shown(dated, "/images/?date=2100-01-01")[0][0] == 119
    assert dated.client.get("/images/?date=soon", {"Accept": "text/html"}).status == 400


@pytest.mark.folders
def test_the_catalogue_is_searched_by_name(dated):
    numbers, links = shown(dated, "/images/?name=%C3%BCBER")
    assert numbers == [110, 100, 90, 80, 70, 50, 40, 30, 20, 10, 0] and links == {}
    numbers, links = shown(dated, "/images/?name=day")
    assert len(numbers) == 48 and "name=day" in links["next"]
    assert shown(dated, links["next"])[0][0] < numbers[-1]
    assert shown(dated, "/images/?name=day&date=2025-01-05")[0] == [4, 3, 2, 1]
    page = dated.client.get("/images/?name=%3Cb%3Enothing", {"Accept": "text/html"}).text
    assert "No picture has that in its name." in page and "<b>nothing" not in page
    # A form sends also what was left empty.
    assert shown(dated, "/images/?name=&date=")[0][0] == 119


@pytest.mark.folders
def test_everybody_searches_by_name_and_date_and_by_nothing_else(dated):
    client = dated.client
    assert len(client.get("/api/images?name=day&from=2025-01-02&until=2025-01-04").json()["images"]) == 3
    for query in (
        "address=192.0.2.1", "sha256=" + "0" * 64, "min-size=1", "max-size=9", "visibility=unlisted", "sort=oldest",
        "before=x", "date=2025-01-01",
    ):
        assert client.get(f"/api/images?{query}").problem() == (400, "malformed-request"), query
    assert client.get("/api/images?name=Day+60").json()["images"] == []
