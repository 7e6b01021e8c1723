#pragma once
// What all targets share: any bytes are read or refused by a sentence; anything else is a defect.
#include "core/base/error.h"
#include "core/base/temporaryfolder.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

/// Each target defines it: libFuzzer calls it with what it makes up, replay.cpp with files.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace lathe::fuzz {

inline std::string_view textOf(const uint8_t *data, size_t size)
{
    return {reinterpret_cast<const char *>(data), size};
}

inline std::span<const std::byte> bytesOf(const uint8_t *data, size_t size)
{
    return {reinterpret_cast<const std::byte *>(data), size};
}

/// Stops the process where the reader fails by an exception that has no sentence, and tells which.
template <class Fn>
void readOrRefuse(const Fn &read)
{
    const auto outcome = runGuarded(read);
    const auto *error = std::get_if<Error>(&outcome);
    if (error && error->code() == ErrorCode::Internal) {
        std::fprintf(stderr, "not refused by a sentence: %s\n", error->what());
        std::abort();
    }
}

/// Stops the process where what must hold does not.
inline void require(bool holds, const char *what)
{
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

/// A folder for readers that want a file, the same for all inputs of a process.
inline const std::filesystem::path &scratch()
{
    static const TemporaryFolder folder;
    return folder.path();
}

/// The bytes as a file of that name in the scratch folder.
inline std::filesystem::path written(const std::string &name, std::string_view bytes)
{
    const std::filesystem::path path = scratch() / name;
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
}

} // namespace lathe::fuzz
