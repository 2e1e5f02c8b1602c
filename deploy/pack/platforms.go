package main

import (
	"os"
	"strings"
)

// released are the platforms of a release: GOOS/GOARCH.
var released = []string{
	"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64",
}

// environ is the environment of a Go command for a platform, without C.
func environ(platform string) []string {
	system, machine, _ := strings.Cut(platform, "/")
	return append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+machine)
}
