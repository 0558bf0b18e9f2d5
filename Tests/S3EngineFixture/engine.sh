#!/bin/bash
# A server that speaks S3, of its own in a folder: engine.sh FOLDER KIND PROGRAM ACCESS. KIND is seaweedfs, rclone, vitrine (behind an
# nginx of its own) or rgw (Ceph's, with a cluster of its own in memory); ACCESS is keys (the pair test, secret) or open. It has a bucket named bucket. It prints its port, and ends with its standard input; then the folder is removed.
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
    rgw)
      [ -n "$cluster" ] || ceph_cluster >>log 2>&1 || return 1
      "$program" -c ceph.conf -n client.admin -f </dev/null >>log 2>&1 &
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
# A monitor and a store of Ceph's, which run until the end, and the pair of keys.
cluster=
ceph_cluster() {
  local id
  id=$(cat /proc/sys/kernel/random/uuid)
  local addresses="[v2:127.0.0.1:$((port - 3)),v1:127.0.0.1:$((port - 2))]"
  rm -rf mon osd run && mkdir -p mon osd run
  cat >ceph.conf <<END
[global]
fsid = $id
mon initial members = a
mon host = $addresses
public addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 1000
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 2147483648
run dir = $folder/run
admin socket = $folder/run/\$name.asok
pid file =
log file = $folder/\$name.log
mon cluster log file = $folder/cluster.log
mon data = $folder/mon
osd data = $folder/osd
keyring = $folder/keyring
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
END
  ceph-authtool -C keyring --gen-key -n mon. --cap mon 'allow *' &&
    ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' &&
    ceph-authtool keyring --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' &&
    monmaptool --create --addv a "$addresses" --fsid "$id" monmap &&
    ceph-mon -c ceph.conf --mkfs -i a --monmap monmap --keyring keyring || return 1
  ceph-mon -c ceph.conf -i a -f </dev/null &
  cluster=$!
  id=$(cat /proc/sys/kernel/random/uuid)
  timeout 60 ceph -c ceph.conf auth add osd.0 -i keyring && timeout 60 ceph -c ceph.conf osd new "$id" &&
    ceph-osd -c ceph.conf -i 0 --mkfs --osd-uuid "$id" || return 1
  ceph-osd -c ceph.conf -i 0 -f </dev/null &
  cluster+=" $!"
  timeout 60 ceph -c ceph.conf osd crush add osd.0 1.0 host=here root=default &&
    timeout 60 radosgw-admin -c ceph.conf user create --uid=test --display-name=test --access-key=test --secret-key=secret
}
end_cluster() {
  [ -z "$cluster" ] || { kill -KILL $cluster; wait $cluster; } 2>/dev/null
  cluster=
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
  end_cluster
done
[ -n "$pid" ] || { cat log; rm -rf "$folder"; exit 1; }
nothing=$(sha256sum </dev/null)
signed=(--aws-sigv4 aws:amz:us-east-1:s3 --user test:secret -H "x-amz-content-sha256: ${nothing%% *}")
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
end_cluster
rm -rf "$folder"
