#include "store/registry_key.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "base/env.h"
#include "base/fd.h"
#include "base/log.h"
#include "store/registry_base64.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic("openssh-key-v1\0", 15);
constexpr std::string_view kType = "ssh-ed25519";
constexpr size_t kLineLength = 70;
constexpr size_t kBlock = 8;

std::unexpected<Error> broken(std::string what) {
  return fail(ErrorCode::kCorrupt, "the key is broken: " + std::move(what));
}

// SSH's wire format: numbers of four bytes, texts behind their length.
class Wire {
 public:
  explicit Wire(std::string_view bytes) : rest_(bytes) {}
  std::optional<uint32_t> number() {
    if (rest_.size() < 4) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(4);
    return value;
  }
  std::optional<std::string_view> text() {
    const auto length = number();
    if (!length || *length > rest_.size()) return std::nullopt;
    const std::string_view found = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    return found;
  }
  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }

 private:
  std::string_view rest_;
};

void put_number(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<uint32_t>(text.size()));
  out += text;
}

std::string_view view(const std::array<unsigned char, 32>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string public_blob(const std::array<unsigned char, 32>& key) {
  std::string blob;
  put_text(blob, kType);
  put_text(blob, view(key));
  return blob;
}

Result<void> write_new(const fs::path& path, std::string_view text, mode_t mode) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file) return std::unexpected(errno_error("create", path));
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(file.get()) != 0) {
    return std::unexpected(errno_error("write", path));
  }
  return {};
}

}  // namespace

fs::path RegistryKey::default_path() {
  return fs::path(env_get("HOME")) / ".ollama" / "id_ed25519";
}

Result<RegistryKey> RegistryKey::make() {
  Bytes seed = {}, shown = {};
  size_t length = shown.size();
  if (RAND_bytes(seed.data(), static_cast<int>(seed.size())) != 1) {
    return fail(ErrorCode::kInternal, "OpenSSL has no random numbers");
  }
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
                &EVP_PKEY_free);
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), shown.data(), &length) != 1) {
    return fail(ErrorCode::kInternal, "OpenSSL makes no Ed25519 key");
  }
  return RegistryKey(seed, shown);
}

Result<RegistryKey> RegistryKey::parse(std::string_view file) {
  const size_t begin = file.find(kBegin);
  const size_t end = file.find(kEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
    return broken("it is no OpenSSH private key");
  }
  const auto bytes = from_base64(file.substr(begin + kBegin.size(), end - begin - kBegin.size()));
  if (!bytes) return broken("it is no base64");
  Wire wire(*bytes);
  if (!wire.take(kMagic)) return broken("it is no OpenSSH private key");
  const auto cipher = wire.text();
  if (!cipher || !wire.text() || !wire.text() || wire.number() != 1u || !wire.text()) {
    return broken("it ends too early");
  }
  if (*cipher != "none") {
    return fail(ErrorCode::kUnsupported, "the key is protected by a passphrase");
  }
  const auto inside = wire.text();
  if (!inside) return broken("it ends too early");
  Wire section(*inside);
  const auto check = section.number();
  if (!check || section.number() != check) return broken("its check numbers differ");
  if (section.text() != kType) return fail(ErrorCode::kUnsupported, "the key is no Ed25519 key");
  const auto shown = section.text();
  const auto both = section.text();
  if (!shown || !both || shown->size() != 32 || both->size() != 64 || both->substr(32) != *shown) {
    return broken("its lengths are wrong");
  }
  Bytes seed = {}, open = {};
  std::memcpy(seed.data(), both->data(), seed.size());
  std::memcpy(open.data(), shown->data(), open.size());
  return RegistryKey(seed, open);
}

std::string RegistryKey::file_text() const {
  std::string section;
  uint32_t check = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&check), sizeof check);
  put_number(section, check);
  put_number(section, check);
  put_text(section, kType);
  put_text(section, view(public_));
  put_text(section, std::string(view(seed_)) + std::string(view(public_)));
  put_text(section, "");  // comment
  for (char fill = 1; section.size() % kBlock != 0; ++fill) section += fill;
  std::string bytes(kMagic);
  put_text(bytes, "none");
  put_text(bytes, "none");
  put_text(bytes, "");
  put_number(bytes, 1);
  put_text(bytes, public_blob(public_));
  put_text(bytes, section);
  const std::string base64 = to_base64(bytes);
  std::string text = std::string(kBegin) + "\n";
  for (size_t at = 0; at < base64.size(); at += kLineLength) {
    text += base64.substr(at, kLineLength) + "\n";
  }
  return text + std::string(kEnd) + "\n";
}

Result<RegistryKey> RegistryKey::read(const fs::path& path) {
  AX_TRY(const std::string text, read_file(path, 1 << 16));
  Result<RegistryKey> key = parse(text);
  if (!key) return fail(key.error().code, path.string() + ": " + key.error().message);
  return key;
}

Result<RegistryKey> RegistryKey::read_or_make(const fs::path& path) {
  Result<RegistryKey> key = read(path);
  if (key || key.error().code != ErrorCode::kNotFound) return key;
  AX_TRY(const RegistryKey made, make());
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const Result<void> written = write_new(path, made.file_text(), 0600);
  // Another process may have been quicker: its key counts then.
  if (!written && fs::exists(path, error)) return read(path);
  if (!written) return std::unexpected(written.error());
  fs::path shown = path;
  shown += ".pub";
  AX_CHECK(write_new(shown, std::string(kType) + " " + made.public_text() + "\n", 0644));
  log_info("made a key for registries: " + path.string());
  return made;
}

std::string RegistryKey::public_text() const {
  return to_base64(public_blob(public_));
}

Result<std::string> RegistryKey::signed_by(std::string_view text) const {
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed_.data(), seed_.size()),
                &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  std::array<unsigned char, 64> signature = {};
  size_t length = signature.size();
  if (!key || !context ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &length,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    return fail(ErrorCode::kInternal, "OpenSSL signs nothing with an Ed25519 key");
  }
  return public_text() + ":" + to_base64({reinterpret_cast<const char*>(signature.data()), length});
}

}  // namespace axllama::store
