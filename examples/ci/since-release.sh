#!/bin/sh
# What a build brings against the release that was let through: what is new or worse fails the step, what was known does not.
#   since-release.sh app.apk baseline.json [options of waybill scan, such as --context context.json]
# baseline.json is the waybill-report.json of that release, kept as an asset of it or in the repository.
set -eu
app=$1
baseline=$2
shift 2
# One command, or several words: WAYBILL='node dist/cli/main.js'.
waybill=${WAYBILL:-npx waybill}

if [ ! -f "$baseline" ]; then
  echo "no baseline yet: keep waybill-report.json of this build as $baseline once it is let through" >&2
  # shellcheck disable=SC2086 # words of the command
  exec $waybill scan "$app" "$@" -o json=waybill-report.json -o summary
fi

status=0
# shellcheck disable=SC2086
$waybill scan "$app" "$@" --baseline "$baseline" -o json=waybill-report.json -o summary || status=$?
# Not read at all: there is nothing to compare.
[ "$status" -le 2 ] || exit "$status"
# shellcheck disable=SC2086
$waybill diff "$baseline" waybill-report.json --fail-on none -o markdown=waybill-changes.md
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat waybill-changes.md >>"$GITHUB_STEP_SUMMARY"; fi
exit "$status"
