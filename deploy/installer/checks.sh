# What install.sh asks of the machine and of its arguments. Nothing here changes anything.

# A value that an earlier run left in .env.
recorded() { if [ -f "$DIR/.env" ]; then sed -n "s/^$1=//p" "$DIR/.env" | tail -n 1; fi; }

# The directory's own settings, whatever the caller's environment holds.
compose() { (cd "$DIR" && unset COMPOSE_FILE COMPOSE_PROJECT_NAME && COMPOSE_PROFILES=$(profile) && export COMPOSE_PROFILES && $COMPOSE "$@"); }

# Docker where it answers, else podman, whose socket speaks to docker's compose.
find_engine() {
  ENGINE=docker
  if ! command -v docker >/dev/null 2>&1; then
    command -v podman >/dev/null 2>&1 || fail 'docker is not installed. On Debian and Ubuntu: apt-get install docker.io docker-compose'
    ENGINE=podman
    find_podman_socket
  elif ! docker version --format '{{.Server.Version}}' >/dev/null 2>&1; then
    fail 'the docker engine does not answer. Start it (systemctl start docker), or run this as a user who may use it (root, or a member of the group docker).'
  fi
  if docker compose version >/dev/null 2>&1; then
    COMPOSE='docker compose'
  elif command -v docker-compose >/dev/null 2>&1; then
    COMPOSE=docker-compose
  else
    fail 'compose is not installed. On Debian and Ubuntu: apt-get install docker-compose'
  fi
}

find_podman_socket() {
  if [ -z "${DOCKER_HOST:-}" ]; then
    if [ "$(id -u)" = 0 ]; then socket=/run/podman/podman.sock; else socket=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/podman/podman.sock; fi
    export DOCKER_HOST="unix://$socket"
  fi
  [ -S "${DOCKER_HOST#unix://}" ] ||
    fail "podman is here, but not its socket, which compose needs ($DOCKER_HOST). Start it: systemctl $([ "$(id -u)" = 0 ] || printf -- '--user ')enable --now podman.socket"
}

# What the engine calls rootless: its containers belong to a user without privileges.
is_rootless() {
  if [ "$ENGINE" = podman ]; then
    [ "$(podman info --format '{{.Host.Security.Rootless}}' 2>/dev/null)" = true ]
  else
    docker info --format '{{.SecurityOptions}}' 2>/dev/null | grep -q rootless
  fi
}

settle_names() {
  [ -n "$HOST" ] || HOST=$(recorded BERTH_NAME)
  if [ -z "$HOST" ]; then
    [ -t 0 ] || wrong_usage '--host is missing: the name that clients type in image names, such as registry.example.com.'
    printf 'Name of the registry, as clients will type it (for instance registry.example.com): ' >&2
    read -r HOST
  fi
  [ -n "$HTTPS_PORT" ] || HTTPS_PORT=$(recorded PUBLISH_HTTPS)
  [ -n "$HTTP_PORT" ] || HTTP_PORT=$(recorded PUBLISH_HTTP)
  # An image under another name stays in use; the plain one follows the version of this script.
  [ -n "$IMAGE" ] || IMAGE=$(recorded BERTH_IMAGE)
  case $IMAGE in '' | berth:*) [ -n "$IMAGE_GIVEN" ] || IMAGE=berth:$VERSION ;; esac
  [ -n "$POSTGRES_IMAGE" ] || POSTGRES_IMAGE=$(recorded POSTGRES_IMAGE)
  [ -n "$BALANCER_IMAGE" ] || BALANCER_IMAGE=$(recorded BALANCER_IMAGE)
  [ -n "$REPLICAS" ] || REPLICAS=$(recorded BERTH_REPLICAS)
  HTTPS_PORT=${HTTPS_PORT:-443} HTTP_PORT=${HTTP_PORT:-80} POSTGRES_IMAGE=${POSTGRES_IMAGE:-postgres:18}
  BALANCER_IMAGE=${BALANCER_IMAGE:-haproxy:3.2-alpine} REPLICAS=${REPLICAS:-1}
  case $REPLICAS in 1 | 2) ;; *) wrong_usage "--replicas $REPLICAS: 1 or 2. More than two servers: see README.md." ;; esac
  for port in "$HTTPS_PORT" "$HTTP_PORT"; do
    case $port in '' | *[!0-9]* | ??????*) wrong_usage "$port is no port number." ;; esac
    if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then wrong_usage "$port is no port number."; fi
  done
  [ "$HTTPS_PORT" != "$HTTP_PORT" ] || wrong_usage "HTTP and HTTPS cannot share port $HTTP_PORT."
  # An image name may hold no more than this; the characters also keep the files that are written below simple.
  for image in "$IMAGE" "$POSTGRES_IMAGE" "$BALANCER_IMAGE"; do
    case $image in *[!A-Za-z0-9./:@_-]*) wrong_usage "$image is no image name." ;; esac
  done
  if [ "$HTTPS_PORT" = 443 ]; then ADDRESS=$HOST; else ADDRESS=$HOST:$HTTPS_PORT; fi
}

