// Numbers as Go's strconv writes them.
#pragma once

#include <string>

namespace axllama::go_template {

// `form`: 'b', 'e', 'E', 'f', 'g', 'G', 'x' or 'X'. `precision` -1: as many digits as tell the
// number from all others; otherwise digits behind the point, for g and G digits in all.
std::string real_text(double value, char form, int precision);

}  // namespace axllama::go_template
