#!/usr/bin/env bash
# Builds docker/Dockerfile and runs the container, without a container engine and without images from elsewhere: the
# base image is made with debootstrap, the build done by buildah, the container started by crun. Prints what was measured
# beside its goal; exit code 1 when a goal is missed. Needs root on Debian, and a JDK 25 (JDK25_HOME, or installed).
#   docker/verify.sh [--keep]     --keep leaves the base image and the work directory for the next run
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
checkout=$PWD
[ "${1:-}" = --keep ] && keep=yes || keep=
work=$checkout/target/verify
limit_mb=256
goals_missed=0
table=

say() { echo "verify: $*" >&2; }

fail() {
  say "$*"
  keep=yes # the log that is spoken of
  exit 1
}

# One line of the table. Goals are numbers that the value may not exceed, or the value itself.
row() { # what, value, goal, unit
  local verdict=ok
  case $3 in
    '') verdict= ;;
    '<='*) awk -v v="$2" -v g="${3#<=}" 'BEGIN { exit !(v + 0 <= g + 0) }' || verdict=MISSED ;;
    *) [ "$2" = "$3" ] || verdict=MISSED ;;
  esac
  [ "$verdict" != MISSED ] || goals_missed=$((goals_missed + 1))
  table+=$(printf '%-48s %22s %-3s %22s  %s' "$1" "$2" "${4:-}" "${3/<=/<= }" "$verdict")$'\n'
}

# ---- what it is made with

