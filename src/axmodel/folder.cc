#include "axmodel/folder.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "axmodel/folder_embedding.h"
#include "axmodel/folder_files.h"
#include "axmodel/folder_findings.h"
#include "axmodel/folder_paths.h"
#include "axmodel/folder_settings.h"
#include "axmodel/folder_shapes.h"
#include "axmodel/folder_tokenizer.h"
#include "axmodel/folder_tree.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;

Error in_file(const std::string& path, Error error) {
  error.message.insert(0, path + ": ");
  return error;
}

FileBytes count_bytes(const Container& container, ModelFolder& model) {
  const FileBytes bytes{container.weight_bytes(), container.file_bytes};
  model.weight_bytes += bytes.weights;
  model.largest_file = std::max(model.largest_file, bytes.file);
  return bytes;
}

struct Layer {
  std::string path;
  LayerShape shape;
  std::string compiler_version;
};

// Those that can be read and used; what is wrong with the others is in `findings`.
std::vector<Layer> read_layers(ModelFolder& model, Findings& findings) {
  std::vector<Layer> layers;
  for (const std::string& path : model.layers) {
    Container container;
    if (!findings.keep(read_container(path), container)) continue;
    model.layer_bytes.push_back(count_bytes(container, model));
    const auto shape = layer_shape(container);
    if (shape) layers.push_back({path, *shape, container.compiler_version});
    if (!shape) findings.problems.push_back(in_file(path, shape.error()));
  }
  return layers;
}

// The layer whose shape most others share.
const Layer& usual_layer(const std::vector<Layer>& layers) {
  return *std::ranges::max_element(layers, {}, [&](const Layer& layer) {
    return std::ranges::count(layers, layer.shape, &Layer::shape);
  });
}

void compare_versions(const std::vector<Layer>& layers, Findings& findings) {
  std::map<std::string, int> versions;
  for (const Layer& layer : layers) ++versions[layer.compiler_version];
  if (versions.size() < 2) return;
  std::string text;
  for (const auto& [version, count] : versions) {
    text += (text.empty() ? "" : ", ") + (version.empty() ? "unknown" : version) + " (" +
            std::to_string(count) + " layers)";
  }
  findings.remark("The layers come from compilers of different versions: " + text + ".");
}

void take_layers(const std::vector<Layer>& layers, ModelFolder& model, Findings& findings) {
  if (layers.empty()) return;
  const Layer& usual = usual_layer(layers);
  for (const Layer& layer : layers) {
    if (layer.shape == usual.shape) continue;
    findings.problem(ErrorCode::kCorrupt, layer.path + ": its shape differs from that of " +
                                              fs::path(usual.path).filename().string() + ": " +
                                              difference(layer.shape, usual.shape));
  }
  compare_versions(layers, findings);
  model.compiler_version = layers[0].compiler_version;
  model.hidden = usual.shape.hidden;
  model.kv_size = usual.shape.kv_size;
  model.chunk = usual.shape.chunk;
  model.decode = usual.shape.decode;
  model.chunks = usual.shape.chunks;
}

void take_head(ModelFolder& model, Findings& findings) {
  Container container;
  if (model.head.empty() || !findings.keep(read_container(model.head), container)) return;
  model.head_bytes = count_bytes(container, model);
  const auto shape = head_shape(container);
  if (!shape) {
    findings.problems.push_back(in_file(model.head, shape.error()));
    return;
  }
  model.head_top_k = shape->top_k;
  model.head_hidden = shape->hidden_output;
  model.vocabulary = shape->top_k > 0 ? 0 : shape->outputs;
  if (model.hidden == 0 || shape->hidden == model.hidden) return;
  findings.problem(ErrorCode::kCorrupt,
                   model.head + ": the head takes rows of " + std::to_string(shape->hidden) +
                       " numbers, but the layers give " + std::to_string(model.hidden));
}

// The table's size says how many rows it has, once the layers have said how wide they are.
Result<int> table_rows(const ModelFolder& model) {
  std::error_code error;
  const uint64_t bytes = fs::file_size(model.embeddings, error);
  if (error) return fail(ErrorCode::kIo, "can't read " + model.embeddings + ": " + error.message());
  AX_CHECK(check_fetched(model.embeddings));
  if (model.hidden == 0) return 0;
  const uint64_t row = static_cast<uint64_t>(model.hidden) * 2;
  const uint64_t rows = bytes / row;
  if (bytes % row == 0 && rows <= INT32_MAX) return static_cast<int>(rows);
  return fail(ErrorCode::kCorrupt,
              model.embeddings + ": its " + std::to_string(bytes) +
                  " bytes are no whole number of rows of " + std::to_string(model.hidden) +
                  " bfloat16 numbers",
              "fetch the file again if its download was not complete");
}

