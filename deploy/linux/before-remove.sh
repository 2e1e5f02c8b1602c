#!/bin/sh
# Stops the daemon before its program goes, but not before an upgrade. A unit that somebody has masked cannot be disabled:
# that is said by systemctl, and keeps no package installed.
set -e
case "$1" in
remove | 0) ;; # of dpkg; of rpm: no package of this name is left
*) exit 0 ;;
esac
if [ -d /run/systemd/system ]; then
	systemctl disable curfew.service || true
	systemctl stop curfew.service || echo 'curfew: the daemon may still run. This shows it: systemctl status curfew'
fi
