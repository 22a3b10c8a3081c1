// Requests to one registry (or hub) by somebody it may want to know: tokens, redirects.
#pragma once

#include <filesystem>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/transfer_http.h"
#include "store/transfer_settings.h"
#include "store/transfer_url.h"

namespace axllama::store {

// Any thread.
class RegistrySession {
 public:
  struct Rights {
    std::filesystem::path key_file = {};  // that signs for tokens; empty: nobody in particular
    std::string token = {};               // sent from the first request on; may be empty
    bool plain = false;                   // http is all right
  };

  // `origin`: scheme, host and port.
  RegistrySession(TransferSettings settings, Url origin, Rights rights)
      : settings_(std::move(settings)), origin_(std::move(origin)), rights_(std::move(rights)) {
    if (!rights_.token.empty()) authorization_ = "Bearer " + rights_.token;
  }

  const TransferSettings& settings() const { return settings_; }
  const Url& origin() const { return origin_; }
  // `rest`: path and query, from the slash on.
  Url at(std::string rest) const;

  // What goes into Authorization of a request to `url`; empty for another host than the registry,
  // and when nothing has been asked for yet.
  std::string authorization(const Url& url) const;
  // After a 401: gets a token, unless another thread just has. `refused`: what was sent then.
  // kForbidden when there is no way to be let in.
  Result<void> authorize(std::string_view www_authenticate, std::string_view refused,
                         std::stop_token stop);

  // Where a redirect leads. kForbidden when it would give up encryption.
  Result<Url> redirected(const Url& from, std::string_view location) const;

  // Sends a request with all that: one token, up to ten redirects (of GET and HEAD), several tries.
  // The answer may have any status.
  Result<TransferReply> call(TransferRequest request, std::stop_token stop,
                             size_t limit = 16 << 20);

 private:
  Result<std::string> token(std::string_view www_authenticate, std::stop_token stop) const;

  const TransferSettings settings_;
  const Url origin_;
  const Rights rights_;
  mutable std::mutex mutex_;
  std::string authorization_;
};

// What the error answer of a registry says: "404: <body>", the body on one line and not too long.
std::string reply_text(int status, std::string_view body);

}  // namespace axllama::store