void take_table(ModelFolder& model, Findings& findings) {
  if (model.embeddings.empty()) return;
  if (!findings.keep(table_rows(model), model.embedding_rows) || model.embedding_rows == 0) return;
  if (model.head_top_k > 0) model.vocabulary = model.embedding_rows;
  if (model.is_embedding || model.vocabulary == model.embedding_rows) return;
  const std::string text = model.embeddings + ": it has " + std::to_string(model.embedding_rows) +
                           " rows, but the head knows " + std::to_string(model.vocabulary) +
                           " tokens";
  if (model.vocabulary == 0) return;  // no usable head
  if (model.embedding_rows > model.vocabulary) return findings.remark(text + ".");
  findings.problem(ErrorCode::kCorrupt, text,
                   "fetch the file again if its download was not complete");
}

// The containers and the file's size win over what config.json says.
void compare_with_config(const FolderConfig& config, const ModelFolder& model, Findings& findings) {
  const auto compare = [&](const char* key, int said, int found, const char* source) {
    if (said == 0 || found == 0 || said == found) return;
    findings.remark("config.json says " + std::string(key) + " " + std::to_string(said) + ", but " +
                    source + " " + std::to_string(found) + ".");
  };
  compare("tokens_embed_size", config.hidden, model.hidden, "the layers' hidden size is");
  compare("tokens_embed_num", config.embedding_rows, model.embedding_rows,
          "the number of rows in the table is");
}

void take_config(const FolderConfig& config, ModelFolder& model) {
  model.tokenizer_type = config.tokenizer_type;
  model.system_prompt = config.system_prompt;
  model.end_tokens = config.end_tokens;
  model.is_embedding = config.is_embedding;
}

void take_tokenizer(const FolderTree& tree, const std::optional<ChosenConfig>& chosen,
                    const ModelFiles& files, ModelFolder& model, Findings& findings) {
  const FoundTokenizer found = find_tokenizer(tree, chosen, files.folder, findings);
  model.tokenizer_kind = found.kind;
  model.tokenizer = found.path;
  if (!model.tokenizer_type.empty()) return;
  const auto name = [](const std::string& path) { return fs::path(path).filename().string(); };
  std::error_code ignored;
  model.tokenizer_type = guess_tokenizer_type(
      {name(found.path), files.layers.empty() ? "" : name(files.layers[0]), name(files.folder),
       fs::weakly_canonical(tree.root(), ignored).filename().string()});
}

Result<ModelFiles> find_files(const FolderTree& tree, const std::optional<ChosenConfig>& chosen,
                              Findings& findings) {
  if (chosen) return files_by_config(tree, *chosen, findings);
  findings.remark("There is no usable config.json; the files were found by their names.");
  return files_by_name(tree, findings);
}

}  // namespace

Result<ModelFolder> describe_folder(const std::string& path) {
  AX_TRY(const FolderTree tree, list_folders(path));
  Findings findings;
  AX_TRY(const auto chosen, choose_config(tree, findings.remarks));
  AX_TRY(ModelFiles files, find_files(tree, chosen, findings));
  ModelFolder model;
  model.path = tree.root();
  if (chosen) take_config(chosen->config, model);
  take_tokenizer(tree, chosen, files, model, findings);
  model.sampling = read_post_config(tree, chosen, files.folder, findings);
  model.layers = std::move(files.layers);
  model.head = std::move(files.head);
  model.embeddings = std::move(files.embeddings);
  take_layers(read_layers(model, findings), model, findings);
  take_head(model, findings);
  take_table(model, findings);
  take_embedding(tree, model, findings);
  if (chosen) compare_with_config(chosen->config, model, findings);
  if (!findings.problems.empty()) {
    return std::unexpected(joined_error(findings.problems, model.path));
  }
  model.remarks = std::move(findings.remarks);
  return model;
}

}  // namespace axllama::axmodel
