package messages

import "strings"

// Closed says in plain words why a gate is closed: "signed out by ada". Reason and source are those of the newest
// [GateClosed]. Every text for people takes its words from here, so that no two of them give different reasons.
func Closed(reason, source string) string {
	job, refused := refusedJob(source)
	switch {
	case reason == ReasonSignedOut && source == SourceConfig:
		return "nobody has signed in yet"
	case reason == ReasonSignedOut && source == "":
		return "signed out"
	case reason == ReasonSignedOut:
		return "signed out by " + source
	case reason == ReasonQuota:
		return "its quota is used up"
	case reason == ReasonRemoved:
		return "the job file no longer has it"
	case source == SourceForecast:
		return "its token has lapsed"
	case refused:
		return "the sign-in was refused when job " + job + " used it"
	case source == "":
		return "its sign-in has expired"
	default:
		return source + " says that its sign-in has expired"
	}
}

// refusedJob is the job in one of whose attempts a sign-in was refused.
func refusedJob(source string) (job string, ok bool) {
	for _, seen := range []string{"agent:", "attempt:"} {
		if job, ok = strings.CutPrefix(source, seen); ok {
			return job, true
		}
	}
	return "", false
}
