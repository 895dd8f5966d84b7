#!/bin/sh
# Makes one file that installs Berth on a machine without a network: the images, the compose file, the installer, the guides, checksums.
# From the same images it makes the same file, byte for byte.
set -eu

SOURCE=$(cd "$(dirname "$0")" && pwd)
VERSION=$(sed -n 's/^VERSION=//p' "$SOURCE/install.sh")
OUTPUT=$(pwd) IMAGE=berth:$VERSION POSTGRES_IMAGE=postgres:18 BALANCER_IMAGE=haproxy:3.2-alpine

usage() {
  cat <<TEXT
Examples:
  ./make-offline-bundle.sh
  ./make-offline-bundle.sh --output /media/usb --without-balancer

Usage: make-offline-bundle.sh [options]
       On the other machine: tar -xzf berth-$VERSION-offline-linux-amd64.tar.gz && sudo ./berth-$VERSION/install.sh --host NAME

  --output DIRECTORY     where the bundle goes (default: here)
  --image NAME           image of Berth (default: berth:$VERSION; built from this checkout when it is not there)
  --postgres-image NAME  image of Postgres (default: postgres:18; pulled when it is not there)
  --balancer-image NAME  image of HAProxy, for --replicas 2 (default: haproxy:3.2-alpine; pulled when it is not there)
  --without-balancer     leave it out
TEXT
}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "make-offline-bundle.sh: $*"
  exit 1
}
wrong_usage() {
  say "make-offline-bundle.sh: $*"
  say 'See: make-offline-bundle.sh --help'
  exit 2
}
value() { if [ $# -lt 2 ] || [ -z "$2" ]; then wrong_usage "$1 needs a value."; fi; }
while [ $# -gt 0 ]; do
  case $1 in
    --output) value "$@"; OUTPUT=$2; shift ;;
    --image) value "$@"; IMAGE=$2; shift ;;
    --postgres-image) value "$@"; POSTGRES_IMAGE=$2; shift ;;
    --balancer-image) value "$@"; BALANCER_IMAGE=$2; shift ;;
    --without-balancer) BALANCER_IMAGE='' ;;
    -h | --help) usage; exit 0 ;;
    *) wrong_usage "\"$1\" is not understood." ;;
  esac
  shift
done

# The same questions as install.sh asks, and the same ways to an image.
REPLICAS=$(if [ -n "$BALANCER_IMAGE" ]; then echo 2; else echo 1; fi)
# shellcheck source=installer/checks.sh
. "$SOURCE/installer/checks.sh"
# shellcheck source=installer/images.sh
. "$SOURCE/installer/images.sh"

if command -v docker >/dev/null 2>&1 && docker version >/dev/null 2>&1; then
  ENGINE=docker
elif command -v podman >/dev/null 2>&1; then
  ENGINE=podman
else
  fail 'neither docker nor podman answers. Start one of them (systemctl start docker), or run this as a user who may use it.'
fi
[ -d "$OUTPUT" ] && [ -w "$OUTPUT" ] || fail "$OUTPUT is no directory that can be written. Choose another with --output."
OUTPUT=$(cd "$OUTPUT" && pwd)

get_images
platform=$($ENGINE image inspect --format '{{.Os}}/{{.Architecture}}' "$IMAGE")
for image in $(images); do
  other=$($ENGINE image inspect --format '{{.Os}}/{{.Architecture}}' "$image")
  [ "$other" = "$platform" ] || fail "$image is for $other, and $IMAGE is for $platform. A bundle is for one platform; pull that image for $platform (--platform)."
done

folder=berth-$VERSION
bundle=$OUTPUT/berth-$VERSION-offline-$(echo "$platform" | tr / -).tar.gz
work=$(mktemp -d "$OUTPUT/.berth-bundle.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$work/$folder/installer" "$work/$folder/images"
# Each in a file of its own: in a common one their order is another each time.
for image in $(images); do
  say "Saving $image"
  file=images/$(echo "$image" | tr /: _).tar
  format=$(if [ "$ENGINE" = podman ]; then echo '--quiet --format docker-archive'; fi)
  # shellcheck disable=SC2086
  $ENGINE save $format --output "$work/$folder/$file" "$image" || fail "$image could not be saved; see above. Is there room?"
  printf '%s %s %s\n' "$image" "$($ENGINE image inspect --format '{{.Id}}' "$image" | sed 's/^sha256://')" "$file" >>"$work/$folder/images.list"
done
echo "$platform" >"$work/$folder/PLATFORM"
echo "$VERSION" >"$work/$folder/VERSION"
cp "$SOURCE/install.sh" "$SOURCE/docker-compose.yml" "$SOURCE/balancer.cfg" "$SOURCE/../LICENSE" "$work/$folder/"
cp "$SOURCE"/installer/*.sh "$work/$folder/installer/"
cp -R "$SOURCE/helm" "$SOURCE/monitoring" "$work/$folder/"
# Pages for those who run Berth, with links to where things lie here; what only the source has (docs/faults.md, docs/adr) stays there.
mkdir "$work/$folder/docs"
for page in "$SOURCE"/../docs/*.md; do
  case $page in */faults.md) continue ;; esac
  sed 's|](../deploy/|](../|g' "$page" >"$work/$folder/docs/$(basename "$page")"
done
sed -e '/^## Develop/,$d' -e 's|](docs/|](|g' -e 's|](deploy/|](../|g' "$SOURCE/../README.md" >"$work/$folder/docs/README.md"
sed -e 's|](../README.md|](docs/README.md|g' -e 's|](../docs/|](docs/|g' "$SOURCE/README.md" >"$work/$folder/README.md"
sed -e 's|](../../../README.md|](../../docs/README.md|g' -e 's|](../../../docs/|](../../docs/|g' "$SOURCE/helm/berth/README.md" >"$work/$folder/helm/berth/README.md"
chmod -R u=rwX,go=rX "$work/$folder"
chmod 755 "$work/$folder/install.sh"
(cd "$work/$folder" && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | sed 's|^\./||' | xargs sha256sum >SHA256SUMS)

say "Packing $bundle"
date=$(sed -n 's/^RELEASED=//p' "$SOURCE/install.sh")
tar -C "$work" --sort=name --mtime="${date}T00:00:00Z" --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$folder" | gzip -n >"$work/bundle" ||
  fail 'the bundle could not be packed; see above. Is there room?'
mv "$work/bundle" "$bundle"
(cd "$OUTPUT" && sha256sum "$(basename "$bundle")" >"$(basename "$bundle").sha256")
say "Copy it to the other machine together with $(basename "$bundle").sha256. There:"
say "  sha256sum --check $(basename "$bundle").sha256"
say "  tar -xzf $(basename "$bundle") && sudo ./$folder/install.sh --host registry.example.com"
echo "$bundle"
