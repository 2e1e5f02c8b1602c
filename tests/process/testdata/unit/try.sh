# Tries the unit on a booted systemd, and says on standard output what happened, a line for each question.
jobs=/etc/curfew/jobs.yaml
umask 022
cat >$jobs <<'END'
sessions: {default: {backend: "http://127.0.0.1:1", token_credential: curfew-token}}
jobs:
  - name: who
    actor: shell
    schedule: "@yearly"
    with:
      command: |
        exec >~/who 2>&1
        echo "user $(id -un), home $HOME, path $PATH"
        touch /usr/denied 2>/dev/null || echo "/usr is denied"
        touch /var/lib/curfew/allowed && echo "its state is allowed"
        unshare --user --map-root-user --pid --fork --mount-proc true && echo "a sandbox is allowed"
        grep CapEff /proc/self/status
        ls /tmp
  - {name: long, actor: shell, schedule: "@yearly", with: {command: "touch ~/begun; sleep 1; echo done >~/long"}}
END
cp $jobs /etc/curfew/good.yaml
(umask 077 && echo a-token >/etc/curfew/token)
as() { setpriv --reuid=990 --regid=990 --clear-groups env HOME=/home/curfew CURFEW_DATA=/var/lib/curfew "$@"; }
until_true() { until "$@"; do read -rt 0.05 <> <(:) || :; done; } # the test has a bound for all
session() { as curfew session list -o json | grep -o '"state":"[a-z]*"'; }
probing() { [[ $(session) == *probing* ]]; }
restarted() { [[ $(fact NRestarts) == 1 && $(fact ActiveState) == active ]]; }
fact() { systemctl show curfew --property="$1" --value; }

systemctl start curfew; echo "start: $?"
echo "status line: $(fact StatusText | cut -d, -f1-2)"
as curfew job run who --wait >/dev/null; echo "job: $?"
cat /home/curfew/who
until_true probing; echo "session by credential: $(session)"
systemctl reload curfew; echo "reload: $?"
echo 'jobs: [{name: x}]' >$jobs
systemctl reload curfew; echo "reload of a file that is not valid: $?"
as curfew job run long >/dev/null
until_true test -e /home/curfew/begun
systemctl stop curfew; echo "stop: $?, the job that ran: $(cat /home/curfew/long)"
systemctl start curfew; echo "start with a file that is not valid: $?, exit status $(fact ExecMainStatus), $(fact ActiveState), restarts $(fact NRestarts)"
cp /etc/curfew/good.yaml $jobs
systemctl reset-failed curfew
systemctl start curfew; echo "start: $?"
kill -KILL "$(fact MainPID)"
until_true restarted
echo "restarts after a kill: $(fact NRestarts)"
systemctl stop curfew

cat >>$jobs <<'END'
  - {name: other, actor: shell, schedule: "@yearly", with: {user: other, command: "exec >~/other; id -un; grep CapEff /proc/self/status; ls /var/lib/curfew 2>/dev/null || echo no data"}}
END
systemctl start curfew; echo "start with a job of another user: $?"
printf '[Service]\nUser=root\nCapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_KILL CAP_CHOWN CAP_DAC_READ_SEARCH CAP_SYS_PTRACE\n' \
	>/etc/systemd/system/curfew.service.d/root.conf
rm -rf /var/lib/curfew # it belongs to the other one
systemctl daemon-reload
systemctl start curfew; echo "start as root: $?"
curfew --data /var/lib/curfew job run other --wait >/dev/null; echo "job: $?"
cat /home/other/other
systemctl stop curfew; echo "stop: $?"
