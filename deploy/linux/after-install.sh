#!/bin/sh
# Makes the user of the daemon, and its data folder. Nothing is started: the job file is an example until somebody has
# changed it. After an upgrade a daemon that runs is started again, and drains before; one whose job file would be refused
# goes on as it is. What a person has to do next is said until the daemon is enabled, or runs.
set -e
case "$1" in
configure | 1 | 2) ;; # of dpkg; of rpm: the first package of this name, an upgrade
*) exit 0 ;;
esac

# unit prints a property of the unit as systemd has it, with what people have changed.
unit() { systemctl show --property="$1" --value curfew.service; }

# invalid is the exit status of a check that finds the file wrong. Any other failure says nothing of the file, such as that
# of a unit whose user is no name.
invalid=2

# quoted is a word as a shell reads it: one with anything that a shell might take for its own is in quotes.
quoted() {
	case "$1" in
	*[!A-Za-z0-9/._@:=,+-]*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

# restarted starts a daemon that runs again, with the new program. Whatever becomes of it, the package is installed.
restarted() {
	# systemd quotes nothing here: a path with blanks ends where the next argument is a flag, or none is left.
	file=$(unit ExecStart | sed -n 's/.* --config[= ]//p' | sed 's/ --\{0,1\}[a-z].*//; s/ ; .*//' | head -n 1)
	program=$(unit ExecStart | sed -n 's/^{ path=\(.*\) ; argv\[\]=.*/\1/p' | head -n 1) # a build with actor types of its own knows more
	user=$(unit User)
	user=${user:-root}
	home=$(getent passwd "$user" | cut -d: -f6)
	status=0
	[ -z "$file" ] || said=$(runuser -u "$user" -- env HOME="$home" "${program:-curfew}" check --start "$file" 2>&1) || status=$?
	if [ "$status" = "$invalid" ]; then
		echo "curfew: the daemon goes on as the old version, since the new one would not start: $(printf '%s\n' "$said" | grep -v ': warning: ' | head -n 1)"
		echo "curfew: mend that until \`runuser -u $user -- $(quoted "${program:-curfew}") check --start $(quoted "$file")\` finds nothing, then: systemctl restart curfew"
	elif systemctl try-restart curfew.service; then
		echo 'curfew: the daemon was restarted, and is this version now'
	else
		echo 'curfew: the package is installed, but the daemon did not start again. This shows why: journalctl -u curfew -n 20'
	fi
}

if ! getent passwd curfew >/dev/null; then
	useradd --system --user-group --create-home --home-dir /home/curfew --shell /usr/sbin/nologin \
		--comment Curfew curfew
	chmod 0700 /home/curfew
fi
# The folder may have been given to another user, whose daemon would not start otherwise.
[ -d /var/lib/curfew ] || install -d -m 0700 -o curfew -g curfew /var/lib/curfew
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload || echo 'curfew: systemd did not take the unit in: systemctl daemon-reload'
fi
# In a chroot, as where an image is built, is-active succeeds without a look, and says nothing.
case "$(systemctl is-active curfew.service 2>/dev/null)" in
active | activating | reloading) restarted ;;
*)
	if ! systemctl --quiet is-enabled curfew.service 2>/dev/null; then
		echo 'curfew: it runs jobs and agents on a schedule, and holds agents while their sign-in has lapsed'
		echo 'curfew: nothing runs yet. Edit /etc/curfew/jobs.yaml, then: systemctl enable --now curfew'
		echo 'curfew: then look whether all is well: curfew --data /var/lib/curfew doctor; to learn more: curfew help tutorial, man curfew'
	fi
	;;
esac
