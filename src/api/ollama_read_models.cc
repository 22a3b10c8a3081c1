#include <unordered_map>

#include "api/ollama_fields.h"

namespace axllama::ollama {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

using Pairs = std::vector<std::pair<std::string, std::string>>;

// A map[string]string; the last of equal keys wins.
class PairFields {
 public:
  explicit PairFields(Pairs& out) : out_(out) {}

  bool read(Decoder& decoder, Value value) {
    if (value.is_null()) {
      out_.clear();
      place_.clear();
      return true;
    }
    return decoder.map(value, "map[string]string", [&](const std::string& key, Value member) {
      const auto [place, is_new] = place_.emplace(key, out_.size());
      if (is_new) out_.emplace_back(key, "");
      std::string& text = out_[place->second].second;
      text.clear();
      return decoder.string(member, text);
    });
  }

 private:
  Pairs& out_;
  std::unordered_map<std::string, size_t> place_;  // of each key in out_
};

// A text or a list of texts. Ollama reads a list by itself, so errors name no field.
Result<std::vector<std::string>> read_licenses(std::optional<Value> license) {
  std::vector<std::string> licenses;
  if (!license || license->is_null()) return licenses;
  if (license->kind() == Kind::kString) {
    if (std::string text = license->string(); !text.empty()) licenses.push_back(std::move(text));
    return licenses;
  }
  Decoder decoder;
  decoder.strings(*license, licenses);
  AX_CHECK(decoder.result());
  return licenses;
}

}  // namespace

Result<ShowBody> read_show(std::string_view text) {
  AX_TRY(const json::Document document, parse_body(text));
  Decoder decoder;
  ShowBody body;
  std::string name, unused_template;
  OptionFields unused_options;
  decoder.object(document.root(), "api.ShowRequest",
                 {{"model", &body.model},
                  {"system", &body.system},
                  {"template", &unused_template},
                  {"verbose", &body.verbose},
                  {"options", [&](Value v) { return unused_options.read(decoder, v); }},
                  {"name", &name}});
  AX_CHECK(decoder.result());
  if (body.model.empty()) body.model = name;
  return body;
}

Result<CreateBody> read_create(std::string_view text) {
  AX_TRY(const json::Document document, parse_body(text));
  Decoder decoder;
  CreateBody body;
  std::string name, quantization, go_template, system;
  std::optional<bool> stream;
  std::optional<Value> license;
  OptionFields parameters;
  PairFields files(body.files), adapters(body.adapters);
  const auto read_license = [&](Value v) {
    license = v;
    return decoder.any(v);
  };
  decoder.object(document.root(), "api.CreateRequest",
                 {{"model", &body.model},
                  {"stream", &stream},
                  {"quantize", &body.quantize},
                  {"from", &body.from},
                  {"files", [&](Value v) { return files.read(decoder, v); }},
                  {"adapters", [&](Value v) { return adapters.read(decoder, v); }},
                  {"template", &go_template},
                  {"license", read_license},
                  {"system", &system},
                  {"parameters", [&](Value v) { return parameters.read(decoder, v); }},
                  {"messages", [&](Value v) { return read_messages(decoder, v, body.messages); }},
                  {"renderer", &body.renderer},
                  {"parser", &body.parser},
                  {"requires", &body.required_version},
                  {"name", &name},
                  {"quantization", &quantization}});
  AX_CHECK(decoder.result());
  AX_TRY(body.licenses, read_licenses(license));
  std::vector<std::string> ignored;
  AX_TRY(body.parameters, parameters.list(ignored));
  if (body.model.empty()) body.model = name;
  if (body.quantize.empty()) body.quantize = quantization;
  body.go_template = if_given(std::move(go_template));
  body.system = if_given(std::move(system));
  body.stream = stream.value_or(true);
  return body;
}

Result<CopyBody> read_copy(std::string_view text) {
  AX_TRY(const json::Document document, parse_body(text));
  Decoder decoder;
  CopyBody body;
  decoder.object(document.root(), "api.CopyRequest",
                 {{"source", &body.source}, {"destination", &body.destination}});
  AX_CHECK(decoder.result());
  return body;
}

Result<DeleteBody> read_delete(std::string_view text) {
  AX_TRY(const json::Document document, parse_body(text));
  Decoder decoder;
  DeleteBody body;
  std::string name;
  decoder.object(document.root(), "api.DeleteRequest", {{"model", &body.model}, {"name", &name}});
  AX_CHECK(decoder.result());
  if (body.model.empty()) body.model = name;
  return body;
}

}  // namespace axllama::ollama
