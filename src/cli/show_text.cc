#include "cli/show_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/format.h"
#include "base/trim.h"
#include "cli/table.h"

namespace axllama::cli {
namespace {

constexpr const char* kBlanks = " \t\r";

// The lines of a text that are not blank, trimmed.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (const auto line = trim(text.substr(0, end), kBlanks); !line.empty()) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<Row> first_lines(std::string_view text) {
  constexpr size_t kShown = 2;
  std::vector<Row> rows;
  for (const std::string_view line : lines_of(text)) {
    if (rows.size() == kShown) {
      rows.push_back({"..."});
      break;
    }
    rows.push_back({std::string(line)});
  }
  return rows;
}

std::vector<Row> parameter_rows(std::string_view text) {
  std::vector<Row> rows;
  for (const std::string_view line : lines_of(text)) {
    const size_t gap = std::min(line.find_first_of(kBlanks), line.size());
    rows.push_back(
        {std::string(line.substr(0, gap)), std::string(trim(line.substr(gap), kBlanks))});
  }
  return rows;
}

std::vector<Row> model_rows(const ShownModel& model) {
  std::vector<Row> rows;
  const auto add = [&rows](const char* key, const std::string& value) {
    if (!value.empty()) rows.push_back({key, value});
  };
  const auto add_number = [&add](const char* key, int64_t value) {
    if (value > 0) add(key, std::to_string(value));
  };
  const std::string counted =
      model.parameter_count > 0 ? format_parameters(model.parameter_count) : "";
  add("architecture", model.architecture.empty() ? model.family : model.architecture);
  add("parameters", model.parameter_size.empty() ? counted : model.parameter_size);
  add_number("context length", model.context_length);
  add_number("embedding length", model.embedding_length);
  add("quantization", model.quantization);
  add("requires", model.requires_version);
  return rows;
}

std::vector<Row> projector_rows(const ShownModel::Projector& projector) {
  std::vector<Row> rows = {{"architecture", projector.architecture},
                           {"parameters", format_parameters(projector.parameter_count)}};
  const auto add = [&rows](const char* key, int64_t value) {
    if (value > 0) rows.push_back({key, std::to_string(value)});
  };
  add("embedding length", projector.embedding_length);
  add("dimensions", projector.dimensions);
  return rows;
}

std::string verbose_text(const ShownModel& model) {
  std::vector<Row> metadata, tensors;
  for (const auto& [key, value] : model.metadata) metadata.push_back({key, value});
  for (const auto& tensor : model.tensors) {
    tensors.push_back({tensor.name, tensor.type, tensor.shape});
  }
  return section_text("Metadata", metadata) + section_text("Tensors", tensors);
}

}  // namespace

std::string show_text(const ShownModel& model, bool verbose) {
  std::vector<Row> capabilities;
  for (const std::string& name : model.capabilities) capabilities.push_back({name});
  std::string text = section_text("Model", model_rows(model));
  text += section_text("Capabilities", capabilities);
  if (model.projector) text += section_text("Projector", projector_rows(*model.projector));
  text += section_text("Parameters", parameter_rows(model.parameters));
  if (verbose) text += verbose_text(model);
  text += section_text("System", first_lines(model.system));
  return text + section_text("License", first_lines(model.license));
}

}  // namespace axllama::cli
