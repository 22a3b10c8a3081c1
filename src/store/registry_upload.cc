#include "store/registry_upload.h"

#include <fcntl.h>

#include <algorithm>

#include "store/registry_challenge.h"
#include "store/registry_etag.h"
#include "store/registry_sender.h"
#include "store/transfer_retry.h"

namespace axllama::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick(60);

std::unexpected<Error> answered(const TransferReply& reply) {
  return fail(ErrorCode::kUnavailable, reply_text(reply.status, reply.body));
}

// Path of the repository that a layer came from, as it is called at the registry.
std::string repository_of(const std::string& from) {
  const auto name = Name::parse(from);
  return name ? name->space + "/" + name->model : std::string();
}

}  // namespace

Result<bool> BlobUpload::is_there(std::stop_token stop) {
  TransferRequest request{.method = "HEAD", .url = session_.at(place_.blob(layer_.digest))};
  AX_TRY(const TransferReply reply, session_.call(std::move(request), stop));
  if (reply.status == 200) return true;
  if (reply.status == 404) return false;
  return answered(reply);
}

Result<bool> BlobUpload::begin(std::stop_token stop) {
  std::string query;
  if (const std::string from = repository_of(layer_.from); !layer_.from.empty() && !from.empty()) {
    query = query_text({{"mount", layer_.digest}, {"from", from}});
  }
  TransferRequest request{.method = "POST",
                          .url = session_.at(with_query(place_.uploads(), query))};
  AX_TRY(const TransferReply reply, session_.call(std::move(request), stop));
  if (reply.status == 201) return false;
  if (reply.status / 100 != 2) return answered(reply);
  std::string location = reply.header("Docker-Upload-Location");
  if (location.empty()) location = reply.header("Location");
  AX_TRY(location_, session_.redirected(session_.at(place_.uploads()), location));
  sent_ = 0;
  return true;
}

Result<TransferReply> BlobUpload::send(const std::string& method, const Url& url, const Part& part,
                                       const Told& told, std::stop_token stop) {
  TransferRequest request{.method = method, .url = url, .body_size = part.size};
  request.headers.emplace_back("Content-Type", "application/octet-stream");
  const std::string authorization = session_.authorization(url);
  if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
  if (method == "PATCH") {
    request.headers.emplace_back("X-Redirect-Uploads", "1");
    request.headers.emplace_back("Content-Range", std::to_string(part.offset) + "-" +
                                                      std::to_string(part.offset + part.size - 1));
  }
  PartSender sender(file_.get(), part);
  TransferSet set(session_.settings());
  const std::stop_callback wake(stop, [&set] { set.wake(); });
  set.add(request, sender);
  for (;;) {
    if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "the transfer was canceled");
    const std::vector<TransferEnd> ends = set.wait(kTick);
    // A registry may answer, and close, before it has read everything.
    if (!ends.empty() && ends.front().error && sender.reply().status == 0) {
      return std::unexpected(*ends.front().error);
    }
    if (!ends.empty()) return sender.reply();
    told(part.offset + sender.given());
    if (Clock::now() - sender.moved() > session_.settings().stall) {
      return fail(ErrorCode::kTimeout, url.origin() + " takes nothing any more");
    }
  }
}

// The registry has the bytes of this part kept elsewhere.
Result<void> BlobUpload::send_aside(const Url& url, const Part& part, const Told& told,
                                    std::stop_token stop) {
  const TransferSettings& settings = session_.settings();
  for (int n = 1;; ++n) {
    Result<TransferReply> reply = send("PUT", url, part, told, stop);
    if (reply && reply->status / 100 == 2) return {};
    if (!reply && reply.error().code == ErrorCode::kCanceled) return std::unexpected(reply.error());
    const bool hopeless = reply && !worth_retrying(reply->status);
    if (hopeless || n >= settings.tries) {
      return reply ? Result<void>(answered(*reply)) : std::unexpected(reply.error());
    }
    AX_CHECK(wait_or_stop(back_off(settings.back_off, n, random_chance()), stop));
  }
}

