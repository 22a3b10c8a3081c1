// The side of libllama that a process has once: its CPU backends, its log, its way to fail.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace axllama {

// Loads ggml's CPU backends and leads libllama's log into ours; call it before any load. The first
// call does the work, later ones give its result again; any thread may call.
//
// The backends are shared libraries, one a kind of processor, of which ggml takes the best. Their
// folder is AXLLAMA_LIB_DIR or, when that is unset, the first of these that holds one: where
// libllama itself lies; ../lib/axllama and llama/lib beside the program. kUnavailable when there is
// none, with the folders that were searched.
Result<void> start_llama();

// kNotFound or kIo when `file` can't be read, kCorrupt when it is no file (libllama would wait for
// ever on a pipe). What is in it is for libllama to judge.
Result<void> check_model_file(const std::filesystem::path& file);

// Calls `load`, which loads something with libllama and tells whether it worked. False, an
// exception or an assertion that failed on this thread become an Error: "<what>: <libllama's last
// error lines>", of `code`, or kNoMemory when the lines speak of memory. (libllama asserts some of
// what it reads in a file, the number of layers for one, which must not end the process.)
Result<void> guard_llama(ErrorCode code, std::string_view what, const std::function<bool()>& load);

}  // namespace axllama
