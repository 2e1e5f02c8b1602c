#!/bin/sh
# Installs aimock, a server of model APIs that nobody of this project wrote, into the folder that is named:
# exactly the version and the bytes that package-lock.json pins. It runs no scripts of the package.
#
# Exit 0: it is there. 75: the registry cannot be reached, which says nothing about this project. Anything
# else is a failure.
set -u
into=$1
here=$(cd "$(dirname "$0")" && pwd)
[ -x "$into/node_modules/.bin/llmock" ] && exit 0
mkdir -p "$into" || exit 1
cp "$here/package.json" "$here/package-lock.json" "$into/" || exit 1
said=$(cd "$into" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=0 --fetch-timeout=30000 2>&1)
code=$?
[ $code -eq 0 ] && exit 0
printf '%s\n' "$said" >&2
case $said in
*ENOTFOUND* | *EAI_AGAIN* | *ECONNREFUSED* | *ECONNRESET* | *ETIMEDOUT* | *ENETUNREACH* | *ERR_SOCKET_TIMEOUT* | *ENOTCACHED*) exit 75 ;;
esac
exit $code
