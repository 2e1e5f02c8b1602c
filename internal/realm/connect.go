package realm

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	client "github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"curfew/bus/regular"
)

// Bounds of a connection.
const (
	maxServers    = 16                     // addresses of one cluster
	connectTime   = 10 * time.Second       // for one server to answer at the start
	reconnectWait = 250 * time.Millisecond // between two tries, for as long as it takes
)

// Servers say where the servers of a realm are, and how a node proves who it is.
type Servers struct {
	URL         string // nats:// or tls://, with host and port; several of one cluster with commas
	Credentials string // path of a file with credentials, as `nsc` makes it; empty: none
	CA          string // path of a file with the certificates to trust; empty: those of the machine
	Cert, Key   string // paths of a certificate and its key, to show to the servers; empty: none
	Node        string // for the servers' own lists of connections
}

// Connect connects to one of the servers. Later the connection is made again for as long as it takes. No error and no
// line of the log has a password of the URL.
func Connect(s Servers, log *zap.Logger) (*client.Conn, error) {
	log = cmp.Or(log, zap.NewNop())
	o := client.GetDefaultOptions()
	servers, err := s.check()
	if err != nil {
		return nil, err
	}
	o.Servers, o.Name, o.Timeout = slices.Clone(servers), "curfew "+s.Node, connectTime
	o.MaxReconnect, o.ReconnectWait, o.AllowReconnect = -1, reconnectWait, true
	o.AsyncErrorCB = func(_ *client.Conn, _ *client.Subscription, err error) {
		if errors.Is(err, client.ErrPermissionViolation) {
			log.Error("realm: the servers do not allow the user of this node something that it needs: give it the rights that "+
				"docs/fleet.md lists", zap.Error(err))
			return
		}
		log.Warn("realm: the connection to the servers has an error", zap.Error(err))
	}
	o.DisconnectedErrCB = func(_ *client.Conn, err error) {
		if err == nil {
			return // it was closed
		}
		log.Warn("realm: the connection to the servers is lost; it is tried again", zap.Error(err))
	}
	o.ReconnectedCB = func(nc *client.Conn) {
		log.Info("realm: connected to the servers again", zap.String("server", nc.ConnectedServerName()))
	}
	if err := s.identify(&o); err != nil {
		return nil, fmt.Errorf("realm: the files for the connection to the servers cannot be used: %w", err)
	}
	nc, err := o.Connect()
	if err != nil {
		for i := range servers {
			servers[i] = shown(servers[i])
		}
		return nil, fmt.Errorf("realm: no connection to %s: %w", strings.Join(servers, ", "), explain(err))
	}
	return nc, nil
}

// identify has the connection use the files. They are read once now, for an error that says which of them is not valid.
func (s Servers) identify(o *client.Options) error {
	var with []client.Option
	if s.Credentials != "" {
		with = append(with, client.UserCredentials(s.Credentials))
	}
	if s.CA != "" {
		with = append(with, client.RootCAs(s.CA))
	}
	if s.Cert != "" {
		with = append(with, client.ClientCert(s.Cert, s.Key))
	}
	for _, set := range with {
		if err := set(o); err != nil {
			return err
		}
	}
	if s.Credentials == "" {
		return nil
	}
	_, err := o.UserJWT()
	if err == nil {
		_, err = o.SignatureCB([]byte("a nonce"))
	}
	if err != nil {
		return fmt.Errorf("%s is not a valid file with credentials: make one with `nsc generate creds`, or with the tool of your servers (%w)",
			s.Credentials, err)
	}
	return nil
}

