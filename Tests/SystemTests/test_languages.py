"""Pages, errors and problem documents in the visitor's language, with and without the program, and the switch."""

import re

import pytest

from harness import CLONE

WORDS = {
    "en": {"/": "Show a picture", "/upload": "Upload pictures", "/terms.html": "Who is responsible", "/images/": "Catalogue"},
    "ru": {"/": "Покажите картинку", "/upload": "Загрузка изображений", "/terms.html": "Кто отвечает", "/images/": "Каталог"},
    "es": {"/": "Muestra una imagen", "/upload": "Subir imágenes", "/terms.html": "Quién es responsable", "/images/": "Catálogo"},
}  # fmt: skip
NOTHING_HERE = {"en": "There is nothing here", "ru": "Здесь ничего нет", "es": "Aquí no hay nada"}
HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("path", WORDS["en"])
def test_page_follows_the_browser_and_the_choice(client, path, language):
    for headers in ({"Accept-Language": f"{language}-XX,{language};q=0.9,de;q=0.8"}, {"Cookie": f"a=b; lang={language}"}):
        answer = client.get(path, {**HTML, **headers})
        assert f'<html lang="{language}">' in answer.text
        assert WORDS[language][path] in answer.text
        assert answer.headers["Content-Language"] == language
        assert "accept-language" in answer.headers["Vary"].lower() and "cookie" in answer.headers["Vary"].lower()


@pytest.mark.parametrize(
    "headers, language",
    [
        ({}, "en"),
        ({"Accept-Language": "de,fr"}, "en"),
        ({"Accept-Language": "de, ES"}, "es"),
        ({"Accept-Language": "essential"}, "en"),
        ({"Accept-Language": "es", "Cookie": "lang=ru"}, "ru"),
        ({"Accept-Language": "es", "Cookie": "lang=xx"}, "es"),
        ({"Cookie": "lang=../../etc/passwd"}, "en"),
    ],
)
def test_choice_counts_more_than_the_browser_and_both_more_than_the_default(client, headers, language):
    for path in ("/upload", "/images/"):
        assert client.get(path, headers).headers["Content-Language"] == language


@pytest.mark.parametrize("language", NOTHING_HERE)
def test_errors_of_nginx_and_of_the_program_say_the_same(client, language):
    for path in ("/nothing", "/api/nothing"):
        for choice in ({"Cookie": f"lang={language}"}, {"Accept-Language": language}):
            page = client.get(path, {**HTML, **choice})
            assert (page.status, page.headers["Content-Language"]) == (404, language)
            assert f"<h1>{NOTHING_HERE[language]}</h1>" in page.text
            document = client.get(path, choice)
            assert document.problem() == (404, "not-found")
            assert document.json()["title"] == NOTHING_HERE[language]
            assert document.headers["Content-Language"] == language


def test_details_of_a_refusal_are_in_the_language_too(client):
    answer = client.upload(b"no picture", "a.txt", headers={"Accept-Language": "ru"})
    assert answer.json()["detail"] == "Имя должно оканчиваться на .jpg, .jpeg, .png или .gif."


def test_default_is_the_services_own(make_server):
    server = make_server(settings={"VITRINE_LANGUAGE": "es"})
    for path in ("/", "/images/", "/nothing"):
        assert server.client.get(path, HTML).headers["Content-Language"] == "es"


@pytest.mark.parametrize(
    "referer, target",
    [
        ("/images/?after=abc", "/images/?after=abc"),
        ("/", "/"),
        (None, "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/upload#part", "/"),
    ],
)
def test_switch_is_a_link_that_leads_back(server, referer, target):
    headers = {} if referer is None else {"Referer": server.url + referer}
    answer = server.client.get("/language/ru", headers)
    assert (answer.status, answer.headers["Location"]) == (303, target)
    assert re.fullmatch(r"lang=ru; Path=/; Max-Age=\d+; SameSite=Lax", answer.headers["Set-Cookie"])
    assert server.client.get("/language/xx").status == 404


def test_largest_picture_is_told_as_it_is_set(make_server):
    server = make_server(settings={"VITRINE_MAX_UPLOAD": "1536KiB", "VITRINE_LANGUAGE": "ru"})
    for path in ("/", "/upload", "/terms.html"):
        assert "1.5 МБ" in server.client.get(path).text, path
    assert 'data-limit="1572864"' in server.client.get("/upload").text
    too_large = server.client.put_raw(bytes(3 << 20), "a.jpg", headers=HTML)
    assert too_large.status == 413 and "1.5 МБ" in too_large.text


# The tables.


def words(language):
    text = (CLONE / f"www/words/{language}.html").read_text()
    return dict(re.findall(r'set var="(\w+)" value="([^"]*)"', text))


def documents():
    for path in (CLONE / "www").rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js", ".json") and path.parent.name != "words":
            yield path, path.read_text()


def test_every_language_has_the_same_words_and_placeholders():
    tables = {language: words(language) for language in WORDS}
    for language, table in tables.items():
        assert table.keys() == tables["en"].keys(), language
        for name, text in table.items():
            assert sorted(re.findall(r"\{\w+\}|\$\w+", text)) == sorted(re.findall(r"\{\w+\}|\$\w+", tables["en"][name]))


def test_every_word_is_used_and_every_word_used_is_there():
    table = words("en")
    used = set()
    for path, text in documents():
        names = set(re.findall(r'echo var="(\w+)"', text)) | set(re.findall(r'value="\$(\w+)"', text))
        local = set(re.findall(r'set var="(\w+)"', text)) | {"code", "title", "advice", "note", "page", "scheme"}
        missing = {name for name in names - table.keys() - local if not name.startswith(("vitrine_", "http_"))}
        assert not missing, (path, missing)
        used |= names
    sources = " ".join(path.read_text() for path in (CLONE / "Sources/WebService/Wording").glob("*.swift"))
    named = {name for name in table if f'"{name}"' in sources or re.search(rf"case {name}\b", sources)}
    composed = {name for name in table if name.startswith("problem_")}
    inner = {"max_upload", "language"} | set(re.findall(r"\$(\w+)", " ".join(table.values())))
    assert table.keys() - used - named - composed - inner == set()


def test_no_text_stands_in_two_places():
    tables = [words(language) for language in WORDS]
    # What is one string in English may be two in another language: "Upload pictures" as a heading, and as a button.
    every = [tuple(table[name] for table in tables) for name, text in tables[0].items() if len(text) > 12]
    assert len(every) == len(set(every))
    texts = [in_english for in_english, *_ in every]
    for path, text in documents():
        for sentence in texts:
            assert f">{sentence}<" not in text, (path, sentence)


@pytest.mark.parametrize("path", ["/", "/upload", "/terms.html", "/nothing", "/assets/strings.js"])
def test_nothing_of_the_includes_is_left_in_a_page(client, path):
    for language in WORDS:
        text = client.get(path, {**HTML, "Accept-Language": language}).text
        assert "(none)" not in text and "<!--#" not in text and "an error occurred" not in text
