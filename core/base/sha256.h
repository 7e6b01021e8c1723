#pragma once
// SHA-256 of bytes that come in pieces.
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace lathe {

using Sha256Digest = std::array<std::byte, 32>;

class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256 &) = delete;
    Sha256 &operator=(const Sha256 &) = delete;
    Sha256 &add(std::span<const std::byte> bytes);
    Sha256Digest finish(); ///< once, after the last piece

private:
    struct Context;
    std::unique_ptr<Context> m_context;
};

Sha256Digest sha256(std::span<const std::byte> bytes);
std::string hexText(std::span<const std::byte> bytes); ///< lower case

} // namespace lathe
