#!/bin/bash
# A server that speaks S3, of its own in a folder: engine.sh FOLDER KIND PROGRAM ACCESS. KIND is seaweedfs, rclone or vitrine (behind an
# nginx of its own); ACCESS is keys (the pair test, secret) or open. It has a bucket named bucket. It prints its port, and ends with its standard input; then the folder is removed.
# Lines of the input: crash, start, freeze, thaw, each answered by "done".
set -u
folder=$1 kind=$2 program=$3 access=$4 pid= port=
root=$(cd "$(dirname "$0")/../.." && pwd -P)
mkdir "$folder/data" && cd "$folder" || exit 1

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
launch() {
  local options=()
  case $kind in
    seaweedfs)
      # The gRPC port of each service is expected 10,000 above its own.
      [ "$access" = open ] || options=(-s3.config="$folder/s3.json")
      "$program" server -ip=127.0.0.1 -ip.bind=127.0.0.1 -dir="$folder/data" -master.port=$((port - 3)) \
        -volume.port=$((port - 2)) -filer -filer.port=$((port - 1)) -s3 -s3.port="$port" -s3.port.iceberg=0 \
        -s3.port.lance=0 -master.telemetry=false -master.volumeSizeLimitMB=64 -volume.max=20 "${options[@]}" \
        </dev/null >>log 2>&1 &
      ;;
    rclone)
      [ "$access" = open ] || options=(--auth-key test,secret)
      "$program" serve s3 --addr "127.0.0.1:$port" --config /dev/null --vfs-cache-mode off "${options[@]}" \
        "$folder/data" </dev/null >>log 2>&1 &
      ;;
    vitrine)
      nginx 2>>log
      env -i PATH="$PATH" VITRINE_DATA="$folder/data" VITRINE_LOGS="$folder/logs" VITRINE_WORKERS=1 \
        VITRINE_LISTEN="unix:$folder/vitrine.sock" VITRINE_ACCESS_KEY=test VITRINE_SECRET_KEY=secret \
        "$program" serve </dev/null >>log 2>&1 &
      ;;
  esac
  pid=$!
}
# Whether it answers in the way of S3 within a minute.
answers() {
  local status
  for _ in $(seq 1 240); do
    status=$(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$port/")
    [ "$status" = 000 ] || [ "$status" -ge 500 ] || return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.25
  done
  return 1
}
# The web server in front, which the repository's own files configure. It runs until the end.
nginx() {
  [ ! -e run/nginx.pid ] || return 0
  mkdir -p logs run tmp
  (
    program=engine.sh
    . "$root/deploy/nginx.sh"
    render_nginx "$folder/nginx" "DATA=$folder/data" "UPSTREAM=unix:$folder/vitrine.sock" MAX_UPLOAD=5MiB \
      "HTTP_LISTEN=127.0.0.1:$((port - 1))" "S3_LISTEN=127.0.0.1:$port" "USER=$(nginx_user)"
  ) && PATH=$PATH:/usr/sbin command nginx -p "$folder/" -c "$folder/nginx/nginx.conf" -e "$folder/logs/nginx-error.log"
}
end_nginx() { [ ! -e run/nginx.pid ] || kill "$(cat run/nginx.pid)" 2>/dev/null; }
end() {
  [ -z "$pid" ] || { kill -CONT "$pid"; kill -KILL "$pid"; wait "$pid"; } 2>/dev/null
  pid=
}

echo '{"identities":[{"name":"test","credentials":[{"accessKey":"test","secretKey":"secret"}],
"actions":["Admin","Read","Write","List"]}]}' >s3.json
for _ in $(seq 1 10); do
  port=$((12003 + RANDOM % 900 * 10))
  for number in $((port - 3)) $((port - 2)) $((port - 1)) "$port" $((port + 9997)) $((port + 10000)); do
    is_free "$number" || continue 2
  done
  launch
  if answers; then break; fi
  end
  end_nginx
done
[ -n "$pid" ] || { cat log; rm -rf "$folder"; exit 1; }
signed=(--aws-sigv4 aws:amz:us-east-1:s3 --user test:secret)
[ "$access" = open ] && signed=()
curl -s -o /dev/null -m 20 "${signed[@]}" -X PUT "http://127.0.0.1:$port/bucket"
echo "$port"
while read -r line; do
  case $line in
    crash) end ;;
    start) launch; answers ;;
    freeze) kill -STOP "$pid" ;;
    thaw) kill -CONT "$pid" ;;
  esac
  echo done
done
end
end_nginx
rm -rf "$folder"
