#!/bin/bash
# Runs real agent CLIs through Curfew and its presets, and prints the table of docs/agent-clis.md. It is not part of the checks:
# it installs packages with npm (Node 20 or newer), and takes some minutes. Each situation has a network namespace with loopback
# only, a home folder of its own, made-up keys, and a stand-in for the backend (clis/backend.mjs).
#
# Usage: tests/live/clis.sh [CLI…]
# FOLDER=… keeps the packages and what every run printed; SITUATIONS="401 quote" runs only these.
set -u
cd "$(dirname "$0")/../.." || exit 1
here=$PWD/tests/live/clis
folder=${FOLDER:-$(mktemp -d)}
port=4010
mkdir -p "$folder"

declare -A package=(
  [claude-code]=@anthropic-ai/claude-code@2.1.332
  [codex]=@openai/codex@0.171.0
  [gemini]=@google/gemini-cli@0.61.0
  [opencode]=opencode-ai@1.18.33
  [pi]=@mariozechner/pi-coding-agent@0.73.1
  [qwen]='@qwen-code/qwen-code@0.24.4 node@24' # it needs Node 22
  [copilot]=@github/copilot@1.0.102
)
read -ra situations <<<"${SITUATIONS:-401 second quota 403 signed-out quote lapsed killed}"

# configure HOME SITUATION: what the CLI needs in a home folder to ask the stand-in. It sets with, env and keys, and writes the
# script signs-in, which does what signing in with the CLI leaves behind; Curfew is not told of it.
configure_claude-code() {
  env='' with='' keys=(ANTHROPIC_BASE_URL=http://127.0.0.1:$port)
  signs_in .claude/.credentials.json '{"claudeAiOauth":{"accessToken":"made-up","refreshToken":"made-up","expiresAt":4102444800000,"scopes":["user:inference"]}}'
  case $2 in
    signed-out) ;;
    lapsed) stored "$1" refuse ;;
    killed) stored "$1" silent ;;
    *) keys+=(ANTHROPIC_API_KEY=sk-ant-made-up) ;;
  esac
}
# stored HOME MODE: a sign-in of Claude Code that has expired, and the server that would renew it; see clis/tokens.mjs.
stored() {
  mkdir -p "$1/.claude"
  echo '{"claudeAiOauth":{"accessToken":"made-up-old","refreshToken":"made-up-old","expiresAt":1000000000000,"scopes":["user:inference"]}}' >"$1/.claude/.credentials.json"
  (
    cd "$out" && echo "$2" >tokens
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj "/CN=stand-in" -addext basicConstraints=critical,CA:TRUE
    openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=platform.claude.com"
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem \
      -extfile <(echo subjectAltName=DNS:platform.claude.com,DNS:api.anthropic.com)
  ) 2>/dev/null
  env='env: [NODE_EXTRA_CA_CERTS]' keys+=(NODE_EXTRA_CA_CERTS="$out/ca.pem")
}
configure_codex() {
  env='env: [STAND_KEY]' with='' keys=()
  signs_in .codex/auth.json '{"OPENAI_API_KEY":"sk-made-up-anew"}'
  [ "$2" = signed-out ] || keys=(STAND_KEY=sk-made-up)
  mkdir -p "$1/.codex"
  cat >"$1/.codex/config.toml" <<-TOML
	model_provider = "stand"
	model = "gpt-5"
	[model_providers.stand]
	name = "stand"
	base_url = "http://127.0.0.1:$port/v1"
	env_key = "STAND_KEY"
	wire_api = "responses"
	TOML
}
configure_gemini() {
  env='' with=', model: gemini-2.5-flash' keys=(GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:$port)
  mkdir -p "$1/.gemini"
  signs_in .gemini/.env 'GEMINI_API_KEY=made-up-anew'
  [ "$2" = signed-out ] && return
  keys+=(GEMINI_API_KEY=made-up)
  echo '{"security": {"auth": {"selectedType": "gemini-api-key"}}, "general": {"disableAutoUpdate": true}}' >"$1/.gemini/settings.json"
}
configure_opencode() {
  env='' with=', model: anthropic/claude-sonnet-4-5' keys=()
  mkdir -p "$1/.config/opencode"
  signs_in .local/share/opencode/auth.json '{"anthropic":{"type":"api","key":"sk-ant-made-up-anew"}}'
  local key='"apiKey": "sk-ant-made-up", '
  [ "$2" = signed-out ] && key=''
  echo "{\"provider\": {\"anthropic\": {\"options\": {$key\"baseURL\": \"http://127.0.0.1:$port/v1\"}}}}" >"$1/.config/opencode/opencode.json"
}
configure_pi() {
  env='' with=', model: m, args: [--provider, stand]' keys=()
  mkdir -p "$1/.pi/agent"
  signs_in .pi/agent/auth.json '{"stand":{"type":"api_key","key":"sk-made-up-anew"}}'
  if [ "$2" = signed-out ]; then
    with=', model: claude-sonnet-4-5, args: [--provider, anthropic]'
  else
    echo "{\"providers\": {\"stand\": {\"baseUrl\": \"http://127.0.0.1:$port/v1\", \"api\": \"openai-completions\", \"apiKey\": \"sk-made-up\", \"models\": [{\"id\": \"m\"}]}}}" >"$1/.pi/agent/models.json"
  fi
}

