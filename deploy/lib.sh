# What the scripts in this folder share. To be sourced by bash; it only defines functions and `top`, the clone.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# die MESSAGE: one line that says what is wrong and what to do.
die() {
  printf 'deploy/%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
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

# Packages that the program is built against and that serve it.
runtime_packages=(nginx libfcgi-dev zlib1g-dev libmagic-dev libssl-dev libsqlite3-dev pkg-config)

# ensure_swift: dies unless a Swift toolchain of version 6.2 or later is on PATH.
ensure_swift() {
  local version
  command -v swift >/dev/null ||
    die "no Swift toolchain on PATH; install Swift 6.2 or later from https://www.swift.org/install/linux/debian/12/"
  version=$(swift --version 2>&1 | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
  [ "$(printf '6.2\n%s\n' "$version" | sort -V | head -n 1)" = 6.2 ] ||
    die "Swift ${version:-of unknown version} is too old; install 6.2 or later from https://www.swift.org/install/"
}

# What makes .build/release/vitrine.
release_build=(swift build -c release --product vitrine --static-swift-stdlib)

# port_taken PORT: whether something listens on that port of 127.0.0.1.
port_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# bytes_in SIZE: 5MiB, 100M or 5242880 as a number of bytes; fails on anything else.
bytes_in() {
  [[ $1 =~ ^([0-9]{1,12})([KMGT]?)(iB|B)?$ ]] || return 1
  local number=$((10#${BASH_REMATCH[1]})) power base=1000
  power=${BASH_REMATCH[2]}
  case ${BASH_REMATCH[3]} in
    iB) [ -n "$power" ] || return 1; base=1024 ;;
  esac
  case $power in
    K) number=$((number * base)) ;;
    M) number=$((number * base ** 2)) ;;
    G) number=$((number * base ** 3)) ;;
    T) number=$((number * base ** 4)) ;;
  esac
  echo "$number"
}

# render_nginx FOLDER NAME=VALUE...: copies nginx/ into FOLDER with every @NAME@ replaced. The values are CONF (made
# from FOLDER), WWW, DATA, UPSTREAM, HTTP_LISTEN, MAX_UPLOAD, USER; the limits on bodies follow from MAX_UPLOAD.
render_nginx() {
  local folder=$1 pair name value file limit script=()
  shift
  set -- "$@" "CONF=$folder" "WWW=$top/www"
  for pair in "$@"; do
    name=${pair%%=*} value=${pair#*=}
    # nginx has no way to write these in a path.
    [[ $value != *[\"\\\$\*\?\[\]* ]] || die "nginx cannot take the characters \" \\ \$ * ? [ in $value; use another folder"
    value=${value//&/\\&} value=${value//|/\\|}
    script+=(-e "s|@$name@|$value|g")
    if [ "$name" = MAX_UPLOAD ]; then
      limit=$(bytes_in "$value") || die "VITRINE_MAX_UPLOAD=$value is no size; write for example 5MiB"
      # A raw body is one picture and its wrapping, a form is twenty of them.
      script+=(-e "s|@MAX_RAW_BODY@|$((limit + 65536))|g" -e "s|@MAX_FORM_BODY@|$(((limit + 65536) * 20))|g")
    fi
  done
  mkdir -p "$folder"
  for file in "$top"/nginx/*.conf "$top"/nginx/*.conf.in; do
    name=${file##*/}
    sed "${script[@]}" "$file" >"$folder/${name%.in}"
  done
  if name=$(grep -rhoE '@[A-Z_]+@' "$folder" | head -n 1) && [ -n "$name" ]; then
    die "no value was given for $name in nginx/"
  fi
}

# nginx_user: the line that makes root's nginx run its workers as root too: a clone under /root, or a folder that only
# its owner may read, is served all the same. Anyone else's nginx is theirs alone.
nginx_user() {
  [ "$(id -u)" -ne 0 ] || echo "user root;"
}
