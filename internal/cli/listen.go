package cli

import (
	"net"

	"github.com/spf13/cobra"

	"curfew/internal/api"
)

// listenOff is the value of --listen without TCP.
const listenOff = "off"

// tcpFlags say where the API is on TCP.
type tcpFlags struct {
	listen, cert, key string
	hosts             []string
}

func (f *tcpFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.listen, "listen", api.DefaultListen,
		"TCP address of the API, host:port; off: only the Unix socket. Callers need the token in api.token of the data folder")
	c.Flags().StringVar(&f.cert, "tls-cert", "", "certificate with its chain, in PEM; needed to listen beyond this machine")
	c.Flags().StringVar(&f.key, "tls-key", "", "key of the certificate, in PEM")
	c.Flags().StringSliceVar(&f.hosts, "allow-host", nil,
		"further name by which callers call the API, such as that of a proxy before it; may be repeated")
	files(c, "tls-cert", "pem", "crt")
	files(c, "tls-key", "pem", "key")
}

// options are what the flags say; nil: no TCP. Given reports whether an address was named.
func (f *tcpFlags) options(c *cobra.Command) (o *api.TCPOptions, given bool, err error) {
	given = c.Flags().Changed("listen")
	tls := f.cert != "" || f.key != ""
	if f.listen == listenOff {
		if tls || len(f.hosts) > 0 {
			return nil, given, usagef("--tls-cert, --tls-key and --allow-host are about TCP, and --listen is off")
		}
		return nil, given, nil
	}
	if _, _, err := net.SplitHostPort(f.listen); err != nil {
		return nil, given, usagef("--listen must be host:port, such as %s, or off, not %q", api.DefaultListen, f.listen)
	}
	if tls && (f.cert == "" || f.key == "") {
		return nil, given, usagef("--tls-cert and --tls-key are needed together")
	}
	o = &api.TCPOptions{Address: f.listen, Cert: f.cert, Key: f.key, Hosts: f.hosts}
	if err := o.Check(); err != nil {
		return nil, given, usage{err}
	}
	return o, given, nil
}
