#!/usr/bin/env bash
# pi-coding-agent 0.73.1: the same failed call exits with 1 in text mode, and with 0 in JSON mode.
#
# The provider answers 401. `pi -p` says so on stderr and exits with 1. `pi -p --mode json` writes an assistant message
# with stopReason "error" and exits with 0, so a script that looks at the exit status takes it for a success. Who wants
# JSON has to read stopReason.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @mariozechner/pi-coding-agent@0.73.1 >/dev/null

cat >"$here/provider.mjs" <<'JS'
import http from "node:http";
http.createServer((req, res) => {
  req.resume().on("end", () => {
    res.writeHead(401, { "content-type": "application/json" });
    res.end(JSON.stringify({ error: { message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key" } }));
  });
}).listen(4010, "127.0.0.1", () => console.log("ready"));
JS
cat >"$here/inside.sh" <<'SH'
set -eu
ip link set lo up
mkdir -p "$HOME/.pi/agent" && cd "$HOME"
cat >.pi/agent/models.json <<'JSON'
{"providers": {"stand": {"baseUrl": "http://127.0.0.1:4010/v1", "api": "openai-completions", "apiKey": "made-up", "models": [{"id": "m"}]}}}
JSON
exec 3< <(exec node "$1/provider.mjs"); provider=$!
trap 'kill $provider' EXIT
read -r _ <&3
pi() { PI_OFFLINE=1 PI_SKIP_VERSION_CHECK=1 "$here/node_modules/.bin/pi" -p --provider stand --model m "$@" hi </dev/null; }
here=$1 text=0 json=0
pi >text.out 2>text.err || text=$?
pi --mode json >json.out 2>json.err || json=$?
reason=$(tail -n 1 json.out | grep -o '"stopReason":"[a-z]*"')
echo "text: exit $text, stderr $(cat text.err); JSON: exit $json, $reason"
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='text: exit 1, stderr 401 Incorrect API key provided.; JSON: exit 0, "stopReason":"error"'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
