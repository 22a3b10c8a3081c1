#include "standin/pack/pack.h"

#include <fmt/format.h>

#include <utility>

#include "standin/pack/config_files.h"
#include "standin/pack/hf_tokenizer.h"

namespace axllama::pack {
namespace {

using Files = std::vector<FolderFile>;

FolderFile container_file(std::string path, axmodel::ContainerWriter writer) {
  return {std::move(path), [writer = std::move(writer)](const std::filesystem::path& at) {
            return writer.write(at);
          }};
}

Result<ModelDescription> describe(const Hyperparameters& sizes, const Tokenizer& tokenizer,
                                  const PackOptions& options, std::string_view own_name) {
  const std::string name(options.name.empty() ? own_name : std::string_view(options.name));
  ModelDescription model = {.name = name,
                            .tokenizer_type = options.tokenizer_type,
                            .sizes = sizes,
                            .plan = plan_folder(options.layout, options.tokenizer, sizes.family,
                                                options.contexts.chunk, file_name_of(name)),
                            .embedding = options.embedding};
  if (model.tokenizer_type.empty()) {
    model.tokenizer_type = usual_tokenizer_type(sizes.family, tokenizer);
  }
  if (model.tokenizer_type.empty() && options.config == ConfigForm::kFull) {
    return fail(ErrorCode::kUnsupported, "AXERA has no chat format for this model's vocabulary",
                "name one with --tokenizer-type, or give --config empty");
  }
  return model;
}

Result<void> add_tokenizer(const Tokenizer& tokenizer, const PackOptions& options,
                           const std::string& path, Files& files) {
  if (options.tokenizer == TokenizerForm::kAxera) {
    AX_TRY(std::string text, tokenizer_text(tokenizer, options.text_kind));
    files.push_back(text_file(path, std::move(text)));
  } else if (options.tokenizer == TokenizerForm::kHuggingFace) {
    AX_TRY(auto parts, hf_tokenizer_files(tokenizer));
    for (TokenizerFile& part : parts) {
      files.push_back(text_file(path + "/" + part.name, std::move(part.content)));
    }
  }
  return {};
}

void add_descriptions(const ModelDescription& model, const PackOptions& options, Files& files) {
  files.push_back(text_file("README.md", readme(model)));
  if (!options.embedding) files.push_back(text_file("post_config.json", post_config_json()));
  if (options.layout == Layout::kOld) {
    const std::string name = file_name_of(model.name);
    for (const char* host : {"ax650", "axcl_aarch64", "axcl_x86"}) {
      files.push_back(text_file(fmt::format("run_{}_{}.sh", name, host),
                                run_script(model, fmt::format("main_{}", host))));
    }
  }
  if (options.config == ConfigForm::kMissing) return;
  const bool full = options.config == ConfigForm::kFull;
  files.push_back(text_file("config.json", full ? config_json(model) : ""));
}

// What nothing else says: AXERA's runner takes the last token's row.
Result<void> add_pooling(const Source& source, const PackOptions& options, Files& files) {
  if (!options.embedding) return {};
  const auto pooling = options.pooling ? options.pooling : source.pooling;
  if (!pooling) {
    return fail(ErrorCode::kInvalidArgument, "the model names no pooling of its own",
                "give --embedding last or mean");
  }
  if (*pooling == axmodel::EmbeddingPooling::kLast) return {};
  files.push_back(text_file("1_Pooling/config.json", pooling_json(source.sizes.hidden, *pooling)));
  return {};
}

Result<void> check_options(const Hyperparameters& sizes, const PackOptions& options) {
  AX_CHECK(check_contexts(options.contexts));
  if (options.top_k >= 0 && options.top_k <= sizes.vocabulary) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("a post top-k of {} is not within 0 and the vocabulary of {}",
                          options.top_k, sizes.vocabulary));
}

void add_model(const Source& source, const PackOptions& options, const FolderPlan& plan,
               const Canceled& canceled, Files& files) {
  const ContainerOptions layers = {options.weights, options.producer_version, canceled};
  const ContainerOptions head = {options.head_weights, options.producer_version, canceled};
  for (int layer = 0; layer < source.sizes.layers; ++layer) {
    files.push_back(container_file(layer_path(plan, layer),
                                   layer_container(source, layer, options.contexts, layers)));
  }
  files.push_back(
      container_file(plan.head, head_container(source, options.head, options.top_k, head)));
  files.push_back({plan.embedding,
                   [table = source.find(kEmbedding), canceled](const std::filesystem::path& at) {
                     return write_embedding(*table, at, canceled);
                   }});
}

void add_shape(const Shape& shape, ShapeQuantisation quantisation, const PackOptions& options,
               const FolderPlan& plan, Files& files) {
  const FileSize layer = shape.layer(quantisation);
  const auto groups = layer_groups(shape.sizes, options.contexts);
  for (int i = 0; i < shape.sizes.layers; ++i) {
    files.push_back(
        container_file(layer_path(plan, i), shape_container(groups, shape.sizes, layer.parameters,
                                                            layer.code, options.producer_version)));
  }
  const FileSize head = shape.head();
  const auto head_shapes = head_groups(shape.sizes, HeadForm::kLogits, options.top_k);
  files.push_back(
      container_file(plan.head, shape_container(head_shapes, shape.sizes, head.parameters,
                                                head.code, options.producer_version)));
  const auto rows = static_cast<uint64_t>(shape.sizes.vocabulary);
  files.push_back(
      hole_file(plan.embedding, rows * row_bytes(WeightType::kBf16, shape.sizes.hidden)));
}

}  // namespace

Result<Files> model_files(const Source& source, const PackOptions& options,
                          const Canceled& canceled) {
  AX_CHECK(check_options(source.sizes, options));
  AX_CHECK(check_widths(source.sizes, options.weights));
  AX_CHECK(check_widths(source.sizes, options.head_weights));
  AX_TRY(const ModelDescription model,
         describe(source.sizes, source.tokenizer, options, source.name));
  Files files;
  AX_CHECK(add_tokenizer(source.tokenizer, options, model.plan.tokenizer, files));
  add_model(source, options, model.plan, canceled, files);
  AX_CHECK(add_pooling(source, options, files));
  add_descriptions(model, options, files);
  return files;
}

Result<Files> shape_files(const Shape& shape, ShapeQuantisation quantisation,
                          const PackOptions& options) {
  AX_CHECK(check_options(shape.sizes, options));
  const Tokenizer tokenizer = shape_tokenizer();
  AX_TRY(const ModelDescription model, describe(shape.sizes, tokenizer, options, shape.name));
  Files files;
  AX_CHECK(add_tokenizer(tokenizer, options, model.plan.tokenizer, files));
  add_shape(shape, quantisation, options, model.plan, files);
  add_descriptions(model, options, files);
  return files;
}

}  // namespace axllama::pack
