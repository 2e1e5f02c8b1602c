#!/usr/bin/env bash
# anacron 2.3-36 (Debian 12): it says that it skips a line, and runs its job at every start.
#
# @monthly is the only name of a period that it knows. Of @weekly it says "Unknown named period …, skipping", and then
# the job runs, today as well as at every further start, which is every hour in Debian. With 7 the job runs once.
#
# Seen on Linux, 2026-11-28. Needs Debian's apt-get and dpkg-deb. Its files are in a folder of their own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
apt-get download anacron=2.3-36 >/dev/null 2>&1
dpkg-deb -x ./*.deb .
mkdir spool

# twice PERIOD starts anacron two times, and says what it said of the period and how often the job ran.
twice() {
	rm -f ran said spool/*
	printf 'SHELL=/bin/sh\nPATH=/usr/bin:/bin\n%s 0 job echo x >>%s/ran\n' "$1" "$here" >tab
	for _ in 1 2; do usr/sbin/anacron -d -s -t "$here/tab" -S "$here/spool" 2>>said; done
	echo "$1: $(grep -c 'skipping' said || true) times skipped, ran $(wc -l <ran) times"
}
got="$(twice @weekly)
$(twice 7)"
want='@weekly: 2 times skipped, ran 2 times
7: 0 times skipped, ran 1 times'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { cat said; printf 'changed; it was:\n%s\n' "$want"; exit 1; }
