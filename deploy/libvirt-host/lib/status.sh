# shellcheck shell=sh disable=SC2034,SC2154
# What waits for delivery, and what the host last heard. Needs common.sh and spool.sh.

show_status() {
  make_work || return 1
  trap drop_work EXIT
  printf 'host      %s, kit %s\nserver    %s\n' "$host" "$KIT_VERSION" "$server"
  printf 'policy    no answer: %s for clean VMs, %s for tainted ones\n' "$unreachable_clean" "$unreachable_tainted"
  printf 'spool     %s of %s reports, %s KiB of %s MiB\n' "$(($(spool_files)))" "$spool_max_files" "$(spool_kib)" "$spool_max_mib"
  printf 'rejected  %s\n' "$(($(find "$state/rejected" -type f 2>/dev/null | wc -l)))"
  printf 'dropped   %s\n' "$(($(spool_lost_count)))"
  printf 'tainted   %s VMs, as last heard %s\n' "$(($(grep -c ' tainted$' "$advice/list" 2>/dev/null)))" "$(date -u -r "$advice/list" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || echo never)"
  printf 'follower  last alive %s\n' "$(cat "$state/follow/alive" 2>/dev/null || echo never)"
}
