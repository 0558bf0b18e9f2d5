"""README, its pages and the manual page: they say what the program says, and what they tell a reader to type works."""

import itertools
import json
import os
import re
import shlex
import shutil
import subprocess

import pytest

import pictures
import shared_storage
from documents import CARRIED_OUT, PAGES, README, blocks, documented_commands, lines
from harness import CLONE, program, running
from object_store import ObjectStore

FILES = CLONE / "deploy/files"
MANUAL = (FILES / "vitrine.1").read_text()
COMPLETIONS = {"bash": "vitrine.bash", "zsh": "_vitrine", "fish": "vitrine.fish"}


def said(*arguments):
    return subprocess.run([program(), *arguments], capture_output=True, text=True, check=True).stdout


def test_settings_table_of_the_readme_is_that_of_the_code():
    shown = re.search(r"<!-- settings: .*?-->\n(.*?)<!-- end of settings -->", README, re.DOTALL).group(1)
    assert shown == said("settings", "--markdown")


def test_settings_of_the_manual_page_are_those_of_the_code():
    shown = re.search(r'\.\\" settings: [^\n]*\n(.*?)\.\\" end of settings', MANUAL, re.DOTALL).group(1)
    assert shown == said("settings", "--man")


def test_settings_file_of_the_service_names_every_setting_once_with_its_default():
    rows = re.findall(r"^\| `(\w+)`[^|]*\| (.*?) \|", said("settings", "--markdown"), re.MULTILINE)
    lines = re.findall(r"^(#?)([A-Z0-9_]+)=(.*)$", (FILES / "vitrine.conf").read_text(), re.MULTILINE)
    assert sorted(name for _, name, _ in lines) == sorted(name for name, _ in rows)
    values = {name: value for _, name, value in lines}
    for name, default in rows:
        commented = ("#", name, values[name]) in lines
        if commented and default.startswith("`"):
            expected = default.strip("`").replace("$VITRINE_DATA", values["VITRINE_DATA"])
            assert values[name] == expected, name


def subcommands():
    return re.findall(r"^  (\w+) ", said("--help"), re.MULTILINE)


def flags(subcommand):
    """Those of the usage line, and those that have a line of their own."""
    text = said(subcommand, "--help")
    flag = r"--\w+(?:-\w+)*"
    return set(re.findall(flag, text.split("\n\n")[0])) | set(re.findall(rf"(?m)^  ({flag})", text)) | {"--help"}


@pytest.mark.parametrize("subcommand", subcommands())
def test_manual_page_tells_of_every_subcommand_and_flag(subcommand):
    text = MANUAL.replace("\\-", "-")
    assert re.search(rf"^\.B {subcommand}$", text, re.MULTILINE)
    assert f"vitrine {subcommand}" in text
    assert all(flag in text for flag in flags(subcommand))


def synopsis():
    """The usage lines of the manual page, without their fonts."""
    text = re.search(r"^\.SH SYNOPSIS\n(.*?)^\.SH", MANUAL, re.MULTILINE | re.DOTALL).group(1)

    def plain(line):
        macro, *words = line.replace("\\-", "-").split()
        # Of two fonts by turns: without space between them.
        return ("" if len(macro) == 3 else " ").join(words)

    return [" ".join(map(plain, usage.splitlines())) for usage in text.split(".br\n")]


def test_synopsis_of_the_manual_page_is_what_each_command_says():
    usages = [line for name in subcommands() for line in said(name, "--help").split("\n\n")[0].splitlines()]
    assert sorted(synopsis()) == sorted(line[len("usage: ") :] for line in usages)


