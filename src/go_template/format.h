// Values as Go's fmt writes them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "go_template/value.h"

namespace axllama::go_template {

// Most characters that a width or precision may ask for, as in Go, where one more digit passes.
inline constexpr int kMostPadding = 1'000'000;
// A text that is longer than this goes no further: whoever asked for it wants to do harm, and
// Limits::output refuses it.
inline constexpr size_t kMostText = size_t{64} << 20;

// One value as %v: "map[a:1]", "[1 2]", "<nil>".
std::string show(const Value& value);
// fmt.Sprint: spaces only between two that are no strings.
std::string print(std::span<const Value> values);
// fmt.Sprintln: spaces everywhere, a line feed at the end.
std::string println(std::span<const Value> values);
// fmt.Sprintf. What is wrong with the format shows in the text, as in Go: "%!d(string=hi)".
std::string printf(std::string_view format, std::span<const Value> values);

}  // namespace axllama::go_template
