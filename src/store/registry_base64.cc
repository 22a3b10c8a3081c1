#include "store/registry_base64.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>

namespace axllama::store {

namespace {

bool is_letter(unsigned char c) {
  return std::isalnum(c) != 0 || c == '+' || c == '/';
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string dense;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) dense += c;
  }
  if (dense.size() % 4 != 0) return std::nullopt;
  const size_t letters = std::min(dense.find_last_not_of('=') + 1, dense.size());
  const size_t padding = dense.size() - letters;
  // OpenSSL takes some other characters for the end, and padding anywhere.
  if (padding > 2 || !std::all_of(dense.begin(), dense.begin() + letters, is_letter)) {
    return std::nullopt;
  }
  std::string bytes(dense.size() / 4 * 3 + 1, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(dense.data()),
                                     static_cast<int>(dense.size()));
  if (length < 0) return std::nullopt;
  bytes.resize(static_cast<size_t>(length) - padding);
  return bytes;
}

}  // namespace axllama::store
