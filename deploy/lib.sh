# What the scripts in this folder share. To be sourced by bash; it only defines functions and `top`, the clone.

. "$(dirname "${BASH_SOURCE[0]}")/nginx.sh"

# as_root COMMAND...: as it is for root, by sudo for anybody else.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# ensure_packages NAME...: installs the Debian packages that are missing, without starting the services in them.
ensure_packages() {
  local name state as_root=() policy=/usr/sbin/policy-rc.d missing=()
  for name in "$@"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) || state=absent
    [ "$state" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "missing packages; as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  # In a subshell, so that its trap takes the policy away again however it ends. One that is there already stays:
  # it is the administrator's.
  (
    if [ ! -e "$policy" ]; then
      trap '"${as_root[@]}" rm -f "$policy"' EXIT
      trap 'exit 1' INT TERM HUP
      printf '#!/bin/sh\n# Temporary: services are not started while packages are installed.\nexit 101\n' |
        "${as_root[@]}" install -m 755 /dev/stdin "$policy"
    fi
    apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
    # Known versions may be gone from the mirror: a second try, with fresh lists.
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
      { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; }
  ) || die "packages could not be installed; try: apt-get install ${missing[*]}"
}

# Packages that the program is built against and that serve it. Swift's own libraries in it need g++'s.
runtime_packages=(nginx libvips-tools g++ libfcgi-dev zlib1g-dev libmagic-dev libssl-dev libsqlite3-dev libcurl4-openssl-dev libpq-dev pkg-config)

# The versions of Swift that tests build the program with, the oldest first. README and deploy/Dockerfile name no others.
swift_versions=(6.2.3 6.3.1)

# debian_has_swift: whether apt knows a package swiftlang that is no older than those.
debian_has_swift() {
  local candidate
  candidate=$(LC_ALL=C apt-cache policy swiftlang 2>/dev/null | sed -n 's/^  Candidate: //p')
  [ -n "$candidate" ] && [ "$candidate" != "(none)" ] &&
    dpkg --compare-versions "${candidate%-*}" ge "${swift_versions[0]}"
}

# ensure_swift: dies unless a Swift toolchain is on PATH that is no older than those; where there is none, Debian's own is
# installed if it will do. Call it after ensure_packages, which fetches apt's lists where they are missing.
ensure_swift() {
  local version oldest=${swift_versions[0]}
  if ! command -v swift >/dev/null && debian_has_swift; then
    ensure_packages swiftlang
    hash -r
  fi
  command -v swift >/dev/null ||
    die "no Swift toolchain on PATH, and no package of one for this system: install Swift $oldest or later from https://www.swift.org/install/linux/debian/12/, or take a .deb that deploy/package made elsewhere, or run the containers: docker compose -f deploy/compose.yaml up --build"
  version=$(swift --version 2>&1 | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
  [ "$(printf '%s\n' "$oldest" "$version" | sort -V | head -n 1)" = "$oldest" ] ||
    die "Swift ${version:-of unknown version} is too old; install $oldest or later from https://www.swift.org/install/"
}

# Options of builds of the unit tests, as find_test_flags sets them.
test_flags=()

# find_test_flags FOLDER: what the toolchain on PATH needs. Debian's package of Swift has the module _Testing_Foundation
# but not its library, with which SwiftPM links what it generates to run tests. Nothing of the library is used: an empty
# one in that folder will do.
find_test_flags() {
  local name=_Testing_Foundation runtime
  test_flags=()
  runtime=$(swift -print-target-info 2>/dev/null | sed -n '/"runtimeLibraryPaths"/{n;s/^ *"\(.*\)".*$/\1/p}')
  [ -d "$runtime/$name.swiftmodule" ] && [ ! -e "$runtime/lib$name.so" ] || return 0
  # The first line of an archive, which has no members.
  mkdir -p "$1" && printf '!<arch>\n' >"$1/lib$name.a" || die "cannot write $1/lib$name.a"
  test_flags=(-Xlinker "-L$1")
}

# ensure_test_clients: a Python environment in var/test-clients that has what Tests/SystemTests/requirements.txt names.
# Debian's Python and its packages are in it too.
ensure_test_clients() {
  local clients=$top/var/test-clients wanted=$top/Tests/SystemTests/requirements.txt
  ! cmp -s "$wanted" "$clients/requirements.txt" || return 0
  rm -rf "$clients"
  mkdir -p "$top/var"
  # The file is complete, so that pip need not work out what the packages need.
  /usr/bin/python3 -m venv --system-site-packages "$clients" &&
    "$clients/bin/pip" install -q --disable-pip-version-check --only-binary :all: --no-deps --no-compile -r "$wanted" &&
    cp "$wanted" "$clients/requirements.txt" ||
    die "the clients of the object store could not be installed in $clients; the reason stands above"
}

# acting_as USER COMMAND...: runs it as that user, for root.
acting_as() {
  local user=$1
  shift
  setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"
}

# unprivileged_user: whom root's services can be run as instead: the owner of the clone, or else the user of Debian's web
# servers.
unprivileged_user() {
  local user
  for user in "$(stat -c %U "$top")" www-data nobody; do
    [ "$user" != root ] && id "$user" >/dev/null 2>&1 && echo "$user" && return
  done
  return 1
}

# out_of_reach USER NEEDS:FILE...: the first of the files that this user may not use as NEEDS says, letters of test(1)'s
# options; nothing if there is none.
out_of_reach() {
  local user=$1 pair needs
  shift
  for pair in "$@"; do
    needs=${pair%%:*}
    while [ -n "$needs" ]; do
      acting_as "$user" test "-${needs:0:1}" "${pair#*:}" 2>/dev/null || { echo "${pair#*:}"; return; }
      needs=${needs:1}
    done
  done
}

# What makes .build/release/vitrine.
release_build=(swift build -c release --product vitrine --static-swift-stdlib)

# port_taken PORT: whether something listens on that port of 127.0.0.1.
port_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}
