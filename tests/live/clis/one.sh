#!/bin/bash
# One situation of clis.sh, inside namespaces of its own for the network, mounts and processes. Usage: one.sh FOLDER PORT OUT
folder=$1 port=$2 out=$3
limit=300 # seconds for a run
ip link set lo up && mount -t proc proc /proc || exit 1
: >"$out/calls"
node "$folder/backend.mjs" "$port" "$out/mode" "$out/calls" &
cd "$out/site" || exit 1
if [ -e "$out/tokens" ]; then
  echo '127.0.0.1 localhost platform.claude.com api.anthropic.com' >"$out/hosts" && mount --bind "$out/hosts" /etc/hosts || exit 1
  node "$folder/tokens.mjs" "$out" "$out/tokens" "$out/calls" &
fi
if [ "$(cat "$out/tokens" 2>/dev/null)" = silent ]; then # one is killed while it renews
  claude -p hi </dev/null >/dev/null 2>&1 & renewing=$!
  until grep -q '^renew' "$out/calls"; do kill -0 $renewing || exit 1; sleep 0.2; done
  kill -9 $renewing
  echo renew >"$out/tokens"
fi
curfew start --config jobs.yaml --listen off >"$out/daemon.log" 2>&1 & daemon=$!
trap 'kill $daemon; wait $daemon' EXIT # whatever else runs ends with the namespace

field() { node -e 'let v = JSON.parse(require("fs").readFileSync(0, "utf8")); for (const p of process.argv[1].split(".")) v = v?.[p < 0 ? v.length + +p : p]; console.log(v ?? "-")' "$1"; }
calls() { grep -c '^call' "$out/calls"; }
until curfew status >/dev/null 2>&1; do kill -0 $daemon || exit 1; sleep 0.2; done

# status JOB: of its newest run.
status() { curfew run list --job "$1" -o json | field items.0.status; }

# ended JOB: waits until its run has ended or is held, and prints how.
ended() {
  local is=- wait
  for ((wait = 0; wait < limit; wait++)); do
    is=$(status "$1")
    case $is in succeeded | failed | held) break ;; esac
    sleep 1
  done
  echo "$is"
}

curfew job run first >/dev/null
first=$(ended first)
id=$(curfew run list --job first -o json | field items.0.id)
curfew run show "$id" -o json >"$out/first.json"
made=$(calls)
gate=$(curfew session show tool -o json | field state)
[ "$gate" = closed ] && [ "$(curfew session show tool -o json | field reason)" = quota ] && gate="closed (quota)"
attempts=$(field attempts.length <"$out/first.json")
says=$(field attempts.-1.error <"$out/first.json")
[ "$says" = - ] && says=$(field attempts.0.error <"$out/first.json")

# over: both jobs are done, or the gate has closed again.
over() {
  local shown ends='^(succeeded|failed) (succeeded|failed)$'
  shown=$(curfew session show tool -o json)
  [ "$(field state <<<"$shown")" = closed ] && [ "$(field generation <<<"$shown")" -gt 1 ] && return
  [[ "$(status first) $(status second)" =~ $ends ]]
}

second=- after=-
if [ "$gate" != open ]; then
  curfew job run second >/dev/null
  second="$(ended second), $(($(calls) - made)) calls"
  echo ok >"$out/mode"
  before=$(calls) how=noticed
  if [ "$gate" = closed ]; then bash "$out/signs-in"; else how=said && curfew session login tool >/dev/null 2>&1; fi
  for ((wait = 0; wait < limit; wait++)); do
    over && break
    sleep 1
  done
  [ "$(status first)" = held ] && sleep 20 # a sign-in that was refused is not tried again
  curfew session show tool -o json >"$out/session.json"
  by=$(field restored_by <"$out/session.json")
  after="$how (${by#signed_in_when.}), first $(status first), second $(status second), gate $(field state <"$out/session.json"), $(($(calls) - before)) calls, generation $(field generation <"$out/session.json")"
fi
says=$(node -e 'console.log(process.argv[1].replace(/^cli-agent: (exit status \d+|stopped by \w+): /, "").replace(/ \(\w+_when.*/s, "").replace(/\s+/g, " "))' "${says:--}")
[ "$attempts" = 1 ] && attempts="1 attempt" || attempts="$attempts attempts"
echo "$first, $attempts | $made | $gate | $second | $after | $says"