install_tools() {
  local missing=()
  for pair in debootstrap:debootstrap buildah:buildah crun:crun curl:curl jq:jq maven:mvn util-linux:unshare; do
    command -v "${pair##*:}" >/dev/null || missing+=("${pair%%:*}")
  done
  [ ${#missing[@]} = 0 ] && return
  say "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
}

jdk25() {
  local home
  for home in ${JDK25_HOME:-/usr/lib/jvm/*}; do
    if [ -x "$home/bin/jlink" ] && grep -qs '^JAVA_VERSION="25' "$home/release"; then
      echo "$home"
      return
    fi
  done
  fail "no JDK 25 with jlink in ${JDK25_HOME:-/usr/lib/jvm}; install one, or set JDK25_HOME"
}

b() { buildah --storage-driver vfs --root "$work/store" --runroot "$work/run" "$@"; }

image() { # name, image it stands on, directory, where to; the rest: settings
  local container
  container=$(b from --pull-never "$2")
  b copy -q "$container" "$3" "$4" >/dev/null
  [ $# = 4 ] || b config "${@:5}" "$container"
  b commit -q "$container" "localhost/$1" >/dev/null
  b rm "$container" >/dev/null
}

make_base_image() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' | awk '$2 == "bookworm" { print $1; exit }')
  if [ ! -d "$work/base/usr" ]; then
    say "making the base image (debootstrap, bookworm, minbase)"
    debootstrap --variant=minbase bookworm "$work/base.new" "$mirror" >"$work/debootstrap.log" || fail "see $work/debootstrap.log"
    rm -rf "$work/base.new"/var/cache/apt/archives/*.deb "$work/base.new"/var/lib/apt/lists/*
    mv "$work/base.new" "$work/base"
  fi
  image verify-base scratch "$work/base" /
}

make_jdk_image() {
  mkdir -p "$work/jdk"
  cp -a "$1/." "$work/jdk/"
  # Debian links it to the system's.
  cp -L --remove-destination "$1/lib/security/cacerts" "$work/jdk/lib/security/cacerts"
  image verify-jdk localhost/verify-base "$work/jdk" /opt/jdk --env JAVA_HOME=/opt/jdk
}

build_image() {
  local oci=$work/oci manifest
  b build --isolation chroot --format docker --pull-never -f docker/Dockerfile -t localhost/verify-router \
    --build-arg BASE_IMAGE=localhost/verify-base --build-arg JDK_IMAGE=localhost/verify-jdk --build-arg ARCHIVE=release . \
    >"$work/build.log" 2>&1 || fail "the build failed; see $work/build.log"
  b push -q localhost/verify-router "oci:$oci"
  manifest=$oci/blobs/sha256/$(jq -r '.manifests[0].digest' "$oci/index.json" | cut -d : -f 2)
  row "content over the base, compressed" "$(jq '[.layers[1:][].size] | add / 1e6 | floor' "$manifest")" '<=120' MB
  row "health check without curl" "$(b inspect --type image localhost/verify-router | jq -r '.Docker.config.Healthcheck.Test[1]')" /opt/router/bin/health
  root=$(b mount "$(b from --pull-never localhost/verify-router)")
}

# ---- the container

# Settings of crun, from those of the image. The network is the host's, with ports that the system picks.
make_bundle() {
  mkdir -p "$work/bundle" "$work/mounted"
  cp -r routes config "$work/mounted/"
  rm -f "$work/bundle/config.json"
  (cd "$work/bundle" && crun spec)
  jq --arg root "$root" --arg work "$work" --argjson limit $((limit_mb * 1024 * 1024)) \
    --argjson image "$(b inspect --type image localhost/verify-router | jq .Docker.config)" '
    def mount($from; $to; $how): {destination: $to, type: "bind", source: $from, options: (["bind", "nosuid", "nodev"] + $how)};
    .root = {path: $root, readonly: true}
    | .process += {terminal: false, noNewPrivileges: true, cwd: $image.WorkingDir, args: ($image.Entrypoint + $image.Cmd),
        user: ($image.User | split(":") | {uid: (.[0] | tonumber), gid: (.[1] | tonumber)}),
        env: ($image.Env + ["ROUTER_HTTP_PORT=0", "ROUTER_MANAGEMENT_PORT=0"])}
    | .process.capabilities |= map_values([])
    | .linux.namespaces |= map(select(.type != "network"))
    | .linux.resources.memory.limit = $limit
    | .mounts += [mount($work + "/data"; "/opt/router/data"; ["rw"]),
        mount($work + "/mounted/routes"; "/opt/router/routes"; ["ro"]), mount($work + "/mounted/config"; "/opt/router/config"; ["ro"])]
    ' "$work/bundle/config.json" >"$work/bundle/whole.json"
  mv "$work/bundle/whole.json" "$work/bundle/config.json"
}

# crun takes no machine with cgroups of both versions; a mount namespace of its own shows it those of version 1 only.
with_crun() {
  exec unshare --mount --propagation private bash -c 'umount /sys/fs/cgroup/unified 2>/dev/null
    date +%s%N >"$1/began"; cd "$1/bundle" && exec crun --root "$1/crun" run --pid-file "$1/pid" "$2"' - "$work" "$1"
}

# A heap as if the machine had what the container is limited to.
with_chroot() {
  local settings
  mapfile -t settings < <(jq -r '.process.env[]' "$work/bundle/config.json")
  exec unshare --mount --propagation private bash -c '
    mount --bind "$2" "$2" && mount -o remount,bind,ro "$2" && mount -t proc proc "$2/proc"
    mount --bind "$1/data" "$2/opt/router/data"
    for part in routes config; do
      mount --bind "$1/mounted/$part" "$2/opt/router/$part" && mount -o remount,bind,ro "$2/opt/router/$part"
    done
    date +%s%N >"$1/began"
    exec setpriv --no-new-privs --inh-caps=-all chroot --userspec=10001:10001 "$2" /usr/bin/env -i "${@:3}" /opt/router/bin/router run
    ' - "$work" "$root" "${settings[@]}" "ROUTER_JAVA_OPTS=-XX:MaxRAM=${limit_mb}m"
}

choose_runtime() {
  local settings=$work/bundle/config.json
  cp "$settings" "$settings.run"
  jq '.process.args = ["/bin/true"]' "$settings.run" >"$settings"
  if (with_crun probe) 2>"$work/crun.log"; then
    runtime=crun
  else
    runtime=chroot
    say "crun does not run here, so chroot does it, without a memory limit: $(tail -n 1 "$work/crun.log")"
  fi
  mv "$settings.run" "$settings"
  row "started by" "$runtime" ''
}

address() { # http or management; nothing before the router says it
  local lock
  lock=$(cat "$work/data/router.lock" 2>/dev/null) || return 0
  [[ ! $lock =~ \"$1\":\"([^\"]+)\" ]] || echo "${BASH_REMATCH[1]}"
}

is_ready() {
  local at status
  at=$(address management)
  [ -n "$at" ] || return 1
  { exec 3<>"/dev/tcp/${at%:*}/${at##*:}"; } 2>/dev/null || return 1
  printf 'GET /observe/health/ready HTTP/1.0\r\n\r\n' >&3
  read -r _ status _ <&3 || true
  exec 3>&-
  [ "$status" = 200 ]
}

until_true() { # seconds, command
  local end=$((SECONDS + $1))
  until "${@:2}"; do
    [ "$SECONDS" -lt "$end" ] || fail "waited $1 s for: ${*:2}; see $work/router.log"
    [ ! -e "/proc/$supervisor" ] && fail "the container ended; see $work/router.log"
    sleep 0.01
  done
}

# Sets supervisor and pid, and started_ms.
start() {
  starts=$((${starts:-0} + 1))
  rm -f "$work/data/router.lock" "$work/pid"
  "with_$runtime" "verify-$$-$starts" >>"$work/router.log" 2>&1 &
  supervisor=$!
  until_true 60 is_ready
  started_ms=$((($(date +%s%N) - $(cat "$work/began")) / 1000000))
  pid=$(cat "$work/pid" 2>/dev/null || echo "$supervisor")
}

stop() { # signal; sets code
  kill "-$1" "$pid"
  code=0
  wait "$supervisor" || code=$?
}

of_process() { awk -v key="$1:" '$1 == key { print $2; exit }' "/proc/$pid/status"; }
mb() { echo $(($(of_process "$1") / 1024)); }
inside() { nsenter -t "$pid" -m -p -r -w setpriv --reuid 10001 --regid 10001 --clear-groups "$@"; }

# ---- what is measured

measure_start() {
  local times=()
  for _ in 1 2 3 4 5; do
    start
    times+=("$started_ms")
    cpu_ms=$(awk '{ print ($14 + $15) * 10 }' "/proc/$pid/stat")
    stop TERM
  done
  row "start to ready, median of 5" "$(printf '%s\n' "${times[@]}" | sort -n | sed -n 3p)" '<=500' ms
  row "start to ready, best of 5" "$(printf '%s\n' "${times[@]}" | sort -n | head -n 1)" '' ms
  row "CPU time until ready, last of 5" "$cpu_ms" '' ms
  row "load of the machine" "$(cut -d ' ' -f 1 /proc/loadavg)" ''
}

check_confinement() {
  row "user" "$(of_process Uid)" 10001
  row "capabilities" "$(of_process CapEff)" 0000000000000000
  row "no new privileges" "$(of_process NoNewPrivs)" 1
  row "root file system writable" "$(inside touch /opt/router/x 2>/dev/null && echo yes || echo no)" no
  row "routes/ and config/ are the mounted ones" "$(inside cmp /opt/router/routes/40-route.camel.yaml - <"$work/mounted/routes/40-route.camel.yaml" && echo yes)" yes
  row "AOT cache in use" "$(grep -q 'router\.aot' "/proc/$pid/maps" && echo yes || echo no)" yes
  row "bin/health in the container" "$(inside /opt/router/bin/health >/dev/null && echo 0 || echo $?)" 0
}

# Events numbered from $1 to $2; of the numbers one can tell what was lost.
events() {
  awk -v from="$1" -v to="$2" 'BEGIN {
    split("us.icr.io de.icr.io uk.icr.io jp.icr.io au.icr.io", host, " ")
    filler = sprintf("%700s", ""); gsub(/ /, "x", filler)
    for (n = from; n <= to; n++)
      printf "{\"id\":\"verify-%d\",\"eventTime\":\"2026-03-01T10:00:00.00+0000\",\"action\":\"container-registry.image.push\",\"target\":{\"name\":\"%s/team/app:%d\"},\"requestData\":{\"note\":\"%s\"}}\n", n, host[1 + n % 5], n, filler
  }'
}

post() { # numbers from, to; asks for 202
  local answer
  answer=$(events "$1" "$2" | curl -sS -o /dev/null -w '%{http_code}' -H 'Content-Type: application/x-ndjson' --data-binary @- "http://$(address http)/v1/activity-tracker/events")
  [ "$answer" = 202 ] || fail "POST of events $1 to $2 was answered $answer"
}

drop_file() { # numbers from, to; into the inbox, as the user of the container
  events "$1" "$2" >"$work/data/inbox/activity-tracker/.$1"
  chown 10001:10001 "$work/data/inbox/activity-tracker/.$1"
  mv "$work/data/inbox/activity-tracker/.$1" "$work/data/inbox/activity-tracker/$1.ndjson"
}

all_delivered() {
  [ -z "$(find "$work/data/inbox/activity-tracker" -maxdepth 1 -type f)" ] || return 1
  [ "$(curl -sS "http://$(address management)/observe/status" | jq .balance.inSpool)" = 0 ]
}

delivered_numbers() { cat "$work"/data/delivered/*/* | grep -o '"id":"verify-[0-9]*"' | grep -o '[0-9]*'; }

check_crash() {
  local n
  drop_file 100001 140000
  for ((n = 1; n <= 10000; n += 500)); do post "$n" $((n + 499)); done
  stop KILL
  row "exit code after SIGKILL" "$code" 137
  start
  for ((n = 10001; n <= 20000; n += 500)); do post "$n" $((n + 499)); done
  drop_file 140001 160000
  until_true 60 all_delivered
  delivered_numbers | sort -n >"$work/numbers"
  row "events acknowledged or in files" 80000 ''
  row "of them lost after SIGKILL and restart" "$((80000 - $(uniq "$work/numbers" | wc -l)))" 0
  row "of them delivered twice" "$(uniq -d "$work/numbers" | wc -l)" '' ''
}

# Full speed from both doors, then more large bodies at once than fit into the heap.
check_memory() {
  local http
  http=$(address http)
  events 1 18000 >"$work/body"
  drop_file 200001 350000
  seq 24 | xargs -P 4 -I {} curl -sS -o /dev/null -w '%{http_code}\n' -H 'Content-Type: application/x-ndjson' --data-binary "@$work/body" "http://$http/v1/activity-tracker/events" >"$work/answers" || true
  row "large bodies answered 202 or 503" "$(grep -cE '^(202|503)$' "$work/answers" || true)" 24
  row "of them taken, 202" "$(grep -c '^202$' "$work/answers" || true)" ''
  until_true 120 all_delivered
  row "peak memory under load (RSS)" "$(mb VmHWM)" '<=256' MB
  row "container's memory limit" "$limit_mb" '' MB
}

check_metrics() {
  local metrics
  metrics=$(curl -sS "http://$(address management)/observe/metrics")
  row "received, in metrics, is delivered + dead letters" "$(awk '
    /^router_events_received_total/ { r += $NF } /^router_events_(delivered|dead_lettered)_total/ { d += $NF } /^router_spool_events\{/ { s += $NF }
    END { print (r > 0 && r + '"$in_spool_at_start"' == d + s ? "yes" : "no") }' <<<"$metrics")" yes
}

check_drain() {
  local began
  drop_file 400001 420000
  post 400001 400500
  began=$(date +%s%N)
  stop TERM
  row "exit code after SIGTERM under load" "$code" 0
  row "SIGTERM to the end" $((($(date +%s%N) - began) / 1000000)) '<=20000' ms
}

leave() {
  [ -z "${supervisor:-}" ] || [ ! -e "/proc/$supervisor" ] || kill -KILL "$pid" 2>/dev/null || true
  [ -n "$keep" ] || rm -rf "$work"
}

[ "$(id -u)" = 0 ] || fail "run it as root: debootstrap, mounts and users need it"
trap leave EXIT
[ -n "$keep" ] || rm -rf "$work"
rm -rf "$work"/{store,run,jdk,oci,data,bundle,mounted,crun,router.log}
install_tools
mkdir -p "$work"
jdk=$(jdk25)
say "building the release archive"
rm -f target/registry-event-router-*.tar.gz
mvn -B -q -Dquick -Parchive package
make_base_image
make_jdk_image "$jdk"
say "building the image"
build_image
make_bundle
install -d -o 10001 -g 10001 -m 0700 "$work/data"
choose_runtime
say "starting it five times"
measure_start
start
check_confinement
say "idle for ten seconds"
sleep 10
row "idle memory (RSS)" "$(mb VmRSS)" '<=130' MB
say "feeding it, killing it, feeding it again"
check_crash
in_spool_at_start=$(curl -sS "http://$(address management)/observe/status" | jq .balance.inSpoolAtStart)
check_metrics
say "at full speed"
check_memory
check_drain
printf '\n%-48s %22s %-3s %22s\n%s' "on $(nproc) cores" measured "" goal "$table"
row "time of it all" "$SECONDS" '<=720' s
tail -n 1 <<<"${table%$'\n'}"
[ "$goals_missed" = 0 ] || fail "$goals_missed goals missed"
