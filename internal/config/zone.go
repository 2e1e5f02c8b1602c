package config

import (
	"os"
	"strings"
	"time"
)

// DefaultTimezone is the IANA name of the machine's time zone: that of TZ, else of /etc/localtime,
// else "UTC".
func DefaultTimezone() string {
	if tz, ok := os.LookupEnv("TZ"); ok {
		return zoneOf(strings.TrimPrefix(tz, ":"))
	}
	if path, err := os.Readlink("/etc/localtime"); err == nil {
		return zoneOf(path)
	}
	return "UTC"
}

// zoneOf reads a zone out of a name or of a path into a time zone database.
func zoneOf(s string) string {
	if _, name, ok := strings.Cut(s, "zoneinfo/"); ok {
		s = name
	}
	if !knownZone(s) {
		return "UTC"
	}
	return s
}

// knownZone reports whether the name is an IANA time zone. The names "" and "Local" are Go's own.
func knownZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
