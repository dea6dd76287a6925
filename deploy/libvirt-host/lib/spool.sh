# shellcheck shell=sh disable=SC2034,SC2154
# What could not be delivered, on disk: one file an entry, named by its time, so that their order is that of their names.
#   hopledger-spool 1 TIME BOOT UPTIME  of its time, so that a clock that is set later shows (sent_time)
#   /v1/libvirt/hook?name=web01&...     without the host and the time of sending: they are of the delivery
#   application/xml
#   <body>
# Written beside, synced and renamed: after a crash an entry is there whole or not at all.

SPOOL_HEAD='hopledger-spool 1'
# Dropped where the disk holds no more, though the spool may: about as much as one report needs.
SPOOL_DROP_FOR_ONE=3

spool_is_empty() {
  for spool_entry in "$spool"/[0-9]*; do
    [ -e "$spool_entry" ] && return 1
    return 0
  done
}

# spool_put KIND STAMP TARGET CONTENT_TYPE BODY_FILE: 1 when it could not be kept; then it is counted as lost.
spool_put() {
  spool_name=$(spool_name_at "$2")
  if mkdir -p "$spool" 2>/dev/null && [ -d "$spool" ]; then
    spool_make_room
    spool_write "$@" && return 0
    # The disk is full, say: what is newest says most of what runs now.
    [ -w "$spool" ] && spool_drop_least $SPOOL_DROP_FOR_ONE && spool_write "$@" && return 0
  fi
  spool_count_lost "$1" "$2"
  return 1
}

# spool_count_lost KIND STAMP: of one that is not in the spool.
spool_count_lost() { printf '%s.%s\n' "$(spool_name_at "$2")" "$1" | spool_note_lost; }

spool_name_at() { printf '%s-%s' "$(printf '%s' "${1%% *}" | tr -cd '0-9T')" $$; }

spool_write() {
  case "$spool_name" in [0-9]*) ;; *) return 1 ;; esac
  spool_number=10000
  while [ -e "$spool/$spool_name-$spool_number.$1" ]; do spool_number=$((spool_number + 1)); done
  spool_temporary=$spool/.new-$$
  { printf '%s %s\n%s\n%s\n' "$SPOOL_HEAD" "$2" "$3" "$4" && cat "$5"; } 2>/dev/null >"$spool_temporary" &&
    spool_settle "$spool/$spool_name-$spool_number.$1" || { rm -f "$spool_temporary"; return 1; }
}

# spool_settle ENTRY: $spool_temporary becomes it.
spool_settle() {
  { sync "$spool_temporary" 2>/dev/null || :; } && mv "$spool_temporary" "$1" 2>/dev/null || return 1
  sync "$spool" 2>/dev/null || :
}

# In the order of delivery.
spool_names() { find "$spool" -type f -name '[0-9]*' 2>/dev/null | sed 's|.*/||' | sort; }
spool_files() { find "$spool" -type f -name '[0-9]*' 2>/dev/null | wc -l; }
spool_kib() { du -sk "$spool" 2>/dev/null | awk '{ print $1 + 0 }'; }

# Over the bound a fiftieth goes at once, so that a full spool is not counted for every entry.
spool_make_room() {
  spool_count=$(spool_files)
  spool_size=$(spool_kib)
  [ "$spool_count" -ge "$spool_max_files" ] || [ "${spool_size:-0}" -ge $((spool_max_mib * 1024)) ] || return 0
  spool_drop_least $((spool_count / 50 + 1))
  log crit "the spool is full ($spool_count reports, $spool_size KiB): the $((spool_count / 50 + 1)) least needed of the oldest were dropped"
}

# spool_drop_least COUNT: without a file of its own, which a full disk would not take. 1 when nothing was there to drop.
spool_drop_least() {
  spool_least=$(spool_by_need | head -n "$1")
  [ -n "$spool_least" ] || return 1
  # Noted before they go: one counted that is still there is better than one gone that is not.
  printf '%s\n' "$spool_least" | while IFS= read -r spool_entry; do
    printf '%s%s\n' "$spool_entry" "$(spool_lines_until "$spool_entry")"
  done | spool_note_lost
  printf '%s\n' "$spool_least" | while IFS= read -r spool_entry; do rm -f "$spool/$spool_entry"; done
}

# Of event lines, which may be those of days: the time of the last, written as the name has that of the first.
spool_lines_until() {
  case "$1" in *.events*) ;; *) return 0 ;; esac
  tail -c 20000 "$spool/$1" 2>/dev/null |
    sed -n 's/^\(....\)-\(..\)-\(..\) \(..\):\(..\):\(..\)\.\(...\)+0000: event .*/ \1\2\3T\4\5\6\7-/p' | tail -n 1
}

# The oldest first, and before them those of which another says as much: `prepare` and `start` lead to `started`, and a later
# look at what runs has all that the one before it had. Then event lines: of starts, hops and ends the hook's reports, with
# their XML, tell more.
spool_by_need() {
  spool_names | awk '
    { name[NR] = $0; what = $0; sub(/^[^.]*\./, "", what); kind[NR] = what
      if (what == "gone" || what ~ /\.running$/) last[what] = NR }
    function rank(i) {
      return kind[i] ~ /^(prepare|start)$/ || ((kind[i] in last) && last[kind[i]] != i) ? 1 : kind[i] ~ /^events/ ? 2 : 3 }
    END { for (r = 1; r <= 3; r++) for (i = 1; i <= NR; i++) if (rank(i) == r) print name[i] }'
}

# Names of entries on standard input, with the time until which they reach, when it is another. In memory where the disk takes no more.
spool_note_lost() {
  spool_lost=$(cat)
  { mkdir -p "$state" && printf '%s\n' "$spool_lost" >>"$state/lost"; } 2>/dev/null ||
    { mkdir -p "$run" && printf '%s\n' "$spool_lost" >>"$run/lost"; } 2>/dev/null ||
    log crit "not even counted: $spool_lost"
}

# How many are not told to the server yet.
spool_lost_count() { cat "$state/lost" "$state/lost.telling" "$run/lost" "$run/lost.telling" 2>/dev/null | wc -l; }
