#!/bin/sh
# Stops the daemon before its program goes, but not before an upgrade.
set -e
case "$1" in
remove | 0) ;; # of dpkg; of rpm: no package of this name is left
*) exit 0 ;;
esac
if [ -d /run/systemd/system ]; then
	systemctl disable --now curfew.service
fi
