package cli

import (
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"curfew/bus/nats"
	"curfew/internal/daemon"
	"curfew/internal/realm"
	"curfew/messages"
)

// fleetFlags are the flags by which a daemon is a node of a fleet.
type fleetFlags struct {
	servers  realm.Servers
	realm    string
	node     string
	labels   []string
	replicas int
}

func (f *fleetFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.servers.URL, "fleet", "", "be a node of a fleet: address of its NATS servers, as nats://HOST:4222 or tls://HOST:4222; several with commas")
	c.Flags().StringVar(&f.realm, "realm", "", "name of the fleet on these servers")
	c.Flags().StringVar(&f.node, "node", "", "name of this node in its fleet; by default that of the machine")
	c.Flags().StringArrayVar(&f.labels, "label", nil, "what jobs can ask for of this node by runs_on, as KEY=VALUE; may be given several times")
	c.Flags().IntVar(&f.replicas, "replicas", 1, "how many servers keep each record, when the fleet is new: 1, 3 or 5")
	c.Flags().StringVar(&f.servers.Credentials, "fleet-creds", "", "file with the credentials for the servers")
	c.Flags().StringVar(&f.servers.CA, "fleet-ca", "", "file with the certificates to trust instead of those of the machine")
	c.Flags().StringVar(&f.servers.Cert, "fleet-cert", "", "certificate to show to the servers")
	c.Flags().StringVar(&f.servers.Key, "fleet-key", "", "key of --fleet-cert")
	files(c, "fleet-creds", "creds")
}

// options are what the flags say; nil: the daemon is on its own.
func (f *fleetFlags) options(c *cobra.Command) (*daemon.Fleet, error) {
	if f.servers.URL == "" {
		for _, name := range []string{"realm", "node", "label", "replicas", "fleet-creds", "fleet-ca", "fleet-cert", "fleet-key"} {
			if c.Flags().Changed(name) {
				return nil, usagef("--%s belongs to --fleet ADDRESS", name)
			}
		}
		return nil, nil
	}
	if f.realm == "" {
		return nil, usagef("--fleet needs --realm NAME")
	}
	if c.Flags().Changed("accept-loss") {
		return nil, usagef("--accept-loss is for a journal in a data folder, and that of a fleet is on its servers")
	}
	journal := nats.Options{Realm: f.realm, Replicas: f.replicas}
	if err := journal.Check(); err != nil {
		return nil, usagef("--realm and --replicas: %v", err)
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
