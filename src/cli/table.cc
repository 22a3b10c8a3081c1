#include "cli/table.h"

#include <algorithm>

#include "cli/terminal.h"

namespace axllama::cli {
namespace {

constexpr const char* kGap = "    ";

std::vector<int> column_widths(const std::vector<Row>& rows) {
  std::vector<int> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text_columns(row[i]));
  }
  return widths;
}

std::string row_text(const Row& row, const std::vector<int>& widths) {
  std::string text;
  for (size_t i = 0; i < row.size(); ++i) {
    text += row[i];
    text.append(static_cast<size_t>(widths[i] - text_columns(row[i])), ' ');
    text += kGap;
  }
  return text;
}

}  // namespace

std::string table_text(const Row& head, const std::vector<Row>& rows) {
  std::vector<Row> all = rows;
  all.push_back(head);
  const std::vector<int> widths = column_widths(all);
  std::string text = row_text(head, widths);
  text.resize(text.size() - 3);
  text += '\n';
  for (const Row& row : rows) text += row_text(row, widths) + "\n";
  return text;
}

std::string section_text(const std::string& title, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  const std::vector<int> widths = column_widths(rows);
  std::string text = "  " + title + "\n";
  for (const Row& row : rows) text += kGap + row_text(row, widths) + "\n";
  return text + "\n";
}

}  // namespace axllama::cli