// check reads the addresses, and looks whether the files are there.
func (s Servers) check() (servers []string, err error) {
	for part := range strings.SplitSeq(s.URL, ",") {
		part = strings.TrimSpace(part)
		u, err := url.Parse(part)
		if err != nil { // its text has the address
			return nil, errors.New("realm: an address of the servers is not a valid URL: write nats://HOST:4222 or tls://HOST:4222")
		}
		if u.Scheme != "nats" && u.Scheme != "tls" || u.Hostname() == "" || u.Path != "" || u.RawQuery != "" {
			return nil, fmt.Errorf("realm: %q is not a valid address of a server: write nats://HOST:4222 or tls://HOST:4222",
				shown(part))
		}
		if u.User != nil && u.Scheme == "nats" && !loopback(u.Hostname()) {
			return nil, fmt.Errorf("realm: the password for %s would cross the network in the clear: write tls://, or use a "+
				"file with credentials", shown(part))
		}
		servers = append(servers, part)
	}
	if len(servers) > maxServers {
		return nil, fmt.Errorf("realm: %d addresses of servers are too many: at most %d; some of a cluster are enough",
			len(servers), maxServers)
	}
	if (s.Cert == "") != (s.Key == "") {
		return nil, errors.New("realm: a certificate and its key are given together, or not at all")
	}
	for what, path := range map[string]string{
		"file with credentials": s.Credentials, "file of trusted certificates": s.CA, "certificate": s.Cert, "key": s.Key,
	} {
		if path == "" {
			continue
		}
		if err := regular.Check(path); err != nil { // the client would wait for a pipe
			return nil, fmt.Errorf("realm: the %s cannot be read: %w", what, err)
		}
	}
	return servers, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// shown is an address as it may be shown: without a user, who may be a token, and his password.
func shown(address string) string {
	at := strings.LastIndex(address, "@")
	if at < 0 {
		return address
	}
	scheme, _, ok := strings.Cut(address, "://")
	if !ok {
		return address[at+1:]
	}
	return scheme + "://" + address[at+1:]
}

// explain says what an error of a connection means, and what to do, before the words of the library.
func explain(err error) error {
	if hint := hint(err); hint != "" {
		return fmt.Errorf("%s (%w)", hint, err)
	}
	return err
}

// hint is what an error of a connection means, and what to do; empty: nothing is known.
func hint(err error) string {
	var unknown x509.UnknownAuthorityError
	var another x509.HostnameError
	var invalid x509.CertificateInvalidError
	var remote *net.OpError
	var noHost *net.DNSError
	switch {
	case errors.Is(err, client.ErrAuthorization), errors.Is(err, client.ErrAuthExpired), errors.Is(err, client.ErrAuthRevoked),
		errors.Is(err, client.ErrAccountAuthExpired):
		return "the servers do not know this node: check its user and password, or its file with credentials"
	case errors.Is(err, client.ErrSecureConnRequired):
		return "the servers want TLS: write tls://"
	case errors.Is(err, client.ErrSecureConnWanted):
		return "the servers have no TLS: write nats://, or let them have it"
	case errors.As(err, &unknown):
		return "nobody whom this machine trusts has signed the certificate of the servers: name the file of who has with --fleet-ca"
	case errors.As(err, &another):
		return "the certificate of the servers is not for this address: use a name that is in it"
	case errors.As(err, &invalid):
		return "the certificate of the servers is not valid: check its dates, and the clock of this machine"
	case errors.As(err, &remote) && remote.Op == "remote error", hungUp(err): // of TLS: the servers have ended it
		return "the servers refuse the certificate of this node, or want one: use --fleet-cert and --fleet-key"
	case errors.Is(err, client.ErrNoInfoReceived):
		return "what answers there is no server of NATS, or has too many connections: check the port"
	case errors.Is(err, client.ErrMaxConnectionsExceeded), errors.Is(err, client.ErrMaxAccountConnectionsExceeded):
		return "the servers have too many connections: raise max_connections, or that of the account of this node"
	case errors.As(err, &noHost):
		return "the name of the servers is not known to this machine: check it"
	case errors.Is(err, client.ErrNoServers), errors.Is(err, client.ErrTimeout):
		return "check that they run, and that this machine reaches them"
	default:
		return ""
	}
}

// hungUp reports whether the servers hung up on TLS. With TLS 1.3 they look at a node's certificate after the node has
// taken the handshake for done, so it may learn of a refusal by a connection that is gone, before their alert comes.
func hungUp(err error) bool {
	return errors.Is(err, client.ErrTLS) &&
		(errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF))
}
