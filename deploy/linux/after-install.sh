#!/bin/sh
# Makes the user of the daemon, and its data folder. Nothing is started: the job file is an example until somebody has
# changed it. After an upgrade a daemon that runs is started again, and drains before. What a person has to do next is
# said until the daemon is enabled, or runs.
set -e
case "$1" in
configure | 1 | 2) ;; # of dpkg; of rpm: the first package of this name, an upgrade
*) exit 0 ;;
esac
if ! getent passwd curfew >/dev/null; then
	useradd --system --user-group --create-home --home-dir /home/curfew --shell /usr/sbin/nologin \
		--comment Curfew curfew
	chmod 0700 /home/curfew
fi
install -d -m 0700 -o curfew -g curfew /var/lib/curfew
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl try-restart curfew.service
fi
# In a chroot, as where an image is built, is-active succeeds without a look, and says nothing.
if ! systemctl --quiet is-enabled curfew.service 2>/dev/null && [ "$(systemctl is-active curfew.service 2>/dev/null)" != active ]; then
	echo 'curfew: nothing runs yet. Edit /etc/curfew/jobs.yaml, then: systemctl enable --now curfew'
	echo 'curfew: then look whether all is well: curfew --data /var/lib/curfew doctor; to learn more: curfew help tutorial, man curfew'
fi
