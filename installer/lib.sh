# shellcheck shell=bash
# Shared by the commands beside this file: say what happens, install what is missing, build.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=$repo/build/deps
log=$repo/build/installer.log

say() { printf '==> %s\n' "$*"; }
fail() {
    printf '%s: %s\n' "${0#"$repo/"}" "$*" >&2
    exit 1
}

# Runs a command with its output in the log; shows the end of it when the command fails.
quietly() {
    local status=0
    printf '\n$ %s\n' "$*" >>"$log"
    "$@" >>"$log" 2>&1 || status=$?
    [ "$status" -eq 0 ] || tail -n 25 "$log" >&2
    return "$status"
}

prepare_log() {
    mkdir -p "$deps" 2>/dev/null && : 2>/dev/null >"$log" ||
        fail "$repo/build cannot be written; run this as the owner of that folder, or delete it."
}

# --- packages of the system ----------------------------------------------------------------------------------------

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

has_candidate() {
    local candidate
    candidate=$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p')
    [ -n "$candidate" ] && [ "$candidate" != "(none)" ]
}

# The lines of the given lists of which no alternative is installed.
missing_lines() {
    local line alternative
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@" | while read -r line; do
        for alternative in ${line//|/ }; do
            is_installed "$alternative" && continue 2
        done
        printf '%s\n' "$line"
    done
}

# Runs a command as root: directly, or by sudo, which loses the environment but for the proxies given here.
as_root() {
    local environment=(DEBIAN_FRONTEND=noninteractive) name
    for name in http_proxy https_proxy no_proxy; do
        [ -z "${!name:-}" ] || environment+=("$name=${!name}")
    done
    if [ "$(id -u)" -eq 0 ]; then
        env "${environment[@]}" "$@"
    else
        sudo env "${environment[@]}" "$@"
    fi
}

require_root_for() {
    [ "$(id -u)" -ne 0 ] || return 0
    command -v sudo >/dev/null ||
        fail "installing packages needs root, and there is no sudo; as root, run: apt-get install $*"
    sudo -n true 2>/dev/null || [ -t 0 ] ||
        fail "sudo asks for a password and nobody can type one here; as root, run: apt-get install $*"
    sudo -v || fail "sudo was refused; as root, run: apt-get install $*"
}

apt_get() { as_root apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"; }

update_lists_once() {
    [ -z "${lists_updated:-}" ] || return 0
    say "Refreshing the package lists"
    quietly apt_get update ||
        fail "the package lists could not be refreshed; check the network and the mirrors in /etc/apt, then run this again."
    lists_updated=yes
}

# The mirrors this machine already uses for its own release, or for what comes behind its name ("-security").
own_mirrors() {
    local codename
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")${1:-}
    {
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' "Codename: $codename"
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' "Release: $codename"
    } | awk '!seen[$0]++'
}

# Installs what is missing of the given lists.
install_lists() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
        fail "this knows Debian only; install what installer/packages.txt lists and build as CONTRIBUTING.md says."
    local lines packages=() line alternative
    lines=$(missing_lines "$@")
    if [ -z "$lines" ]; then
        say "All packages are installed"
        return
    fi
    require_root_for "$(sed 's/|.*//' <<<"$lines" | paste -sd ' ')"
    update_lists_once
    for line in $lines; do
        for alternative in ${line//|/ }; do
            if has_candidate "$alternative"; then
                packages+=("$alternative")
                continue 2
            fi
        done
        fail "this release of the system has no package ${line//|/ or }; Lathe is tried on Debian 12 and 13."
    done
    say "Installing ${#packages[@]} packages and what they need: ${packages[*]}"
    quietly apt_get install -y --no-install-recommends "${packages[@]}" ||
        fail "apt-get could not install the packages (see above, all of it in build/installer.log); put that right and run this again."
}

install_package() { install_lists <(printf '%s\n' "$1"); }

# --- build ---------------------------------------------------------------------------------------------------------

# One compiler for each processor, as long as each has 1.5 GB of memory.
build_jobs() {
    local by_memory
    by_memory=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null || true)
    awk -v cpus="$(nproc)" -v memory="${by_memory:-1}" 'BEGIN { jobs = cpus < memory ? cpus : memory; print jobs < 1 ? 1 : jobs }'
}

# Builds the named targets of build/release, or all of it.
cmake_options=(-DLATHE_WITH_TRAINING=ON)
build_release() {
    local targets=()
    [ $# -eq 0 ] || targets=(--target "$@")
    cd "$repo"
    say "Configuring build/release"
    quietly cmake --preset release "${cmake_options[@]}" ||
        fail "cmake could not configure the build (see above); if the folder was moved or copied, delete build/release and run this again."
    say "Building with $(build_jobs) jobs (minutes the first time, seconds later)"
    cmake --build --preset release --parallel "$(build_jobs)" "${targets[@]}" ||
        fail "the build failed (see above); if memory ran out, close other programs and run this again, it goes on where it stopped."
}
