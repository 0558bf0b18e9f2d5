# What was written by hand into files that Vitrine's scripts write: it is found, merged and kept. To be sourced by bash.
# The MEMORY of a file is a copy of what a script wrote there last; what differs from it is somebody else's.

# is_edited FILE MEMORY NEW: whether something is in the file that was neither written there nor is to be written now. Where
# there is no memory nobody can tell: then it may be.
is_edited() {
  [ -e "$1" ] && ! cmp -s "$1" "$2" && ! cmp -s "$1" "$3"
}

# merge_edits FILE MEMORY NEW RESULT: NEW with what was written by hand into FILE. Fails where both have changed the same
# lines, or where nothing tells which lines those are.
merge_edits() {
  [ -e "$2" ] && diff3 -m "$1" "$2" "$3" >"$4" 2>/dev/null
}

# name_before FILE: where the file is to be kept: FILE.before, FILE.before.2 and so on, the first that is free or the same.
name_before() {
  local number=1 name=$1.before
  while [ -e "$name" ] && ! cmp -s "$name" "$1"; do
    number=$((number + 1)) name=$1.before.$number
  done
  echo "$name"
}
