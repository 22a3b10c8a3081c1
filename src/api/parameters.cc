#include "api/parameters.h"

#include <algorithm>
#include <string>

namespace axllama {
namespace {

using json::Decoder;
using json::Field;
using json::Value;

bool refuse(Decoder& decoder, const Parameter& row, Value value) {
  const bool asks_for_nothing =
      value.is_null() || (!row.neutral.empty() && value.compact() == row.neutral);
  return asks_for_nothing ||
         decoder.stop(std::string(row.name) + " is not supported: " + std::string(row.why));
}

bool is_honoured(std::span<const Parameter> table, std::string_view name) {
  const auto row = std::ranges::find(table, name, &Parameter::name);
  return row != table.end() && row->treatment == Treatment::kHonoured;
}

}  // namespace

std::vector<Field> fields_of(Decoder& decoder, std::span<const Parameter> table,
                             std::vector<Field> readers) {
  const size_t honoured = readers.size();
  size_t rows = 0;
  for (const Parameter& row : table) {
    rows += row.treatment == Treatment::kHonoured ? 1 : 0;
    if (row.treatment != Treatment::kRefused) continue;
    readers.push_back(
        {row.name, [&decoder, &row](Value value) { return refuse(decoder, row, value); }});
  }
  // The table is what the documentation is made of: it must not claim more or less than is read.
  const bool agree =
      rows == honoured &&
      std::all_of(readers.begin(), readers.begin() + static_cast<std::ptrdiff_t>(honoured),
                  [&](const Field& field) { return is_honoured(table, field.name); });
  if (!agree) decoder.stop("the table of parameters and their readers differ");
  return readers;
}

}  // namespace axllama
