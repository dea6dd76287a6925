# shellcheck shell=sh disable=SC2034,SC2154
# Settings that change while a command runs. Needs common.sh and $work.

# Reads the settings again when the file changed, and 0 then. Ones that cannot be used leave those from before in force, and
# are told once.
reread_settings() {
  if [ -f "$config_file" ] && [ -r "$config_file" ]; then
    # Without room, half of a file could pass for a whole one.
    cat "$config_file" 2>/dev/null >"$work/settings" || return 1
    reread_faults=''
  else
    : >"$work/settings"
    reread_faults='it cannot be read'
  fi
  ! cmp -s "$work/settings" "$work/settings.seen" || return 1
  mv "$work/settings" "$work/settings.seen" || return 1
  : "${reread_faults:=$(read_settings_seen; printf %s "$config_faults")}"
  if [ -n "$reread_faults" ]; then
    log err "$config_file: $reread_faults; going on with the settings from before"
    return 1
  fi
  read_settings_seen
}

# What was looked at is what is read, whatever became of the file since.
read_settings_seen() {
  settings_path=$config_file
  config_file=$work/settings.seen
  read_config
  config_file=$settings_path
}
