#!/usr/bin/env bash
# claude-code 2.1.332: a long Retry-After ends the run at once, in the words of a limit that was tried again in vain.
#
# A 429 without Retry-After is tried again, as often as CLAUDE_CODE_MAX_RETRIES says. With `Retry-After: 3600` there is
# one call. The text is the same, and neither text nor JSON has the time, so a scheduler cannot know when to come back.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @anthropic-ai/claude-code@2.1.332 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// Refuses every model call with the status 429, and notes the calls in a file.
import http from "node:http";
import fs from "node:fs";

http.createServer((req, res) => {
  req.resume().on("end", () => {
    if (req.method === "POST") fs.appendFileSync("calls", "call\n");
    const after = fs.readFileSync("after", "utf8").trim();
    res.writeHead(429, { "content-type": "application/json", ...(after && { "retry-after": after }) });
    res.end(JSON.stringify({ type: "error", error: { type: "rate_limit_error", message: "Too many requests." } }));
  });
}).listen(4010, "127.0.0.1", () => console.log("ready"));
JS
cat >"$here/inside.sh" <<'SH'
set -eu
here=$1
ip link set lo up
mkdir -p "$HOME" && cd "$HOME"
exec 3< <(exec node "$here/provider.mjs"); provider=$!
trap 'kill $provider' EXIT
read -r _ <&3
export ANTHROPIC_BASE_URL=http://127.0.0.1:4010 ANTHROPIC_API_KEY=made-up CLAUDE_CODE_MAX_RETRIES=2
export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1
for after in "" 3600; do
  echo "$after" >after
  : >calls
  code=0
  "$here/node_modules/.bin/claude" -p hi --output-format json </dev/null >out 2>err || code=$?
  echo "Retry-After '$after': exit $code, $(wc -l <calls) calls, $(grep -c 3600 out err | tr '\n' ' ')$(node -p 'JSON.parse(require("fs").readFileSync("out", "utf8")).result')"
done
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want="Retry-After '': exit 1, 3 calls, out:0 err:0 API Error: Request rejected (429) · Too many requests.
Retry-After '3600': exit 1, 1 calls, out:0 err:0 API Error: Request rejected (429) · Too many requests."
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
