// The key by which registries know who asks: ~/.ollama/id_ed25519, as Ollama makes and uses it.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama::store {

class RegistryKey {
 public:
  // Reads an OpenSSH private key without a passphrase. kNotFound; kCorrupt for what is none;
  // kUnsupported for an encrypted one or another kind than Ed25519.
  static Result<RegistryKey> read(const std::filesystem::path& path);
  // The same, but makes a new one, and the public one at `path`.pub, when there is none.
  static Result<RegistryKey> read_or_make(const std::filesystem::path& path);
  // ~/.ollama/id_ed25519
  static std::filesystem::path default_path();

  // Base64 of the public key, as it stands in authorized_keys behind "ssh-ed25519 ".
  std::string public_text() const;
  // "<public_text>:<base64 of the signature over `text`>": what stands in Authorization.
  Result<std::string> signed_by(std::string_view text) const;
  // The private key's file.
  std::string file_text() const;

  static Result<RegistryKey> parse(std::string_view file);
  static Result<RegistryKey> make();

 private:
  using Bytes = std::array<unsigned char, 32>;
  RegistryKey(const Bytes& seed, const Bytes& shown) : seed_(seed), public_(shown) {}
  Bytes seed_, public_;
};

}  // namespace axllama::store
