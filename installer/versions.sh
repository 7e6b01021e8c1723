# shellcheck shell=bash
# Everything that is not a package of the system, with its version and checksums.

# The ONNX Runtime library, as carried by an npm package; file inside it and its sha256 by Debian architecture.
ort_npm_package=onnxruntime-node@1.30.0
ort_npm_sha512=twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==
declare -A ort_npm_file=(
    [amd64]=package/bin/napi-v6/linux/x64/libonnxruntime.so.1
    [arm64]=package/bin/napi-v6/linux/arm64/libonnxruntime.so.1
)
declare -A ort_library_sha256=(
    [amd64]=ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23
    [arm64]=1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76
)

# Its headers, from a newer Debian release. The API is negotiated by version: a newer library serves older headers.
ort_headers_suite=trixie
ort_headers_package=libonnxruntime-dev=1.21.0+dfsg-1
ort_headers_architecture=amd64 # text only, the same for every architecture
ort_headers_sha256=14f7d959d5deacbcf1504830d4189f91fc67382b399ed9ae9d3aa9c4050ced08