@pytest.mark.skipif(not shutil.which("man"), reason="needs man-db")
def test_manual_page_is_formatted_without_complaint():
    done = subprocess.run(
        ["man", "--warnings", "-l", FILES / "vitrine.1"],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0 and done.stderr == ""


@pytest.mark.parametrize("shell, subcommand", itertools.product(COMPLETIONS, subcommands()))
def test_completion_knows_every_subcommand_and_flag(shell, subcommand):
    text = (FILES / "completions" / COMPLETIONS[shell]).read_text()
    assert re.search(rf"\b{subcommand}\b", text)
    for flag in flags(subcommand):
        assert re.search(rf"-l {flag[2:]}\b" if shell == "fish" else rf"{flag}\b", text), flag


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_completion_is_in_the_language_of_its_shell(shell):
    if not shutil.which(shell):
        pytest.skip(f"needs {shell}")
    subprocess.run([shell, "-n", FILES / "completions" / COMPLETIONS[shell]], check=True)


@pytest.mark.parametrize(
    "line, offered",
    [
        ("vitrine ser", {"serve"}),
        ("vitrine serve --l", {"--level"}),
        ("vitrine serve --level w", {"warning"}),
        ("vitrine archive --sa", {"--save"}),
        ("vitrine check --", {"--config", "--url", "--s3-url", "--help"}),
    ],
)
def test_bash_completes(line, offered):
    words = line.split(" ")
    script = (
        f'compopt() {{ :; }}; . "$0"; COMP_WORDS=("$@"); COMP_CWORD={len(words) - 1}; '
        '_vitrine vitrine "${COMP_WORDS[COMP_CWORD]}"; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    command = ["bash", "-c", script, FILES / "completions/vitrine.bash", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


def links(page):
    """(file, heading) of each link of a page that leads into the repository; the heading as its address has it."""
    targets = re.findall(r"\]\(([^)]+)\)", PAGES[page])
    return [target.partition("#")[::2] for target in targets if not target.startswith("https://")]


def headings(text):
    """The addresses of a page's headings, as a forge makes them."""
    titles = re.findall(r"(?m)^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_lead_somewhere(page):
    assert links(page)
    for target, heading in links(page):
        path = (CLONE / page).parent / target if target else CLONE / page
        assert path.is_file(), target
        assert not heading or heading in headings(path.read_text()), (target, heading)


def test_every_page_is_one_step_from_the_readme_and_leads_back():
    reached = {target for target, _ in links("README.md")}
    for page in set(PAGES) - {"README.md"}:
        assert page in reached
        assert "../../README.md" in {target for target, _ in links(page)}, page


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_commands_is_carried_out_by_a_test_or_says_why_not(page):
    """A new one belongs into CARRIED_OUT of documents.py, with the test that carries it out."""
    unknown = [lines(text)[0] for _, text in blocks(page) if lines(text)[0] not in CARRIED_OUT]
    assert unknown == []


def test_tests_that_carry_out_blocks_are_there():
    declared = set()
    for path in (CLONE / "Tests/SystemTests").glob("test_*.py"):
        declared |= set(re.findall(r"(?m)^def (test_\w+)", path.read_text()))
    shown = {lines(text)[0] for page in PAGES for _, text in blocks(page)}
    assert set(CARRIED_OUT) - shown == set()
    for how in CARRIED_OUT.values():
        assert isinstance(how, str) and how or set(how) <= declared and how, how


@pytest.mark.parametrize("command", documented_commands("curl"))
def test_documented_curl_example_works(server, tmp_path, command):
    arguments = shlex.split(command.replace("http://127.0.0.1:8080", server.url), comments=True)
    (tmp_path / "cat.jpg").write_bytes(pictures.camera_jpeg())
    for name in re.findall(r"/archive/(\w+)/", command):
        if not (server.photos / name).exists():
            server.photo_folder(name, {"one.jpg": pictures.jpeg()})
    done = subprocess.run(
        [*arguments, "--fail", "--silent", "--show-error"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    if "/archive/" in command:
        zips = [entry for entry in os.listdir(tmp_path) if entry.endswith(".zip")]
        assert len(zips) == 1 and shutil.which("unzip")
        subprocess.run(["unzip", "-tq", zips[0]], cwd=tmp_path, check=True)
    else:
        assert '"original_name":"cat.jpg"' in done.stdout


def test_python_example_of_the_readme_works(tmp_path, monkeypatch, capsys):
    (keys,) = documented_commands("VITRINE_ACCESS_KEY=operator")
    settings = dict(word.split("=") for word in keys.split()[:2])
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "cat.jpg").write_bytes(pictures.jpeg())
    monkeypatch.chdir(tmp_path)
    store = ObjectStore(tmp_path / "store", settings)
    try:
        store.start()
        exec(example.replace("127.0.0.1:9000", f"127.0.0.1:{store.s3_port}"), {})
        link = capsys.readouterr().out.strip()
        assert link.startswith(f"{store.s3_url}/photos1/a/cat.jpg?X-Amz-")
        assert (store.data / "buckets/photos1/a/cat.jpg").read_bytes() == pictures.jpeg()
        store.stop()
    finally:
        store.kill()


@pytest.fixture(scope="module")
def metrics(server, tmp_path_factory):
    """What /metrics says on a host of its own, and on one of several."""
    if shared_storage.missing():
        pytest.skip(shared_storage.missing())
    with running(ObjectStore(tmp_path_factory.mktemp("host"), settings=shared_storage.SharedStorage().settings)) as host:
        for one in (server, host):
            one.client.upload(pictures.png(), "a.png")
        return "".join(one.client.get("/metrics").text for one in (server, host))


def test_dashboard_shows_figures_that_there_are(metrics):
    """Every figure of the program that the dashboard names is in /metrics, and is of this program."""
    given = set(re.findall(r"^# TYPE (\w+) ", metrics, re.MULTILINE))
    text = (FILES / "grafana.json").read_text()
    json.loads(text)
    named = {re.sub(r"_bucket$", "", name) for name in re.findall(r"\bvitrine_\w+", text)}
    assert named and named <= given


def test_alerts_are_about_figures_that_there_are(metrics):
    """Every figure that an alert names is in /metrics, with the labels that it goes by."""
    given = set(re.findall(r"^# TYPE (\w+) ", metrics, re.MULTILINE))
    text = (FILES / "vitrine.rules.yml").read_text()
    named = set(re.findall(r"\bvitrine_\w+", text))
    assert len(named) >= 5 and named <= given
    assert 'vitrine_requests_total{route="upload",status="201"}' in metrics
    assert 'vitrine_engine_requests_total{operation="put",outcome="done"}' in metrics
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "rules", FILES / "vitrine.rules.yml"], check=True, capture_output=True)
