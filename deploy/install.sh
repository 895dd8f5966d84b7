#!/bin/sh
# Installs Berth with docker and compose on one Linux server: checks the machine, makes a certificate and the passwords, writes the
# configuration, starts, and waits until the registry is ready. Run it again at any time: what is there is kept.
#
# Everything goes into one directory (--dir). What this script writes there and what it never touches again is in README.md.
set -eu

VERSION=0.1.0
# The day this installer was made: an earlier clock is wrong, and every certificate would be too.
RELEASED=2026-11-25
MIN_DISK_MB=5120
MIN_MEMORY_MB=900
WAIT_SECONDS=180
# What this script makes in its directory.
OURS='tls secrets .env berth.yml docker-compose.yml'
# The user of the server in its image, and of Postgres in its.
BERTH_UID=10001
POSTGRES_UID=999

usage() {
  cat <<'TEXT'
Examples:
  ./install.sh --host registry.example.com
  ./install.sh --host registry.example.com --dry-run
  ./install.sh uninstall

Usage: install.sh [install] --host NAME [options]
       install.sh uninstall [--dir DIRECTORY] [--delete-data] [--yes] [--dry-run]

  --host NAME            the name or address that clients type in image names
  --dir DIRECTORY        where configuration, certificates and secrets go (default: /opt/berth)
  --https-port PORT      default: 443
  --http-port PORT       default: 80; it only sends browsers on to HTTPS and answers health checks
  --image NAME           image of Berth (default: berth:VERSION)
  --postgres-image NAME  image of Postgres (default: postgres:18)
  --dry-run              check the machine, say what would be done, change nothing
  --delete-data          with uninstall: also delete all images, the database, certificates and secrets
  --yes                  with --delete-data: do not ask
TEXT
}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "install.sh: $*"
  exit 1
}
wrong_usage() {
  say "install.sh: $*"
  say 'See: install.sh --help'
  exit 2
}

ACTION=install
HOST='' DIR=/opt/berth HTTPS_PORT='' HTTP_PORT='' IMAGE='' POSTGRES_IMAGE='' DRY_RUN='' DELETE_DATA='' YES='' IMAGE_GIVEN=''

value() { if [ $# -lt 2 ] || [ -z "$2" ]; then wrong_usage "$1 needs a value."; fi; }
while [ $# -gt 0 ]; do
  case $1 in
    install | uninstall) ACTION=$1 ;;
    --host) value "$@"; HOST=$2; shift ;;
    --dir) value "$@"; DIR=$2; shift ;;
    --https-port) value "$@"; HTTPS_PORT=$2; shift ;;
    --http-port) value "$@"; HTTP_PORT=$2; shift ;;
    --image) value "$@"; IMAGE=$2 IMAGE_GIVEN=1; shift ;;
    --postgres-image) value "$@"; POSTGRES_IMAGE=$2; shift ;;
    --dry-run) DRY_RUN=1 ;;
    --delete-data) DELETE_DATA=1 ;;
    --yes) YES=1 ;;
    -h | --help) usage; exit 0 ;;
    *) wrong_usage "\"$1\" is not understood." ;;
  esac
  shift
