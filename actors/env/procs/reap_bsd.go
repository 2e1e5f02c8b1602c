//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package procs

import "context"

// adopt does nothing: there is no subreaper that needs no rights.
func adopt() {}

// Reap does nothing: nobody is adopted here.
func Reap(context.Context) {}

func (o *offspring) reap([]running) {}

// kin finds nobody: see [canLook].
type kin struct{}

func (kin) look() ([]running, error) { return nil, nil }
