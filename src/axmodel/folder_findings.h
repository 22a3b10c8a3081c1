// What is found wrong with a model folder, or odd, while it is looked through.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace axllama::axmodel {

struct Findings {
  std::vector<Error> problems;       // each reason enough not to load it; messages name the file
  std::vector<std::string> remarks;  // what could be put right, one sentence each

  void problem(ErrorCode code, std::string message, std::string hint = {}) {
    problems.push_back({code, std::move(message), std::move(hint)});
  }
  void remark(std::string sentence) { remarks.push_back(std::move(sentence)); }
  // The value; or its error becomes a problem, and nothing is left.
  template <class T>
  bool keep(Result<T> result, T& value) {
    if (!result) {
      problems.push_back(std::move(result).error());
      return false;
    }
    value = *std::move(result);
    return true;
  }
};

// All problems of `folder` as one error, a line each below a sentence that says how many; one alone
// as it is. Its code is that of the problem hardest to mend: kUnsupported, then kCorrupt, then the
// first one's. `problems` is not empty.
Error joined_error(const std::vector<Error>& problems, const std::string& folder);

}  // namespace axllama::axmodel
