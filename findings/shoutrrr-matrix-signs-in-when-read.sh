#!/usr/bin/env bash
# nicholas-fedor/shoutrrr v0.13.2: reading a matrix:// URL with a user signs in over the network.
#
# For most services CreateSender only reads the URL, so programs call it to validate a configuration. For matrix it asks
# the server for its login flows and sends the password. If the server refuses, the error only says that the service
# could not be initialized, and not what the server answered.
#
# Seen with Go 1.26, 2026-11-28. Needs Go and its modules; the server is on loopback.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

cat >main.go <<'GO'
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/nicholas-fedor/shoutrrr"
)

func main() {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			fmt.Fprint(w, `{"flows":[{"type":"m.login.password"}]}`)
			return
		}
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"errcode":"M_FORBIDDEN","error":"Invalid username or password"}`)
	}))
	defer server.Close()
	_, err := shoutrrr.CreateSender("matrix://ada:secret@" + strings.TrimPrefix(server.URL, "http://") + "/?disableTLS=yes")
	fmt.Println("requests:", strings.Join(asked, ", "))
	fmt.Println("failed:", err != nil, "- the cause is told:", err != nil && strings.Contains(err.Error(), "Invalid username"))
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/nicholas-fedor/shoutrrr@v0.13.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
got=$(go run .)
want='requests: GET /_matrix/client/r0/login, POST /_matrix/client/r0/login
failed: true - the cause is told: false'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
