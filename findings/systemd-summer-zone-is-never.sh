#!/usr/bin/env bash
# systemd 252.39-1~deb12u2 (Debian 12): OnCalendar=12:00 CET elapses never, if it is asked in summer and the machine's
# zone is Europe/Berlin.
#
# CET is one of the two names of that zone. While the clock shows CEST, no time is "12:00 CET", and the search gives up:
# a timer that is loaded in summer waits for ever, also through the next winter. Asked in winter the same text is every
# day. With TZ=UTC, where CET is a zone of its own (with its summer time), it is every day, too.
#
# Seen 2026-11-28. Needs Debian 12 or a system that can fetch and unpack its packages (apt-get, dpkg-deb), and tzdata.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

version=252.39-1~deb12u2
apt-get download "systemd=$version" "libsystemd-shared=$version" >/dev/null 2>&1
for package in ./*.deb; do dpkg-deb -x "$package" .; done

next() {
	TZ=$1 LC_ALL=C LD_LIBRARY_PATH="$PWD/lib/x86_64-linux-gnu/systemd:$PWD/usr/lib/x86_64-linux-gnu/systemd" \
		usr/bin/systemd-analyze calendar --base-time="$2" '12:00 CET' | sed -n 's/ *Next elapse: //p'
}
got="Berlin in June: $(next Europe/Berlin @1780272000)
Berlin in December: $(next Europe/Berlin @1766000000)
UTC in June: $(next UTC @1780272000)"
want='Berlin in June: never
Berlin in December: Thu 2025-12-18 12:00:00 CET
UTC in June: Mon 2026-06-01 10:00:00 UTC'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
