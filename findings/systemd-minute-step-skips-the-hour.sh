#!/usr/bin/env bash
# systemd 252.39-1~deb12u2 (Debian 12): after midnight, a minute step that does not divide the hour leaves out minute 0.
#
# OnCalendar=*:0/45 is minute 0 and 45 of each hour, as *:0,45 is. Where a day begins, the first form gives 00:45 as its
# first slot, and 00:00 is left out, every day; the second form has it. Steps that divide the hour (*:0/15) have it, too.
# Seconds do the same at each hour. A timer written with a step so runs once a day less than its list of minutes says.
#
# Seen 2026-11-28. Needs Debian 12 or a system that can fetch and unpack its packages (apt-get, dpkg-deb).
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

version=252.39-1~deb12u2
apt-get download "systemd=$version" "libsystemd-shared=$version" >/dev/null 2>&1
for package in ./*.deb; do dpkg-deb -x "$package" .; done

slots() {
	TZ=UTC LC_ALL=C LD_LIBRARY_PATH="$PWD/lib/x86_64-linux-gnu/systemd:$PWD/usr/lib/x86_64-linux-gnu/systemd" \
		usr/bin/systemd-analyze calendar --iterations=4 --base-time='2026-06-01 22:50 UTC' "$1" |
		grep -oE '[0-9]{2}:[0-9]{2}:[0-9]{2} UTC' | tr '\n' ' '
}
got="*:0,45 $(slots '*:0,45')
*:0/45 $(slots '*:0/45')
*:0/30 $(slots '*:0/30')"
want='*:0,45 23:00:00 UTC 23:45:00 UTC 00:00:00 UTC 00:45:00 UTC 
*:0/45 23:00:00 UTC 23:45:00 UTC 00:45:00 UTC 01:00:00 UTC 
*:0/30 23:00:00 UTC 23:30:00 UTC 00:00:00 UTC 00:30:00 UTC '
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
