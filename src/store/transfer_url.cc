#include "store/transfer_url.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace axllama::store {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

std::unexpected<Error> bad(std::string_view text) {
  return fail(ErrorCode::kInvalidArgument, "\"" + std::string(text) + "\" is no URL");
}

Result<Url> url_of(CURLU* handle, std::string_view text) {
  Url url{.scheme = part(handle, CURLUPART_SCHEME),
          .host = part(handle, CURLUPART_HOST),
          .port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT),
          .rest = part(handle, CURLUPART_PATH)};
  if ((url.scheme != "http" && url.scheme != "https") || url.host.empty()) return bad(text);
  if (url.rest.empty()) url.rest = "/";
  if (const std::string query = part(handle, CURLUPART_QUERY); !query.empty()) {
    url.rest += "?" + query;
  }
  std::ranges::transform(url.host, url.host.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return url;
}

bool is_plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
         c == '~';
}

}  // namespace

std::string Url::origin() const {
  const bool usual = port == (scheme == "https" ? "443" : "80");
  return scheme + "://" + host + (usual ? "" : ":" + port);
}

Result<Url> parse_url(std::string_view text) {
  if (text.contains('\0')) return bad(text);
  const Handle handle(curl_url(), &curl_url_cleanup);
  if (curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
    return bad(text);
  }
  return url_of(handle.get(), text);
}

Result<Url> resolve_url(const Url& base, std::string_view location) {
  const Handle handle(curl_url(), &curl_url_cleanup);
  const std::string to(location);
  if (to.empty() || to.contains('\0') ||
      curl_url_set(handle.get(), CURLUPART_URL, base.text().c_str(), 0) != CURLUE_OK ||
      curl_url_set(handle.get(), CURLUPART_URL, to.c_str(), CURLU_URLENCODE) != CURLUE_OK) {
    return bad(location);
  }
  return url_of(handle.get(), location);
}

std::string percent_encode(std::string_view text, bool keep_slashes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_plain(c) || (keep_slashes && c == '/')) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string query_text(std::vector<std::pair<std::string, std::string>> values) {
  std::ranges::stable_sort(values, {}, [](const auto& value) { return value.first; });
  std::string text;
  for (const auto& [key, value] : values) {
    if (!text.empty()) text += '&';
    text += percent_encode(key) + "=" + percent_encode(value);
  }
  return text;
}

std::string with_query(std::string rest, const std::string& query) {
  if (query.empty()) return rest;
  return rest + (rest.find('?') == std::string::npos ? '?' : '&') + query;
}

bool is_loopback_host(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

}  // namespace axllama::store
