#include "axmodel/folder_findings.h"

#include <algorithm>

namespace axllama::axmodel {
namespace {

ErrorCode hardest(const std::vector<Error>& problems) {
  for (const ErrorCode code : {ErrorCode::kUnsupported, ErrorCode::kCorrupt}) {
    if (std::ranges::find(problems, code, &Error::code) != problems.end()) return code;
  }
  return problems.front().code;
}

// Each hint once.
std::string hints(const std::vector<Error>& problems) {
  std::vector<std::string_view> said;
  std::string text;
  for (const Error& problem : problems) {
    if (problem.hint.empty() || std::ranges::find(said, problem.hint) != said.end()) continue;
    said.push_back(problem.hint);
    text += (text.empty() ? "" : "; ") + problem.hint;
  }
  return text;
}

}  // namespace

Error joined_error(const std::vector<Error>& problems, const std::string& folder) {
  if (problems.size() == 1) return problems.front();
  std::string message =
      std::to_string(problems.size()) + " things are wrong with the model folder " + folder + ":";
  for (const Error& problem : problems) message += "\n" + problem.message;
  return {hardest(problems), std::move(message), hints(problems)};
}

}  // namespace axllama::axmodel
