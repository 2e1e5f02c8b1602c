// Package mcp lets assistants look after jobs: a server of the Model Context Protocol with the tools that a daemon
// offers them. The tools ask a [Daemon]: the backend itself for /mcp, the daemon over its socket for `curfew mcp`.
//
// Answers are short, since an assistant pays for every word: lists have a limit and say when they were truncated, long
// texts keep their end. Nobody signs in here: a token that an assistant knows is not a secret any more.
package mcp
