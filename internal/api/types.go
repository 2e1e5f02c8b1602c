// Package api is Curfew's HTTP interface over a Unix socket, and the client that the commands use. It does not run
// anything: it asks a [contract.Backend]. Errors are problem+json (RFC 9457).
package api
