#!/usr/bin/env bash
# gemini-cli 0.61.0: a TERM to its process group during a call ends it with exit status 0 and no answer.
#
# A scheduler or a service manager that signals the whole group, as systemd does by default, sees a success without
# output. Other programs end by the signal or with 143.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @google/gemini-cli@0.61.0 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// Takes a call and never answers it.
import http from "node:http";
http.createServer((req) => console.log("asked", req.method)).listen(4010, "127.0.0.1", () => console.log("ready"));
JS
cat >"$here/inside.sh" <<'SH'
set -eu
here=$1
ip link set lo up
mkdir -p "$HOME/.gemini" && cd "$HOME"
echo '{"security": {"auth": {"selectedType": "gemini-api-key"}}, "general": {"disableAutoUpdate": true}}' >.gemini/settings.json
exec 3< <(exec node "$here/provider.mjs"); provider=$!
trap 'kill $provider' EXIT
read -r _ <&3
export GEMINI_API_KEY=made-up GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:4010
export GEMINI_CLI_TRUST_WORKSPACE=true GEMINI_TELEMETRY_ENABLED=false
setsid "$here/node_modules/.bin/gemini" -p hi -m gemini-2.5-flash --output-format json </dev/null >out 2>err & group=$!
read -r asked <&3 # the call has arrived
kill -TERM -- -$group
code=0
wait $group || code=$?
echo "$asked; then TERM: exit $code, stdout $(wc -c <out) bytes"
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='asked POST; then TERM: exit 0, stdout 0 bytes'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
