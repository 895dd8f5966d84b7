# What install.sh writes into its directory.

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
  # Compose mounts them in any case; empty ones are not read.
  for name in s3-access-key-id s3-secret-access-key; do
    [ -f "$DIR/secrets/$name" ] || write "$DIR/secrets/$name" 440 </dev/null
  done
  if [ -n "$S3_ID_FILE" ]; then
    write "$DIR/secrets/s3-access-key-id" 440 <"$S3_ID_FILE"
    write "$DIR/secrets/s3-secret-access-key" 440 <"$S3_KEY_FILE"
  fi
  [ ! -f "$DIR/secrets/database-url" ] || return 0
  # A volume of an earlier installation knows an earlier password; the new one would be refused for ever.
  if $ENGINE volume inspect "$(project)_postgres-data" >/dev/null 2>&1; then
    fail "the database of an earlier installation is still there (volume $(project)_postgres-data), but its password in $DIR/secrets is not. Put the secrets directory back from a backup, or delete the volume: $ENGINE volume rm $(project)_postgres-data"
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
  # In place: the running balancer reads the same file again, without an interruption.
  cat "$SOURCE/balancer.cfg" >"$DIR/balancer.cfg"
  chmod 644 "$DIR/balancer.cfg"
  if [ -f "$DIR/berth.yml" ]; then
    # Only the line that belongs to --host and --https-port is ours; the rest may have been edited.
    sed "s|^external_url:.*|external_url: https://$ADDRESS|" "$DIR/berth.yml" | write "$DIR/berth.yml" 644
  else
    write "$DIR/berth.yml" 644 <<TEXT
# Settings of the server, by the names of harbor.yml where Harbor has them. After a change: install.sh again.
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
$(storage_settings)
TEXT
  fi
  BALANCER_BEFORE=$(recorded BALANCER_SETTINGS)
  BALANCER_SETTINGS=$(inside 'cat /install/balancer.cfg /install/tls/server.crt' | sha256sum | cut -c 1-16)
  name=$(project)
  kept=$(if [ -f "$DIR/.env" ]; then grep -vE '^(#|$|(COMPOSE_PROJECT_NAME|COMPOSE_PROFILES|BERTH_NAME|BERTH_REPLICAS|BERTH_IMAGE|POSTGRES_IMAGE|BALANCER_IMAGE|PUBLISH_HTTPS?|S3_BUCKET|S3_ACCESS_KEY_ID_FILE|S3_SECRET_ACCESS_KEY_FILE|SETTINGS|BALANCER_SETTINGS)=)' "$DIR/.env" || true; fi)
  write "$DIR/.env" 644 <<TEXT
# Written by install.sh; other lines, such as BERTH_MEMORY and POSTGRES_MEMORY, are kept.
COMPOSE_PROJECT_NAME=$name
COMPOSE_PROFILES=$(profile)
BERTH_NAME=$HOST
BERTH_REPLICAS=$REPLICAS
BERTH_IMAGE=$IMAGE
POSTGRES_IMAGE=$POSTGRES_IMAGE
BALANCER_IMAGE=$BALANCER_IMAGE
PUBLISH_HTTPS=$HTTPS_PORT
PUBLISH_HTTP=$HTTP_PORT
S3_BUCKET=$S3_BUCKET
$(s3_secrets)
SETTINGS=$(settings_sum)
BALANCER_SETTINGS=$BALANCER_SETTINGS
$kept
TEXT
  write "$DIR/docker-compose.yml" 644 <"$SOURCE/docker-compose.yml"
}

storage_settings() {
  if [ -z "$S3_BUCKET" ]; then return 0; fi
  printf 'storage:\n  type: s3\n  s3:\n    bucket: %s\n' "$S3_BUCKET"
  if [ -n "$S3_REGION" ]; then printf '    region: %s\n' "$S3_REGION"; fi
  if [ -n "$S3_ENDPOINT" ]; then printf '    endpoint: %s\n' "$S3_ENDPOINT"; fi
}

# Where the servers find credentials: only when there are some, since an empty file would be a mistake to them.
s3_secrets() {
  if inside '[ -s /install/secrets/s3-access-key-id ]'; then
    printf 'S3_ACCESS_KEY_ID_FILE=/run/secrets/s3_access_key_id\nS3_SECRET_ACCESS_KEY_FILE=/run/secrets/s3_secret_access_key\n'
  fi
}

# Compose starts a server anew when this changes; what is inside a mounted file it does not see.
settings_sum() { inside 'cat /install/berth.yml /install/secrets/s3-*' | sha256sum | cut -c 1-16; }

own_files() {
  inside "chown -R $BERTH_UID:$BERTH_UID /install/tls
    chown $BERTH_UID:0 /install/secrets/database-url && chmod 440 /install/secrets/database-url
    chown $POSTGRES_UID:0 /install/secrets/postgres-password && chmod 440 /install/secrets/postgres-password
    chown $BERTH_UID:0 /install/secrets/s3-access-key-id /install/secrets/s3-secret-access-key"
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

