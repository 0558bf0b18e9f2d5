# Server blocks of a site that was there, for the one that takes its place. To be sourced by vitrine-site, whose variables it
# uses: `nginx`, `available`, `before`, `host`, `certificate`, `key`.

# with_http2 FILE: the file as this nginx wants it: `http2` is a directive of its own since 1.25.1.
with_http2() {
  local version
  version=$("$nginx" -v 2>&1 | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p')
  if [ "$(printf '1.25.1\n%s\n' "$version" | sort -V | head -n 1)" = 1.25.1 ]; then
    sed -E -e 's/( ssl) http2;/\1;/' -e 's/^(#?    )ssl_certificate "/\1http2 on;\n&/' "$1"
  else
    cat "$1"
  fi
}

# server_block FILE PART: the server block in the file that includes that part, unless it is a remark.
server_block() {
  awk -v part="/$2" '
    { code = $0; sub(/#.*/, "", code) }
    depth == 0 && code ~ /^[ \t]*server[ \t]*\{/ { block = ""; found = 0; inside = 1 }
    inside { block = block $0 "\n"; if (code ~ /^[ \t]*include[ \t]/ && index(code, part)) found = 1 }
    { depth += gsub(/\{/, "{", code) - gsub(/\}/, "}", code) }
    inside && depth == 0 { if (found) { printf "%s", block; exit }; inside = 0 }
  ' "$1"
}

# names_of FILE: its first server name, and its first certificate and key, a line for each.
names_of() {
  local name
  for name in server_name ssl_certificate ssl_certificate_key; do
    sed -nE "s/^[[:space:]]*$name[[:space:]]+\"?([^\";]+)\"?;.*/\1/p" "$1" | head -n 1 | grep . || echo
  done
}

# as_now BLOCK KIND: a server block of the site before with the names of now. The object store is over TLS where the site is,
# the console stays as it is, on loopback.
as_now() {
  local old_host old_certificate old_key lines=()
  mapfile -t lines < <(names_of "$available")
  old_host=${lines[0]} old_certificate=${lines[1]} old_key=${lines[2]}
  awk -v kind="$2" -v scheme="http${certificate:+s}" -v host="$host" -v certificate="$certificate" -v key="$key" \
    -v old_host="$old_host" -v old_certificate="$old_certificate" -v old_key="$old_key" -v tls="$before/tls" '
    kind == "store" && /^[ \t]*listen[ \t]/ {
      gsub(/[ \t]+(ssl|http2)/, "")
      if (certificate != "") sub(/;/, " ssl http2;")
    }
    kind == "store" && certificate == "" && /^[ \t]*(ssl_|http2[ \t])/ { next }
    kind == "store" && /^[ \t]*http2[ \t]/ { next }
    /^[ \t]*server_name[ \t]/ && old_host != "" { at = index($0, old_host); if (at) $0 = substr($0, 1, at - 1) host substr($0, at + length(old_host)) }
    /^[ \t]*ssl_certificate[ \t]/ { had = 1; if (certificate != "" && index($0, old_certificate)) $0 = "    ssl_certificate \"" certificate "\";" }
    /^[ \t]*ssl_certificate_key[ \t]/ { if (certificate != "" && index($0, old_key)) $0 = "    ssl_certificate_key \"" key "\";" }
    /^[ \t]*set[ \t]+\$vitrine_store[ \t]+https?:/ && old_host != "" && index($0, "//" old_host) {
      sub(/https?:/, scheme ":")
      at = index($0, "//" old_host)
      $0 = substr($0, 1, at + 1) host substr($0, at + 2 + length(old_host))
    }
    kind == "store" && certificate != "" && !had && /^[ \t]*include[ \t].*\/object-store\.conf/ {
      while ((getline line < tls) > 0) print line
    }
    { print }
  ' <<<"$1"
}

# carry_over NAME PART TITLE: where the site before had that server block on, so has the new one, in $before/site.
carry_over() {
  local block
  [ -e "$available" ] || return 0
  block=$(server_block "$available" "$2")
  [ -n "$block" ] || return 0
  as_now "$block" "$1" >"$before/block" || return
  awk -v part="/$2" -v block="$before/block" '
    /^#server \{/ { held = ""; holds = 1; found = 0 }
    holds {
      held = held $0 "\n"
      if (index($0, part)) found = 1
      if ($0 !~ /^#\}/) next
      holds = 0
      if (found) { while ((getline line < block) > 0) print line } else printf "%s", held
      next
    }
    { print }
  ' "$before/site" >"$before/site.new" && mv "$before/site.new" "$before/site" || return
  echo "$3 stays on: listen $(sed -nE 's/^[[:space:]]*listen[[:space:]]+([^;]*);.*/\1/p' "$before/block" | paste -sd, | sed 's/,/, /g')"
}
