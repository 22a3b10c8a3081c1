// HTTP to other hosts, over libcurl: TLS, proxies, many transfers at once on one thread.
//
// Nothing is followed or retried here, no body is ever asked for compressed, and only http and
// https are spoken.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "store/transfer_settings.h"
#include "store/transfer_url.h"

namespace axllama::store {

struct TransferRequest {
  std::string method = "GET";
  Url url = {};
  Headers headers = {};  // beside User-Agent and Accept-Encoding
  std::string body = {};
  std::optional<uint64_t> body_size = {};  // when set: bytes that the receiver's read() gives
};

// What is told about one transfer, on the thread that drives it.
class TransferReceiver {
 public:
  virtual ~TransferReceiver() = default;
  // Status and headers of the answer. False breaks the transfer off.
  virtual bool on_head(int status, const Headers& headers) = 0;
  // A piece of its body. False breaks the transfer off.
  virtual bool on_bytes(std::string_view bytes) = 0;
  // Fills in the next bytes of the request's body, from `offset` on; how many. Negative: an error.
  virtual int64_t read(uint64_t /*offset*/, char* /*into*/, size_t /*room*/) { return -1; }
};

// The end of a transfer. An answer of any status is no error.
struct TransferEnd {
  TransferReceiver* receiver = nullptr;
  std::optional<Error> error = {};
  bool broken_off = false;     // the receiver wanted no more
  bool never_reached = false;  // no connection: no such host, nobody listens
  bool not_trusted = false;    // the host's certificate
};

// Any number of transfers, all on the thread that calls wait(). Not movable.
class TransferSet {
 public:
  explicit TransferSet(const TransferSettings& settings);
  ~TransferSet();
  TransferSet(const TransferSet&) = delete;
  TransferSet& operator=(const TransferSet&) = delete;

  // `receiver` lives until its end is reported or remove().
  void add(const TransferRequest& request, TransferReceiver& receiver);
  // Breaks a transfer off without a report; nothing when it isn't there.
  void remove(TransferReceiver& receiver);
  // Moves bytes until something ended or the time is over.
  std::vector<TransferEnd> wait(std::chrono::milliseconds longest);
  // Makes wait() return. Any thread.
  void wake();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct TransferReply {
  int status = 0;
  Headers headers;
  std::string body;
  std::string header(std::string_view name) const {
    return std::string(find_header(headers, name).value_or(""));
  }
};

// One request and its whole answer. kTooLarge for more than `limit` bytes of it, kTimeout when
// nothing moves for the settings' stall, kCanceled when `stop` is asked, kUnavailable when the host
// can't be reached or breaks off, kForbidden when its certificate is not trusted.
Result<TransferReply> fetch(const TransferSettings& settings, const TransferRequest& request,
                            std::stop_token stop, size_t limit = 16 << 20);

// The same, tried again as long as the answer or the failure is worth it. A host that can't be
// reached at all is not tried again: somebody is waiting for that answer.
Result<TransferReply> fetch_patiently(const TransferSettings& settings,
                                      const TransferRequest& request, std::stop_token stop,
                                      size_t limit = 16 << 20);

// Waits, unless `stop` is asked: kCanceled.
Result<void> wait_or_stop(std::chrono::milliseconds time, std::stop_token stop);

}  // namespace axllama::store
