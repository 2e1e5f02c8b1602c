package cli

import (
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"curfew/internal/daemon"
	"curfew/internal/realm"
	"curfew/messages"
)

// fleetFlags are the flags by which a daemon is a node of a fleet.
type fleetFlags struct {
	realmFlags
	node   string
	labels []string
}

func (f *fleetFlags) register(c *cobra.Command) {
	f.realmFlags.register(c, "be a node of a fleet")
	f.mayMake(c)
	c.Flags().StringVar(&f.node, "node", "", "name of this node in its fleet; by default that of the machine")
	c.Flags().StringArrayVar(&f.labels, "label", nil, "what jobs can ask for of this node by runs_on, as KEY=VALUE; may be given several times")
}

// options are what the flags say; nil: the daemon is on its own.
func (f *fleetFlags) options(c *cobra.Command) (*daemon.Fleet, error) {
	journal, given, err := f.realmFlags.options(c, "node", "label")
	if err != nil || !given {
		return nil, err
	}
	if c.Flags().Changed("accept-loss") {
		return nil, usagef("--accept-loss is for a journal in a data folder, and that of a fleet is on its servers")
	}
	node, err := f.nodeName()
	if err != nil {
		return nil, err
	}
	labels, err := labelsOf(f.labels)
	if err != nil {
		return nil, err
	}
	return &daemon.Fleet{
		Servers: f.servers, Realm: journal,
		Node: realm.Node{Name: node, Labels: labels},
	}, nil
}

func (f *fleetFlags) nodeName() (string, error) {
	name := f.node
	if name == "" {
		host, err := os.Hostname()
		if err != nil {
			return "", usagef("the machine has no name: give this node one with --node")
		}
		name = strings.ToLower(host)
	}
	if !regexp.MustCompile(messages.NodeName).MatchString(name) {
		return "", usagef("%q is not a valid name of a node: 1 to 63 of a-z, 0-9, '.', '_' and '-', the first a letter or a digit; "+
			"give one with --node", name)
	}
	return name, nil
}

// labelsOf reads labels.
func labelsOf(given []string) (map[string]string, error) {
	labels := make(map[string]string, len(given))
	key, value := regexp.MustCompile(messages.LabelName), regexp.MustCompile(messages.LabelValue)
	for _, text := range given {
		k, v, ok := strings.Cut(text, "=")
		if _, twice := labels[k]; !ok || twice || !key.MatchString(k) || !value.MatchString(v) {
			return nil, usagef("%q is not a valid label: write KEY=VALUE, each key once, such as gpu=true", text)
		}
		labels[k] = v
	}
	if len(labels) > messages.MaxLabels {
		return nil, usagef("%d labels are too many: at most %d", len(labels), messages.MaxLabels)
	}
	if len(labels) == 0 {
		return nil, nil
	}
	return labels, nil
}
