#!/bin/sh
# The journal, its tokens and what agents have left in the home are never removed by a package, nor are files that
# somebody has put into /etc/curfew. What stays is said, and how to take it away.
set -e
kept='the journal in /var/lib/curfew, the user curfew and its home /home/curfew'
case "$1" in
remove | purge | 0) ;; # of dpkg; of rpm: no package of this name is left
*) exit 0 ;;
esac
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
case "$1" in
remove) echo "curfew: $kept stay, and /etc/curfew" ;;
0) echo "curfew: $kept stay, and what was changed in /etc/curfew" ;;
purge)
	rest=/var/lib/curfew
	for file in /etc/curfew/* /etc/systemd/system/curfew.service.d; do
		[ -e "$file" ] || continue
		echo "curfew: $file is not of the package and stays"
		case "$file" in
		/etc/curfew/*) rest='/var/lib/curfew /etc/curfew' ;; # once for all of them
		*) rest="$rest $file" ;;
		esac
	done
	echo "curfew: $kept stay. To take all of it away: deluser --remove-home curfew; rm -r $rest"
	;;
esac
