package room

import (
	"io/fs"
	"math"
	"path"
	"strconv"
	"strings"
)

// free is how much memory the process may still take, in bytes: what the system has, and what each control group that it
// belongs to leaves. 0: that is not known, as on a system other than Linux.
func free(root fs.FS) uint64 {
	least := available(root)
	groups, _ := fs.ReadFile(root, "proc/self/cgroup")
	for line := range strings.Lines(string(groups)) {
		kind, at, ok := strings.Cut(strings.TrimSpace(line), ":/")
		if !ok || least == 0 {
			continue
		}
		for at := path.Clean("/" + at); ; at = path.Dir(at) {
			switch _, controllers, _ := strings.Cut(kind, ":"); controllers {
			case "": // version 2
				for _, limit := range []string{"memory.max", "memory.high"} { // above the second it is made slow
					least = min(least, left(root, "sys/fs/cgroup"+at, limit, "memory.current"))
				}
			case "memory":
				least = min(least, left(root, "sys/fs/cgroup/memory"+at, "memory.limit_in_bytes", "memory.usage_in_bytes"))
			}
			if at == "/" {
				break
			}
		}
	}
	return least
}

// available is what the system can give without swapping; 0: it is not known.
func available(root fs.FS) uint64 {
	info, _ := fs.ReadFile(root, "proc/meminfo")
	for line := range strings.Lines(string(info)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemAvailable:" {
			kib, _ := strconv.ParseUint(f[1], 10, 54)
			return kib << 10
		}
	}
	return 0
}

// left is what a control group leaves of its limit; a group that is not there, or has none, leaves everything.
func left(root fs.FS, group, limit, usage string) uint64 {
	number := func(name string) (uint64, error) {
		text, err := fs.ReadFile(root, path.Join(group, name))
		if err != nil {
			return 0, err
		}
		return strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	}
	most, err := number(limit)
	if err != nil { // "max", too
		return math.MaxUint64
	}
	used, err := number(usage)
	if err != nil {
		return math.MaxUint64
	}
	return most - min(used, most)
}
