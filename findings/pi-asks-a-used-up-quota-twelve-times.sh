#!/usr/bin/env bash
# pi-coding-agent 0.73.1: a quota that is used up is asked twelve times.
#
# The provider answers 429 with the code insufficient_quota, which says that no repetition helps before somebody pays. pi
# repeats it like any other 429: twelve calls in about 20 seconds, then exit status 1.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @mariozechner/pi-coding-agent@0.73.1 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// Refuses every model call with the status 429, and notes the calls in a file.
import http from "node:http";
import fs from "node:fs";
const status = 429, code = "insufficient_quota", message = "You exceeded your current quota.";
http.createServer((req, res) => {
  req.resume().on("end", () => {
    if (req.method === "POST") fs.appendFileSync("calls", "call\n");
    res.writeHead(status, { "content-type": "application/json" });
    res.end(JSON.stringify({ error: { message, type: code, code } }));
  });
}).listen(4010, "127.0.0.1", () => console.log("ready"));
JS
cat >"$here/inside.sh" <<'SH'
set -eu
here=$1
ip link set lo up
mkdir -p "$HOME/.pi/agent" && cd "$HOME"
cat >.pi/agent/models.json <<'JSON'
{"providers": {"stand": {"baseUrl": "http://127.0.0.1:4010/v1", "api": "openai-completions", "apiKey": "made-up", "models": [{"id": "m"}]}}}
JSON
: >calls
exec 3< <(exec node "$here/provider.mjs"); provider=$!
trap 'kill $provider' EXIT
read -r _ <&3
code=0
PI_OFFLINE=1 PI_SKIP_VERSION_CHECK=1 "$here/node_modules/.bin/pi" -p --provider stand --model m hi </dev/null >out 2>err || code=$?
echo "exit $code, $(wc -l <calls) calls: $(tail -n 1 err)"
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='exit 1, 12 calls: 429 You exceeded your current quota.'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
