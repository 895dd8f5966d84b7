# Containers: which run, starting them, what is said at the end.

servers() { if [ "$REPLICAS" = 1 ]; then echo berth; else printf 'berth-1\nberth-2\n'; fi; }
profile() { if [ "$REPLICAS" = 1 ]; then echo single; else echo replicas; fi; }

# The container of a service of this installation, when it runs.
running() { $ENGINE ps --quiet --filter "label=com.docker.compose.service=$1" --filter "label=com.docker.compose.project=$(project)" 2>/dev/null | head -n 1; }

# One machine can hold several installations, each in its directory; the first keeps the plain name.
project() {
  name=$(recorded COMPOSE_PROJECT_NAME)
  if [ -n "$name" ]; then echo "$name"; else basename "$DIR" | tr 'A-Z.' 'a-z-' | sed 's/^[^a-z0-9]*//'; fi
}

# Several servers are replaced one after the other, each only when the one before is ready.
start_services() {
  if [ "$REPLICAS" = 1 ]; then
    stop_service balancer berth-1 berth-2
    up postgres berth
    wait_until_ready berth
  else
    for server in $(servers); do
      up "$server"
      wait_until_ready "$server"
    done
    stop_service berth
    up balancer
    wait_until_ready balancer
    # It reads its certificate and settings again by itself only when it is told to.
    if [ -n "$BALANCER_BEFORE" ] && [ "$BALANCER_BEFORE" != "$BALANCER_SETTINGS" ]; then compose kill -s HUP balancer >/dev/null 2>&1; fi
  fi
}

up() {
  compose up -d "$@" >&2 ||
    fail "compose could not start the services; see above. Everything is in place in $DIR: mend it and run this again, or take it away with: $0 uninstall --dir $DIR --delete-data"
}

# Services of the other kind of installation, when --replicas changed.
stop_service() {
  for name in "$@"; do
    container=$(running "$name")
    if [ -n "$container" ]; then
      say "Stopping $name"
      $ENGINE stop --time 40 "$container" >/dev/null && $ENGINE rm "$container" >/dev/null
    fi
  done
}

state() { $ENGINE inspect --format "$1" "$2" 2>/dev/null || true; }

# Asked at once, since the engine looks every ten seconds only, and podman not at all where there is no systemd.
is_ready() {
  case $1 in
    balancer) $ENGINE exec "$2" wget -q -O /dev/null http://127.0.0.1:8080/readyz >/dev/null 2>&1 ;;
    *) $ENGINE exec "$2" node /opt/berth/healthcheck.mjs >/dev/null 2>&1 ;;
  esac
}

wait_until_ready() {
  say "Waiting for $1 to be ready"
  limit=$WAIT_SECONDS
  if [ -n "$UPGRADE" ]; then limit=$WAIT_UPGRADE_SECONDS; fi
  waited=0
  while [ "$waited" -lt "$limit" ]; do
    container=$(running "$1")
    if [ -n "$container" ]; then
      if is_ready "$1" "$container"; then return 0; fi
      # It gave up several times: more waiting changes nothing.
      restarts=$(state '{{.RestartCount}}' "$container")
      if [ "${restarts:-0}" -ge 4 ]; then break; fi
    fi
    sleep 1
    waited=$((waited + 1))
  done
  compose logs --tail 30 "$1" >&2 || true
  fail "$1 was not ready after $waited seconds; the last lines of its log are above. Everything is in place in $DIR: mend what they name and run this again, or take it away with: $0 uninstall --dir $DIR --delete-data"
}

report() {
  password="$ENGINE exec $($ENGINE inspect --format '{{.Name}}' "$(running "$(servers | head -n 1)")" | sed 's|^/||') cat /var/lib/berth/initial-admin-password"
  cat <<TEXT

Berth is ready: https://$ADDRESS

First password of the user admin (change it after signing in):
  $password

On every client, once, make docker trust the certificate (copy $DIR/tls/ca.crt there):
  sudo mkdir -p /etc/docker/certs.d/$ADDRESS
  sudo cp ca.crt /etc/docker/certs.d/$ADDRESS/ca.crt

Then:
  docker login $ADDRESS -u admin
  docker tag  nginx:latest $ADDRESS/demo/nginx:latest
  docker push $ADDRESS/demo/nginx:latest
  docker pull $ADDRESS/demo/nginx:latest

Keep a copy of $DIR/tls and $DIR/secrets in a safe place.
TEXT
}
