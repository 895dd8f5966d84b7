#!/bin/sh
# Installs Berth with docker and compose on one Linux server: checks the machine, makes a certificate and the passwords, writes the
# configuration, starts, and waits until the registry is ready. Run it again at any time: what is there is kept.
#
# Everything goes into one directory (--dir). What this script writes there and what it never touches again is in README.md.
# The parts are in installer/, by what they do: checks, images, files, services.
set -eu

VERSION=0.1.0
# The day this installer was made: an earlier clock is wrong, and every certificate would be too.
RELEASED=2026-11-25
MIN_DISK_MB=5120
MIN_MEMORY_MB=900
# For a first start, and for one that may have to back up and change a large database.
WAIT_SECONDS=180
WAIT_UPGRADE_SECONDS=3600
# What this script makes in its directory.
OURS='tls secrets .env berth.yml docker-compose.yml balancer.cfg'
# The user of the server in its image, and of Postgres in its.
BERTH_UID=10001
POSTGRES_UID=999

usage() {
  cat <<'TEXT'
Examples:
  ./install.sh --host registry.example.com
  ./install.sh --host registry.example.com --dry-run
  ./install.sh --host registry.example.com --replicas 2
  ./install.sh --host registry.example.com --s3-bucket layers --s3-endpoint https://s3.example.com \
      --s3-access-key-id-file key-id --s3-secret-access-key-file key
  ./install.sh uninstall

Usage: install.sh [install] --host NAME [options]
       install.sh uninstall [--dir DIRECTORY] [--delete-data] [--yes] [--dry-run]

  --host NAME            the name or address that clients type in image names
  --dir DIRECTORY        where configuration, certificates and secrets go (default: /opt/berth)
  --https-port PORT      default: 443
  --http-port PORT       default: 80; it only sends browsers on to HTTPS and answers health checks
  --replicas NUMBER      2: two servers behind a load balancer, replaced one after the other; 1: one server (default)
  --s3-bucket NAME       keep layers in a bucket instead of on this machine; chosen once, at the first installation
  --s3-endpoint URL      of the store, when it is not Amazon's
  --s3-region NAME       default: us-east-1
  --s3-access-key-id-file FILE, --s3-secret-access-key-file FILE
                         credentials; without them those that AWS's default chain finds
  --image NAME           image of Berth (default: berth:VERSION)
  --postgres-image NAME  image of Postgres (default: postgres:18)
  --balancer-image NAME  image of HAProxy, with --replicas 2 (default: haproxy:3.2-alpine)
  --dry-run              check the machine, say what would be done, change nothing
  --delete-data          with uninstall: also delete all images, the database, certificates and secrets (not what is in a bucket)
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
REPLICAS='' BALANCER_IMAGE='' S3_BUCKET='' S3_ENDPOINT='' S3_REGION='' S3_ID_FILE='' S3_KEY_FILE='' UPGRADE=''

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
    --balancer-image) value "$@"; BALANCER_IMAGE=$2; shift ;;
    --replicas) value "$@"; REPLICAS=$2; shift ;;
    --s3-bucket) value "$@"; S3_BUCKET=$2; shift ;;
    --s3-endpoint) value "$@"; S3_ENDPOINT=$2; shift ;;
    --s3-region) value "$@"; S3_REGION=$2; shift ;;
    --s3-access-key-id-file) value "$@"; S3_ID_FILE=$2; shift ;;
    --s3-secret-access-key-file) value "$@"; S3_KEY_FILE=$2; shift ;;
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

for part in checks images files services; do
  [ -f "$SOURCE/installer/$part.sh" ] || fail "installer/$part.sh is missing beside this script, in $SOURCE. Take the whole deploy directory."
  # shellcheck source=/dev/null
  . "$SOURCE/installer/$part.sh"
done

install_berth() {
  find_engine
  settle_names
  check_host
  check_storage
  check_port "$HTTPS_PORT" --https-port
  check_port "$HTTP_PORT" --http-port
  check_machine
  check_bundle
  if [ -n "$DRY_RUN" ]; then
    cat <<TEXT
This machine is fit for Berth. Without --dry-run this would, with $COMPOSE:
  images         $(for image in $(images); do printf '%s (%s) ' "$image" "$(image_source "$image")"; done)
  servers        $(servers | tr '\n' ' ')
  layers         $(if [ -n "$S3_BUCKET" ]; then echo "in the bucket $S3_BUCKET"; else echo 'in a volume of this machine'; fi)
  write          $DIR: .env, berth.yml, docker-compose.yml, tls/, secrets/ (what is there is kept)
  certificate    $(if [ -f "$DIR/tls/server.crt" ]; then echo "keep $DIR/tls/server.crt, with $HOST added when it is missing"; else echo "make a CA and a certificate for $HOST"; fi)
  start          ports $HTTPS_PORT (HTTPS) and $HTTP_PORT (HTTP); address https://$ADDRESS
Nothing was changed.
TEXT
    return 0
  fi
  get_images
  if [ ! -f "$DIR/.env" ]; then
    mkdir -p "$DIR"
    BEFORE=''
    for name in $OURS; do if [ -e "$DIR/$name" ]; then BEFORE="$BEFORE $name"; fi; done
    trap undo_first_run EXIT
  else
    UPGRADE=1
  fi
  make_secrets
  make_certificate
  write_configuration
  own_files
  trap - EXIT
  say "Starting in $DIR"
  start_services
  report
}

uninstall_berth() {
  find_engine
  REPLICAS=$(recorded BERTH_REPLICAS)
  REPLICAS=${REPLICAS:-1}
  if [ ! -f "$DIR/docker-compose.yml" ] || [ ! -f "$DIR/.env" ]; then fail "there is no Berth in $DIR. Name its directory with --dir."; fi
  name=$(project)
  bucket=$(recorded S3_BUCKET)
  if [ -n "$DRY_RUN" ]; then
    say "This would stop and remove the containers and the network of $name."
    if [ -n "$DELETE_DATA" ]; then
      say "It would delete all stored images and the database (volumes ${name}_berth-data and ${name}_postgres-data) and $DIR."
      [ -z "$bucket" ] || say "The layers in the bucket $bucket would stay."
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
  if [ -z "$bucket" ]; then say 'Berth and all its data are deleted.'
  else say "Berth and its data on this machine are deleted. The layers in the bucket $bucket are still there: delete them with the tools of the store."; fi
}

if [ "$ACTION" = install ]; then install_berth; else uninstall_berth; fi
