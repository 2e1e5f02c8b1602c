#!/usr/bin/env bash
# go.yaml.in/yaml/v3 v3.0.5: a text that begins with a tab and has a line feed is written as a block that its own reader
# refuses.
#
# Marshal gives no error for a list with the text "\t\n". Unmarshal of what it has written says "found a tab character
# where an indentation space is expected". Who writes others' texts as YAML has to put such texts into quotes.
#
# Seen with Go 1.26, 2026-11-28. Needs Go and its modules.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

cat >main.go <<'GO'
package main

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

func main() {
	for _, text := range []string{"a\tb\n", "\t\n"} {
		raw, err := yaml.Marshal([]string{text})
		var back []string
		fmt.Printf("%q: written %q (%v), read back: %v\n", text, raw, err, yaml.Unmarshal(raw, &back))
	}
}
GO
go mod init finding >/dev/null 2>&1
go get go.yaml.in/yaml/v3@v3.0.5 >/dev/null 2>&1
got=$(go run .)
printf '%s\n' "$got"
want='"a\tb\n": written "- |\n  a\tb\n" (<nil>), read back: <nil>
"\t\n": written "- |\n  \t\n" (<nil>), read back: yaml: line 2: found a tab character where an indentation space is expected'
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
