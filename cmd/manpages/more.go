package main

import (
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"curfew/internal/cli"
	"curfew/internal/datadir"
)

// also is the section that every page ends with.
const also = ".SH SEE ALSO\n"

// file is a path that a page names, and what is there.
type file struct{ path, is string }

// installed are the files of a package, and those that its daemon writes.
var installed = []file{
	{"/etc/curfew/jobs.yaml", "the job file of the daemon that a package has installed"},
	{"/etc/curfew/environment", "variables for that daemon, such as keys of model providers; it does not have to be there"},
	{"/usr/lib/systemd/system/curfew.service", "its unit: \\fBsystemctl enable --now curfew\\fP starts it, \\fBsystemctl edit curfew\\fP changes it"},
	{datadir.Service, "its data folder, to be named to commands with \\fB--data\\fP; only root and the user curfew may enter it"},
	{"$XDG_DATA_HOME/curfew, ~/.local/share/curfew", "the data folder of a daemon without \\fB--data\\fP and \\fB$" + datadir.Variable + "\\fP"},
	{"/usr/share/doc/curfew", "changes, and the licences of what the program is made with"},
}

// more adds to the page of a command the files and what else there is to read, before and after the commands that cobra
// names as related.
func more(page string, c *cobra.Command) string {
	files := ""
	if name := c.CommandPath(); name == "curfew" || name == "curfew start" || name == "curfew doctor" {
		files = ".SH FILES\n"
		for _, f := range installed {
			files += ".TP\n\\fI" + f.path + "\\fP\n" + f.is + "\n"
		}
		files += "\n\n"
	}
	page = strings.Replace(page, also, files+also, 1)
	if !c.HasParent() {
		page = strings.TrimSuffix(page, "\n") + ", \\fBsystemctl(1)\\fP, \\fBjournalctl(1)\\fP\n.PP\n\\fBcurfew help\\fP lists the pages of the documentation, " +
			"which are in the program: \\fBcurfew help tutorial\\fP, \\fBcurfew help packages\\fP, \\fBcurfew help operations\\fP\n"
	}
	if all := c.Annotations[cli.PagesOf]; all != "" {
		var names []string
		for _, p := range strings.Fields(all) {
			name, _, _ := strings.Cut(p, ".md")
			names = append(names, "\\fBcurfew help "+name+"\\fP")
		}
		page += ".PP\nIn the documentation: " + strings.Join(names, ", ") + "\n"
	}
	return page
}

var untagged = regexp.MustCompile(`^v\d.*[.-]\d{14}-([0-9a-f]{12})`)

// short is a version that fits beside the date at the foot of a page. Of a commit without a tag it is the name.
func short(version string) string {
	if m := untagged.FindStringSubmatch(version); m != nil {
		return m[1]
	}
	return version
}
