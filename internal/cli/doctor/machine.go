package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/dustin/go-humanize"

	"curfew/internal/contract"
	"curfew/internal/datadir"
	"curfew/internal/zone"
	"curfew/messages/text"
)

// How little free space is worth a word. A journal that cannot be written stops the runtime.
const (
	fewBytes    = 1 << 30
	tooFewBytes = 100 << 20
)

// Folder looks at the data folder: whether it is there, can be read, is private, and has space left. What to do about one
// that is not there is known to who asks for its daemon.
func Folder(data string) []Finding {
	info, err := os.Stat(data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{fail("data folder", "", "%s does not exist", data)}
	case err != nil:
		return []Finding{fail("data folder", asOwner(data), "%v", err)}
	case !info.IsDir():
		return []Finding{fail("data folder", "name the right one with --data", "%s is not a folder", data)}
	}
	if _, err := os.ReadDir(data); err != nil {
		return []Finding{fail("data folder", asOwner(data), "it cannot be read: %v", err)}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return []Finding{warn("data folder", "chmod 700 "+data, "others may look into %s (mode %v)", data, info.Mode().Perm()), space(data)}
	}
	return []Finding{ok("data folder", "%s", data), space(data)}
}

// asOwner says who can look into a data folder.
func asOwner(data string) string {
	do := "run this as the user of the daemon, whose folder it is"
	if u := datadir.FindUnit(); u != nil && u.Data == data {
		do += ": " + u.Command("doctor")
	}
	return do
}

func space(data string) Finding {
	free, err := freeBytes(data)
	switch {
	case err != nil:
		return warn("disk", "", "the free space is not known: %v", err)
	case free < tooFewBytes:
		return fail("disk", "make room: without it nothing can be recorded, and the daemon stops", "%s are free", humanize.IBytes(free))
	case free < fewBytes:
		return warn("disk", "make room soon", "%s are free", humanize.IBytes(free))
	}
	return ok("disk", "%s are free", humanize.IBytes(free))
}

// Clock looks at the machine's time zone, on which jobs without a timezone depend. Jobs are those of the daemon, which do
// not say whether their zone is their own; nil: they are not known.
func Clock(now time.Time, here zone.Found, unknown error, jobs []contract.Job) Finding {
	if unknown != nil {
		if jobs != nil { // with a job that names no zone the daemon would not have started
			return warn("clock", "set the zone of the machine, or TZ", "%v; every job has a timezone, but screens show local time", unknown)
		}
		return fail("clock", "set the zone of the machine, or give the jobs that have no timezone one", "%v", unknown)
	}
	at, err := time.LoadLocation(here.Name)
	if err != nil {
		return fail("clock", "", "%v", err)
	}
	is := fmt.Sprintf("it is %s in %s", now.In(at).Format("2006-01-02 15:04:05"), here.Name)
	switch mine := inZone(jobs, here.Name); {
	case here.Warning == "":
		return ok("clock", "%s", is)
	case jobs == nil:
		return warn("clock", "give the jobs that have no timezone one", "%s", here.Warning)
	case len(mine) == 0:
		return ok("clock", "%s (%s; every job has another timezone of its own)", is, here.Warning)
	default:
		return warn("clock", "write a timezone into those of them that have none", "%s; jobs that run by that clock: %d (%s)", here.Warning,
			len(mine), text.Names(mine, maxNamed))
	}
}

// inZone are the names of jobs that run by the clock of a zone.
func inZone(jobs []contract.Job, name string) (names []string) {
	for _, j := range jobs {
		if j.Timezone == name {
			names = append(names, j.Name)
		}
	}
	return names
}
