#include "standin/pack/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <sstream>

namespace axllama::pack {
namespace {

// The command line as texts and numbers, before it is judged.
struct Arguments {
  std::string first, second;  // the positional ones
  std::string shape, quantisation = "w8", layout = "flat", name, tokenizer_type;
  std::string history, decode_contexts, weights = "bf16", head_weights, tokenizer, config;
  std::string text_kind = "auto", producer_version = "5.2", embedding, post_outputs;
  int chunk = 128, cache = 1023, top_k = 0;
  bool force = false;
  bool wide_dummy_cache = false;
  bool chunk_given = false, cache_given = false;
};

template <class T>
using Names = std::map<std::string, T>;

const Names<Layout> kLayouts = {
    {"flat", Layout::kFlat}, {"nested", Layout::kNested}, {"old", Layout::kOld}};
const Names<TokenizerForm> kTokenizers = {{"axera", TokenizerForm::kAxera},
                                          {"hf", TokenizerForm::kHuggingFace},
                                          {"none", TokenizerForm::kNone}};
const Names<ConfigForm> kConfigs = {
    {"full", ConfigForm::kFull}, {"empty", ConfigForm::kEmpty}, {"missing", ConfigForm::kMissing}};
const Names<TextKind> kTextKinds = {{"auto", TextKind::kAutomatic},
                                    {"sentencepiece", TextKind::kSentencePiece},
                                    {"tiktoken", TextKind::kTiktoken},
                                    {"bpe", TextKind::kHuggingFaceBpe}};

// Nothing: the source's own.
const Names<std::optional<axmodel::EmbeddingPooling>> kPoolings = {
    {"own", std::nullopt},
    {"last", axmodel::EmbeddingPooling::kLast},
    {"mean", axmodel::EmbeddingPooling::kMean}};
const Names<HeadForm> kHeads = {{"logits", HeadForm::kLogits},
                                {"both", HeadForm::kBoth},
                                {"norm", HeadForm::kNormed},
                                {"hidden", HeadForm::kHidden}};

template <class T>
std::vector<std::string> keys(const Names<T>& names) {
  std::vector<std::string> keys;
  for (const auto& [name, value] : names) keys.push_back(name);
  return keys;
}

void declare_what(CLI::App& app, Arguments& to) {
  app.add_option("SOURCE", to.first,
                 "a .gguf file, or a folder with config.json and .safetensors;\n"
                 "not with --shape, which takes OUT_FOLDER only")
      ->required()
      ->type_name("");
  app.add_option("OUT_FOLDER", to.second, "what is made")->type_name("");
  auto* shape =
      app.add_option(
             "--shape", to.shape,
             fmt::format("no source: a published model's true sizes as sparse files, without\n"
                         "weights: {}",
                         fmt::join(shape_names(), ", ")))
          ->type_name("NAME");
  app.add_option("--quant", to.quantisation, "of the layers' sizes with --shape")
      ->check(CLI::IsMember({"w8", "int4"}))
      ->needs(shape)
      ->capture_default_str();
  app.add_flag("--force", to.force,
               "write into a folder that has files: same names are replaced, others stay");
}

void declare_folder(CLI::App& app, Arguments& to) {
  app.add_option("--layout", to.layout,
                 "flat (2026), nested (models in a subfolder), old (2024-25)")
      ->check(CLI::IsMember(keys(kLayouts)))
      ->capture_default_str();
  app.add_option("--name", to.name, "the model's name [what the source calls itself]");
  app.add_option("--tokenizer", to.tokenizer,
                 "AXERA's text file, Hugging Face's files, or none [old: hf, else axera]")
      ->check(CLI::IsMember(keys(kTokenizers)));
  app.add_option("--tokenizer-kind", to.text_kind, "kind of the text file")
      ->check(CLI::IsMember(keys(kTextKinds)))
      ->capture_default_str();
  app.add_option("--tokenizer-type", to.tokenizer_type,
                 "tokenizer_type of config.json [by family: Qwen3, Qwen2_5, SmolLM2]");
  app.add_option("--config", to.config,
                 "config.json in full, of 0 bytes, or none [old: empty, else full]")
      ->check(CLI::IsMember(keys(kConfigs)));
  app.add_option("--producer-version", to.producer_version, "of Pulsar2, in every .axmodel")
      ->capture_default_str();
}

void declare_contexts(CLI::App& app, Arguments& to) {
  app.add_option("--chunk", to.chunk, "tokens of a prefill chunk")->capture_default_str();
  app.add_option("--context", to.cache, "cached tokens (kv_cache_num)")->capture_default_str();
  app.add_option("--history", to.history,
                 "cached tokens of each prefill group: 0,128,256,...\n[up to nine even steps]")
      ->type_name("N,N,...");
  app.add_option("--decode-contexts", to.decode_contexts,
                 "further decode groups with shorter caches: 255,511")
      ->type_name("N,N,...");
  app.add_flag("--wide-dummy-cache", to.wide_dummy_cache,
               "the unused cache of the group without history is as wide as the hidden\n"
               "state, as in files of the Qwen2 family, whose is so always");
}

void declare_weights(CLI::App& app, Arguments& to) {
  const std::vector<std::string> types = {"bf16", "int8", "int4"};
  CLI::Option* shape = app.get_option("--shape");
  app.add_option("--weights", to.weights, "of the layers")
      ->excludes(shape)
      ->check(CLI::IsMember(types))
      ->capture_default_str();
  app.add_option("--head-weights", to.head_weights,
                 "of the head [as --weights; int8 when those are int4]")
      ->excludes(shape)
      ->check(CLI::IsMember(types));
  app.add_option("--embedding", to.embedding,
                 "an embedding model: its vector is the last token's row, the mean of all, or as\n"
                 "the source itself says")
      ->excludes(shape)
      ->check(CLI::IsMember(keys(kPoolings)));
  app.add_option("--post-outputs", to.post_outputs,
                 "of the head: logits, both them and the row after the final norm, that alone as\n"
                 "\"output_norm\" (norm) or as \"output\" (hidden) [logits; with --embedding both]")
      ->excludes(shape)
      ->check(CLI::IsMember(keys(kHeads)));
  app.add_option("--post-topk", to.top_k, "the head gives the K largest logits and their ids")
      ->type_name("K");
}

template <class T>
T named(const Names<T>& names, const std::string& name, T otherwise) {
  const auto found = names.find(name);
  return found == names.end() ? otherwise : found->second;
}

Result<void> read_contexts(const Arguments& from, CommandLine& to) {
  Contexts& contexts = to.pack.contexts;
  bool usual = true;
  if (!to.shape.empty()) {
    AX_TRY(const Shape shape, find_shape(to.shape));
    contexts = shape.contexts;
    usual = from.chunk_given || from.cache_given;
  }
  if (to.shape.empty() || from.chunk_given) contexts.chunk = from.chunk;
  if (to.shape.empty() || from.cache_given) contexts.cache = from.cache;
  if (!from.history.empty()) {
    AX_TRY(contexts.history, parse_numbers("--history", from.history));
  } else if (usual && contexts.chunk > 0) {
    contexts.history = history_ladder(contexts.cache, contexts.chunk);
  }
  contexts.wide_dummy_cache = from.wide_dummy_cache;
  if (!from.decode_contexts.empty()) {
    AX_TRY(contexts.decode_contexts, parse_numbers("--decode-contexts", from.decode_contexts));
  }
  return check_contexts(contexts);
}

Result<void> read_weights(const Arguments& from, PackOptions& to) {
  AX_TRY(to.weights, weight_type_from_name(from.weights));
  to.head_weights = to.weights == WeightType::kInt4 ? WeightType::kInt8 : to.weights;
  if (!from.head_weights.empty()) {
    AX_TRY(to.head_weights, weight_type_from_name(from.head_weights));
  }
  to.top_k = from.top_k;
  return {};
}

Result<void> read_paths(const Arguments& from, CommandLine& to) {
  const bool source = from.shape.empty();
  if (source == from.second.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                source ? "SOURCE and OUT_FOLDER are needed"
                       : "with --shape only OUT_FOLDER is needed, no source");
  }
  if (source) to.source = from.first;
  to.folder = source ? from.second : from.first;
  to.shape = from.shape;
  return {};
}

Result<void> read_embedding(const Arguments& from, PackOptions& to) {
  to.embedding = !from.embedding.empty();
  to.pooling = named(kPoolings, from.embedding, {});
  to.head = named(kHeads, from.post_outputs, to.embedding ? HeadForm::kBoth : HeadForm::kLogits);
  if (to.top_k > 0 && !gives_logits(to.head)) {
    return fail(ErrorCode::kInvalidArgument, "--post-topk needs a head that gives logits");
  }
  if (!to.embedding && !gives_logits(to.head)) {
    return fail(ErrorCode::kInvalidArgument, "a head without logits goes with --embedding only");
  }
  if (to.embedding && to.config != ConfigForm::kFull && gives_logits(to.head)) {
    return fail(ErrorCode::kInvalidArgument,
                "without a full config.json nothing says that this is an embedding model",
                "give --config full, or --post-outputs norm or hidden");
  }
  return {};
}

// No option is to be taken and then ignored.
Result<void> check_used(const Arguments& from, const PackOptions& options) {
  if (from.text_kind != "auto" && options.tokenizer != TokenizerForm::kAxera) {
    return fail(ErrorCode::kInvalidArgument, "--tokenizer-kind goes with --tokenizer axera only");
  }
  if (!from.tokenizer_type.empty() && options.config != ConfigForm::kFull) {
    return fail(ErrorCode::kInvalidArgument, "--tokenizer-type goes with --config full only");
  }
  return {};
}

Result<CommandLine> judge(const Arguments& from) {
  CommandLine to;
  AX_CHECK(read_paths(from, to));
  AX_TRY(to.quantisation, shape_quantisation_from_name(from.quantisation));
  AX_CHECK(read_contexts(from, to));
  AX_CHECK(read_weights(from, to.pack));
  to.force = from.force;
  to.pack.layout = named(kLayouts, from.layout, Layout::kFlat);
  to.pack.tokenizer = named(kTokenizers, from.tokenizer, usual_tokenizer(to.pack.layout));
  to.pack.config = named(kConfigs, from.config, usual_config(to.pack.layout));
  to.pack.text_kind = named(kTextKinds, from.text_kind, TextKind::kAutomatic);
  to.pack.name = from.name;
  to.pack.tokenizer_type = from.tokenizer_type;
  to.pack.producer_version = from.producer_version;
  AX_CHECK(read_embedding(from, to.pack));
  AX_CHECK(check_used(from, to.pack));
  return to;
}

ParsedCommandLine usage_error(const std::string& message) {
  return {
      .output = fmt::format("axllama-pack: {}\naxllama-pack --help tells the options\n", message),
      .exit_code = 2};
}

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
  CLI::App app(
      "Makes AXERA-style model folders for axllama's stand-in device from GGUF or safetensors\n"
      "models (Qwen3, Qwen2, Llama). A real AX650 can't run them.",
      "axllama-pack");
  Arguments arguments;
  declare_what(app, arguments);
  declare_folder(app, arguments);
  declare_contexts(app, arguments);
  declare_weights(app, arguments);
  app.footer("Exit codes: 0 done, 1 failed, 2 wrong usage.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {.output = app.help(), .exit_code = 0};
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  arguments.chunk_given = app.count("--chunk") > 0;
  arguments.cache_given = app.count("--context") > 0;
  const auto command = judge(arguments);
  if (!command) return usage_error(command.error().text());
  return {.run = *command};
}

}  // namespace axllama::pack
