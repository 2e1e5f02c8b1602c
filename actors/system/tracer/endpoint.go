package tracer

import (
	"fmt"
	"net/url"
	"os"
	"strings"
)

// The variables of the collector's address; the second one is for traces alone, and wins.
const (
	Endpoint       = "OTEL_EXPORTER_OTLP_ENDPOINT"
	TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
)

// Wanted reports whether the environment names a collector. Its error says what is wrong with the address: the exporter
// itself (otlptracehttp v1.47.0) would take https://localhost:4318 instead.
func Wanted() (bool, error) {
	for _, name := range []string{TracesEndpoint, Endpoint} {
		text := strings.TrimSpace(os.Getenv(name))
		if text == "" {
			continue
		}
		at, err := url.Parse(text)
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
			return false, fmt.Errorf("the variable %s is not a valid URL of a collector; write it as http://HOST:4318", name)
		}
		return true, nil
	}
	return false, nil
}

// Headers are the values of the headers that the collector is sent, such as its key: they are secrets.
func Headers() (values []string) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"} {
		for pair := range strings.SplitSeq(os.Getenv(name), ",") {
			if _, value, ok := strings.Cut(pair, "="); ok {
				values = append(values, strings.TrimSpace(value))
				if plain, err := url.PathUnescape(value); err == nil && plain != value {
					values = append(values, strings.TrimSpace(plain))
				}
			}
		}
	}
	return values
}
