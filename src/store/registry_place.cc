#include "store/registry_place.h"

#include <algorithm>
#include <cctype>

namespace axllama::store {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string repository(const Name& name) {
  return "/v2/" + name.space + "/" + name.model;
}

}  // namespace

std::string RegistryPlace::manifest() const {
  return repository(name) + "/manifests/" + name.tag;
}

std::string RegistryPlace::blob(std::string_view digest) const {
  return repository(name) + "/blobs/" + std::string(digest);
}

std::string RegistryPlace::uploads() const {
  return repository(name) + "/blobs/uploads/";
}

Result<RegistryPlace> registry_place(std::string_view text, bool insecure,
                                     const TransferSettings& settings) {
  AX_TRY(Name name, Name::parse(text));
  const size_t end = text.find("://");
  const std::string scheme =
      end == std::string_view::npos ? "https" : lower(std::string(text.substr(0, end)));
  if (scheme != "https" && scheme != "http") {
    return fail(ErrorCode::kInvalidArgument, "invalid model name");
  }
  if (scheme == "http" && !insecure) {
    return fail(ErrorCode::kInvalidArgument, "insecure protocol http",
                "--insecure (\"insecure\": true) allows it");
  }
  const std::string host = lower(name.host);
  const bool hub = host == "hf.co" || host == "huggingface.co";
  const std::string base =
      hub ? settings.hugging_face : std::string(insecure ? "http" : scheme) + "://" + name.host;
  AX_TRY(Url origin, parse_url(base));
  origin.rest = "/";
  const bool plain = insecure || origin.scheme == "http";
  return RegistryPlace{std::move(name), std::move(origin), plain, hub};
}

}  // namespace axllama::store
