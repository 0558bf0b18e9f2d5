# How the files in nginx/ become those of an nginx. To be sourced by bash, in a clone or where a clone's files were
# installed; it only defines functions and `top`, the folder that nginx/ and www/ are in.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# die MESSAGE: one line that says what is wrong and what to do.
die() {
  printf '%s: %s\n' "${program:-deploy/${0##*/}}" "$*" >&2
  exit 1
}

# misused MESSAGE: the same for wrong usage, which has a status of its own.
misused() {
  printf '%s: %s\n' "${program:-deploy/${0##*/}}" "$*" >&2
  exit 2
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

# size_text BYTES: a number and a unit, as pages tell it: 5242880 is "5 MB".
size_text() {
  local unit=kB size=1024 hundredths
  [ "$1" -lt 1048576 ] || { unit=MB; size=1048576; }
  hundredths=$(($1 * 100 / size))
  case $((hundredths % 100)) in
    0) printf '%d %s\n' $((hundredths / 100)) $unit ;;
    ?0) printf '%d.%d %s\n' $((hundredths / 100)) $((hundredths % 100 / 10)) $unit ;;
    *) printf '%d.%02d %s\n' $((hundredths / 100)) $((hundredths % 100)) $unit ;;
  esac
}

# nginx_values NAME=VALUE...: what `rendered` puts in place of @NAME@. The values are CONF (the folder of the rendered
# files), WWW, DATA, UPSTREAM, those of `cache_values` where pictures lie in an engine, MAX_UPLOAD, from which the limits on bodies and what pages say of them follow, LANGUAGE
# (en if not given), and what else a file wants.
nginx_values() {
  local pair name value limit number unit
  substitutions=()
  for pair in "$@" LANGUAGE=en; do
    name=${pair%%=*} value=${pair#*=}
    # nginx has no way to write these in a path.
    [[ $value != *[\"\\\$\*\?\[\]* ]] || die "nginx cannot take the characters \" \\ \$ * ? [ in $value; use another folder"
    value=${value//&/\\&} value=${value//|/\\|}
    substitutions+=(-e "s|@$name@|$value|g")
    if [ "$name" = MAX_UPLOAD ]; then
      limit=$(bytes_in "$value") || die "VITRINE_MAX_UPLOAD=$value is no size; write for example 5MiB"
      # A raw body is one picture and its wrapping, a form is twenty of them.
      substitutions+=(-e "s|@MAX_RAW_BODY@|$((limit + 65536))|g" -e "s|@MAX_FORM_BODY@|$(((limit + 65536) * 20))|g")
      read -r number unit <<<"$(size_text "$limit")"
      substitutions+=(-e "s|@MAX_BYTES@|$limit|g" -e "s|@MAX_NUMBER@|$number|g" -e "s|@MAX_UNIT@|$unit|g")
    fi
  done
}

# cache_values FOLDER [SIZE [TIME]]: the values for nginx's cache of pictures that lie in an engine: where it is, how large it
# may become, and when nginx asks again for what is in it.
cache_values() {
  local size=${2:-10GiB} time=${3:-60s}
  size=$(bytes_in "$size") || die "VITRINE_CACHE_SIZE=$2 is no size; write for example 10GiB"
  [[ $time =~ ^[1-9][0-9]{0,3}s$ ]] || die "VITRINE_CACHE_TIME=$time is no number of seconds; write for example 60s"
  printf '%s\n' "CACHE=$1" "CACHE_SIZE=$size" "CACHE_TIME=$time"
}

# nginx_file NAME [CACHE]: which file of nginx/ is rendered under that name; nothing where there is none. With CACHE pictures
# come from a cache, else from disk.
nginx_file() {
  local name=$1
  case $name in
    cached-pictures.conf) return ;;
    picture-cache.conf) [ -n "${2-}" ] || return 0 ;;
    picture-files.conf) [ -z "${2-}" ] || name=cached-pictures.conf ;;
  esac
  [ ! -e "$top/nginx/$name" ] || { echo "$top/nginx/$name"; return; }
  echo "$top/nginx/$name.in"
}

# rendered FILE: a file of nginx/ with every @NAME@ replaced, on standard output.
rendered() {
  local missing
  missing=$(sed "${substitutions[@]}" "$1" | grep -oE '@[A-Z_]+@' | head -n 1)
  [ -z "$missing" ] || die "no value was given for $missing in $1"
  sed "${substitutions[@]}" "$1"
}

# render_nginx FOLDER NAME=VALUE...: all files directly in nginx/ into FOLDER, for an nginx of its own. Without S3_LISTEN
# there is no object store in it, without CONSOLE_LISTEN no console, which also wants STORE_PORT, the object store's.
render_nginx() {
  local folder=$1 file name needed cache=
  shift
  [[ " $*" != *" CACHE="* ]] || cache=yes
  nginx_values "$@" "CONF=$folder" "WWW=$top/www"
  mkdir -p "$folder"
  for file in "$top"/nginx/*.conf "$top"/nginx/*.conf.in; do
    name=${file##*/} name=${name%.in}
    case $name in
      object-store-server.conf) needed=S3_LISTEN ;;
      console-server.conf) needed=CONSOLE_LISTEN ;;
      *) needed= ;;
    esac
    file=$(nginx_file "$name" "$cache")
    if [ -z "$file" ] || { [ -n "$needed" ] && [[ " $*" != *" $needed="* ]]; }; then
      rm -f "$folder/$name"
      continue
    fi
    rendered "$file" >"$folder/$name" || exit 1
  done
}

# nginx_user [USER]: the line that makes root's nginx run its workers as that user; without one as root too, so that a
# clone under /root, or a folder that only its owner may read, is served all the same. Anyone else's nginx is theirs alone.
nginx_user() {
  [ "$(id -u)" -ne 0 ] || echo "user ${1:-root};"
}
