package procs

import (
	"os"
	"strconv"
	"strings"
)

const (
	standardStreams = 3    // standard input, output and error: the first descriptors
	maxDescriptors  = 4096 // of a process that are looked at
)

// pipesOf returns the pipes that a process has open, by their inodes: as standard input, output or error, and, if all
// is set, under any number. There are none if it cannot be read, as another user's process.
func pipesOf(pid int, all bool) (pipes []uint64) {
	dir := "/proc/" + strconv.Itoa(pid) + "/fd/"
	add := func(descriptor string) {
		is, err := os.Readlink(dir + descriptor)
		if err != nil {
			return
		}
		if number, ok := strings.CutPrefix(is, "pipe:["); ok {
			if inode, err := strconv.ParseUint(strings.TrimSuffix(number, "]"), 10, 64); err == nil {
				pipes = append(pipes, inode)
			}
		}
	}
	if !all {
		for n := range standardStreams {
			add(strconv.Itoa(n))
		}
		return pipes
	}
	list, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer list.Close()
	names, _ := list.Readdirnames(maxDescriptors) // as far as it can be read
	for _, name := range names {
		add(name)
	}
	return pipes
}
