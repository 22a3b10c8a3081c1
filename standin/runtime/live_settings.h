// The settings in force: environment, outranked by the control file, which is looked at again on
// every call so that a test can change faults while a program runs.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "standin/runtime/settings.h"

namespace axllama::standin {

// Any thread may call. Complaints go to standard error, each once.
class LiveSettings {
 public:
  LiveSettings();

  // What holds now; costs one stat() of the control file, and nothing without one. Shared, since
  // work on streams goes on under the settings that held when it was submitted.
  std::shared_ptr<const Settings> get();

 private:
  struct FileStamp {
    bool present = false;
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    int64_t modified_ns = 0;
    bool operator==(const FileStamp&) const = default;
  };
  static FileStamp stamp(const std::string& path);
  void reload();

  std::mutex mutex_;
  std::vector<KeyValue> environment_;
  std::string control_;
  FileStamp stamp_;
  std::set<std::string> said_;
  std::shared_ptr<const Settings> current_;
};

// The lines "key = value" of a control file; blank lines and lines that begin with # are skipped,
// others without "=" are keys without a value.
std::vector<KeyValue> parse_control(std::string_view text);
// The variables AXCL_STANDIN_* of `environment` (as of environ), with keys in lower case.
std::vector<KeyValue> parse_environment(const char* const* environment);

}  // namespace axllama::standin
