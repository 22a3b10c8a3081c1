#include "store/registry_session.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "store/registry_base64.h"
#include "store/registry_challenge.h"
#include "store/registry_key.h"

namespace axllama::store {
namespace {

constexpr int kMostRedirects = 10;
constexpr size_t kLongestText = 2000;

std::unexpected<Error> refused(std::string message, std::string hint = {}) {
  return fail(ErrorCode::kForbidden, std::move(message), std::move(hint));
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// URL-safe, without padding.
std::string nonce() {
  std::array<unsigned char, 16> bytes = {};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  std::string text = to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::string token_query(const Challenge& challenge) {
  const auto now = std::chrono::system_clock::now();
  std::vector<std::pair<std::string, std::string>> values = {
      {"service", challenge.service},
      {"ts", std::to_string(std::chrono::system_clock::to_time_t(now))},
      {"nonce", nonce()}};
  for (size_t at = 0; at <= challenge.scope.size();) {
    const size_t end = std::min(challenge.scope.find(' ', at), challenge.scope.size());
    values.emplace_back("scope", challenge.scope.substr(at, end - at));
    at = end + 1;
  }
  return query_text(std::move(values));
}

// Docker's registries say "token", OAuth's "access_token".
std::string token_of(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  for (const char* key : {"token", "access_token"}) {
    if (!json.is_object()) break;
    const auto found = json.find(key);
    if (found != json.end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

bool fits_a_header(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

std::string reply_text(int status, std::string_view body) {
  std::string text(body.substr(0, kLongestText));
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20; }, ' ');
  while (text.ends_with(' ')) text.pop_back();
  return std::to_string(status) + (text.empty() ? "" : ": " + text);
}

Url RegistrySession::at(std::string rest) const {
  Url url = origin_;
  url.rest = std::move(rest);
  return url;
}

std::string RegistrySession::authorization(const Url& url) const {
  if (!url.same_origin(origin_)) return {};
  std::lock_guard lock(mutex_);
  return authorization_;
}

Result<Url> RegistrySession::redirected(const Url& from, std::string_view location) const {
  AX_TRY(Url to, resolve_url(from, location));
  if (from.scheme == "https" && to.scheme != "https" && !rights_.plain) {
    return refused(from.origin() + " leads to " + to.origin() + ", which is not encrypted");
  }
  return to;
}

Result<std::string> RegistrySession::token(std::string_view www_authenticate,
                                           std::stop_token stop) const {
  const auto challenge = parse_challenge(www_authenticate);
  if (!challenge) return refused(origin_.origin() + " wants to know who asks, but not by a token");
  AX_TRY(Url url, parse_url(challenge->realm));
  // Another host has no business to know our key, nor to be asked by us at all.
  if (url.host != origin_.host) {
    return refused("realm host \"" + url.host + "\" does not match original host \"" +
                   origin_.host + "\"");
  }
  if (url.scheme != "https" && !rights_.plain) return refused("insecure protocol http");
  url.rest = with_query(url.rest, token_query(*challenge));
  TransferRequest request{.url = url};
  if (!rights_.key_file.empty()) {
    AX_TRY(const RegistryKey key, RegistryKey::read_or_make(rights_.key_file));
    const std::string signed_text =
        request.method + "," + url.text() + "," + to_base64(sha256_hex(""));
    AX_TRY(const std::string signature, key.signed_by(signed_text));
    request.headers.emplace_back("Authorization", signature);
  }
  AX_TRY(const TransferReply reply, fetch_patiently(settings_, request, stop));
  if (reply.status != 200) return refused(reply_text(reply.status, reply.body));
  std::string found = token_of(reply.body);
  if (found.empty() || !fits_a_header(found)) return refused(url.origin() + " gives no token");
  return found;
}

Result<void> RegistrySession::authorize(std::string_view www_authenticate, std::string_view sent,
                                        std::stop_token stop) {
  // Under the lock: others that were refused meanwhile wait for this token.
  std::lock_guard lock(mutex_);
  if (authorization_ != sent) return {};
  if (!rights_.token.empty() && parse_challenge(www_authenticate) == std::nullopt) {
    return refused(origin_.origin() + " does not accept the token it was given");
  }
  AX_TRY(const std::string found, token(www_authenticate, stop));
  authorization_ = "Bearer " + found;
  return {};
}

Result<TransferReply> RegistrySession::call(TransferRequest request, std::stop_token stop,
                                            size_t limit) {
  const Headers own = request.headers;
  const bool follows = request.method == "GET" || request.method == "HEAD";
  bool authorized = false;
  for (int hops = 0; hops <= kMostRedirects; ++hops) {
    request.headers = own;
    const std::string sent = authorization(request.url);
    if (!sent.empty()) request.headers.emplace_back("Authorization", sent);
    AX_TRY(TransferReply reply, fetch_patiently(settings_, request, stop, limit));
    const std::string challenge = reply.header("WWW-Authenticate");
    if (reply.status == 401 && !challenge.empty() && !authorized &&
        request.url.same_origin(origin_)) {
      authorized = true;
      AX_CHECK(authorize(challenge, sent, stop));
      continue;
    }
    const std::string location = reply.header("Location");
    if (!follows || !is_redirect(reply.status) || location.empty()) return reply;
    AX_TRY(request.url, redirected(request.url, location));
  }
  return fail(ErrorCode::kUnavailable, origin_.origin() + " leads round in a circle");
}

}  // namespace axllama::store
