# shellcheck shell=sh disable=SC2034,SC2154
# What could not be delivered, on disk: one file an entry, named by its time, so that their order is that of their names.
#   hopledger-spool 1
#   /v1/libvirt/hook?name=web01&...     without the host and the time of sending: they are of the delivery
#   application/xml
#   <body>
# Written beside, synced and renamed: after a crash an entry is there whole or not at all.

SPOOL_HEAD='hopledger-spool 1'

spool_is_empty() {
  for spool_entry in "$spool"/[0-9]*; do
    [ -e "$spool_entry" ] && return 1
    return 0
  done
}

# spool_put KIND AT TARGET CONTENT_TYPE BODY_FILE: 1 when it could not be kept.
spool_put() {
  mkdir -p "$spool" 2>/dev/null && [ -d "$spool" ] || return 1
  spool_make_room
  spool_stamp=$(printf '%s' "$2" | tr -cd '0-9T')
  spool_number=10000
  while [ -e "$spool/$spool_stamp-$$-$spool_number.$1" ]; do spool_number=$((spool_number + 1)); done
  spool_temporary=$spool/.new-$$
  { printf '%s\n%s\n%s\n' "$SPOOL_HEAD" "$3" "$4" && cat "$5"; } 2>/dev/null >"$spool_temporary" &&
    { sync "$spool_temporary" 2>/dev/null || :; } &&
    mv "$spool_temporary" "$spool/$spool_stamp-$$-$spool_number.$1" 2>/dev/null || {
    rm -f "$spool_temporary"
    return 1
  }
  sync "$spool" 2>/dev/null || :
}

spool_files() { find "$spool" -type f -name '[0-9]*' 2>/dev/null | wc -l; }
spool_kib() { du -sk "$spool" 2>/dev/null | awk '{ print $1 + 0 }'; }

# Over the bound the oldest go, those first of which a later one says as much: `prepare` and `start` lead to `started`.
# A fiftieth at once, so that a full spool is not counted for every entry. How many went is told to the server.
spool_make_room() {
  spool_count=$(spool_files)
  spool_size=$(spool_kib)
  [ "$spool_count" -ge "$spool_max_files" ] || [ "${spool_size:-0}" -ge $((spool_max_mib * 1024)) ] || return 0
  spool_drop=$((spool_count / 50 + 1))
  find "$spool" -type f -name '[0-9]*' | sed 's|.*/||' | sort >"$spool/.all-$$"
  { grep -E '\.(prepare|start)$' "$spool/.all-$$"; grep -vE '\.(prepare|start)$' "$spool/.all-$$"; } |
    head -n "$spool_drop" >"$spool/.drop-$$"
  # Noted before they go: one counted that is still there is better than one gone that is not.
  cat "$spool/.drop-$$" >>"$state/lost"
  while IFS= read -r spool_entry; do rm -f "$spool/$spool_entry"; done <"$spool/.drop-$$"
  rm -f "$spool/.all-$$" "$spool/.drop-$$"
  log crit "the spool is full ($spool_count reports, $spool_size KiB): the $spool_drop least needed of the oldest were dropped"
}
