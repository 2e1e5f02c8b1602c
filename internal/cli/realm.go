package cli

import (
	"github.com/spf13/cobra"

	"curfew/bus/nats"
	"curfew/internal/realm"
)

// realmFlags are the flags that say where the journal of a fleet is.
type realmFlags struct {
	servers  realm.Servers
	name     string
	replicas int
}

// register makes the flags of a command. What says what --fleet is for.
func (f *realmFlags) register(c *cobra.Command, what string) {
	c.Flags().StringVar(&f.servers.URL, "fleet", "",
		what+": address of its NATS servers, as nats://HOST:4222 or tls://HOST:4222; several with commas")
	c.Flags().StringVar(&f.name, "realm", "", "name of the fleet on these servers")
	c.Flags().StringVar(&f.servers.Credentials, "fleet-creds", "", "file with the credentials for the servers")
	c.Flags().StringVar(&f.servers.CA, "fleet-ca", "", "file with the certificates to trust instead of those of the machine")
	c.Flags().StringVar(&f.servers.Cert, "fleet-cert", "", "certificate to show to the servers")
	c.Flags().StringVar(&f.servers.Key, "fleet-key", "", "key of --fleet-cert")
	files(c, "fleet-creds", "creds")
}

// mayMake is for a command that makes a realm if there is none.
func (f *realmFlags) mayMake(c *cobra.Command) {
	c.Flags().IntVar(&f.replicas, "replicas", 1, "how many servers keep each record, when the fleet is new: 1, 3 or 5")
}

// options are which journal is meant; given is false if it is none of a fleet. More flags may belong to --fleet.
func (f *realmFlags) options(c *cobra.Command, more ...string) (o nats.Options, given bool, err error) {
	if f.servers.URL == "" {
		for _, name := range append([]string{"realm", "replicas", "fleet-creds", "fleet-ca", "fleet-cert", "fleet-key"}, more...) {
			if c.Flags().Changed(name) {
				return o, false, usagef("--%s belongs to --fleet ADDRESS", name)
			}
		}
		return o, false, nil
	}
	if f.name == "" {
		return o, false, usagef("--fleet needs --realm NAME")
	}
	o = nats.Options{Realm: f.name, Replicas: f.replicas}
	if err := o.Check(); err != nil {
		return o, false, usagef("--realm and --replicas: %v", err)
	}
	return o, true, nil
}
