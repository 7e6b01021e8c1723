#include "core/base/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace lathe {

struct Sha256::Context {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : m_context(std::make_unique<Context>())
{
    EVP_DigestInit_ex(m_context->digest.get(), EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

Sha256 &Sha256::add(std::span<const std::byte> bytes)
{
    EVP_DigestUpdate(m_context->digest.get(), bytes.data(), bytes.size());
    return *this;
}

Sha256Digest Sha256::finish()
{
    Sha256Digest result{};
    EVP_DigestFinal_ex(m_context->digest.get(), reinterpret_cast<unsigned char *>(result.data()), nullptr);
    return result;
}

Sha256Digest sha256(std::span<const std::byte> bytes)
{
    return Sha256().add(bytes).finish();
}

std::string hexText(std::span<const std::byte> bytes)
{
    std::string text;
    for (const std::byte byte : bytes)
        text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    return text;
}

} // namespace lathe