done
SOURCE=$(cd "$(dirname "$0")" && pwd)
case $DIR in /*) ;; *) DIR=$(pwd)/$DIR ;; esac
case $DIR in
  *[!A-Za-z0-9/._-]*) wrong_usage "--dir $DIR: use letters, digits and the signs / . _ - only." ;;
esac

# --- what is asked of the machine ------------------------------------------------------------------------------------------------

# A value that an earlier run left in .env.
recorded() { if [ -f "$DIR/.env" ]; then sed -n "s/^$1=//p" "$DIR/.env" | tail -n 1; fi; }

compose() { (cd "$DIR" && $COMPOSE "$@"); }

find_engine() {
  command -v docker >/dev/null 2>&1 || fail 'docker is not installed. On Debian and Ubuntu: apt-get install docker.io docker-compose'
  docker version --format '{{.Server.Version}}' >/dev/null 2>&1 ||
    fail 'the docker engine does not answer. Start it (systemctl start docker), or run this as a user who may use it (root, or a member of the group docker).'
  if docker compose version >/dev/null 2>&1; then
    COMPOSE='docker compose'
  elif command -v docker-compose >/dev/null 2>&1; then
    COMPOSE=docker-compose
  else
    fail 'compose is not installed. On Debian and Ubuntu: apt-get install docker-compose'
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
  HTTPS_PORT=${HTTPS_PORT:-443} HTTP_PORT=${HTTP_PORT:-80} POSTGRES_IMAGE=${POSTGRES_IMAGE:-postgres:18}
  for port in "$HTTPS_PORT" "$HTTP_PORT"; do
    case $port in '' | *[!0-9]* | ??????*) wrong_usage "$port is no port number." ;; esac
    if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then wrong_usage "$port is no port number."; fi
  done
  [ "$HTTPS_PORT" != "$HTTP_PORT" ] || wrong_usage "HTTP and HTTPS cannot share port $HTTP_PORT."
  # An image name may hold no more than this; the characters also keep the files that are written below simple.
  for image in "$IMAGE" "$POSTGRES_IMAGE"; do
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

# Something listens on the port and it is not the registry that an earlier run started.
check_port() {
  hex=$(printf '%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' || return 0
  if [ "$1" = "$(recorded PUBLISH_HTTPS)" ] || [ "$1" = "$(recorded PUBLISH_HTTP)" ]; then
    [ -z "$(running berth)" ] || return 0
  fi
  fail "port $1 is taken by another program (see: ss -ltnp sport = :$1). Stop that program, or choose another port with $2."
}

# The container of a service of this installation, when it runs.
running() { docker ps --quiet --filter "label=com.docker.compose.service=$1" --filter "label=com.docker.compose.project=$(project)" 2>/dev/null | head -n 1; }

# One machine can hold several installations, each in its directory; the first keeps the plain name.
project() {
  name=$(recorded COMPOSE_PROJECT_NAME)
  if [ -n "$name" ]; then echo "$name"; else basename "$DIR" | tr 'A-Z.' 'a-z-' | sed 's/^[^a-z0-9]*//'; fi
}

check_machine() {
  root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null || echo /)
  [ -d "$root" ] || root=/
  free=$(df -Pm "$root" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$MIN_DISK_MB" ] ||
    fail "only $free MB are free where docker keeps its volumes ($root); at least $MIN_DISK_MB MB are needed. Free some space, or move docker's data-root to a larger disk."
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

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# Says where an image will come from, and fails when it can come from nowhere.
image_source() {
  if has_image "$1"; then
    echo present
  elif [ -f "$SOURCE/images.tar" ]; then
    echo bundle
  elif [ "$1" = "berth:$VERSION" ] && [ -f "$SOURCE/Dockerfile" ] && [ -f "$SOURCE/../package-lock.json" ]; then
    echo build
  else
    echo pull
  fi
}

# --- what is done ----------------------------------------------------------------------------------------------------------------

get_image() {
  case $(image_source "$1") in
    bundle)
      say "Loading images from $SOURCE/images.tar"
      docker load --quiet --input "$SOURCE/images.tar" >&2
      has_image "$1" || fail "$SOURCE/images.tar does not hold $1. Nothing was installed."
      ;;
    build)
      say "Building $1 from this checkout; this takes a few minutes"
      docker build --file "$SOURCE/Dockerfile" --tag "$1" "$SOURCE/.." >&2 || fail "$1 could not be built. Nothing was installed."
      ;;
    pull)
      say "Pulling $1"
      docker pull "$1" >&2 || fail "$1 could not be pulled. Nothing was installed. Without a way to the internet, load it before: docker load."
      ;;
  esac
}

# Runs a shell command as root of the image, with the installation at /install: also under a rootless engine, where the uids that the
# services have are not those of this machine.
inside() { docker run --rm --network none --user 0:0 --volume "$DIR:/install" --entrypoint sh "$IMAGE" -euc "$1"; }
berth_cert() { docker run --rm --network none --user 0:0 --volume "$DIR/tls:/tls" --workdir /tls "$IMAGE" cert "$@"; }

random_secret() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

# write FILE MODE: standard input becomes the file, whole or not at all.
write() {
  (umask 077 && cat >"$1.new")
  chmod "$2" "$1.new"
  mv "$1.new" "$1"
}

