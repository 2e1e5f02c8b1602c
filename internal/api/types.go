// Package api is Curfew's HTTP interface, on a Unix socket and on TCP, and the client that the commands use. It does not
// run anything: it asks a [contract.Backend]. Errors are problem+json (RFC 9457).
package api
