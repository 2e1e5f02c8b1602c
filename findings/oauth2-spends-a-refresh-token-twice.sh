#!/usr/bin/env bash
# golang.org/x/oauth2 v0.38.0: one Token() sends a refresh token twice, and reports only the second request.
#
# With the default AuthStyle the library tries how a server wants the client's name: first in the header, then in the
# body. It takes every failure of the first try for a wrong style, even if the server has granted the request and only the
# answer could not be read (here expires_in is a fraction, as some servers send it). Then the first request has used up a
# single-use refresh token, and the second gets invalid_grant, which is all that the caller sees.
# With AuthStyleInParams or AuthStyleInHeader the library asks once.
#
# Seen with Go 1.26, 2026-11-28. Needs Go and its modules; the server is on loopback.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"golang.org/x/oauth2"
)

func main() {
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleAutoDetect, oauth2.AuthStyleInParams} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			w.Header().Set("Content-Type", "application/json")
			if asked == 1 {
				fmt.Fprint(w, `{"access_token":"a1","token_type":"bearer","refresh_token":"r1","expires_in":3600.5}`)
				return
			}
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant"}`)
		}))
		conf := oauth2.Config{ClientID: "app", Endpoint: oauth2.Endpoint{TokenURL: server.URL, AuthStyle: style}}
		_, err := conf.TokenSource(context.Background(), &oauth2.Token{RefreshToken: "r0"}).Token()
		var refused *oauth2.RetrieveError
		code := "none"
		if errors.As(err, &refused) {
			code = refused.ErrorCode
		}
		fmt.Printf("style %d: %d requests, failed: %v, code: %s\n", style, asked, err != nil, code)
		server.Close()
	}
}
GO
go mod init finding >/dev/null 2>&1
go get golang.org/x/oauth2@v0.38.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
got=$(go run .)
want='style 0: 2 requests, failed: true, code: invalid_grant
style 1: 1 requests, failed: true, code: none'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
