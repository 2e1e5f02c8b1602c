package metrics_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// TestDeploy: alerts and dashboard ask for metrics that there are.
func TestDeploy(t *testing.T) {
	described := make(chan *prometheus.Desc, 1000)
	start(t).Gatherer().(prometheus.Collector).Describe(described)
	close(described)
	known := make(map[string]bool)
	name := regexp.MustCompile(`fqName: "(\w+)"`)
	for d := range described {
		known[name.FindStringSubmatch(d.String())[1]] = true
	}
	for _, file := range []string{"alerts.yml", "alerts_test.yml", "grafana.json"} {
		text, err := os.ReadFile("../../../deploy/" + file)
		if err != nil {
			t.Fatal(err)
		}
		asked := regexp.MustCompile(`\bcurfew_\w+`).FindAllString(string(text), -1)
		if len(asked) == 0 {
			t.Errorf("deploy/%s asks for no metric", file)
		}
		for _, m := range asked {
			if !known[m] && !known[strings.TrimSuffix(m, "_bucket")] {
				t.Errorf("deploy/%s asks for %s, which there is not", file, m)
			}
		}
	}
}
