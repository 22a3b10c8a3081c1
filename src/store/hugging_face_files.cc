#include "store/hugging_face_files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "store/json_text.h"

namespace axllama::store {
namespace {

using Json = nlohmann::json;

std::unexpected<Error> broken(std::string what) {
  return fail(ErrorCode::kCorrupt, "the hub's answer is broken: " + std::move(what));
}

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_hex(std::string_view text, size_t digits) {
  return text.size() == digits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<HubFile> parse_file(const Json& json) {
  HubFile file{.path = text_of(json, "path")};
  if (file.path.empty()) return broken("a file has no path");
  const auto size = json.find("size");
  if (size == json.end() || !size->is_number_unsigned()) return broken(file.path + " has no size");
  file.size = size->get<uint64_t>();
  const auto lfs = json.find("lfs");
  if (lfs == json.end() || !lfs->is_object()) {
    file.git_id = text_of(json, "oid");
    if (!is_hex(file.git_id, 40)) return broken(file.path + " has no git id");
    return file;
  }
  file.sha256 = text_of(*lfs, "oid");
  if (file.sha256.starts_with("sha256:")) file.sha256.erase(0, 7);
  const auto length = lfs->find("size");
  if (length != lfs->end() && length->is_number_unsigned()) file.size = length->get<uint64_t>();
  if (!is_hex(file.sha256, 64)) return broken(file.path + " has no SHA-256");
  return file;
}

}  // namespace

Result<std::vector<HubFile>> parse_hub_tree(std::string_view text) {
  const Json json = json_too_deep(text) ? Json() : Json::parse(text, nullptr, false);
  if (!json.is_array()) return broken("it is no list of files");
  std::vector<HubFile> files;
  for (const Json& entry : json) {
    if (!entry.is_object()) return broken("an entry is no object");
    if (text_of(entry, "type") != "file") continue;
    AX_TRY(HubFile file, parse_file(entry));
    files.push_back(std::move(file));
  }
  return files;
}

Result<std::string> parse_hub_revision(std::string_view text) {
  const Json json = json_too_deep(text) ? Json() : Json::parse(text, nullptr, false);
  std::string sha = json.is_object() ? text_of(json, "sha") : std::string();
  if (!is_hex(sha, 40)) return broken("it names no commit");
  return sha;
}

bool has_git_id(std::string_view content, std::string_view git_id) {
  std::string object = "blob " + std::to_string(content.size());
  object += '\0';
  object += content;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
  unsigned length = 0;
  if (EVP_Digest(object.data(), object.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1) {
    return false;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex == git_id;
}

}  // namespace axllama::store
