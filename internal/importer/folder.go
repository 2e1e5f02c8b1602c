package importer

import "strings"

// InFolder reports whether a kind reads a file of that name when a folder is named.
func InFolder(k Kind, name string) bool {
	switch k {
	case Systemd:
		return strings.HasSuffix(name, ".timer")
	case Anacron:
		return name == "anacrontab"
	case OpenClaw, Hermes:
		return name == "jobs.json"
	case Quartz:
		return strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".properties")
	case Kubernetes, GitHubActions:
		return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
	default:
		return true
	}
}
