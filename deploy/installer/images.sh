# Where install.sh takes images from, and what it runs in them.

has_image() { $ENGINE image inspect "$1" >/dev/null 2>&1; }

# Those that will run.
images() {
  echo "$IMAGE"
  echo "$POSTGRES_IMAGE"
  if [ "$REPLICAS" != 1 ]; then echo "$BALANCER_IMAGE"; fi
}

# The id that an image has in the bundle beside this script; nothing when it is in none.
bundled() { if [ -f "$SOURCE/images.list" ]; then awk -v name="$1" '$1 == name { print $2 }' "$SOURCE/images.list"; fi; }

# Says where an image will come from. What is in the bundle wins over another image that happens to have its name.
image_source() {
  id=$(bundled "$1")
  if has_image "$1" && { [ -z "$id" ] || [ "$($ENGINE image inspect --format '{{.Id}}' "$1" | sed 's/^sha256://')" = "$id" ]; }; then
    echo present
  elif [ -n "$id" ]; then
    echo bundle
  elif [ "$1" = "berth:$VERSION" ] && [ -f "$SOURCE/Dockerfile" ] && [ -f "$SOURCE/../package-lock.json" ]; then
    echo build
  else
    echo pull
  fi
}

# --- what is done ----------------------------------------------------------------------------------------------------------------

get_images() {
  for image in $(images); do
    get_image "$image"
    # Compose asks podman for images by the whole name that docker would give them.
    case $ENGINE,$image in
      podman,*/*) ;;
      podman,*) podman tag "$image" "docker.io/library/$image" ;;
    esac
  done
}

get_image() {
  case $(image_source "$1") in
    bundle)
      file=$SOURCE/$(awk -v name="$1" '$1 == name { print $3 }' "$SOURCE/images.list")
      say "Loading $1 from $file"
      $ENGINE load --quiet --input "$file" >&2 || fail "$file could not be loaded; see above. Nothing was installed."
      has_image "$1" || fail "$file does not hold $1. Nothing was installed."
      ;;
    build)
      say "Building $1 from this checkout; this takes a few minutes"
      format=$(if [ "$ENGINE" = podman ]; then echo '--format docker'; fi)
      # shellcheck disable=SC2086
      $ENGINE build $format --file "$SOURCE/Dockerfile" --tag "$1" "$SOURCE/.." >&2 || fail "$1 could not be built. Nothing was installed."
      ;;
    pull)
      say "Pulling $1"
      $ENGINE pull "$1" >&2 ||
        fail "$1 could not be pulled. Nothing was installed. Without a way to the internet, take the offline bundle of this release, or load the image before: $ENGINE load."
      ;;
  esac
}

# Runs a shell command as root of the image, with the installation at /install: also under a rootless engine, where the uids that the
# services have are not those of this machine.
inside() { $ENGINE run --rm --no-healthcheck --network none --user 0:0 --volume "$DIR:/install" --entrypoint sh "$IMAGE" -euc "$1"; }
berth_cert() { $ENGINE run --rm --no-healthcheck --network none --user 0:0 --volume "$DIR/tls:/tls" --workdir /tls "$IMAGE" cert "$@"; }

