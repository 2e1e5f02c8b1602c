#!/usr/bin/env bash
# codex 0.171.0: with a provider of one's own it repeats what no repetition mends, and not what one would.
#
# A rejected key (401) costs six calls. A rate limit (429 without Retry-After), which would pass, ends the run after one,
# in words that speak of a retry limit.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @openai/codex@0.171.0 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// Refuses every model call with the status of the file, and notes the calls in a file.
import http from "node:http";
import fs from "node:fs";

http.createServer((req, res) => {
  req.resume().on("end", () => {
    if (req.method === "POST") fs.appendFileSync("calls", "call\n");
    const status = Number(fs.readFileSync("status", "utf8"));
    res.writeHead(status, { "content-type": "application/json" });
    res.end(JSON.stringify({ error: { message: "no", type: status === 401 ? "invalid_request_error" : "rate_limit_error" } }));
  });
}).listen(4010, "127.0.0.1", () => console.log("ready"));
JS
cat >"$here/inside.sh" <<'SH'
set -eu
here=$1
ip link set lo up
mkdir -p "$HOME/.codex" && cd "$HOME"
cat >.codex/config.toml <<'TOML'
model_provider = "stand"
model = "gpt-5"
[model_providers.stand]
name = "stand"
base_url = "http://127.0.0.1:4010/v1"
env_key = "STAND_KEY"
wire_api = "responses"
TOML
exec 3< <(exec node "$here/provider.mjs"); provider=$!
trap 'kill $provider' EXIT
read -r _ <&3
for status in 401 429; do
  echo $status >status
  : >calls
  code=0
  STAND_KEY=made-up "$here/node_modules/.bin/codex" exec --ephemeral --skip-git-repo-check hi </dev/null >out 2>err || code=$?
  echo "exit $code, $(wc -l <calls) calls: $(tail -n 1 err)"
done
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='exit 1, 6 calls: ERROR: unexpected status 401 Unauthorized: no, url: http://127.0.0.1:4010/v1/responses
exit 1, 1 calls: ERROR: exceeded retry limit, last status: 429 Too Many Requests'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
