// What travels over HTTP, without any library's types.
//
// GCC 12 copies some temporaries inside a co_await expression byte by byte into the coroutine's
// frame, which breaks their strings and pointers: braced ones (`co_await exchange.respond({.body =
// text})`, also `begin({})`), the two sides of a `?:`, and lambdas that capture by value. Give such
// a value a name before the co_await and move it in, or let a function return it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace axllama {

using Headers = std::vector<std::pair<std::string, std::string>>;

// First header of that name (any case); nothing when absent.
std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);

class BodySink;

// The body of a request to send that is not held in memory.
struct BodySource {
  uint64_t size = 0;  // bytes
  // The next bytes; asked until `size` are there. An error, or none, breaks the request off.
  std::function<Result<std::string>()> next;
};

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";  // path and query as sent
  Headers headers = {};
  std::string body = {};
  // Instead of `body`: what has taken it, of a request received; what gives it, of one to send.
  std::shared_ptr<BodySink> sink = {};
  std::shared_ptr<BodySource> source = {};

  // target without the query, percent-decoding left undone.
  std::string_view path() const;
  // The value of the query's first field of that name, undecoded; nothing when there is none.
  std::optional<std::string_view> query(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = {};  // empty: no such header
  Headers headers = {};
  std::string body = {};
};

}  // namespace axllama
