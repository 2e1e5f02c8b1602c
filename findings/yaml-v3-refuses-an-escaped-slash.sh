#!/usr/bin/env bash
# go.yaml.in/yaml/v3 v3.0.5: the escape \/ of YAML 1.2 is refused, so not every JSON text can be read as YAML.
#
# YAML 1.2 (§5.7, rule 53) has \/ so that every JSON text is also YAML, and many JSON writers (PHP's json_encode) write it
# by default. This reader knows only the escapes of YAML 1.1.
#
# Seen with Go 1.26, 2026-11-28. Needs Go and its modules.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

func main() {
	const text = `{"url": "https:\/\/example.com"}`
	var a, b map[string]string
	fmt.Println("JSON:", json.Unmarshal([]byte(text), &a), a["url"])
	fmt.Println("YAML:", yaml.Unmarshal([]byte(text), &b), b["url"])
}
GO
go mod init finding >/dev/null 2>&1
go get go.yaml.in/yaml/v3@v3.0.5 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
got=$(go run .)
want='JSON: <nil> https://example.com
YAML: yaml: found unknown escape character '
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
