#!/bin/sh
# The journal, its tokens and what agents have left in the home are never removed by a package.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
if [ "$1" = purge ] && [ -d /var/lib/curfew ]; then
	echo "curfew: the journal in /var/lib/curfew, the user curfew and its home /home/curfew stay"
fi
