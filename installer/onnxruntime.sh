# shellcheck shell=bash
# Brings ONNX Runtime, library and headers, into build/deps/onnxruntime: the same release on every system. The system's own
# is not taken (cmake/Findonnxruntime_lathe.cmake says why).
source "$repo/installer/versions.sh"

# An apt-get with its own lists and cache, which leaves the system's untouched.
private_apt() {
    apt-get -qq -o Dir::Etc::SourceList="$private/sources.list" -o Dir::Etc::SourceParts=- \
        -o Dir::State::Lists="$private/lists" -o Dir::State::Status="$private/status" -o Dir::Cache="$private/cache" \
        -o APT::Architecture="$ort_headers_architecture" -o APT::Architectures="$ort_headers_architecture" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

download_headers() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirror
    local private=$deps/apt
    [ -r "$keyring" ] ||
        fail "the headers of ONNX Runtime come from Debian, and this system has no package debian-archive-keyring; install it, or set onnxruntime_ROOT to a folder with include/ and lib/."
    rm -rf "$private"
    mkdir -p "$private/lists/partial" "$private/cache/archives/partial"
    : >"$private/status"
    [ -n "$(own_mirrors)" ] || update_lists_once # apt knows them by the lists
    for mirror in $(own_mirrors); do
        printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$ort_headers_suite" >"$private/sources.list"
        quietly private_apt update || continue
        (cd "$private" && quietly private_apt download "$ort_headers_package") && break
    done
    local archive
    archive=$(find "$private" -maxdepth 1 -name '*.deb' -print -quit)
    [ -n "$archive" ] ||
        fail "no mirror of this machine offers $ort_headers_package of Debian $ort_headers_suite; check the network, or set onnxruntime_ROOT to a folder with include/ and lib/."
    check_sum sha256sum "$ort_headers_sha256" "$archive"
    dpkg -x "$archive" "$private/unpacked"
    cp -r "$private/unpacked/usr/include/onnxruntime" "$new/include"
    cp "$private/unpacked/usr/share/doc/${ort_headers_package%%=*}/copyright" "$new/"
    rm -rf "$private"
}

check_sum() {
    local got
    got=$("$1" <"$3" | cut -d' ' -f1)
    [ "$got" = "$2" ] ||
        fail "$(basename "$3") is not the file that installer/versions.sh names (checksum $got, expected $2); run this again, and if it stays so do not trust the network."
}

download_library() {
    command -v npm >/dev/null || install_package npm
    local private=$deps/npm authorities=/etc/ssl/certs/ca-certificates.crt
    # npm knows its own certificate authorities only; the system's may hold one more, of the network it is in.
    if [ "$(npm config get cafile)" = null ] && [ -r "$authorities" ]; then
        export npm_config_cafile=$authorities
    fi
    rm -rf "$private"
    mkdir -p "$private"
    quietly npm pack "$ort_npm_package" --ignore-scripts --no-audit --no-fund --loglevel error \
        --cache "$private/cache" --pack-destination "$private" ||
        fail "npm could not download $ort_npm_package (see above); check the network and run this again, or set onnxruntime_ROOT to a folder with include/ and lib/."
    local archive
    archive=$(find "$private" -maxdepth 1 -name '*.tgz' -print -quit)
    check_sum sha512sum "$(base64 -d <<<"$ort_npm_sha512" | od -An -v -tx1 | tr -d ' \n')" "$archive"
    tar -xzf "$archive" -C "$private" "${ort_npm_file[$architecture]}"
    check_sum sha256sum "${ort_library_sha256[$architecture]}" "$private/${ort_npm_file[$architecture]}"
    mv "$private/${ort_npm_file[$architecture]}" "$new/lib/libonnxruntime.so.1"
    ln -s libonnxruntime.so.1 "$new/lib/libonnxruntime.so"
    rm -rf "$private"
}

ensure_onnxruntime() {
    if [ -n "${onnxruntime_ROOT:-}" ]; then
        say "ONNX Runtime: the one in onnxruntime_ROOT=$onnxruntime_ROOT"
        return
    fi
    local architecture stamp target=$deps/onnxruntime new=$deps/onnxruntime.new
    architecture=$(dpkg --print-architecture)
    [ -n "${ort_npm_file[$architecture]:-}" ] ||
        fail "there is no ready ONNX Runtime for $architecture; build it, and set onnxruntime_ROOT to a folder with include/ and lib/."
    stamp="$ort_npm_package $ort_headers_package ${ort_library_sha256[$architecture]}"
    if [ "$(cat "$target/version" 2>/dev/null)" = "$stamp" ]; then
        say "ONNX Runtime: ${ort_npm_package#*@}, already in build/deps/onnxruntime"
        return
    fi
    say "Bringing ONNX Runtime ${ort_npm_package#*@} into build/deps/onnxruntime (a download of 115 MB)"
    rm -rf "$new"
    mkdir -p "$new/lib"
    download_headers
    download_library
    printf '%s\n' "$stamp" >"$new/version"
    rm -rf "$target"
    mv "$new" "$target"
}
