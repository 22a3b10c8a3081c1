// The name that storage which takes files in parts gives them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/transfer_parts.h"

namespace axllama::store {

// MD5 of the parts' MD5s, in hexadecimal, and their number: "9b2cf5...-3". Reads the file. kIo.
Result<std::string> parts_etag(const std::filesystem::path& file, const std::vector<Part>& parts);

}  // namespace axllama::store
