// Numbers as Go's standard library writes them.
#pragma once

#include <string>

namespace axllama::json {

// A number as encoding/json writes it: the shortest digits that read back as the same value, with
// an exponent below 1e-6 and from 1e21 on. What is no finite number becomes the lowest one.
std::string json_number(double value);
std::string json_number(float value);
// The same as fmt's %v shows it: with an exponent below 1e-4 and from 1e6 on.
std::string go_number(double value);

}  // namespace axllama::json
