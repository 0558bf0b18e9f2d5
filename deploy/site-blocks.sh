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

# without_blocks FILE: the file with a line in place of each of the two server blocks that may be a remark, whether it is on
# or not: what they are to be is decided by carry_over.
without_blocks() {
  awk '
    function ends() { return depth == 0 && seen }
    { code = $0; sub(/^#/, "", code); sub(/#.*/, "", code) }
    !inside && code ~ /^server[ \t]*\{/ { inside = 1; held = ""; name = ""; depth = 0; seen = 0 }
    inside {
      held = held $0 "\n"
      if (code ~ /include[ \t].*\/object-store\.conf/) name = "object-store"
      if (code ~ /include[ \t].*\/console\.conf/) name = "console"
      opened = gsub(/\{/, "{", code)
      depth += opened - gsub(/\}/, "}", code)
      if (opened) seen = 1
      if (ends()) { if (name != "") print "# the server block of " name; else printf "%s", held; inside = 0 }
      next
    }
    { print }
    END { if (inside) printf "%s", held }
  ' "$1"
}

# with_blocks FILE: puts the blocks of $before/site.new back.
with_blocks() {
  awk -v source="$before/site.new" '
    BEGIN {
      while ((getline line < source) > 0) {
        code = line; sub(/^#/, "", code); sub(/#.*/, "", code)
        if (!inside && code ~ /^server[ \t]*\{/) { inside = 1; held = ""; name = ""; depth = 0; seen = 0 }
        if (!inside) continue
        held = held line "\n"
        if (code ~ /include[ \t].*\/object-store\.conf/) name = "object-store"
        if (code ~ /include[ \t].*\/console\.conf/) name = "console"
        opened = gsub(/\{/, "{", code)
        depth += opened - gsub(/\}/, "}", code)
        if (opened) seen = 1
        if (depth == 0 && seen) { if (name != "") blocks[name] = held; inside = 0 }
      }
    }
    /^# the server block of / { name = $NF; if (name in blocks) { printf "%s", blocks[name]; next } }
    { print }
  ' "$1"
}

# merged: makes $before/site.new the site that is there with the changes from what this script wrote last to what it would
# write now; fails where somebody else has changed the same lines. Where the former is not known, as after a removal, it is
# what this version would have written, which is_as_written has made.
merged() {
  local written=$conf/$memory
  [ -e "$written" ] || { written=$before/written-site; with_http2 "$before/as-written" >"$written"; }
  without_blocks "$available" >"$before/mine" && without_blocks "$written" >"$before/base" &&
    without_blocks "$before/site.new" >"$before/theirs" || return
  diff3 -m "$before/mine" "$before/base" "$before/theirs" >"$before/merged" 2>/dev/null || return
  with_blocks "$before/merged" >"$before/site.merged" && mv "$before/site.merged" "$before/site.new"
}

# tell_changes: the lines of the site that change.
tell_changes() {
  local removed added
  removed=$(diff "$available" "$before/site.new" | grep -c '^<')
  added=$(diff "$available" "$before/site.new" | grep -c '^>')
  echo "$available: $removed lines taken out, $added put in"
}
