package importer

import (
	"fmt"
	"strings"
)

// BootID is where Linux says which start of the machine this is: another text after every start.
const BootID = "/proc/sys/kernel/random/boot_id"

// onceABoot lets a command run once after each start of the machine, and not in that of the import, in which its source
// has run it. @reboot alone is every start of the daemon. The seconds are waited for before.
func (b *batch) onceABoot(e *Entry, wait int) {
	j := e.job
	j.apart, j.zone, j.schedule = fromStart, "", []string{"@reboot"}
	pause, command := "", strings.TrimSuffix(j.with.command, "\n")
	if wait > 0 {
		pause = fmt.Sprintf("sleep %d || exit\n", wait)
	}
	j.with.command = pause + command
	switch {
	case b.Boot == "":
		e.pause("its source runs it once after the machine has started, Curfew at every start of its daemon, and this machine has no %s to tell them apart; set enabled to true if it minds no second run", BootID)
	case j.with.shell != "" && !posixName().MatchString(base(j.with.shell)):
		e.pause("its source runs it once after the machine has started, Curfew at every start of its daemon, and %s may not know the test for that; set enabled to true if it minds no second run", j.with.shell)
	default:
		j.with.command = fmt.Sprintf(`boot=$(cat %[1]s) || exit
mark="${XDG_STATE_HOME:-$HOME/.local/state}/curfew-boot/%[2]s"
# once after each start of the machine, and not in the one of the import
if [ "$boot" = %[3]s ] || [ "$boot" = "$(cat "$mark" 2>/dev/null)" ]; then
  exit 0
fi
%[4]smkdir -p "${mark%%/*}" && echo "$boot" >"$mark" || exit
`, BootID, j.name, b.Boot, pause) + command
		e.warn("its source runs it once after the machine has started, and so does this: the command notes the start in ~/.local/state/curfew-boot, and begins with the next one. In a container the start that counts is that of its host")
	}
}
