#include "engine/llama/projector.h"

#include <fmt/format.h>
#include <llama.h>
#include <mtmd-helper.h>
#include <mtmd.h>

#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "engine/llama/progress_watch.h"
#include "token/llama_log.h"
#include "token/llama_runtime.h"

namespace axllama {
namespace {

struct BitmapCloser {
  void operator()(mtmd_bitmap* bitmap) const { mtmd_bitmap_free(bitmap); }
};
using Bitmap = std::unique_ptr<mtmd_bitmap, BitmapCloser>;

struct ChunksCloser {
  void operator()(mtmd_input_chunks* chunks) const { mtmd_input_chunks_free(chunks); }
};
using Chunks = std::unique_ptr<mtmd_input_chunks, ChunksCloser>;

// ggml asks before each node whether to come back behind it, and then whether to go on. Every
// product of matrices is such a place: nearly all of the time is in them.
bool goes_on(ggml_tensor* node, bool asks, void* stop) {
  if (asks) return node->op == GGML_OP_MUL_MAT || node->op == GGML_OP_FLASH_ATTN_EXT;
  return !static_cast<std::stop_token*>(stop)->stop_requested();
}

void lead_log() {
  ggml_log_callback callback = nullptr;
  void* user = nullptr;
  llama_log_get(&callback, &user);
  mtmd_helper_log_set(callback, user);
}

// The parts as libmtmd takes them.
class Parts {
 public:
  explicit Parts(std::span<const PromptPart> parts) : texts_(parts.size()) {
    for (size_t i = 0; i < parts.size(); ++i) {
      parts_.push_back(parts[i].image ? image(*parts[i].image) : text(parts[i].text, texts_[i]));
    }
    for (const mtmd_input_part& part : parts_) list_.push_back(&part);
  }
  std::span<const mtmd_input_part* const> list() const { return list_; }

 private:
  mtmd_input_part image(const Image& image) {
    bitmaps_.emplace_back(mtmd_bitmap_init(static_cast<uint32_t>(image.width),
                                           static_cast<uint32_t>(image.height), image.rgb.data()));
    mtmd_bitmap_set_id(bitmaps_.back().get(), image.digest.c_str());
    return {nullptr, bitmaps_.back().get()};
  }
  static mtmd_input_part text(std::string_view text, mtmd_input_text& into) {
    into = {text.data(), text.size(), false, true};
    return {&into, nullptr};
  }

  std::vector<mtmd_input_text> texts_;
  std::vector<Bitmap> bitmaps_;
  std::vector<mtmd_input_part> parts_;
  std::vector<const mtmd_input_part*> list_;
};

void add_text(Prompt& prompt, const mtmd_input_chunk* chunk) {
  size_t count = 0;
  const llama_token* tokens = mtmd_input_chunk_get_tokens_text(chunk, &count);
  prompt.tokens.insert(prompt.tokens.end(), tokens, tokens + count);
}

// `pieces`: chunks of each image so far, by its digest.
Result<void> add_chunk(Prompt& prompt, const mtmd_input_chunk* chunk,
                       std::map<std::string, int>& pieces) {
  const size_t tokens = mtmd_input_chunk_get_n_tokens(chunk);
  if (tokens == 0) return fail(ErrorCode::kInvalidArgument, "the image gives the model no tokens");
  const std::string digest = mtmd_input_chunk_get_id(chunk);
  const std::string id = fmt::format("{}/{}", digest, pieces[digest]++);
  add_image(prompt,
            std::make_shared<ProjectorChunk>(mtmd_input_chunk_copy(chunk), static_cast<int>(tokens),
                                             mtmd_input_chunk_get_n_pos(chunk), id));
  return {};
}

}  // namespace

void ProjectorCloser::operator()(mtmd_context* context) const {
  mtmd_free(context);
}

void ChunkCloser::operator()(mtmd_input_chunk* chunk) const {
  mtmd_input_chunk_free(chunk);
}

Result<std::unique_ptr<Projector>> Projector::load(const std::string& file,
                                                   const llama_model* model, int threads,
                                                   const LoadProgress& progress) {
  AX_CHECK(check_model_file(file));
  lead_log();
  std::unique_ptr<Projector> made(new Projector);
  ProgressWatch watch{progress};
  mtmd_context_params params = mtmd_context_params_default();
  params.use_gpu = false;
  params.print_timings = false;
  params.n_threads = threads;
  params.cb_eval = goes_on;
  params.cb_eval_user_data = &made->stop_;
  params.progress_callback = ProgressWatch::tell;
  params.progress_callback_user_data = &watch;
  const auto loaded = guard_llama(ErrorCode::kCorrupt, "can't load the projector " + file, [&] {
    made->context_.reset(mtmd_init_from_file(file.c_str(), model, params));
    return made->context_ != nullptr;
  });
  if (watch.canceled) return fail(ErrorCode::kCanceled, "the load was canceled");
  AX_CHECK(loaded);
  if (!mtmd_support_vision(made->get())) {
    return fail(ErrorCode::kUnsupported, "the projector " + file + " takes no images");
  }
  std::error_code ignored;
  made->bytes_ = std::filesystem::file_size(file, ignored);
  return made;
}

Result<Prompt> Projector::lay_out(std::span<const PromptPart> parts, bool add_special) const {
  const Parts given(parts);
  const Chunks chunks(mtmd_input_chunks_init());
  AX_CHECK(guard_llama(ErrorCode::kInvalidArgument, "the model can't take the image", [&] {
    return mtmd_tokenize_from_parts(get(), chunks.get(), given.list().data(), given.list().size(),
                                    add_special) == 0;
  }));
  Prompt prompt;
  std::map<std::string, int> pieces;
  for (size_t i = 0; i < mtmd_input_chunks_size(chunks.get()); ++i) {
    const mtmd_input_chunk* chunk = mtmd_input_chunks_get(chunks.get(), i);
    if (mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_TEXT) {
      add_text(prompt, chunk);
    } else {
      AX_CHECK(add_chunk(prompt, chunk, pieces));
    }
  }
  return prompt;
}

Result<float*> Projector::encode(const ProjectorChunk& chunk, std::stop_token stop) {
  stop_ = std::move(stop);
  const auto encoded = guard_llama(ErrorCode::kInternal, "libmtmd can't encode the image",
                                   [&] { return mtmd_encode_chunk(get(), chunk.get()) == 0; });
  const bool canceled = stop_.stop_requested();
  stop_ = {};
  if (canceled) return fail(ErrorCode::kCanceled, "the evaluation was canceled");
  AX_CHECK(encoded);
  return mtmd_get_output_embd(get());
}

bool Projector::sees_both_ways(const ProjectorChunk& chunk) const {
  return mtmd_decode_use_non_causal(get(), chunk.get());
}

}  // namespace axllama
