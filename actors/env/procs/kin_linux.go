package procs

import (
	"encoding/binary"
	"errors"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// kin finds the descendants of this program. A process that is not one never will be, so each is looked at once: the
// cost of a look depends on the program's own processes, not on how many the machine has.
type kin struct {
	strangers []place // processes that are not descendants, by number
}

// place is a folder of /proc. Its inode changes when the number is given to another process.
type place struct {
	pid   int
	inode uint64
}

// look lists the descendants of this program, also those that have ended and are not reaped.
func (k *kin) look() ([]running, error) {
	places, err := places()
	if err != nil {
		return nil, err
	}
	f := finding{byPid: make(map[int]running), descend: map[int]verdict{os.Getpid(): yes}}
	known := k.strangers
	var news []place
	for _, at := range places {
		for len(known) > 0 && known[0].pid < at.pid {
			known = known[1:]
		}
		if len(known) > 0 && known[0] == at {
			f.descend[at.pid] = no
			continue
		}
		if p, err := stat(at.pid); err == nil {
			f.byPid[at.pid] = p
			news = append(news, at)
		}
	}
	var out []running
	for _, at := range news {
		p := f.byPid[at.pid]
		if f.judge(p, maxDepth) == yes {
			out = append(out, p)
		}
	}
	k.strangers = k.strangers[:0]
	for _, at := range places {
		if f.descend[at.pid] == no {
			k.strangers = append(k.strangers, at)
		}
	}
	return out, nil
}

// verdict says whether a process descends from this program.
type verdict int

const (
	unsure verdict = iota // a process in between has ended: another look will show it
	no
	yes
)

// finding is one look.
type finding struct {
	byPid   map[int]running
	descend map[int]verdict // by number; unsure ones are judged anew
}

func (f *finding) judge(p running, depth int) (v verdict) {
	if v := f.descend[p.pid]; v != unsure {
		return v
	}
	defer func() { f.descend[p.pid] = v }()
	if v := f.descend[p.parent]; v != unsure {
		return v
	}
	if p.parent == 0 {
		return no // the kernel's own, or started from outside of a container
	}
	parent, ok := f.byPid[p.parent]
	if !ok || depth == 0 || parent.start > p.start { // a parent that is younger than its child got the number later
		return unsure
	}
	return f.judge(parent, depth-1)
}

const placesSize = 32 << 10 // bytes that are read at once of the list of /proc

// places lists the folders of processes in /proc, by number.
func places() (out []place, err error) {
	fd, err := unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: "/proc", Err: err}
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	buf := make([]byte, placesSize)
	for {
		n, err := unix.ReadDirent(fd, buf)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return nil, &os.PathError{Op: "readdir", Path: "/proc", Err: err}
		case n <= 0:
			return out, nil
		}
		out = appendPlaces(out, buf[:n])
	}
}

// appendPlaces adds the folders of processes in a part of a listing. An entry has an inode, an offset, its own size, a
// kind, and a name that ends with a zero byte.
func appendPlaces(out []place, list []byte) []place {
	const size, name = 16, 19
	for len(list) > name {
		all := int(binary.NativeEndian.Uint16(list[size:]))
		if all <= name || all > len(list) {
			return out
		}
		if pid, err := strconv.Atoi(unix.ByteSliceToString(list[name:all])); err == nil {
			out = append(out, place{pid, binary.NativeEndian.Uint64(list)})
		}
		list = list[all:]
	}
	return out
}
