// Tables as Ollama's listings print them: no borders, cells padded with blanks.
#pragma once

#include <string>
#include <vector>

namespace axllama::cli {

using Row = std::vector<std::string>;

// A head line and rows. Columns are as wide as their widest cell and four blanks apart; like
// Ollama's, the last cell is padded too, and four blanks follow it (one in the head line).
std::string table_text(const Row& head, const std::vector<Row>& rows);

// A titled section of `show`: "  Title", the rows indented by four, and an empty line. Nothing when
// there are no rows.
std::string section_text(const std::string& title, const std::vector<Row>& rows);

}  // namespace axllama::cli
