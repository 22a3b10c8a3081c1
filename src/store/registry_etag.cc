#include "store/registry_etag.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "base/fd.h"

namespace axllama::store {
namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Md5 = std::array<unsigned char, 16>;

bool begin(EVP_MD_CTX* context) {
  return context != nullptr && EVP_DigestInit_ex(context, EVP_md5(), nullptr) == 1;
}

Md5 end(EVP_MD_CTX* context) {
  Md5 digest = {};
  unsigned length = 0;
  EVP_DigestFinal_ex(context, digest.data(), &length);
  return digest;
}

Result<void> feed(EVP_MD_CTX* context, int file, const std::filesystem::path& path,
                  const Part& part, std::vector<char>& piece) {
  for (uint64_t done = 0; done < part.size;) {
    const size_t wanted = std::min<uint64_t>(piece.size(), part.size - done);
    const ssize_t got = ::pread(file, piece.data(), wanted, static_cast<off_t>(part.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno_error("read", path));
    if (got == 0) return fail(ErrorCode::kIo, path.string() + " became shorter");
    EVP_DigestUpdate(context, piece.data(), static_cast<size_t>(got));
    done += static_cast<uint64_t>(got);
  }
  return {};
}

}  // namespace

Result<std::string> parts_etag(const std::filesystem::path& path, const std::vector<Part>& parts) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(errno_error("read", path));
  const Context all(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const Context one(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::vector<char> piece(1 << 20);
  if (!begin(all.get())) return fail(ErrorCode::kUnsupported, "this machine's OpenSSL has no MD5");
  for (const Part& part : parts) {
    begin(one.get());
    AX_CHECK(feed(one.get(), file.get(), path, part, piece));
    const Md5 digest = end(one.get());
    EVP_DigestUpdate(all.get(), digest.data(), digest.size());
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : end(all.get())) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text + "-" + std::to_string(parts.size());
}

}  // namespace axllama::store