configure_qwen() {
  env='' with=', model: gpt-5' keys=(OPENAI_BASE_URL=http://127.0.0.1:$port/v1)
  signs_in .qwen/.env 'OPENAI_API_KEY=sk-made-up-anew'
  mkdir -p "$1/.qwen"
  [ "$2" = quota ] && echo '{"model": {"generationConfig": {"maxRetries": 0}}}' >"$1/.qwen/settings.json" # else it does not end
  [ "$2" = signed-out ] || keys+=(OPENAI_API_KEY=sk-made-up)
}
configure_copilot() { # its sign-in may be in a keychain, so it is a question that says yes
  env='' with=', model: gpt-5' keys=() session=', signed_in_when: {command: test -e "$HOME/signed-in", every: 1s}'
  signs_in signed-in yes
  [ "$2" = signed-out ] || keys=(COPILOT_PROVIDER_BASE_URL=http://127.0.0.1:$port/v1 COPILOT_PROVIDER_API_KEY=sk-made-up)
}

# signs_in FILE TEXT: signing in writes that.
signs_in() {
  printf 'mkdir -p "$HOME/%s"\nprintf %%s %q >"$HOME/%s.new"\nmv "$HOME/%s.new" "$HOME/%s"\n' "$(dirname "$1")" "$2" "$1" "$1" "$1" >"$out/signs-in"
}

install() {
  local to=$folder/npm/$1
  [ -e "$to/installed" ] && return
  mkdir -p "$to" && npm install --silent --no-audit --no-fund --prefix "$to" ${package[$1]} >"$to/log" 2>&1 && touch "$to/installed"
}

# situation CLI SITUATION: one daemon, two jobs of one session. The first runs; the second shows whether it is held.
situation() {
  local cli=$1 mode=$2 out=$folder/out/$1-$2
  rm -rf "$out" && mkdir -p "$out/home" "$out/site"
  session=''
  "configure_$cli" "$out/home" "$mode"
  case $mode in signed-out | lapsed | killed) echo ok ;; *) echo "$mode" ;; esac >"$out/mode"
  cat >"$out/site/jobs.yaml" <<-YAML
	sessions: {tool: {lane: 1$session}}
	jobs:
	  - {name: first, actor: cli-agent, session: tool, schedule: "0 0 1 1 *", timezone: UTC, ${env:+$env,} with: {preset: $cli, prompt: say hi$with}}
	  - {name: second, actor: cli-agent, session: tool, schedule: "0 0 1 1 *", timezone: UTC, ${env:+$env,} with: {preset: $cli, prompt: say hi$with}}
	YAML
  env -i HOME="$out/home" PATH="$folder/bin:$folder/npm/$cli/node_modules/.bin:$PATH" LANG=C.UTF-8 CURFEW_DATA="$out/data" ${keys[@]+"${keys[@]}"} \
    unshare -rnmp --fork bash "$here/one.sh" "$here" "$port" "$out" >"$out/result" 2>"$out/log"
  printf '| %s | %s | %s |\n' "$cli" "$mode" "$(cat "$out/result")" | tee -a "$folder/table.md"
}

command -v node npm unshare go openssl >/dev/null || { echo "clis.sh needs node, npm, unshare, go and openssl" >&2; exit 1; }
mkdir -p "$folder/bin" && go build -o "$folder/bin/curfew" ./cmd/runtime || exit 1
{
  echo "$(date -u +%F), Node $(node --version)"
  echo
  echo '| CLI | situation | first run | calls | gate | second job | after the sign-in | reason |'
  echo '|---|---|---|---|---|---|---|---|'
} | tee "$folder/table.md"
[ $# -gt 0 ] || set -- claude-code codex pi gemini opencode qwen copilot
for cli in "$@"; do
  install "$cli" || { echo "| $cli | not installed: ${package[$cli]} |" | tee -a "$folder/table.md"; continue; }
  for s in "${situations[@]}"; do
    case $cli-$s in claude-code-* | *-401 | *-second | *-quota | *-403 | *-signed-out | *-quote) situation "$cli" "$s" ;; esac
  done
done