check_host() {
  case $HOST in
    *://* | */* | *:*) wrong_usage "--host $HOST: give the name alone, without https://, port or path. Ports have their own flags." ;;
    *[A-Z]*) wrong_usage "--host $HOST: write it in lower case, as clients must." ;;
    *[!a-z0-9.-]* | .* | -* | *. | *- | *..*) wrong_usage "--host $HOST is no host name." ;;
    *.* | localhost) ;;
    *)
      # Docker takes a first part without a dot and a port for a user of Docker Hub.
      [ "$HTTPS_PORT" != 443 ] ||
        fail "\"$HOST\" has no dot: docker push $HOST/project/image would go to Docker Hub. Give the full name (such as $HOST.example.com), or another port with --https-port."
      say "Note: \"$HOST\" has no dot, so clients must always write the port: $ADDRESS/project/image."
      ;;
  esac
  if command -v getent >/dev/null 2>&1 && ! getent hosts "$HOST" >/dev/null 2>&1; then
    say "Note: $HOST cannot be resolved on this machine. Clients need it in DNS or in their /etc/hosts."
  fi
}

# Where layers go is chosen once: an installation whose layers are elsewhere would not find them.
check_storage() {
  case $S3_BUCKET in *[!a-z0-9.-]*) wrong_usage "--s3-bucket $S3_BUCKET is no name of a bucket." ;; esac
  case $S3_REGION in *[!A-Za-z0-9-]*) wrong_usage "--s3-region $S3_REGION is no name of a region." ;; esac
  case $S3_ENDPOINT in
    '') ;;
    *[!A-Za-z0-9.:/_-]*) wrong_usage "--s3-endpoint $S3_ENDPOINT is no URL." ;;
    http://127.* | http://localhost* | https://127.* | https://localhost*)
      fail "--s3-endpoint $S3_ENDPOINT is this machine, as a container does not see it. Give the name or address by which others reach the store."
      ;;
    http://?* | https://?*) ;;
    *) wrong_usage "--s3-endpoint $S3_ENDPOINT: begin with https:// (or http://)." ;;
  esac
  if { [ -n "$S3_ID_FILE" ] && [ -z "$S3_KEY_FILE" ]; } || { [ -z "$S3_ID_FILE" ] && [ -n "$S3_KEY_FILE" ]; }; then
    wrong_usage '--s3-access-key-id-file and --s3-secret-access-key-file belong together.'
  fi
  for file in "$S3_ID_FILE" "$S3_KEY_FILE"; do
    [ -z "$file" ] || [ -s "$file" ] || fail "$file is empty or cannot be read. Write the credential into it, or name another file."
  done
  if [ -f "$DIR/.env" ]; then
    known=$(recorded S3_BUCKET)
    [ -z "$S3_BUCKET" ] || [ "$S3_BUCKET" = "$known" ] ||
      fail "the layers of this installation are ${known:+in the bucket }${known:-in a volume of this machine}, and this script leaves them there. To move them to another storage while the registry serves: docs/storage.md."
    S3_BUCKET=$known
  fi
  if [ -z "$S3_BUCKET" ] && [ -n "$S3_ENDPOINT$S3_REGION$S3_ID_FILE" ]; then wrong_usage '--s3-bucket is missing.'; fi
}

