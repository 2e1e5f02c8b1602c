#!/bin/bash
# Boots systemd as the first process of namespaces of its own, with an /etc of its own, and has it run try.sh. $1 is the
# folder with the program, the unit and try.sh. Nothing of it is seen outside.
set -eu
folder=$1
mount --make-rprivate /
umount -R -l /proc && mount -t proc proc /proc # one alone: it is looked at which parts of them can be seen
umount -R -l /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
cp -a /etc "$folder/etc"
printf '%s\n' curfew:x:990:990::/home/curfew:/bin/sh other:x:991:991::/home/other:/bin/sh >>"$folder/etc/passwd"
printf '%s\n' curfew:x:990: other:x:991: >>"$folder/etc/group"
mkdir -p "$folder/etc/curfew"
mount --bind "$folder/etc" /etc
for own in /run /home /usr/local/bin /var/lib /etc/systemd/system; do mount -t tmpfs tmpfs $own; done
install -d -o 990 -g 990 /home/curfew
install -d -o 991 -g 991 /home/other
cp "$folder/curfew" /usr/local/bin/curfew
mkdir -p /etc/systemd/system/curfew.service.d
cp "$folder/curfew.service" /etc/systemd/system/
cat >/etc/systemd/system/curfew.service.d/here.conf <<END
[Unit]
# There is neither a network nor anything else that a machine starts.
DefaultDependencies=no
Wants=
After=
[Service]
LoadCredential=curfew-token:/etc/curfew/token
StandardOutput=append:$folder/daemon.log
StandardError=append:$folder/daemon.log
END
cat >/etc/systemd/system/try.service <<END
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
TimeoutStartSec=infinity
StandardOutput=append:$folder/result
StandardError=append:$folder/errors
ExecStart=/bin/bash $folder/try.sh
ExecStopPost=/bin/kill -s RTMIN+13 1
END
mount --make-rshared / # within the namespace: a credential is mounted by a child
exec env -i container=curfew PATH=/usr/local/bin:/usr/bin:/bin /lib/systemd/systemd --system --unit=try.service \
	--log-target=console --show-status=no
