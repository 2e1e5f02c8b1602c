package config

import (
	"reflect"
	"slices"
)

// Changed are the keys of a job file that say something else than those of another, sorted, besides its jobs: of those
// only healthcheck, because the jobs that are recorded do not have it.
func (c Config) Changed(was Config) (keys []string) {
	old := was.said()
	for key, value := range c.said() {
		if !reflect.DeepEqual(value, old[key]) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// said is what the keys say, without their places in the file.
func (c Config) said() map[string]any {
	sentry, receivers, monitors := c.Sentry, slices.Clone(c.Targets), slices.Clone(c.Healthchecks)
	sentry.at = place{}
	for i := range receivers {
		receivers[i].at = place{}
	}
	for i := range monitors {
		monitors[i].at = place{}
	}
	return map[string]any{
		"sessions": []any{c.Runtime.Sessions, c.Credentials}, "lanes": c.Runtime.Lanes, "release": c.Runtime.Release,
		"notify": c.Notify, "targets": receivers, "sentry": sentry, "journal": c.Journal, "healthcheck": monitors,
		"signed_in_when": c.SignIns,
	}
}
