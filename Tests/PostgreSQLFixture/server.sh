#!/bin/bash
# A PostgreSQL server of its own in a folder: server.sh FOLDER BIN [SCHEMAS]. It has so many schemas (none where that is left
# out), listens on a unix socket in the folder, and ends with its standard input; then the folder is removed.
# Lines of the input: stop, crash, start, freeze, thaw, each answered by "done".
set -u
folder=$1 bin=$2 count=${3:-0} pid=
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  chown postgres:postgres "$folder"
fi
cd "$folder" || exit 1

start() {
  "${as[@]}" "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c max_connections=200 \
    -c deadlock_timeout=200ms -c shared_buffers=32MB </dev/null >>"$folder/log" 2>&1 &
  pid=$!
  for _ in $(seq 1 600); do
    "$bin/pg_isready" -q -h "$folder" -U vitrine -d postgres && return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}
# schemas: test_1 and so on, for tests that want tables of their own.
schemas() {
  local make="DO \$\$ BEGIN FOR number IN 1..$count LOOP EXECUTE 'CREATE SCHEMA test_' || number; END LOOP; END \$\$"
  psql -q -X -h "$folder" -U vitrine -d postgres -v ON_ERROR_STOP=1 -c "$make" >>"$folder/log" 2>&1
}
children() { cat "/proc/$pid/task/$pid/children"; }
end() { # end SIGNAL
  [ -z "$pid" ] || { kill -CONT $(children) "$pid"; kill "-$1" "$pid"; wait "$pid"; } 2>/dev/null
  pid=
}

"${as[@]}" "$bin/initdb" -D "$folder/data" -A trust --no-sync -U vitrine -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 &&
  start && schemas && echo done || { cat "$folder"/*log; end KILL; rm -rf "$folder"; exit 1; }
while read -r line; do
  case $line in
    stop) end INT ;;
    crash) end QUIT ;;
    start) start ;;
    freeze) kill -STOP "$pid" $(children) ;;
    thaw) kill -CONT $(children) "$pid" ;;
  esac
  echo done
done
end QUIT
rm -rf "$folder"
