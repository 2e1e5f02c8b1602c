#!/bin/sh
# The journal, its tokens and what agents have left in the home are never removed by a package, nor are files that
# somebody has put into /etc/curfew. What stays is said, and how to take it away.
set -e
kept="the journal and the API's tokens in /var/lib/curfew, the user curfew, and its home /home/curfew with the sign-ins of agent CLIs"
case "$1" in
remove | purge | 0) ;; # of dpkg; of rpm: no package of this name is left
*) exit 0 ;;
esac
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload || true # systemctl has said why
fi
if [ "$1" = remove ]; then
	echo "curfew: $kept stay, and /etc/curfew. A purge says how all of it goes"
	exit 0
fi
rest=/var/lib/curfew
for file in /etc/curfew/* /etc/systemd/system/curfew.service.d; do
	[ -e "$file" ] || continue
	echo "curfew: $file is not of the package and stays"
	case "$file" in
	/etc/curfew/*) rest='/var/lib/curfew /etc/curfew' ;; # once for all of them
	*) rest="$rest $file" ;;
	esac
done
echo "curfew: $kept stay. To take all of it away: userdel -r curfew && rm -r $rest"
