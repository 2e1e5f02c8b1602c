#!/usr/bin/env bash
# systemd-cron 1.15.19-5 (Debian 12): names of months from October on are one month early, and OCT itself makes no timer.
#
# Its generator makes a timer of each line of a crontab. NOV becomes month 10, DEC month 11, and a line for OCT is left
# out without a word.
#
# Seen with Python 3.11, Linux, 2026-11-28. Needs Debian's apt-get and dpkg-deb, python3 and unshare; the generator sees
# a crontab of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
(cd "$here" && apt-get download systemd-cron=1.15.19-5 >/dev/null 2>&1 && dpkg-deb -x ./*.deb .)

cat >"$here/inside.sh" <<'SH'
set -eu
mount -t tmpfs tmpfs /etc/cron.d
for line in '1 SEP *' '1 OCT *' '1 NOV *' '1 DEC *' '1 10 *'; do
  echo "0 12 $line root true" >/etc/cron.d/one
  rm -rf "$1/out" && mkdir "$1/out"
  "$1/lib/systemd/system-generators/systemd-crontab-generator" "$1/out" "$1/out" "$1/out" >/dev/null 2>&1
  made=$(sed -n 's/^OnCalendar=//p' "$1"/out/cron-one-*.timer 2>/dev/null || true)
  echo "$line: ${made:-no timer}"
done
SH
got=$(unshare -rm bash "$here/inside.sh" "$here")
want='1 SEP *: *-9-1 12:0:00
1 OCT *: no timer
1 NOV *: *-10-1 12:0:00
1 DEC *: *-11-1 12:0:00
1 10 *: *-10-1 12:0:00'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
