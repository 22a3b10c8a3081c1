// Amounts of bytes as people write them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace axllama {

// "512MiB", "1.5 GB", "2g", "4096": a decimal number and a unit in any case: B or none, KB to TB by
// the thousand, KiB to TiB and K to T by 1024. kInvalidArgument for all else and from 2^63 on.
Result<uint64_t> parse_bytes(std::string_view text);

}  // namespace axllama
