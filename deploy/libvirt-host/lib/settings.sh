# shellcheck shell=sh disable=SC2034,SC2154
# Settings that change while a command runs. Needs common.sh and $work.

# What later changes are measured against.
first_settings() {
  look_at_settings
  take_settings || :
}

# Reads the settings again when the file changed, and 0 then; not before it was the same at two looks: it may just be written.
reread_settings() {
  look_at_settings && ! cmp -s "$work/settings" "$work/settings.taken" || return 1
  take_settings
}

# 0 when the file is as it was at the look before.
look_at_settings() {
  if [ -r "$config_file" ]; then
    # Without room, half of it could pass for the whole.
    cat "$config_file" 2>/dev/null >"$work/settings.new" || return 1
  else
    : >"$work/settings.new"
  fi
  cmp -s "$work/settings.new" "$work/settings" 2>/dev/null
  look_status=$?
  mv "$work/settings.new" "$work/settings" && return $look_status
}

# Ones that cannot be used leave those from before in force, and are told once.
take_settings() {
  cp "$work/settings" "$work/settings.taken" || return 1
  take_faults=$(read_settings_taken; printf %s "$config_faults")
  [ -r "$config_file" ] || take_faults='it cannot be read'
  if [ -n "$take_faults" ]; then
    log err "$config_file: $take_faults; going on with the settings from before"
    return 1
  fi
  read_settings_taken
}

# What was looked at is what is read, whatever became of the file since.
read_settings_taken() {
  settings_path=$config_file
  config_file=$work/settings.taken
  read_config
  config_file=$settings_path
}
