//go:build race

package config_test

// raced says that the race detector asks for memory of its own, of which no bound holds.
const raced = true
