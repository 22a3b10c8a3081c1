#include "serve/status_lines.h"

#include <utility>

#include "api/ollama.h"

namespace axllama::serve {

Task<Result<void>> send_line(Exchange& exchange, std::string line) {
  if (exchange.started()) co_return co_await exchange.write(line);
  HttpResponse first{.content_type = "application/x-ndjson", .body = std::move(line)};
  co_return co_await exchange.begin(std::move(first));
}

Task<Result<void>> end_with_error(Exchange& exchange, Error error) {
  if (!exchange.started()) co_return std::unexpected(std::move(error));
  std::string line = ollama::error_body(error.message) + "\n";
  AX_CO_CHECK(co_await exchange.write(line));
  co_return co_await exchange.end();
}

}  // namespace axllama::serve