make_secrets() {
  mkdir -p "$DIR/secrets"
  chmod 700 "$DIR/secrets"
  [ ! -f "$DIR/secrets/database-url" ] || return 0
  # A volume of an earlier installation knows an earlier password; the new one would be refused for ever.
  if docker volume inspect "$(project)_postgres-data" >/dev/null 2>&1; then
    fail "the database of an earlier installation is still there (volume $(project)_postgres-data), but its password in $DIR/secrets is not. Put the secrets directory back from a backup, or delete the volume: docker volume rm $(project)_postgres-data"
  fi
  password=$(random_secret)
  printf '%s\n' "$password" | write "$DIR/secrets/postgres-password" 400
  printf 'postgres://berth:%s@postgres:5432/berth\n' "$password" | write "$DIR/secrets/database-url" 400
}

make_certificate() {
  mkdir -p "$DIR/tls"
  chmod 755 "$DIR/tls"
  if [ ! -f "$DIR/tls/server.crt" ]; then
    say "Making a certificate authority and a certificate for $HOST"
    # What it says to do next is what this installer does; only a refusal is of interest.
    said=$(berth_cert server "$HOST" --name server --dir /tls --days 825 2>&1) || {
      printf '%s\n' "$said" >&2
      fail "the certificate could not be made; see above."
    }
  elif [ ! -f "$DIR/tls/ca.key" ]; then
    say "Keeping your own certificate, $DIR/tls/server.crt"
  elif ! berth_cert verify /tls/server.crt --ca /tls/ca.crt --host "$HOST" >/dev/null 2>&1; then
    say "Renewing the certificate, so that it is good for $HOST"
    berth_cert renew server --add-host "$HOST" --dir /tls >&2 || fail "the certificate could not be renewed; see above. The one before is still in place."
  fi
}

write_configuration() {
  if [ -f "$DIR/berth.yml" ]; then
    # Only the line that belongs to --host and --https-port is ours; the rest may have been edited.
    sed "s|^external_url:.*|external_url: https://$ADDRESS|" "$DIR/berth.yml" | write "$DIR/berth.yml" 644
  else
    write "$DIR/berth.yml" 644 <<TEXT
# Settings of the server, by the names of harbor.yml where Harbor has them. After a change: docker restart, or install.sh again.
# Ports and paths here are those inside the container; what clients reach is in .env.
external_url: https://$ADDRESS
http:
  port: 8080
https:
  port: 8443
  certificate: /var/lib/berth/tls/server.crt
  private_key: /var/lib/berth/tls/server.key
log:
  level: info
TEXT
  fi
  name=$(project)
  kept=$(if [ -f "$DIR/.env" ]; then grep -vE '^(#|$|(COMPOSE_PROJECT_NAME|BERTH_NAME|BERTH_IMAGE|POSTGRES_IMAGE|PUBLISH_HTTPS?)=)' "$DIR/.env" || true; fi)
  write "$DIR/.env" 644 <<TEXT
# Written by install.sh; other lines, such as BERTH_MEMORY and POSTGRES_MEMORY, are kept.
COMPOSE_PROJECT_NAME=$name
BERTH_NAME=$HOST
BERTH_IMAGE=$IMAGE
POSTGRES_IMAGE=$POSTGRES_IMAGE
PUBLISH_HTTPS=$HTTPS_PORT
PUBLISH_HTTP=$HTTP_PORT
$kept
TEXT
  write "$DIR/docker-compose.yml" 644 <"$SOURCE/docker-compose.yml"
}

own_files() {
  inside "chown -R $BERTH_UID:$BERTH_UID /install/tls
    chown $BERTH_UID:0 /install/secrets/database-url && chmod 440 /install/secrets/database-url
    chown $POSTGRES_UID:0 /install/secrets/postgres-password && chmod 440 /install/secrets/postgres-password"
}

wait_until_ready() {
  say 'Waiting for the registry to be ready'
  waited=0
  while [ "$waited" -lt "$WAIT_SECONDS" ]; do
    container=$(running berth)
    if [ -n "$container" ] && [ "$(docker inspect --format '{{.State.Health.Status}}' "$container" 2>/dev/null)" = healthy ]; then return 0; fi
    sleep 1
    waited=$((waited + 1))
  done
  compose logs --tail 30 >&2 || true
  fail "the registry was not ready after $WAIT_SECONDS seconds; the last lines of its log are above. Everything is in place in $DIR: mend what they name and run this again, or take it away with: $0 uninstall --dir $DIR --delete-data"
}

