package api

import (
	"reflect"

	"go.uber.org/zap"

	"curfew/internal/contract"
)

// Routes lists the routes of the contract. docs/openapi.json is made from them.
func Routes() []Route { return newServer(struct{ contract.Backend }{}, zap.NewNop()).routes }

// Members lists what a route takes from a request.
func (r Route) Members() []Member { return membersOf(r.In) }

// Words are the texts that a type may have; nil: any.
func Words(t reflect.Type) []string { return words[t] }
