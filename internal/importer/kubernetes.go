package importer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"curfew/internal/config/yaml"
	"curfew/internal/importer/oracle"
	"curfew/messages/text"
)

// kubeName is the form of names in a cluster.
var kubeName = text.Pattern(`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`)

// kubernetes reads manifests: the CronJobs in them, alone or in a List. The job of a job file makes the Job that the
// CronJob would make, so that containers, volumes and retries stay as they are.
func (b *batch) kubernetes(s Source) {
	seen := 0 // lines before the document, with the one that separates it
	for doc := range strings.SplitSeq("\n"+strings.ReplaceAll(string(s.Data), "\r\n", "\n"), "\n---") {
		begun := seen
		seen += strings.Count(doc, "\n") + 1
		if i := strings.IndexByte(doc, '\n'); i > 0 { // what stands beside ---
			doc = doc[i:]
		}
		root, err := yaml.Parse(strings.TrimPrefix(doc, "\n"))
		if err != nil {
			e := b.add(s, begun+1, "a document of YAML")
			e.refuse("it cannot be read here: %v", err)
			continue
		}
		b.kubeObject(s, root, begun)
	}
}

func (b *batch) kubeObject(s Source, n *yaml.Node, begun int) {
	if n == nil || n.Kind != yaml.Mapping {
		return
	}
	if list := child(n, "items"); list != nil && strings.HasSuffix(textAt(n, "kind"), "List") {
		for _, item := range list.Items {
			b.kubeObject(s, item, begun)
		}
		return
	}
	if textAt(n, "kind") != "CronJob" {
		return
	}
	at := n
	if schedule := child(n, "spec", "schedule"); schedule != nil {
		at = schedule
	}
	name, space := textAt(n, "metadata", "name"), textAt(n, "metadata", "namespace")
	e := b.add(s, begun+at.Line, fmt.Sprintf("%s: %s", strings.TrimPrefix(space+"/"+name, "/"), textAt(n, "spec", "schedule")))
	if !kubeName().MatchString(name) || space != "" && !kubeName().MatchString(space) {
		e.refuse("it has no valid name: manifests with generateName or templates in them have to be rendered first")
		return
	}
	b.cronJobOf(e, n, name, space)
	if space == "" {
		e.note("it names no namespace: kubectl takes that of its context, as it did when the CronJob was applied, or give the commands --namespace")
	}
	b.remark("each job makes the Job that its CronJob would make, with kubectl, whose context and rights are those of the daemon; containers, volumes, backoffLimit and deadlines stay")
	b.remark("now: read the file, run curfew check, and suspend each CronJob before the daemon starts (kubectl patch cronjob NAME -p '{\"spec\":{\"suspend\":true}}'), or both start its Job")
}

// child is the value at a path of keys; nil: there is none.
func child(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		var next *yaml.Node
		if n != nil && n.Kind == yaml.Mapping {
			for _, m := range n.Entries {
				if m.Key.Text == key {
					next = m.Value
				}
			}
		}
		n = next
	}
	return n
}

func textAt(n *yaml.Node, path ...string) string {
	if v := child(n, path...); v != nil && v.Kind == yaml.Scalar {
		return v.Text
	}
	return ""
}

// cronJobOf makes a job of a CronJob.
func (b *batch) cronJobOf(e *Entry, n *yaml.Node, name, space string) {
	j := &job{name: b.named(name), zone: textAt(n, "spec", "timeZone"), retry: "{attempts: 1}", overlap: "skip"}
	e.job = j
	schedule := textAt(n, "spec", "schedule")
	p, err := robfig.read(schedule)
	if err != nil {
		e.refuse("the schedule %q is not one of Kubernetes, or it is not read here: %v", schedule, err)
		return
	}
	if j.zone == "" {
		j.zone = "UTC"
		e.warn("without a timeZone it runs by the clock of the controller manager, which is UTC in most clusters: if it is another, set timezone")
	}
	zone, err := time.LoadLocation(j.zone)
	if err != nil {
		e.refuse("the time zone %q is not known here", j.zone)
		return
	}
	j.schedule, j.dst = []string{p.expression(true)}, "vixie"
	if !p.pace() {
		j.dst = "run_both"
	}
	j.rules = append(j.rules, p.rule(zone, oracle.Follow))
	b.kubeWork(e, textAt(n, "spec", "concurrencyPolicy"), name, space)
	j.catchUp = "{policy: one, window: " + neverEnds + "}"
	if text := textAt(n, "spec", "startingDeadlineSeconds"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 1 {
			e.pause("startingDeadlineSeconds is %q; set catch_up and stale_after", text)
		} else {
			j.stale = span(time.Duration(seconds) * time.Second)
			j.catchUp = "{policy: one, window: " + j.stale + "}"
		}
	}
	if isYes(textAt(n, "spec", "suspend")) {
		e.pause("it is suspended; set enabled to true if it is to run")
		j.never = true
	}
}

// kubeWork is the command: it makes the Job, and waits for its end unless Jobs may run beside each other.
func (b *batch) kubeWork(e *Entry, policy, name, space string) {
	const (
		create = `job=%[1]s-$(date +%%s)
kubectl create job%[2]s --from=cronjob/%[1]s "$job" || exit`
		wait = `
while :; do
  ended=$(kubectl get job%[2]s "$job" -o 'jsonpath={.status.conditions[?(@.status=="True")].type}') || exit
  case $ended in
    *Complete*) exit 0 ;;
    *Failed*) exit 1 ;;
  esac
  sleep 5
done`
		replace = `
trap 'kubectl delete job%[2]s "$job"; exit 1' TERM`
	)
	text := create + wait
	switch policy {
	case "", "Allow":
		e.job.overlap, e.job.parallel = "allow", mostParallel
	case "Forbid":
	case "Replace":
		text = create + replace + wait
		e.job.overlap = "cancel_running"
	default:
		e.pause("concurrencyPolicy is %q, which is not known here", policy)
	}
	if space != "" {
		space = " --namespace " + space
	}
	e.job.with.command = fmt.Sprintf(text, name, space)
	if len(name) > 52 {
		e.pause("the name is longer than 52 letters, so that no Job can be named after it and a time; change the command")
	}
}
