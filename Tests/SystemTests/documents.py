"""What README and the pages that it leads to tell a reader to type."""

import re

from harness import CLONE

README = (CLONE / "README.md").read_text()
PAGES = {"README.md": README} | {
    str(path.relative_to(CLONE)): path.read_text() for path in sorted((CLONE / "deploy/docs").glob("*.md"))
}
OPERATOR = PAGES["deploy/docs/operator.md"]
SECURITY = PAGES["deploy/docs/security.md"]


def documented_commands(beginning):
    """The lines of the pages' shell examples that begin with these words."""
    blocks = [block for text in PAGES.values() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(beginning + " ")]


def blocks(page):
    """(language, text) of each block of a page that is more than an output or a drawing."""
    found = re.findall(r"(?m)^```(\w*)\n(.*?)^```$", PAGES[page], re.DOTALL)
    return [(language, text) for language, text in found if language not in ("", "json")]


def lines(text):
    """The commands of a block: without their remarks, those on several lines as one."""
    joined = re.sub(r"\\\n\s*", "", text)
    return [line for line in (re.sub(r"(^|\s+)#.*", "", line).strip() for line in joined.splitlines()) if line]


# How each block is carried out, by its first line: on booted machines by test_walkthrough.py, or by the tests that are
# named. Where nothing carries one out, the reason stands instead.
WALKTHROUGH = "test_blocks_are_carried_out_in_order"
STORES = "test_objects_and_keys_come_over_from_another_store"
SEVERAL = "test_blocks_are_carried_out_on_their_machines"
HOSTS = "test_pictures_of_another_host_keep_names_dates_and_links"
CARRIED_OUT = {
    "./deploy/run": ("test_prints_addresses_that_work", "test_quick_run_formats_and_tests_units_from_any_folder"),
    "curl -F file=@cat.jpg http://127.0.0.1:8080/api/upload": ("test_documented_curl_example_works",),
    "curl -OJ  http://127.0.0.1:8080/archive/5e8ff9bf55ba3508199d22e984129be6/": ("test_documented_curl_example_works",),
    "VITRINE_ACCESS_KEY=operator VITRINE_SECRET_KEY=my-secret-key ./deploy/run": ("test_python_example_of_the_readme_works",),
    "from minio import Minio": ("test_python_example_of_the_readme_works",),
    "./deploy/package": (WALKTHROUGH,),
    "./deploy/install": ("test_second_installation_starts_the_service",),
    "sudo apt-get install certbot": (WALKTHROUGH,),
    "sudo vitrine check --url https://pictures.example": (WALKTHROUGH,),
    "docker compose -f deploy/compose.yaml up --build": ("test_documented_command_brings_both_services_up",),
    "sudo vitrine-backup backup:/srv/vitrine": (WALKTHROUGH,),
    "sudo vitrine-site --parts": (WALKTHROUGH,),
    "[Service]": (WALKTHROUGH, "test_photographs_in_a_home_are_seen_with_the_documented_unit"),
    "sudo rsync -aX --delete --exclude='.vitrine/*.db*' --exclude=/images/.vitrine --exclude=/thumbs /var/lib/vitrine/ "
    "backup:/srv/vitrine/": (WALKTHROUGH, "test_documented_backup_brings_everything_back"),
    "sudo systemctl stop vitrine.socket vitrine.service": (WALKTHROUGH,),
    "rclone config create old s3 provider=Minio endpoint=http://minio.example:9000 access_key_id=minioadmin "
    "secret_access_key=minioadmin": (STORES,),
    "rclone mkdir new:photos1": (STORES,),
    "sudo vitrine key add shop --secret a-secret-of-the-shop --policy shop.json": (STORES,),
    "aws --endpoint-url http://vitrine.example:9000 s3api put-bucket-policy --bucket photos1 --policy file://public.json": (STORES,),
    "aws --endpoint-url http://vitrine.example:9000 s3 mb s3://files": ("test_folder_of_files_is_a_bucket",),
    "aws --endpoint-url http://vitrine.example:9000 s3 mb s3://photos1": ("test_folder_of_files_is_a_bucket",),
    "cd /srv/xbackbone/storage": (HOSTS,),
    "cd /srv/zipline/uploads": (HOSTS,),
    "cd /srv/lychee/public/uploads/original": (HOSTS,),
    "map_hash_max_size 1048576;": (HOSTS,),
    "if ($vitrine_moved) {": (HOSTS,),
    "apt-get install postgresql": (SEVERAL,),
    "apt-get install postgresql && systemctl stop postgresql && rm -rf /var/lib/postgresql/15/main": (SEVERAL,),
    "echo \"synchronous_standby_names = 'db2'\" >/etc/postgresql/15/main/conf.d/standby.conf && systemctl reload postgresql": (
        SEVERAL,
    ),
    "pg_ctlcluster 15 main promote": (SEVERAL,),
    "me=10.0.0.21": (SEVERAL,),
    "upstream vitrine_hosts {": (SEVERAL,),
    "apt-get install ./vitrine_*.deb nginx libpq5": (SEVERAL,),
    "docker compose -f deploy/compose.cluster.yaml up --build": ("test_documented_command_brings_everything_up",),
    "sudo vitrine copy to-engine /var/lib/vitrine --config /etc/vitrine/new.conf": ("test_a_tree_moves_into_an_engine_and_back",),
    "git clone https://github.com/ceph/s3-tests && git -C s3-tests checkout 8f0ae7b": "the suite comes from the network",
}