Result<void> BlobUpload::ask_how_far(std::stop_token stop) {
  TransferRequest request{.url = location_};
  const Result<TransferReply> reply = session_.call(std::move(request), stop);
  if (!reply && reply.error().code == ErrorCode::kCanceled) return std::unexpected(reply.error());
  const auto range = reply ? parse_upload_range(reply->header("Range")) : std::nullopt;
  if (reply && reply->status / 100 == 2 && range && *range <= layer_.size) {
    sent_ = *range;
    const std::string location = reply->header("Location");
    if (!location.empty()) {
      AX_TRY(location_, session_.redirected(location_, location));
    }
    return {};
  }
  AX_TRY(const bool begun, begin(stop));
  if (!begun) sent_ = layer_.size;
  return {};
}

Result<void> BlobUpload::send_parts(const Told& told, std::stop_token stop) {
  const TransferSettings& settings = session_.settings();
  int tries = 0;
  while (sent_ < layer_.size) {
    const auto within = std::ranges::find_if(
        parts_, [&](const Part& part) { return sent_ < part.offset + part.size; });
    const Part rest{within->number, sent_, within->offset + within->size - sent_, 0};
    const std::string authorization = session_.authorization(location_);
    Result<TransferReply> reply = send("PATCH", location_, rest, told, stop);
    const int status = reply ? reply->status : 0;
    if (status / 100 == 2 || status == 307) {
      std::string next = reply->header("Docker-Upload-Location");
      if (next.empty()) next = reply->header("Location");
      if (status == 307) {
        sent_aside_ = true;
        AX_TRY(const Url storage, session_.redirected(location_, reply->header("Location")));
        AX_CHECK(send_aside(storage, rest, told, stop));
      }
      if (!next.empty()) {
        AX_TRY(location_, session_.redirected(location_, next));
      }
      sent_ += rest.size;
      tries = 0;
      continue;
    }
    if (!reply && reply.error().code == ErrorCode::kCanceled) return std::unexpected(reply.error());
    if (reply && status != 401 && status != 416 && !worth_retrying(status)) return answered(*reply);
    if (++tries >= settings.tries) {
      return reply ? Result<void>(answered(*reply)) : std::unexpected(reply.error());
    }
    if (status == 401) {
      AX_CHECK(session_.authorize(reply->header("WWW-Authenticate"), authorization, stop));
    } else {
      auto pause = back_off(settings.back_off, tries, random_chance());
      if (reply) {
        pause = parse_retry_after(reply->header("Retry-After"), std::chrono::system_clock::now())
                    .value_or(pause);
      }
      AX_CHECK(wait_or_stop(pause, stop));
    }
    const uint64_t before = sent_;
    AX_CHECK(ask_how_far(stop));
    if (sent_ > before) tries = 0;
  }
  return {};
}

Result<void> BlobUpload::finish(std::stop_token stop) {
  std::vector<std::pair<std::string, std::string>> values = {{"digest", layer_.digest}};
  if (sent_aside_) {
    AX_TRY(std::string sum, parts_etag(path_, parts_));
    values.emplace_back("etag", std::move(sum));
  }
  TransferRequest request{.method = "PUT", .url = location_};
  request.url.rest = with_query(request.url.rest, query_text(std::move(values)));
  request.headers.emplace_back("Content-Type", "application/octet-stream");
  AX_TRY(const TransferReply reply, session_.call(std::move(request), stop));
  if (reply.status / 100 == 2) return {};
  return answered(reply);
}

Result<void> BlobUpload::run(const Told& told, std::stop_token stop) {
  file_ = Fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file_) return std::unexpected(errno_error("read", path_));
  parts_ = plan_parts(layer_.size, session_.settings().push);
  told(0);
  AX_TRY(const bool there, is_there(stop));
  if (!there) {
    AX_TRY(const bool begun, begin(stop));
    if (begun) {
      AX_CHECK(send_parts(told, stop));
      AX_CHECK(finish(stop));
    }
  }
  told(layer_.size);
  return {};
}

}  // namespace axllama::store
