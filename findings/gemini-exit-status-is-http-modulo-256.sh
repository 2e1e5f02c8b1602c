#!/usr/bin/env bash
# gemini-cli 0.61.0: with --output-format json the exit status of a refused call is the HTTP status modulo 256.
#
# A 401 gives exit status 145, in text mode 1. A script that takes 145 for "killed
# by signal 17", as shells count, is wrong. The JSON object with the error is the last thing on stderr, after a stack
# trace; stdout, which has the JSON of an answer, is empty.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @google/gemini-cli@0.61.0 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// Refuses every model call with the status 401, and notes the calls in a file.
import http from "node:http";
import fs from "node:fs";

http.createServer((req, res) => {
  req.resume().on("end", () => {
    if (req.method === "POST") fs.appendFileSync("calls", "call\n");
    res.writeHead(401, { "content-type": "application/json" });
    res.end(JSON.stringify({ error: { code: 401, status: "UNAUTHENTICATED", message: "no", details: [] } }));
  });
}).listen(4010, "127.0.0.1", () => console.log("ready"));
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
gemini() { "$here/node_modules/.bin/gemini" -p hi -m gemini-2.5-flash "$@" </dev/null; }
json=0 text=0
gemini --output-format json >json.out 2>json.err || json=$?
gemini >text.out 2>text.err || text=$?
code=$(tail -n 3 json.err | grep -o '"code": [0-9]*')
echo "text: exit $text; JSON: exit $json, stdout $(wc -c <json.out) bytes, stderr begins with $(head -c 1 json.err | grep -q '{' && echo JSON || echo words) and has $code"
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='text: exit 1; JSON: exit 145, stdout 0 bytes, stderr begins with words and has "code": 401'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