report() {
  password="docker exec $(docker inspect --format '{{.Name}}' "$(running berth)" | sed 's|^/||') cat /var/lib/berth/initial-admin-password"
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

# Takes away what a first run wrote when it could not get as far as starting; what was there before, such as a certificate of one's own,
# stays.
undo_first_run() {
  status=$?
  trap - EXIT
  if [ "$status" -ne 0 ]; then
    for name in $OURS; do
      case " $BEFORE " in *" $name "*) continue ;; esac
      delete "$name"
    done
    rmdir "$DIR" 2>/dev/null || true
    say 'What had been written was taken away again.'
  fi
  exit "$status"
}

# Some files belong to users of the image, whom a rootless engine's owner can only reach from inside.
delete() {
  rm -rf "${DIR:?}/$1" 2>/dev/null || inside "rm -rf '/install/$1'" || true
}

install_berth() {
  find_engine
  settle_names
  check_host
  check_port "$HTTPS_PORT" --https-port
  check_port "$HTTP_PORT" --http-port
  check_machine
  [ -f "$SOURCE/docker-compose.yml" ] || fail "docker-compose.yml is missing beside this script, in $SOURCE. Take the whole deploy directory."
  if [ -n "$DRY_RUN" ]; then
    cat <<TEXT
This machine is fit for Berth. Without --dry-run this would, with $COMPOSE:
  images         $IMAGE ($(image_source "$IMAGE")), $POSTGRES_IMAGE ($(image_source "$POSTGRES_IMAGE"))
  write          $DIR: .env, berth.yml, docker-compose.yml, tls/, secrets/ (what is there is kept)
  certificate    $(if [ -f "$DIR/tls/server.crt" ]; then echo "keep $DIR/tls/server.crt, with $HOST added when it is missing"; else echo "make a CA and a certificate for $HOST"; fi)
  start          ports $HTTPS_PORT (HTTPS) and $HTTP_PORT (HTTP); address https://$ADDRESS
Nothing was changed.
TEXT
    return 0
  fi
  get_image "$IMAGE"
  get_image "$POSTGRES_IMAGE"
  if [ ! -f "$DIR/.env" ]; then
    mkdir -p "$DIR"
    BEFORE=''
    for name in $OURS; do if [ -e "$DIR/$name" ]; then BEFORE="$BEFORE $name"; fi; done
    trap undo_first_run EXIT
  fi
  make_secrets
  make_certificate
  write_configuration
  own_files
  trap - EXIT
  say "Starting in $DIR"
  compose up -d >&2 || fail "compose could not start the services; see above. Everything is in place in $DIR: mend it and run this again, or take it away with: $0 uninstall --dir $DIR --delete-data"
  wait_until_ready
  report
}

uninstall_berth() {
  find_engine
  if [ ! -f "$DIR/docker-compose.yml" ] || [ ! -f "$DIR/.env" ]; then fail "there is no Berth in $DIR. Name its directory with --dir."; fi
  name=$(project)
  if [ -n "$DRY_RUN" ]; then
    say "This would stop and remove the containers and the network of $name."
    if [ -n "$DELETE_DATA" ]; then
      say "It would delete all stored images and the database (volumes ${name}_berth-data and ${name}_postgres-data) and $DIR."
    else
      say "It would keep the volumes ${name}_berth-data and ${name}_postgres-data, and $DIR."
    fi
    return 0
  fi
  if [ -n "$DELETE_DATA" ] && [ -z "$YES" ]; then
    [ -t 0 ] || wrong_usage '--delete-data deletes every image and cannot be taken back: add --yes.'
    printf 'This deletes every image in the registry, its database, certificates and secrets. Type the name %s to go on: ' "$(recorded BERTH_NAME)" >&2
    read -r answer
    [ "$answer" = "$(recorded BERTH_NAME)" ] || fail 'that is not the name. Nothing was changed.'
  fi
  if [ -z "$DELETE_DATA" ]; then
    compose down >&2
    say "Berth is stopped and its containers are gone. Kept: the volumes ${name}_berth-data and ${name}_postgres-data, and $DIR. To start again: $0 --dir $DIR"
    return 0
  fi
  IMAGE=$(recorded BERTH_IMAGE)
  compose down --volumes >&2
  for name in $OURS; do delete "$name"; done
  rmdir "$DIR" 2>/dev/null || say "$DIR holds files of your own, which were left."
  say 'Berth and all its data are deleted.'
}

if [ "$ACTION" = install ]; then install_berth; else uninstall_berth; fi
