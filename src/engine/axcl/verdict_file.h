// The self-check's verdicts, remembered from load to load: a small text file for each.
//
// A verdict belongs to a version of the driver, a runtime library, a model, the part of it that is
// on the card, and the shortcuts that were asked for. Files of other keys are left alone: a driver
// that is put back finds its verdicts again.
#pragma once

#include <optional>
#include <string>

#include "axmodel/folder.h"
#include "engine/axcl/self_check.h"

namespace axllama::npu {

struct VerdictKey {
  std::string driver;   // full version, as the runtime tells it
  std::string runtime;  // path of the library
  std::string model;    // model_digest()
  std::string part;     // "layers 0 to 27 and the head"
  Shortcuts wanted = kFast;
};

// What tells one model from another, and from itself after it was fetched or made anew: the names,
// sizes and times of last change of the layer files and the head, and their compiler's version.
// Their bytes are not read: that would take as long as loading them.
std::string model_digest(const axmodel::ModelFolder& folder);

// One key's file. Any process may read and write at any time: it is old or new, never half.
class VerdictFile {
 public:
  // In `folder`, under a name made of the key. An empty folder: nothing is remembered.
  VerdictFile(const std::string& folder, const VerdictKey& key);

  // Nothing when there is none. One that can't be used is told in the log and counts as none.
  std::optional<Verdict> read() const;
  // A verdict that is not lasting is not written. Failures are told in the log: they cost time at
  // the next load, nothing else.
  void write(const Verdict& verdict) const;
  void forget() const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string head_;  // the lines that say what the verdict is of
  Shortcuts wanted_;
};

}  // namespace axllama::npu
