#!/usr/bin/env bash
# protoactor-go (commit 3c0e61ca19c9 of 2024): an actor system without a single actor makes 32,768 maps.
#
# Its registry of actors is 1,024 maps of orcaman/concurrent-map v1.0.0, each of which is split again into SHARD_COUNT (32)
# maps with a lock each, all made at once. That variable is exported, and read whenever a map is made or looked into: set
# to 1 before the first actor system, the registry still has 1,024 locks, and takes 0.1 MiB instead of 2.8.
#
# Seen on Linux with Go 1.26, 2026-11-29. Needs Go. Its module is in a folder of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"

	"github.com/asynkron/protoactor-go/actor"
	cmap "github.com/orcaman/concurrent-map"
)

func main() {
	cmap.SHARD_COUNT, _ = strconv.Atoi(os.Args[1])
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	system := actor.NewActorSystem()
	runtime.ReadMemStats(&after)
	maps := 0
	for _, bucket := range system.ProcessRegistry.LocalPIDs.LocalPIDs {
		maps += len(bucket)
	}
	allocated := after.TotalAlloc - before.TotalAlloc
	fmt.Fprintf(os.Stderr, "%d KiB\n", allocated>>10)
	fmt.Printf("SHARD_COUNT %d: %d maps, over 1 MiB: %v\n", cmap.SHARD_COUNT, maps, allocated > 1<<20)
}
GO
cat >go.mod <<'GO'
module finding

go 1.25

require (
	github.com/asynkron/protoactor-go v0.0.0-20240822202345-3c0e61ca19c9
	github.com/orcaman/concurrent-map v1.0.0
)
GO
go mod tidy >/dev/null 2>&1
go build -o registry .
got="$(./registry 32)
$(./registry 1)"
want='SHARD_COUNT 32: 32768 maps, over 1 MiB: true
SHARD_COUNT 1: 1024 maps, over 1 MiB: false'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
