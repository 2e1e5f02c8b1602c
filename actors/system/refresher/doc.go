// Package refresher brings sessions new credentials without a person. It asks a command or an authorization server for
// a token when a gate has closed because its token expired, or is about to, and it notices when another program has put
// a new token where the job file says. It decides nothing about gates: it signs in, as a person would.
package refresher
