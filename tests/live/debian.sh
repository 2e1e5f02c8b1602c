#!/bin/bash
# Gets packages of Debian, imports their crontabs and timers, compares every slot for 400 days, runs each crontab line both
# by Debian's cron and by Curfew, and prints the table of docs/moving.md. It is not part of the checks: it asks a mirror of
# Debian 12 by apt, and needs root, dpkg-deb, a C compiler and namespaces. Nothing is installed, and nothing of the packages
# is kept or run on this machine: they are in a root of their own.
#
# Usage: tests/live/debian.sh [PACKAGE…]
# FOLDER=… keeps the packages.
set -eu
cd "$(dirname "$0")/../.."
folder=$(realpath -m "${FOLDER:-$(mktemp -d)}")
[ -n "${FOLDER:-}" ] || trap 'rm -rf "$folder"' EXIT
[ $# -gt 0 ] || set -- certbot sysstat mdadm logcheck php-common e2fsprogs apt man-db

mkdir -p "$folder/debs" "$folder/packages"
for package in cron cron-daemon-common "$@"; do # those of cron have the daemon and /etc/crontab
	[ ! -d "$folder/packages/$package" ] || continue
	(cd "$folder/debs" && apt-get -qq -o APT::Sandbox::User=root download "$package")
	dpkg-deb -x "$folder"/debs/"$package"_*.deb "$folder/packages/$package"
	echo "$package $(dpkg-deb -f "$folder"/debs/"$package"_*.deb Version)"
done
go test ./tests/oracle -count=1 -v -run '^TestDebianPackages$' -cron "$folder/packages/cron" -packages "$folder/packages"
