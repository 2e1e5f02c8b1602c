package doctor

import (
	"fmt"
	"strings"

	"curfew/internal/contract"
	"curfew/internal/datadir"
)

// Programs says which programs of the job file's jobs the daemon does not find. Only the daemon knows: it has another
// PATH, user and view of the file system than whoever asks. U is the machine's unit or nil.
func Programs(n contract.Status, u *datadir.Unit) (all []Finding) {
	const area = "programs"
	if n.Path == nil {
		return nil // it has none, or is an older build
	}
	for _, m := range n.Missing {
		jobs := strings.Join(m.Jobs, ", ")
		if more := m.Of - len(m.Jobs); more > 0 {
			jobs += fmt.Sprintf(" and %d more", more)
		}
		why := "the daemon does not find the program " + m.Program
		if strings.Contains(m.Program, "/") {
			why = m.Why
		}
		all = append(all, warn(area, programDo(n, m, u), "%s; jobs that run it: %s", why, jobs))
	}
	if all == nil {
		all = append(all, ok(area, "the daemon finds those that the jobs of its file begin with; its PATH is %s", *n.Path))
	}
	return all
}

// programDo is what helps: the program where it is looked for, or its folder in the PATH.
func programDo(n contract.Status, m contract.MissingProgram, u *datadir.Unit) string {
	switch {
	case strings.Contains(m.Program, "/"):
		return "put it there, or mend the job"
	case m.Path != nil:
		return "install it in a folder of the PATH that the job sets, or add its folder there: " + *m.Path
	}
	add := "start the daemon with its folder in PATH"
	if u != nil && n.Data != nil && *n.Data == u.Data {
		add = "add its folder by `systemctl edit curfew`, as Environment=PATH=… below [Service], and restart it"
	}
	return fmt.Sprintf("install it in a folder of the daemon's PATH (%s), or %s", *n.Path, add)
}
