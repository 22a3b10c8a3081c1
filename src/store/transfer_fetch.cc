// One request and its whole answer.
#include <condition_variable>
#include <mutex>

#include "store/transfer_http.h"
#include "store/transfer_retry.h"

namespace axllama::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook(200);

class Whole : public TransferReceiver {
 public:
  Whole(TransferReply& reply, size_t limit) : reply_(reply), limit_(limit) {}
  bool on_head(int status, const Headers& headers) override {
    reply_.status = status;
    reply_.headers = headers;
    moved_ = Clock::now();
    return true;
  }
  bool on_bytes(std::string_view bytes) override {
    moved_ = Clock::now();
    too_long_ = reply_.body.size() + bytes.size() > limit_;
    if (!too_long_) reply_.body += bytes;
    return !too_long_;
  }
  bool too_long() const { return too_long_; }
  Clock::time_point moved() const { return moved_; }

 private:
  TransferReply& reply_;
  size_t limit_;
  bool too_long_ = false;
  Clock::time_point moved_ = Clock::now();
};

struct Try {
  Result<TransferReply> reply = TransferReply{};
  bool final = false;  // another try would be no better
};

Try try_fetch(const TransferSettings& settings, const TransferRequest& request,
              const std::stop_token& stop, size_t limit) {
  TransferReply reply;
  Whole whole(reply, limit);
  TransferSet set(settings);
  const std::stop_callback wake(stop, [&set] { set.wake(); });
  set.add(request, whole);
  for (;;) {
    if (stop.stop_requested()) {
      return {fail(ErrorCode::kCanceled, "the transfer was canceled"), true};
    }
    const std::vector<TransferEnd> ends = set.wait(kLook);
    if (!ends.empty()) {
      const TransferEnd& end = ends.front();
      if (whole.too_long()) {
        return {fail(ErrorCode::kTooLarge, request.url.origin() + " answers with more than " +
                                               std::to_string(limit) + " bytes"),
                true};
      }
      if (end.error) {
        return {std::unexpected(*end.error), end.never_reached || end.not_trusted};
      }
      const bool final = !worth_retrying(reply.status);
      return {std::move(reply), final};
    }
    if (Clock::now() - whole.moved() > settings.stall) {
      return {fail(ErrorCode::kTimeout, request.url.origin() + " does not answer"), false};
    }
  }
}

}  // namespace

Result<TransferReply> fetch(const TransferSettings& settings, const TransferRequest& request,
                            std::stop_token stop, size_t limit) {
  return try_fetch(settings, request, stop, limit).reply;
}

Result<TransferReply> fetch_patiently(const TransferSettings& settings,
                                      const TransferRequest& request, std::stop_token stop,
                                      size_t limit) {
  for (int n = 1;; ++n) {
    Try tried = try_fetch(settings, request, stop, limit);
    if (tried.final || n >= settings.tries) return std::move(tried.reply);
    auto wait = back_off(settings.back_off, n, random_chance());
    if (tried.reply) {
      const auto asked =
          parse_retry_after(tried.reply->header("Retry-After"), std::chrono::system_clock::now());
      wait = asked.value_or(wait);
    }
    AX_CHECK(wait_or_stop(wait, stop));
  }
}

Result<void> wait_or_stop(std::chrono::milliseconds time, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any asked;
  std::unique_lock lock(mutex);
  asked.wait_for(lock, stop, time, [] { return false; });
  if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "the transfer was canceled");
  return {};
}

}  // namespace axllama::store
