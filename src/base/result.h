// Errors as values: what every function that can fail returns.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace axllama {

// What kind of failure it was. kErrorTable in result.cc maps each to its name, its HTTP status and
// the exit code of the command line.
enum class ErrorCode {
  kInvalidArgument,   // the caller asked for something that can't be right
  kForbidden,         // this caller may not
  kNotFound,          // what was named is not there
  kMethodNotAllowed,  // the path exists, this verb doesn't
  kConflict,          // it is there already, or in use
  kTooLarge,          // over a limit that the message names
  kCanceled,          // the caller went away or asked to stop
  kInternal,          // a fault of ours or of a library
  kCorrupt,           // a file is not what it says it is
  kIo,                // the operating system refused a read, write, socket or process
  kNoMemory,          // host or card memory does not suffice
  kUnsupported,       // understood, but this build or model can't
  kBusy,              // a queue is full; later may work
  kUnavailable,       // the other side is not there (server down, runner gone)
  kTimeout,           // a deadline passed
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;    // what failed, on what, with the number; for the end user
  std::string hint = {};  // what to do next; may be empty

  // "message (hint)" for logs and terminals.
  std::string text() const { return hint.empty() ? message : message + " (" + hint + ")"; }
  bool operator==(const Error&) const = default;
};

// Name as used in logs and in the runner protocol, e.g. "not_found".
const char* error_name(ErrorCode code);
// The code whose error_name is `name`; kInternal for a name nobody knows.
ErrorCode error_from_name(std::string_view name);
// HTTP status of an answer that carries this error, e.g. 404.
int http_status(ErrorCode code);

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(hint)});
}

}  // namespace axllama

#define AX_CONCAT_INNER(a, b) a##b
#define AX_CONCAT(a, b) AX_CONCAT_INNER(a, b)

// AX_TRY(auto x, f()): x is the value of f(), or the calling function returns f()'s error.
#define AX_TRY(declaration, expression) \
  AX_TRY_WITH(declaration, expression, AX_CONCAT(ax_result_, __LINE__), return)
// The same without a value: AX_CHECK(f()).
#define AX_CHECK(expression) AX_CHECK_WITH(expression, AX_CONCAT(ax_result_, __LINE__), return)
// The same inside a coroutine.
#define AX_CO_TRY(declaration, expression) \
  AX_TRY_WITH(declaration, expression, AX_CONCAT(ax_result_, __LINE__), co_return)
#define AX_CO_CHECK(expression) \
  AX_CHECK_WITH(expression, AX_CONCAT(ax_result_, __LINE__), co_return)

#define AX_TRY_WITH(declaration, expression, result, leave)      \
  auto result = (expression);                                    \
  if (!result) leave std::unexpected(std::move(result).error()); \
  declaration = *std::move(result)
#define AX_CHECK_WITH(expression, result, leave) \
  if (auto result = (expression); !result) leave std::unexpected(std::move(result).error())