# Below this number, ports belong to root, and a rootless engine has none.
check_rootless_port() {
  lowest=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null || echo 1024)
  [ "$1" -ge "$lowest" ] || ! is_rootless ||
    fail "port $1 cannot be had by a rootless engine, which may use those from $lowest on. Choose another with $2, or allow it: sysctl net.ipv4.ip_unprivileged_port_start=$1"
}

# Something listens on the port and it is not the registry that an earlier run started.
check_port() {
  check_rootless_port "$1" "$2"
  hex=$(printf '%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' || return 0
  if [ "$1" = "$(recorded PUBLISH_HTTPS)" ] || [ "$1" = "$(recorded PUBLISH_HTTP)" ]; then
    [ -z "$(running berth)$(running balancer)" ] || return 0
  fi
  fail "port $1 is taken by another program (see: ss -ltnp sport = :$1). Stop that program, or choose another port with $2."
}

check_machine() {
  root=$($ENGINE info --format "$(if [ "$ENGINE" = podman ]; then echo '{{.Store.GraphRoot}}'; else echo '{{.DockerRootDir}}'; fi)" 2>/dev/null || echo /)
  [ -d "$root" ] || root=/
  free=$(df -Pm "$root" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$MIN_DISK_MB" ] ||
    fail "only $free MB are free where $ENGINE keeps its volumes ($root); at least $MIN_DISK_MB MB are needed. Free some space, or move its storage to a larger disk."
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  [ "$memory" -ge "$MIN_MEMORY_MB" ] || fail "this machine has $memory MB of memory; at least $MIN_MEMORY_MB MB are needed."
  [ "$(date -u +%Y%m%d)" -ge "$(echo "$RELEASED" | tr -d -)" ] ||
    fail "the clock says $(date -u +%Y-%m-%d), which is before this installer was made. Set it (timedatectl set-ntp true): certificates and logins depend on it."
  if [ "$(timedatectl show --property=NTPSynchronized --value 2>/dev/null || true)" = no ]; then
    say 'Note: the clock is not synchronised. Turn that on: timedatectl set-ntp true'
  fi
  parent=$DIR
  while [ ! -e "$parent" ]; do parent=$(dirname "$parent"); done
  if [ ! -d "$parent" ] || [ ! -w "$parent" ]; then
    fail "$DIR cannot be written by $(id -un). Run this with sudo, or choose another directory with --dir."
  fi
}


# What lies beside this script: all parts, and, from an offline bundle, the bytes that were put into it.
check_bundle() {
  for name in docker-compose.yml balancer.cfg; do
    [ -f "$SOURCE/$name" ] || fail "$name is missing beside this script, in $SOURCE. Take the whole deploy directory."
  done
  [ -f "$SOURCE/SHA256SUMS" ] || return 0
  say 'Checking the bundle'
  damaged=$(cd "$SOURCE" && sha256sum --check --strict --quiet SHA256SUMS 2>&1) ||
    fail "the bundle is damaged: $(echo "$damaged" | head -n 1). Copy it again and compare its checksum. Nothing was installed."
  case $(uname -m) in x86_64) machine=amd64 ;; aarch64 | arm64) machine=arm64 ;; *) machine=$(uname -m) ;; esac
  made=$(cat "$SOURCE/PLATFORM")
  [ "$made" = "linux/$machine" ] || fail "this bundle is for $made, and this machine is linux/$machine. Take the bundle for it. Nothing was installed."
}
