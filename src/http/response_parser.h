// From bytes to an HTTP answer whose body is handed out as it comes. Knows nothing of sockets.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace axllama {

class ResponseParser {
 public:
  // `to_head`: the answer to a HEAD request, which has no body whatever its header says.
  explicit ResponseParser(bool to_head);
  ~ResponseParser();

  // Takes from the front of `bytes` what it can and gives its length; the rest is to be shown
  // again with more behind it. Stops after the header. Interim answers (100 Continue) are skipped.
  // kUnavailable for what is no HTTP.
  Result<size_t> put(std::string_view bytes);
  // The connection was closed in order: the end of a body without a length; else kUnavailable.
  Result<void> put_end();

  bool header_done() const;
  bool done() const;
  int status() const;
  const Headers& headers() const;
  // The part of the body that has come and that the caller has not taken out of it.
  std::string& body();

 private:
  class Parser;
  bool to_head_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace axllama
