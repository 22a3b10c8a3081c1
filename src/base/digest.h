// SHA-256, as hexadecimal text.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama {

// Feeds bytes piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  // 64 lower-case hexadecimal digits. Nothing may be fed after it.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);
// Reads the file in pieces; `progress`, when given, is told the bytes read so far.
Result<std::string> sha256_file(const std::filesystem::path& path,
                                const std::function<void(uint64_t)>& progress = {});

}  // namespace axllama
