# Where what is to be kept stands. To be sourced by vitrine-backup and vitrine-restore; sets `etc`, `settings`, `data`, `photos` and `kept`.

# The folders can be moved below another one, for tests.
root=${VITRINE_BACKUP_ROOT-}
etc=$root/etc

# die MESSAGE: one line that says what is wrong and what to do.
die() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 1
}

# misused MESSAGE: the same for wrong usage, which has a status of its own.
misused() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 2
}

settings=$etc/vitrine/vitrine.conf

# setting NAME DEFAULT: as the settings file of the service has it.
setting() {
  local value
  value=$(sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$settings" 2>/dev/null | tail -n 1)
  value=${value%"${value##*[![:space:]]}"}
  case $value in
    \"*\" | \'*\') value=${value:1:-1} ;;
  esac
  printf %s "${value:-$2}"
}

read_places() {
  data=$root$(setting VITRINE_DATA /var/lib/vitrine)
  photos=$root$(setting PHOTOS_DIR "${data#"$root"}/photos")
  data=${data%/} photos=${photos%/}
}
read_places

# Folders by the names that they have in a backup.
declare -A kept=(
  [etc]=$etc/vitrine
  [units/vitrine.service.d]=$etc/systemd/system/vitrine.service.d
  [units/vitrine.socket.d]=$etc/systemd/system/vitrine.socket.d
)

# there NAME: whether PLACE has that.
there() { rsync --list-only "$place/$1" >/dev/null 2>&1; }

# check_place PLACE: it is neither here nor in the data.
check_place() {
  command -v rsync >/dev/null || die "there is no rsync; install it first: apt-get install rsync"
  [ -n "$root" ] || [ "$(id -u)" = 0 ] || die "run this as root: the secret is nobody else's to read"
  case $1 in
    *:*) ;;
    *) [[ $(readlink -m "$1")/ != "$(readlink -m "$data")"/* ]] || die "$1 is inside of the data folder $data" ;;
  esac
}

# service stop|start: where there is one.
service() {
  [ -z "$root" ] && [ -d /run/systemd/system ] || return 0
  systemctl "$1" vitrine.socket vitrine.service || die "systemctl $1 failed; see: systemctl status vitrine"
}
